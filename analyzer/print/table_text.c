/*
 * A table for a terminal: texts to the left, numbers to the right, fitted to the width, in two
 * passes over the rows (measure, print) so that no rendered copy of the whole table is kept.
 */
#include <string.h>

#include "analyzer/print/cell.h"
#include "analyzer/print/layout.h"
#include "analyzer/print/table.h"
#include "common/memory.h"
#include "common/text.h"

#define INDENT 2 /* per level of a tree */

static void
format_cell(struct buf *out, const struct table *table, const struct row *row, size_t column,
        const struct table_style *style)
{
	buf_reset(out);
	for (unsigned i = 0; column == 0 && i < row->indent * INDENT; i++)
		buf_putc(out, ' ');
	/* A sum has nothing to say about some columns: "?" would be wrong there. */
	if (!(row->fixed && row->cells[column].unknown))
		cell_format(out, &row->cells[column], table->columns[column].type, style);
}

static void
measure(const struct table *table, const struct table_style *style, unsigned *widths)
{
	auto_buf text = { 0 };

	for (size_t c = 0; c < table->column_count; c++) {
		if (!style->no_header) {
			buf_reset(&text);
			column_heading(&text, &table->columns[c]);
			widths[c] = (unsigned)text_width(buf_text(&text));
		}
		for (size_t r = 0; r < table->row_count; r++) {
			format_cell(&text, table, &table->rows[r], c, style);
			unsigned width = (unsigned)text_width(buf_text(&text));
			if (width > widths[c])
				widths[c] = width;
		}
		/* 0 means "not shown": an empty column without heading still has its place. */
		if (widths[c] == 0)
			widths[c] = 1;
	}
}

static void
spaces(struct buf *line, size_t count)
{
	while (count-- > 0)
		buf_putc(line, ' ');
}

/* Appends one cell to the line; padding that nothing follows is taken back by put_line(). */
static void
add_cell(struct buf *line, const char *text, enum cell_type type, unsigned width, bool ascii)
{
	auto_buf cut = { 0 };

	layout_cut(&cut, text, width, ascii);
	size_t taken = text_width(buf_text(&cut));
	size_t padding = taken < width ? width - taken : 0;
	if (type == CELL_TEXT) {
		buf_puts(line, buf_text(&cut));
		spaces(line, padding);
	} else {
		spaces(line, padding);
		buf_puts(line, buf_text(&cut));
	}
}

static void
put_line(struct buf *line, const char *before, const char *after, FILE *out)
{
	size_t length = line->length;

	while (length > 0 && line->data[length - 1] == ' ')
		length--;
	fprintf(out, "%s%.*s%s\n", before, (int)length, buf_text(line), after);
	buf_reset(line);
}

static void
put_header(const struct table *table, const unsigned *widths, const struct table_style *style,
        FILE *out)
{
	auto_buf line = { 0 };
	auto_buf text = { 0 };

	for (size_t c = 0; c < table->column_count; c++) {
		if (widths[c] == 0)
			continue;
		buf_reset(&text);
		column_heading(&text, &table->columns[c]);
		spaces(&line, line.length == 0 ? 0 : LAYOUT_GAP);
		add_cell(&line, buf_text(&text), table->columns[c].type, widths[c], style->ascii);
	}
	put_line(&line, style->color ? "\x1b[1m" : "", style->color ? "\x1b[0m" : "", out);
}

void
table_print_text(const struct table *table, const struct table_style *style, FILE *out)
{
	auto_free unsigned *widths = xcalloc(table->column_count, sizeof(*widths));
	auto_buf line = { 0 };
	auto_buf text = { 0 };

	measure(table, style, widths);
	layout_fit(table->columns, table->column_count, style->width, widths);
	if (!style->no_header)
		put_header(table, widths, style, out);
	for (size_t r = 0; r < table->row_count; r++) {
		const struct row *row = &table->rows[r];
		for (size_t c = 0; c < table->column_count; c++) {
			if (widths[c] == 0)
				continue;
			format_cell(&text, table, row, c, style);
			spaces(&line, line.length == 0 ? 0 : LAYOUT_GAP);
			add_cell(&line, buf_text(&text), table->columns[c].type, widths[c],
			        style->ascii);
		}
		put_line(&line, "", "", out);
	}
}
