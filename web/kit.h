/*
 * The few pieces that sections are made of: tables that scroll by themselves on narrow screens,
 * cells for numbers, times. Whatever looks the same everywhere is here once.
 */
#ifndef WEB_KIT_H
#define WEB_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/html.h"

struct kit_column {
	const char *title;
	bool number; /* aligned right, tabular figures */
};

/* Opens table, caption, head and body. The caption says what the table shows: it is its name for
 * screen readers. */
void kit_table_open(struct html *out, const char *caption, const struct kit_column *columns,
        size_t column_count);
/* From here on rows that complete the sum. */
void kit_table_foot(struct html *out);
/* `foot` as whether kit_table_foot() was called. */
void kit_table_close(struct html *out, bool foot);
/* <th> of the last row(s): "and 1,234 more images". */
void kit_more(
        struct html *out, uint64_t count, const char *one, const char *many, const char *command);
/* Whole rows of name, bytes, share (not for the total) and cells that stay blank. */
void kit_rest_row(struct html *out, const char *name, uint64_t bytes, uint64_t total_bytes,
        unsigned blank_cells);
void kit_total_row(struct html *out, const char *name, uint64_t bytes, unsigned blank_cells);

/* "74.0 MB", with the exact number as a tooltip. */
void kit_bytes(struct html *out, uint64_t bytes);
void kit_bytes_cell(struct html *out, uint64_t bytes);
void kit_count_cell(struct html *out, uint64_t count);
/* A share of a whole: its percentage. With `full_bytes`, the largest of the column, also a bar. */
void kit_share_cell(
        struct html *out, uint64_t part_bytes, uint64_t whole_bytes, uint64_t full_bytes);
/* A cell that has nothing to say in this row. */
void kit_blank_cells(struct html *out, unsigned count);
/* "2.4×", "–" if nothing is stored. */
void kit_factor(struct html *out, uint64_t logical_bytes, uint64_t actual_bytes);

/* "2026-01-31 02:00 UTC"; RECORD_TIME_UNKNOWN is "never". */
void kit_time(struct html *out, int64_t unix_seconds);
/* `before` and "3 hours old" at the time `now`; nothing when that is unknown or in the future. */
void kit_age(struct html *out, const char *before, int64_t unix_seconds, int64_t now);

/* "s" for all counts but 1. */
const char *kit_s(uint64_t count);

#endif
