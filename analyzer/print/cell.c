#include "analyzer/print/cell.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "common/text.h"

void
cell_format(struct buf *out, const struct cell *cell, enum cell_type type,
        const struct table_style *style)
{
	char text[32];

	if (cell->unknown) {
		buf_putc(out, '?');
		return;
	}
	switch (type) {
	case CELL_TEXT:
		text_clean(out, cell->text, strlen(cell->text));
		break;
	case CELL_COUNT:
		buf_puts(out, text_count(cell->number, text));
		break;
	case CELL_BYTES:
		if (style->exact_bytes)
			buf_printf(out, "%" PRIu64, cell->number);
		else
			buf_puts(out, text_bytes(cell->number, text));
		break;
	case CELL_RATIO:
		buf_printf(out, "%.2f%s", cell->ratio, style->ascii ? "x" : "×");
		break;
	}
}

void
column_heading(struct buf *out, const struct column *column)
{
	if (column->header != NULL) {
		buf_puts(out, column->header);
		return;
	}
	for (const char *c = column->name; *c != '\0'; c++)
		buf_putc(out, *c == '_' ? ' ' : (char)toupper((unsigned char)*c));
}
