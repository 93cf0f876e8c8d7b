/* Help for the terminal: wrapped, in two columns where it is a list. */
#include "common/manual.h"

#include <string.h>

#include "common/text.h"

#define DEFAULT_WIDTH 80
#define LABEL_WIDTH   26 /* of options; longer labels get a line of their own */

static unsigned
width_of(const struct manual_style *style)
{
	unsigned width = style->width == 0 ? DEFAULT_WIDTH : style->width;

	return width < 40 ? 40 : width > 100 ? 100 : width;
}

static void
spaces(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_putc(out, ' ');
}

void
manual_heading(struct buf *out, const char *text, const struct manual_style *style)
{
	buf_printf(out, "\n%s%s:%s\n", style->color ? "\x1b[1m" : "", text,
	        style->color ? "\x1b[0m" : "");
}

/* One word of a description: its *bold* marks become bold or nothing. */
static void
put_word(struct buf *out, const char *word, size_t length, bool color, bool *bold)
{
	for (size_t i = 0; i < length; i++) {
		if (word[i] != '*') {
			buf_putc(out, word[i]);
			continue;
		}
		*bold = !*bold;
		if (color)
			buf_puts(out, *bold ? "\x1b[1m" : "\x1b[0m");
	}
}

static size_t
shown_width(const char *word, size_t length)
{
	auto_buf plain = { 0 };
	bool bold = false;

	put_word(&plain, word, length, false, &bold);
	return text_width(buf_text(&plain));
}

void
manual_wrap(struct buf *out, const char *text, size_t length, size_t at, size_t indent,
        const struct manual_style *style)
{
	const char *end = text + length;
	bool bold = false, first = true;

	while (text < end) {
		size_t word = strcspn(text, " \n");
		if (word > (size_t)(end - text))
			word = (size_t)(end - text);
		size_t width = shown_width(text, word);
		if (!first && at + 1 + width > width_of(style)) {
			buf_putc(out, '\n');
			spaces(out, indent);
			at = indent;
			first = true;
		}
		if (!first) {
			buf_putc(out, ' ');
			at++;
		}
		put_word(out, text, word, style->color, &bold);
		at += width;
		first = false;
		text += word;
		while (text < end && (*text == ' ' || *text == '\n'))
			text++;
	}
	buf_putc(out, '\n');
}

void
manual_description(struct buf *out, const char *text, const struct manual_style *style)
{
	while (*text != '\0') {
		const char *end = strstr(text, "\n\n");
		size_t length = end == NULL ? strlen(text) : (size_t)(end - text);
		buf_putc(out, '\n');
		if (strncmp(text, "  ", 2) == 0) {
			buf_append(out, text, length);
			buf_putc(out, '\n');
		} else {
			manual_wrap(out, text, length, 0, 0, style);
		}
		text += length;
		text += strspn(text, "\n");
	}
}

void
manual_option_label(struct buf *out, const struct option_spec *spec)
{
	if (spec->letter != 0)
		buf_printf(out, "-%c, ", spec->letter);
	buf_printf(out, "--%s", spec->name);
	if (spec->argument != NULL)
		buf_printf(out, " %s", spec->argument);
}

void
manual_options(struct buf *out, const struct option_spec *specs, size_t count,
        const struct manual_style *style)
{
	for (size_t i = 0; i < count; i++) {
		auto_buf help = { 0 };
		size_t start = out->length;
		spaces(out, specs[i].letter == 0 ? 6 : 2);
		manual_option_label(out, &specs[i]);
		size_t used = out->length - start;
		if (used + 2 > LABEL_WIDTH) {
			buf_putc(out, '\n');
			used = 0;
		}
		spaces(out, LABEL_WIDTH - used);
		buf_puts(&help, specs[i].help);
		if (specs[i].choices != NULL)
			buf_printf(&help, ": %s", specs[i].choices);
		if (specs[i].type == OPTION_LIST)
			buf_puts(&help, " (may be repeated)");
		manual_wrap(out, buf_text(&help), help.length, LABEL_WIDTH, LABEL_WIDTH, style);
	}
}

void
manual_examples(struct buf *out, const char *lines)
{
	for (const char *line = lines; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		buf_printf(out, "  %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}
