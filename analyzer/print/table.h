/*
 * A table of typed cells: what every list answer is made of. One place sorts, filters, limits and
 * renders, for the terminal, CSV and Markdown; JSON objects hang on the rows so that they follow
 * the same order and the same cut.
 */
#ifndef ANALYZER_PRINT_TABLE_H
#define ANALYZER_PRINT_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/arena.h"
#include "common/error.h"

enum cell_type { CELL_TEXT, CELL_COUNT, CELL_BYTES, CELL_RATIO };

struct column {
	const char *name;   /* "attributed": header, CSV header, --sort and --filter key */
	const char *header; /* for people; NULL = name in capitals */
	enum cell_type type;
	unsigned priority; /* 0 always shown; higher ones are dropped first on a narrow terminal */
};

struct cell {
	const char *text; /* CELL_TEXT; NULL = unknown */
	uint64_t number;  /* CELL_COUNT, CELL_BYTES */
	double ratio;
	bool unknown; /* shown as "?", empty in CSV, null in JSON */
};

struct row {
	struct cell *cells;
	json_t *object; /* owned by the table; NULL = none */
	bool fixed; /* a sum or remainder row: never filtered, sorted or cut, stays at the end */
	unsigned indent; /* of the first cell, for trees */
};

struct table {
	struct arena arena;
	const struct column *columns;
	size_t column_count;
	struct row *rows;
	size_t row_count, row_capacity;
	size_t cut; /* rows that --limit took away */
};

void table_init(struct table *table, const struct column *columns, size_t column_count);
void table_release(struct table *table);
/* A new row; its cells are all unknown. Valid until the next call. */
struct row *table_row(struct table *table);
/* Text is copied into the table. */
void row_text(struct table *table, struct row *row, size_t column, const char *text);
void row_count(struct row *row, size_t column, uint64_t value);
void row_bytes(struct row *row, size_t column, uint64_t value);
void row_ratio(struct row *row, size_t column, double value);

/* "name" or "-name" (descending; numbers are descending by default, "+name" turns that). Stable. */
int table_sort(struct table *table, const char *key, struct error *err) must_check;
/* "COLUMN=GLOB", "COLUMN!=GLOB", "COLUMN>SIZE", "COLUMN<SIZE" (10MB, 1.5GB, 300), or a bare text:
 * rows whose first text column contains it. Several filters: all must hold. */
int table_filter(struct table *table, const char *filter, struct error *err) must_check;
void table_limit(struct table *table, size_t limit);

struct table_style {
	unsigned width;   /* of the terminal; 0 = unlimited */
	bool exact_bytes; /* --bytes */
	bool color;
	bool no_header;
	bool ascii; /* the terminal takes no UTF-8: "..." and "x" instead of "…" and "×" */
};
void table_print_text(const struct table *table, const struct table_style *style, FILE *out);
/* RFC 4180 with LF; exact numbers; a text that starts with = + - @ TAB CR gets a ' in front
 * (CWE-1236). Control characters are cleaned here too, because it may end up on a terminal; JSON
 * has the text as it is. */
void table_print_csv(const struct table *table, bool no_header, FILE *out);
void table_print_markdown(const struct table *table, const struct table_style *style, FILE *out);
/* A new array of the rows' objects, fixed rows left out. */
json_t *table_json(const struct table *table);

/* "10MB", "1.5 GB", "64MiB", "300": decimal and binary units; false for anything else. */
bool table_parse_size(const char *text, uint64_t *bytes);

#endif
