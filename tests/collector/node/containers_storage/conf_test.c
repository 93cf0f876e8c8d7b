/* storage.conf: what is read, what is passed over, what is refused with its line. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/node/containers_storage/conf.h"
#include "common/memory.h"

static const struct {
	const char *text;
	const char *graphroot, *driver, *rootless, *imagestore;
	size_t stores;
} good[] = {
	{ "", NULL, NULL, NULL, NULL, 0 },
	{ "# nothing\n\n  # more\n", NULL, NULL, NULL, NULL, 0 },
	{ "[storage]\ndriver = \"overlay\"\ngraphroot = \"/a\"\n", "/a", "overlay", NULL, NULL, 0 },
	{ "[storage]\r\ngraphroot='/a b#c'  # comment\r\n", "/a b#c", NULL, NULL, NULL, 0 },
	{ "[storage]\ngraphroot=\"/\\u00e4\\\"\\\\\"", "/\xc3\xa4\"\\", NULL, NULL, NULL, 0 },
	{ "[storage]\ngraphroot=\"\\u20ac\"", "\xe2\x82\xac", NULL, NULL, NULL, 0 },
	{ "storage.graphroot = \"/a\"", "/a", NULL, NULL, NULL, 0 },
	{ "[ \"storage\" ]\n\"graphroot\" = \"/a\"", "/a", NULL, NULL, NULL, 0 },
	{ "[storage]\ngraphroot=\"\"", NULL, NULL, NULL, NULL, 0 },
	{ "[other]\ngraphroot=\"/a\"", NULL, NULL, NULL, NULL, 0 },
	{ "[storage]\nrootless_storage_path=\"$HOME/s\"", NULL, NULL, "$HOME/s", NULL, 0 },
	{ "[storage]\nimagestore=\"/i\"", NULL, NULL, NULL, "/i", 0 },
	{ "[storage.options]\nimagestore=\"/i\"", NULL, NULL, NULL, "/i", 0 },
	{ "[storage.options]\nadditionalimagestores=[]", NULL, NULL, NULL, NULL, 0 },
	{ "[storage.options]\nadditionalimagestores=[\n \"/a\", # x ]\n '/b',\n]\n", NULL, NULL,
	        NULL, NULL, 2 },
	/* Keys that are not ours, of any type. */
	{ "[storage]\nx=true\ny=-1.5e+3\nz={a=\"}\", b=[1,2]}\nw=[[1],[\"]\"]]\ngraphroot='/a'",
	        "/a", NULL, NULL, NULL, 0 },
	{ "[[list]]\nx=1\n[storage.options.overlay]\nmountopt = "
	  "\"nodev\"\n[storage]\ngraphroot='/a'",
	        "/a", NULL, NULL, NULL, 0 },
	{ "[storage]\nt=1979-05-27T07:32:00Z\ngraphroot='/a'", "/a", NULL, NULL, NULL, 0 },
};

static void
assert_text(size_t i, const char *what, const char *expected, const char *actual)
{
	if ((expected == NULL) != (actual == NULL) ||
	        (expected != NULL && strcmp(expected, actual) != 0))
		fail_msg("case %zu: %s: '%s' instead of '%s'", i, what, actual, expected);
}

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		auto_arena arena = { 0 };
		struct storage_conf conf = { 0 };
		struct error err = { 0 };

		if (storage_conf_parse(&conf, &arena, good[i].text, strlen(good[i].text), &err) !=
		        0)
			fail_msg("case %zu: %s", i, err.message);
		assert_text(i, "graphroot", good[i].graphroot, conf.graphroot);
		assert_text(i, "driver", good[i].driver, conf.driver);
		assert_text(i, "rootless", good[i].rootless, conf.rootless_storage_path);
		assert_text(i, "imagestore", good[i].imagestore, conf.imagestore);
		assert_int_equal(conf.additional_store_count, good[i].stores);
	}
}

static const struct {
	const char *text, *message;
} bad[] = {
	{ "[storage", "line 1: a table's name without its closing ]" },
	{ "[storage]\n\ngraphroot", "line 3: = is missing" },
	{ "[storage]\ngraphroot=", "line 2: a value is missing" },
	{ "[storage]\ngraphroot=\"/a", "line 2: a text without its closing quote" },
	{ "[storage]\ngraphroot=\"/a\n\"", "line 2: a text without its closing quote" },
	{ "[storage]\ngraphroot=\"\"\"/a\"\"\"", "line 2: texts of several lines" },
	{ "[storage]\ngraphroot=\"\\x\"", "line 2: unknown escape" },
	{ "[storage]\ngraphroot=\"\\u00\"", "line 2: \\u needs four hex digits" },
	{ "[storage]\ngraphroot=\"\\ud800\"", "line 2: \\u names no character" },
	{ "[storage]\ngraphroot=\"\\u0000\"", "line 2: \\u names no character" },
	{ "[storage]\ngraphroot=\"\xff\"", "line 2: a text that is not UTF-8" },
	{ "[storage]\ngraphroot=\"/a\" /b", "line 2: something stands behind the value" },
	{ "[storage]\ngraphroot=1", "line 2: storage.graphroot is not a text" },
	{ "[storage.options]\nadditionalimagestores=\"/a\"", "is not a list of texts" },
	{ "[storage.options]\nadditionalimagestores=[1]", "is not a list of texts" },
	{ "[storage.options]\nadditionalimagestores=[\"/a\"",
	        "line 2: an array without its closing" },
	{ "x=[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "line 1: nested too deeply" },
	{ "x={a=1", "line 1: a table without its closing }" },
	{ "=1", "line 1: a name is missing" },
};

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(bad); i++) {
		auto_arena arena = { 0 };
		struct storage_conf conf = { 0 };
		struct error err = { 0 };

		assert_int_equal(
		        storage_conf_parse(&conf, &arena, bad[i].text, strlen(bad[i].text), &err),
		        -1);
		if (strstr(err.message, bad[i].message) == NULL)
			fail_msg("case %zu: '%s'", i, err.message);
	}
}

static void
test_expand(void **state)
{
	static const struct {
		const char *path, *expected;
	} cases[] = {
		{ "/a", "/a" },
		{ "$HOME/x", "/home/u/x" },
		{ "/s/${USER}/$UID/${UID}$USER", "/s/u/7/7u" },
		{ "$HOUSE/$", "$HOUSE/$" },
	};
	auto_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(storage_conf_expand(&arena, cases[i].path, "/home/u", "u", "7"),
		        cases[i].expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_expand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
