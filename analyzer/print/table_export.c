/* Tables for other programs: CSV for spreadsheets, Markdown for merge requests and wikis. */
#include <inttypes.h>
#include <string.h>

#include "analyzer/print/cell.h"
#include "analyzer/print/table.h"
#include "common/buf.h"
#include "common/text.h"

/* A spreadsheet runs a field that starts with one of these as a formula. */
static bool
is_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

static void
csv_text(FILE *out, const char *text)
{
	auto_buf clean = { 0 };

	text_clean(&clean, text, strlen(text));
	const char *field = buf_text(&clean);
	bool quoted = strpbrk(field, ",\"\r\n") != NULL;
	/* Judged by the bytes as they came: cleaning has replaced a leading TAB or CR. */
	const char *guard = is_formula(text) ? "'" : "";
	if (!quoted) {
		fprintf(out, "%s%s", guard, field);
		return;
	}
	fprintf(out, "\"%s", guard);
	for (const char *c = field; *c != '\0'; c++) {
		if (*c == '"')
			fputc('"', out);
		fputc(*c, out);
	}
	fputc('"', out);
}

static void
csv_cell(FILE *out, const struct cell *cell, enum cell_type type)
{
	if (cell->unknown)
		return;
	if (type == CELL_TEXT)
		csv_text(out, cell->text);
	else if (type == CELL_RATIO)
		fprintf(out, "%.6g", cell->ratio);
	else
		fprintf(out, "%" PRIu64, cell->number);
}

void
table_print_csv(const struct table *table, bool no_header, FILE *out)
{
	for (size_t c = 0; !no_header && c < table->column_count; c++)
		fprintf(out, "%s%s", c == 0 ? "" : ",", table->columns[c].name);
	if (!no_header)
		fputc('\n', out);
	for (size_t r = 0; r < table->row_count; r++) {
		for (size_t c = 0; c < table->column_count; c++) {
			if (c > 0)
				fputc(',', out);
			csv_cell(out, &table->rows[r].cells[c], table->columns[c].type);
		}
		fputc('\n', out);
	}
}

/* Backslash before all that CommonMark gives a meaning, so a name is never markup or HTML. */
static void
markdown_text(FILE *out, const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (strchr("\\`*_[]<>&|#!~", *c) != NULL)
			fputc('\\', out);
		fputc(*c, out);
	}
}

void
table_print_markdown(const struct table *table, const struct table_style *style, FILE *out)
{
	auto_buf text = { 0 };

	for (size_t c = 0; c < table->column_count; c++) {
		buf_reset(&text);
		column_heading(&text, &table->columns[c]);
		fprintf(out, "| %s ", buf_text(&text));
	}
	fputs("|\n", out);
	for (size_t c = 0; c < table->column_count; c++)
		fputs(table->columns[c].type == CELL_TEXT ? "| --- " : "| ---: ", out);
	fputs("|\n", out);
	for (size_t r = 0; r < table->row_count; r++) {
		const struct row *row = &table->rows[r];
		for (size_t c = 0; c < table->column_count; c++) {
			buf_reset(&text);
			if (!(row->fixed && row->cells[c].unknown))
				cell_format(&text, &row->cells[c], table->columns[c].type, style);
			fputs("| ", out);
			for (unsigned i = 0; c == 0 && i < row->indent; i++)
				fputs("· ", out);
			markdown_text(out, buf_text(&text));
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
}
