/*
 * Which rows, in which order: sort, filter, limit. Fixed rows (sums) take no part: they stay, at
 * the end. Everything is stable, so equal keys keep the canonical order of the answer.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/print/table.h"
#include "common/memory.h"
#include "common/suggest.h"
#include "common/text.h"

static int
find_column(const struct table *table, const char *name, size_t length, size_t *column,
        struct error *err)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const char *known = table->columns[i].name;
		if (strlen(known) == length && memcmp(known, name, length) == 0) {
			*column = i;
			return 0;
		}
	}
	auto_arena arena = { 0 };
	const char **names = arena_new(&arena, const char *, table->column_count);
	auto_buf list = { 0 };
	for (size_t i = 0; i < table->column_count; i++) {
		names[i] = table->columns[i].name;
		buf_printf(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
	}
	const char *typed = arena_strndup(&arena, name, length);
	const char *near = suggest_word(typed, names, table->column_count);
	if (near != NULL)
		return fail(err, ERROR_USAGE, "no column '%s'; did you mean '%s'? (columns: %s)",
		        typed, near, buf_text(&list));
	return fail(err, ERROR_USAGE, "no column '%s' (columns: %s)", typed, buf_text(&list));
}

/* Sorting */

struct sort_item {
	struct row row;
	size_t place;
};

struct sort_order {
	enum cell_type type;
	size_t column;
	int direction;
};

static int
compare_cells(const struct cell *a, const struct cell *b, enum cell_type type)
{
	switch (type) {
	case CELL_TEXT: {
		int order = text_natural_compare(a->text, b->text);
		return order != 0 ? order : strcmp(a->text, b->text);
	}
	case CELL_RATIO:
		return (a->ratio > b->ratio) - (a->ratio < b->ratio);
	default:
		return (a->number > b->number) - (a->number < b->number);
	}
}

static int
compare_items(const void *left, const void *right, void *context)
{
	const struct sort_order *order = context;
	const struct sort_item *a = left, *b = right;
	const struct cell *cell_a = &a->row.cells[order->column];
	const struct cell *cell_b = &b->row.cells[order->column];
	int result = 0;

	if (a->row.fixed != b->row.fixed)
		return a->row.fixed ? 1 : -1;
	if (!a->row.fixed) {
		if (cell_a->unknown != cell_b->unknown)
			return cell_a->unknown ? 1 : -1; /* unknown last, in both directions */
		if (!cell_a->unknown)
			result = order->direction * compare_cells(cell_a, cell_b, order->type);
	}
	return result != 0 ? result : (a->place > b->place) - (a->place < b->place);
}

int
table_sort(struct table *table, const char *key, struct error *err)
{
	struct sort_order order = { 0 };
	const char *name = key + (*key == '-' || *key == '+');

	if (find_column(table, name, strlen(name), &order.column, err) != 0)
		return fail_in(err, "--sort");
	order.type = table->columns[order.column].type;
	order.direction = order.type == CELL_TEXT ? 1 : -1;
	if (name != key)
		order.direction = *key == '+' ? 1 : -1;

	auto_free struct sort_item *items = xcalloc(table->row_count + 1, sizeof(*items));
	for (size_t i = 0; i < table->row_count; i++)
		items[i] = (struct sort_item){ table->rows[i], i };
	qsort_r(items, table->row_count, sizeof(*items), compare_items, &order);
	for (size_t i = 0; i < table->row_count; i++)
		table->rows[i] = items[i].row;
	return 0;
}

/* Filtering */

enum test { TEST_EQUAL, TEST_NOT_EQUAL, TEST_MORE, TEST_LESS };

struct condition {
	size_t column;
	enum cell_type type;
	enum test test;
	const char *value;
	uint64_t number;
	double ratio;
};

bool
table_parse_size(const char *text, uint64_t *bytes)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = { { "", 1 }, { "b", 1 }, { "k", 1e3 }, { "kb", 1e3 }, { "m", 1e6 },
		{ "mb", 1e6 }, { "g", 1e9 }, { "gb", 1e9 }, { "t", 1e12 }, { "tb", 1e12 },
		{ "kib", 1024.0 }, { "mib", 1048576.0 }, { "gib", 1073741824.0 },
		{ "tib", 1099511627776.0 } };
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	double value = strtod(text, &end);
	while (*end == ' ')
		end++;
	for (size_t i = 0; i < countof(units); i++) {
		if (strcasecmp(end, units[i].unit) != 0)
			continue;
		value *= units[i].factor;
		if (!(value < 1.8e19))
			return false;
		*bytes = (uint64_t)(value + 0.5);
		return true;
	}
	return false;
}

/* The operator in `filter`, or NULL for a bare text. */
static const char *
find_operator(const char *filter, enum test *test, size_t *length)
{
	const char *at = strpbrk(filter, "=!<>");

	if (at == NULL || at == filter)
		return NULL;
	if (at[0] == '!' && at[1] != '=')
		return NULL;
	*length = at[0] == '!' ? 2 : 1;
	*test = at[0] == '='   ? TEST_EQUAL
	        : at[0] == '!' ? TEST_NOT_EQUAL
	        : at[0] == '>' ? TEST_MORE
	                       : TEST_LESS;
	return at;
}

/* `operator` stands in `filter`, before `condition->value`. */
static int
parse_condition(const struct table *table, const char *filter, const char *operator,
        struct condition * condition, struct error *err)
{
	if (find_column(table, filter, (size_t)(operator- filter), &condition->column, err) != 0)
		return -1;
	condition->type = table->columns[condition->column].type;
	if (condition->type == CELL_TEXT) {
		if (condition->test == TEST_MORE || condition->test == TEST_LESS)
			return fail(
			        err, ERROR_USAGE, "'%s': a text is compared with = or !=", filter);
		return 0;
	}
	char *end = NULL;
	condition->ratio = strtod(condition->value, &end);
	bool is_ratio = end != condition->value && *end == '\0';
	if (condition->type == CELL_RATIO ? !is_ratio
	                                  : !table_parse_size(condition->value, &condition->number))
		return fail(err, ERROR_USAGE, "'%s': '%s' is not a number (300, 10MB, 1.5GB)",
		        filter, condition->value);
	return 0;
}

static bool
holds(const struct condition *condition, const struct row *row)
{
	const struct cell *cell = &row->cells[condition->column];
	struct cell value = {
		.text = condition->value, .number = condition->number, .ratio = condition->ratio
	};

	if (cell->unknown)
		return condition->test == TEST_NOT_EQUAL;
	if (condition->type == CELL_TEXT)
		return text_glob(condition->value, cell->text) == (condition->test == TEST_EQUAL);
	int order = compare_cells(cell, &value, condition->type);
	switch (condition->test) {
	case TEST_EQUAL:
		return order == 0;
	case TEST_NOT_EQUAL:
		return order != 0;
	case TEST_MORE:
		return order > 0;
	default:
		return order < 0;
	}
}

static bool
contains(const struct table *table, const struct row *row, const char *text)
{
	for (size_t i = 0; i < table->column_count; i++) {
		if (table->columns[i].type == CELL_TEXT)
			return !row->cells[i].unknown && strstr(row->cells[i].text, text) != NULL;
	}
	return false;
}

int
table_filter(struct table *table, const char *filter, struct error *err)
{
	struct condition condition = { 0 };
	size_t length = 0, kept = 0;
	const char *operator= find_operator(filter, &condition.test, &length);
	bool bare = operator== NULL;

	condition.value = bare ? filter : operator+ length;
	if (!bare && parse_condition(table, filter, operator, & condition, err) != 0)
		return fail_in(err, "--filter");
	for (size_t i = 0; i < table->row_count; i++) {
		struct row *row = &table->rows[i];
		if (row->fixed || (bare ? contains(table, row, filter) : holds(&condition, row)))
			table->rows[kept++] = *row;
		else
			json_decref(row->object);
	}
	table->row_count = kept;
	return 0;
}

void
table_limit(struct table *table, size_t limit)
{
	size_t kept = 0, shown = 0;

	for (size_t i = 0; i < table->row_count; i++) {
		struct row *row = &table->rows[i];
		if (row->fixed || shown++ < limit) {
			table->rows[kept++] = *row;
		} else {
			json_decref(row->object);
			table->cut++;
		}
	}
	table->row_count = kept;
}
