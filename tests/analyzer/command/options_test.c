/* Parsing by table: what people type, what they get to read when it is wrong. */
#include "tests/support/unit.h"

#include <string.h>

#include "analyzer/command/command.h"
#include "common/memory.h"

static const struct option_spec specs[] = {
	{ "output", 'o', OPTION_TEXT, "FORMAT", "how", "table json csv" },
	{ "limit", 0, OPTION_COUNT, "N", "rows", NULL },
	{ "filter", 0, OPTION_LIST, "CONDITION", "which", NULL },
	{ "bytes", 'b', OPTION_FLAG, NULL, "exact", NULL },
};
static const struct option_sets sets = {
	.at = { { specs, countof(specs) } }, .count = 1, .later = "at ideal"
};

/* Words of a line, at most 15, as argv of "program". */
static int
split(char *line, char **argv)
{
	int argc = 0;

	argv[argc++] = (char *)"program";
	for (char *word = line, *rest; (word = strtok_r(word, " ", &rest)) != NULL; word = NULL)
		argv[argc++] = word;
	argv[argc] = NULL;
	return argc;
}

static void
test_good(void **state)
{
	static const struct {
		const char *line, *output;
		bool bytes, has_limit;
		size_t limit, filters;
		const char *arguments; /* behind the options, joined */
	} cases[] = {
		{ "", NULL, false, false, 0, 0, "" },
		{ "-o json a b", "json", false, false, 0, 0, "a b" },
		{ "-ojson", "json", false, false, 0, 0, "" },
		{ "a --output=csv b -b", "csv", true, false, 0, 0, "a b" },
		{ "-bo csv", "csv", true, false, 0, 0, "" },
		{ "-o json -o csv", "csv", false, false, 0, 0, "" },
		{ "--limit 0", NULL, false, true, 0, 0, "" },
		{ "--limit 12 a", NULL, false, true, 12, 0, "a" },
		{ "--filter x --filter y=1", NULL, false, false, 0, 2, "" },
		{ "a -- -b --nothing", NULL, false, false, 0, 0, "a -b --nothing" },
		{ "-", NULL, false, false, 0, 0, "-" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_free char *line = xstrdup(cases[i].line);
		char *argv[16], rest[64] = "";
		struct error err = { 0 };
		int argc = split(line, argv), first;
		size_t limit = 0;
		const char *const *filters;
		struct options *options = options_parse(&sets, argc, argv, false, &first, &err);
		assert_non_null(options);
		if (cases[i].output == NULL)
			assert_null(option_text(options, "output"));
		else
			assert_string_equal(option_text(options, "output"), cases[i].output);
		assert_int_equal(option_flag(options, "bytes"), cases[i].bytes);
		assert_int_equal(option_count(options, "limit", &limit), cases[i].has_limit);
		assert_int_equal(limit, cases[i].limit);
		assert_int_equal(option_list(options, "filter", &filters), cases[i].filters);
		for (int a = first; a < argc; a++) {
			strncat(rest, a == first ? "" : " ", 2);
			strncat(rest, argv[a], sizeof(rest) - strlen(rest) - 1);
		}
		assert_string_equal(rest, cases[i].arguments);
		options_free(options);
	}
}

static void
test_bad(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "--ouput json", "unknown option '--ouput'; did you mean '--output'?" },
		{ "--ouput=json", "unknown option '--ouput'; did you mean '--output'?" },
		{ "--kubernetes", "unknown option '--kubernetes'" },
		{ "--at 2026-01-31", "'--at' is not in this version yet" },
		{ "--ideal=refresh", "'--ideal' is not in this version yet" },
		{ "--ideals", "unknown option '--ideals'" },
		{ "-x", "unknown option '-x'" },
		{ "-bx", "unknown option '-x'" },
		{ "-o", "option '--output' needs FORMAT" },
		{ "--limit", "option '--limit' needs N" },
		{ "--bytes=1", "option '--bytes' takes no value" },
		{ "-o xml", "option '--output' is 'xml'; it can be: table json csv" },
		{ "-o jso", "option '--output' is 'jso'; it can be: table json csv" },
		{ "--limit many", "option '--limit' is 'many'; it needs a whole number" },
		{ "--limit -1", "option '--limit' is '-1'; it needs a whole number" },
		{ "--limit 99999999999999999999",
		        "option '--limit' is '99999999999999999999'; it needs a whole number" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_free char *line = xstrdup(cases[i].line);
		char *argv[16];
		struct error err = { 0 };
		int first;
		assert_null(options_parse(&sets, split(line, argv), argv, false, &first, &err));
		assert_string_equal(err.message, cases[i].message);
		assert_int_equal(err.code, ERROR_USAGE);
	}
}

/* Global options end at the command: what follows is the command's. */
static void
test_stop_early(void **state)
{
	char line[] = "-b command -x";
	char *argv[16];
	struct error err = { 0 };
	int first;
	struct options *options = options_parse(&sets, split(line, argv), argv, true, &first, &err);

	(void)state;
	assert_non_null(options);
	assert_int_equal(first, 2);
	assert_true(option_flag(options, "bytes"));
	options_free(options);
}

static void
test_find(void **state)
{
	static const struct {
		const char *line, *name; /* NULL: refused */
		const char *message;
	} cases[] = {
		{ "usage", "usage", NULL },
		{ "scan registry x", "scan registry", NULL },
		{ "config show", "config show", NULL },
		{ "usgae", NULL, "unknown command 'usgae'; did you mean 'usage'?" },
		{ "scan registri", NULL,
		        "unknown command 'scan registri'; did you mean 'scan registry'?" },
		{ "scan", NULL,
		        "'scan' needs a second word: scan registry, scan node, scan layout" },
		{ "scan node", "scan node", NULL },
		{ "serve", NULL, "'serve' is not in this version yet" },
		{ "frobnicate", NULL, "unknown command 'frobnicate'" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_free char *line = xstrdup(cases[i].line);
		char *argv[16];
		struct error err = { 0 };
		int argc = split(line, argv), words;
		const struct command *command = command_find(argc - 1, argv + 1, &words, &err);
		if (cases[i].name != NULL) {
			assert_non_null(command);
			assert_string_equal(command->name, cases[i].name);
			continue;
		}
		assert_null(command);
		assert_string_equal(err.message, cases[i].message);
		assert_int_equal(err.code, ERROR_USAGE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_stop_early),
		cmocka_unit_test(test_find),
	};
	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
