#include "analyzer/print/layout.h"

#include <string.h>

#include "common/text.h"

static unsigned
total_width(const unsigned *widths, size_t count)
{
	unsigned total = 0;

	for (size_t i = 0; i < count; i++)
		total += widths[i] == 0 ? 0 : widths[i] + (total == 0 ? 0 : LAYOUT_GAP);
	return total;
}

/* The total if every text were no wider than `limit`. */
static unsigned
total_with_texts_at(
        const struct column *columns, const unsigned *widths, size_t count, unsigned limit)
{
	unsigned total = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned width = widths[i];
		if (columns[i].type == CELL_TEXT && width > limit)
			width = limit;
		total += width == 0 ? 0 : width + (total == 0 ? 0 : LAYOUT_GAP);
	}
	return total;
}

/* Hides the column of the highest priority number; false when all that are left must stay. */
static bool
drop_column(const struct column *columns, unsigned *widths, size_t count)
{
	size_t worst = count;

	for (size_t i = 0; i < count; i++) {
		if (widths[i] != 0 && columns[i].priority > 0 &&
		        (worst == count || columns[i].priority >= columns[worst].priority))
			worst = i;
	}
	if (worst == count)
		return false;
	widths[worst] = 0;
	return true;
}

/* Takes one terminal column from the widest text; false when none is wider than the minimum. */
static bool
shrink_widest(const struct column *columns, unsigned *widths, size_t count)
{
	size_t widest = count;

	for (size_t i = 0; i < count; i++) {
		if (columns[i].type == CELL_TEXT && widths[i] > LAYOUT_NARROW &&
		        (widest == count || widths[i] > widths[widest]))
			widest = i;
	}
	if (widest == count)
		return false;
	widths[widest]--;
	return true;
}

void
layout_fit(const struct column *columns, size_t column_count, unsigned width, unsigned *widths)
{
	if (width == 0)
		return;
	/* A text of a thousand columns: no step below needs more than the terminal's width. */
	unsigned most = width > LAYOUT_NARROW ? width : LAYOUT_NARROW;
	for (size_t i = 0; i < column_count; i++) {
		if (columns[i].type == CELL_TEXT && widths[i] > most)
			widths[i] = most;
	}
	while (total_with_texts_at(columns, widths, column_count, LAYOUT_READABLE) > width &&
	        drop_column(columns, widths, column_count))
		;
	while (total_width(widths, column_count) > width &&
	        shrink_widest(columns, widths, column_count))
		;
}

/* Bytes and columns of the character at `text` (valid UTF-8). */
static size_t
next_character(const char *text, unsigned *columns)
{
	char one[5] = { 0 };
	size_t length = 1;

	while (length < 4 && ((unsigned char)text[length] & 0xC0) == 0x80)
		length++;
	memcpy(one, text, length);
	*columns = (unsigned)text_width(one);
	return length;
}

void
layout_cut(struct buf *out, const char *text, unsigned width, bool ascii)
{
	const char *dots = ascii ? "..." : "…";
	unsigned dots_width = ascii ? 3 : 1, total = (unsigned)text_width(text), columns;

	if (total <= width) {
		buf_puts(out, text);
		return;
	}
	if (width <= dots_width) {
		buf_append(out, dots, ascii ? width : strlen(dots));
		return;
	}
	unsigned head = (width - dots_width) / 2, tail = width - dots_width - head, used = 0;
	const char *at = text;
	while (*at != '\0') {
		size_t length = next_character(at, &columns);
		if (used + columns > head)
			break;
		used += columns;
		buf_append(out, at, length);
		at += length;
	}
	buf_puts(out, dots);
	/* Skip until what is left fits. */
	for (unsigned left = total - used; *at != '\0' && left > tail; left -= columns)
		at += next_character(at, &columns);
	buf_puts(out, at);
}
