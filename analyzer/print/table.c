/*
 * The table itself: rows of typed cells in one arena. Sorting, filtering and rendering are in the
 * files beside this one.
 */
#include "analyzer/print/table.h"

#include <stdlib.h>

#include "common/memory.h"

void
table_init(struct table *table, const struct column *columns, size_t column_count)
{
	*table = (struct table){ .columns = columns, .column_count = column_count };
}

void
table_release(struct table *table)
{
	for (size_t i = 0; i < table->row_count; i++)
		json_decref(table->rows[i].object);
	free(table->rows);
	arena_release(&table->arena);
	*table = (struct table){ .columns = table->columns, .column_count = table->column_count };
}

struct row *
table_row(struct table *table)
{
	if (table->row_count == table->row_capacity) {
		table->row_capacity = table->row_capacity == 0 ? 64 : table->row_capacity * 2;
		table->rows = xrealloc(table->rows, table->row_capacity, sizeof(*table->rows));
	}
	struct row *row = &table->rows[table->row_count++];
	*row = (struct row){ .cells = arena_new(&table->arena, struct cell, table->column_count) };
	for (size_t i = 0; i < table->column_count; i++)
		row->cells[i].unknown = true;
	return row;
}

void
row_text(struct table *table, struct row *row, size_t column, const char *text)
{
	row->cells[column] =
	        (struct cell){ .text = arena_strdup(&table->arena, text), .unknown = text == NULL };
}

void
row_count(struct row *row, size_t column, uint64_t value)
{
	row->cells[column] = (struct cell){ .number = value };
}

void
row_bytes(struct row *row, size_t column, uint64_t value)
{
	row->cells[column] = (struct cell){ .number = value };
}

void
row_ratio(struct row *row, size_t column, double value)
{
	row->cells[column] = (struct cell){ .ratio = value };
}

json_t *
table_json(const struct table *table)
{
	json_t *array = json_array();

	for (size_t i = 0; i < table->row_count; i++) {
		const struct row *row = &table->rows[i];
		if (!row->fixed && row->object != NULL)
			json_array_append(array, row->object);
	}
	return array;
}
