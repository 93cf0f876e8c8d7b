#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "analyzer/print/table.h"
#include "common/memory.h"

#include <cmocka.h> /* last: it defines fail() as a macro of its own */

static const struct column columns[] = {
	{ "image", NULL, CELL_TEXT, 0 },
	{ "layers", NULL, CELL_COUNT, 3 },
	{ "size", NULL, CELL_BYTES, 0 },
	{ "sharing", NULL, CELL_RATIO, 2 },
	{ "own_bytes", NULL, CELL_BYTES, 1 },
};
enum { IMAGE, LAYERS, SIZE, SHARING, OWN };

static void
add(struct table *table, const char *image, uint64_t layers, uint64_t size, double sharing)
{
	struct row *row = table_row(table);
	row_text(table, row, IMAGE, image);
	row_count(row, LAYERS, layers);
	row_bytes(row, SIZE, size);
	row_ratio(row, SHARING, sharing);
	row->object = json_pack("{s:s}", "image", image);
}

static void
fill(struct table *table)
{
	table_init(table, columns, countof(columns));
	add(table, "app:1.10", 12, 74000000, 2.7);
	add(table, "app:1.9", 3, 1200, 1);
	add(table, "debian", 1, 29100000, 1.25);
	struct row *total = table_row(table);
	total->fixed = true;
	row_text(table, total, IMAGE, "total");
	row_bytes(total, SIZE, 103101200);
}

static char *
text_of(const struct table *table, const struct table_style *style)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	table_print_text(table, style, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* The images in their order, "a b c". */
static void
assert_images(const struct table *table, const char *expected)
{
	char images[200] = "";
	size_t used = 0;

	for (size_t i = 0; i < table->row_count; i++)
		used += (size_t)snprintf(images + used, sizeof(images) - used, "%s%s",
		        i == 0 ? "" : " ", table->rows[i].cells[IMAGE].text);
	assert_string_equal(images, expected);
}

static void
test_text(void **state)
{
	struct table table;
	struct table_style style = { 0 };

	(void)state;
	fill(&table);
	auto_free char *text = text_of(&table, &style);
	assert_string_equal(text, "IMAGE     LAYERS      SIZE  SHARING  OWN BYTES\n"
	                          "app:1.10      12   74.0 MB    2.70×          ?\n"
	                          "app:1.9        3    1.2 kB    1.00×          ?\n"
	                          "debian         1   29.1 MB    1.25×          ?\n"
	                          "total             103.1 MB\n");
	style = (struct table_style){ .exact_bytes = true, .no_header = true, .ascii = true };
	auto_free char *exact = text_of(&table, &style);
	assert_string_equal(exact, "app:1.10  12   74000000  2.70x  ?\n"
	                           "app:1.9    3       1200  1.00x  ?\n"
	                           "debian     1   29100000  1.25x  ?\n"
	                           "total         103101200\n");
	table_release(&table);
}

static void
test_narrow(void **state)
{
	static const struct {
		unsigned width;
		const char *first;
	} cases[] = {
		{ 46, "app:1.10      12   74.0 MB    2.70×          ?" },
		{ 45, "app:1.10   74.0 MB    2.70×          ?" }, /* priority 3 goes first */
		{ 37, "app:1.10   74.0 MB          ?" }, { 28, "app:1.10   74.0 MB" },
		{ 18, "app:1.10   74.0 MB" },
		{ 5, "app:1.10   74.0 MB" }, /* the rest must stay, and cannot shrink */
	};
	struct table table;

	(void)state;
	fill(&table);
	for (size_t i = 0; i < countof(cases); i++) {
		struct table_style style = { .width = cases[i].width };
		auto_free char *text = text_of(&table, &style);
		char *line = strchr(text, '\n');
		assert_non_null(line);
		*strchr(line + 1, '\n') = '\0';
		assert_string_equal(line + 1, cases[i].first);
	}
	table_release(&table);
}

/* Long names lose their middle: what they begin with, and the tag, are what tells them apart. */
static void
test_cut(void **state)
{
	static const char name[] = "registry.example.com/team/application:1.2.3";
	static const struct {
		const char *name;
		unsigned width;
		bool ascii;
		const char *line;
	} cases[] = {
		{ name, 30, false, "registry.exa…cation:1.2.3  1 B" },
		{ name, 30, true, "registry.ex...ation:1.2.3  1 B" },
		{ name, 3, false, "reg….2.3  1 B" }, /* as narrow as it gets */
		{ "日本語日本語日本語日本語日本語日本語", 23, false, "日本語日…語日本語   1 B" },
		{ "short", 30, false, "short  1 B" },
		{ "a\x1b[31mb\xff", 0, false, "a\xef\xbf\xbd[31mb\xef\xbf\xbd  1 B" },
	};
	static const struct column two[] = { { "name", NULL, CELL_TEXT, 0 },
		{ "size", NULL, CELL_BYTES, 0 } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct table table;
		struct table_style style = {
			.width = cases[i].width, .no_header = true, .ascii = cases[i].ascii
		};
		table_init(&table, two, countof(two));
		struct row *row = table_row(&table);
		row_text(&table, row, 0, cases[i].name);
		row_bytes(row, 1, 1);
		auto_free char *text = text_of(&table, &style);
		*strchr(text, '\n') = '\0';
		assert_string_equal(text, cases[i].line);
		table_release(&table);
	}
}

/* Hostile names, as each format has to treat them. */
static void
test_hostile(void **state)
{
	static const struct {
		const char *name, *csv, *markdown;
	} cases[] = {
		{ "plain", "plain,1,5", "| plain | 1 | 5 B |" },
		{ "=1+1", "'=1+1,1,5", "| =1+1 | 1 | 5 B |" },
		{ "+a", "'+a,1,5", "| +a | 1 | 5 B |" },
		{ "-a", "'-a,1,5", "| -a | 1 | 5 B |" },
		{ "@a", "'@a,1,5", "| @a | 1 | 5 B |" },
		{ "a,\"b\"", "\"a,\"\"b\"\"\",1,5", "| a,\"b\" | 1 | 5 B |" },
		{ "=a,b", "\"'=a,b\",1,5", "| =a,b | 1 | 5 B |" },
		{ "\ta",
		        "'\xef\xbf\xbd"
		        "a,1,5",
		        "| \xef\xbf\xbd"
		        "a | 1 | 5 B |" },
		{ "<b>|[x](y)`", "<b>|[x](y)`,1,5", "| \\<b\\>\\|\\[x\\](y)\\` | 1 | 5 B |" },
		{ "\x1b[2J", "\xef\xbf\xbd[2J,1,5", "| \xef\xbf\xbd\\[2J | 1 | 5 B |" },
	};
	static const struct column three[] = { { "name", NULL, CELL_TEXT, 0 },
		{ "count", NULL, CELL_COUNT, 0 }, { "size", NULL, CELL_BYTES, 0 } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct table table;
		struct table_style style = { 0 };
		char *csv = NULL, *markdown = NULL;
		size_t length;
		table_init(&table, three, countof(three));
		struct row *row = table_row(&table);
		row_text(&table, row, 0, cases[i].name);
		row_count(row, 1, 1);
		row_bytes(row, 2, 5);
		FILE *out = open_memstream(&csv, &length);
		table_print_csv(&table, false, out);
		fclose(out);
		out = open_memstream(&markdown, &length);
		table_print_markdown(&table, &style, out);
		fclose(out);
		auto_free char *csv_expected = xprintf("name,count,size\n%s\n", cases[i].csv);
		auto_free char *markdown_expected = xprintf(
		        "| NAME | COUNT | SIZE |\n| --- | ---: | ---: |\n%s\n", cases[i].markdown);
		assert_string_equal(csv, csv_expected);
		assert_string_equal(markdown, markdown_expected);
		free(csv);
		free(markdown);
		table_release(&table);
	}
}

static void
test_sort(void **state)
{
	static const struct {
		const char *key, *order;
	} cases[] = {
		{ "image", "app:1.9 app:1.10 debian total" },
		{ "-image", "debian app:1.10 app:1.9 total" },
		{ "size", "app:1.10 debian app:1.9 total" },
		{ "+size", "app:1.9 debian app:1.10 total" },
		{ "-size", "app:1.10 debian app:1.9 total" },
		{ "sharing", "app:1.10 debian app:1.9 total" },
		{ "own_bytes", "app:1.10 app:1.9 debian total" }, /* unknown: as it was */
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct table table;
		struct error err = { 0 };
		fill(&table);
		assert_int_equal(table_sort(&table, cases[i].key, &err), 0);
		assert_images(&table, cases[i].order);
		table_release(&table);
	}
	struct table table;
	struct error err = { 0 };
	fill(&table);
	assert_int_equal(table_sort(&table, "sise", &err), -1);
	assert_int_equal(err.code, ERROR_USAGE);
	assert_string_equal(err.message,
	        "--sort: no column 'sise'; did you mean 'size'? (columns: image, layers, size, "
	        "sharing, own_bytes)");
	table_release(&table);
}

static void
test_filter(void **state)
{
	static const struct {
		const char *filter, *left; /* NULL: refused */
	} cases[] = {
		{ "app", "app:1.10 app:1.9 total" },
		{ "image=app:*", "app:1.10 app:1.9 total" },
		{ "image=app", "total" },
		{ "image!=app:*", "debian total" },
		{ "size>1MB", "app:1.10 debian total" },
		{ "size<1.2kB", "total" },
		{ "size=1.2kB", "app:1.9 total" },
		{ "size!=1200", "app:1.10 debian total" },
		{ "layers>2", "app:1.10 app:1.9 total" },
		{ "sharing>1.2", "app:1.10 debian total" },
		{ "own_bytes>0", "total" }, /* unknown is not more than 0 */
		{ "own_bytes!=0", "app:1.10 app:1.9 debian total" },
		{ "size>big", NULL },
		{ "size>-1", NULL },
		{ "image>a", NULL },
		{ "color=red", NULL },
		{ "sharing>much", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct table table;
		struct error err = { 0 };
		fill(&table);
		int result = table_filter(&table, cases[i].filter, &err);
		assert_int_equal(result, cases[i].left == NULL ? -1 : 0);
		if (cases[i].left != NULL)
			assert_images(&table, cases[i].left);
		else
			assert_int_equal(err.code, ERROR_USAGE);
		table_release(&table);
	}
}

static void
test_limit_and_json(void **state)
{
	struct table table;

	(void)state;
	fill(&table);
	table_limit(&table, 2);
	assert_images(&table, "app:1.10 app:1.9 total");
	assert_int_equal(table.cut, 1);
	json_auto_t *objects = table_json(&table);
	auto_free char *text = json_dumps(objects, JSON_COMPACT);
	assert_string_equal(text, "[{\"image\":\"app:1.10\"},{\"image\":\"app:1.9\"}]");
	table_limit(&table, 0);
	assert_images(&table, "total");
	table_release(&table);
}

static void
test_sizes(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t bytes;
	} cases[] = {
		{ "0", true, 0 },
		{ "300", true, 300 },
		{ "10MB", true, 10000000 },
		{ "1.5 GB", true, 1500000000 },
		{ "64MiB", true, 67108864 },
		{ "4k", true, 4000 },
		{ "10 parsecs", false, 0 },
		{ "", false, 0 },
		{ "-1", false, 0 },
		{ "nan", false, 0 },
		{ "1e99", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		uint64_t bytes = 0;
		assert_int_equal(table_parse_size(cases[i].text, &bytes), cases[i].good);
		assert_int_equal(bytes, cases[i].bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_limit_and_json),
		cmocka_unit_test(test_sizes),
	};
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
