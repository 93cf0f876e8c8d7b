/* Platforms: what is kept, what is dropped, what matches. */
#include "tests/support/unit.h"

#include <string.h>

#include "common/memory.h"
#include "schema/platform.h"

#define X31 "1234567890123456789012345678901"

static void
test_set(void **state)
{
	static const struct {
		const char *os, *architecture, *variant, *text;
	} cases[] = {
		{ "linux", "amd64", NULL, "linux/amd64" },
		{ "linux", "amd64", "", "linux/amd64" },
		{ "linux", "arm64", "v8", "linux/arm64" },
		{ "linux", "arm64", "v9", "linux/arm64/v9" },
		{ "linux", "arm", "v7", "linux/arm/v7" },
		{ "linux", "arm", "v8", "linux/arm/v8" },
		{ "linux", "amd64", "v3", "linux/amd64/v3" },
		{ "windows", "amd64", NULL, "windows/amd64" },
		{ "unknown", "unknown", NULL, "unknown/unknown" },
		{ "linux", NULL, NULL, "linux/unknown" },
		{ NULL, "amd64", NULL, "unknown/amd64" },
		{ NULL, NULL, NULL, "unknown" },
		{ "", "", "", "unknown" },
		{ NULL, NULL, "v8", "unknown" },
		{ X31, X31, X31, X31 "/" X31 "/" X31 },
		{ X31 "2", "amd64", NULL, "unknown/amd64" },
		{ "linux/evil", "amd64", NULL, "unknown/amd64" },
		{ "linux\x1b[31m", "amd64", "v\n", "unknown/amd64" },
		{ "l\xc3\xafnux", "a b", NULL, "unknown" },
		{ "a-Z_0.9", "x", "y", "a-Z_0.9/x/y" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct platform platform;
		char out[PLATFORM_TEXT_SIZE];

		memset(&platform, 0xff, sizeof(platform));
		platform_set(&platform, cases[i].os, cases[i].architecture, cases[i].variant);
		assert_string_equal(platform_format(&platform, out), cases[i].text);
	}
}

static void
test_parse(void **state)
{
	static const struct {
		const char *text, *formatted; /* NULL = refused */
	} cases[] = {
		{ "linux/amd64", "linux/amd64" },
		{ "linux/arm64/v8", "linux/arm64" },
		{ "linux/arm/v6", "linux/arm/v6" },
		{ "unknown/unknown", "unknown/unknown" },
		{ X31 "/" X31 "/" X31, X31 "/" X31 "/" X31 },
		{ "", NULL },
		{ "/", NULL },
		{ "linux", NULL },
		{ "linux/", NULL },
		{ "/amd64", NULL },
		{ "linux//v8", NULL },
		{ "linux/arm64/", NULL },
		{ "linux/arm64/v8/x", NULL },
		{ "linux/arm64/v8/", NULL },
		{ "linux/amd 64", NULL },
		{ "linux/amd64\n", NULL },
		{ "linux/../x", "linux/../x" }, /* no path is ever made of it */
		{ "linux/" X31 "2", NULL },
		{ "linux(10.0)/amd64", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		static const struct platform empty;
		struct platform platform;
		char out[PLATFORM_TEXT_SIZE];

		memset(&platform, 0xff, sizeof(platform));
		assert_int_equal(
		        platform_parse(&platform, cases[i].text), cases[i].formatted != NULL);
		if (cases[i].formatted)
			assert_string_equal(platform_format(&platform, out), cases[i].formatted);
		else
			assert_memory_equal(&platform, &empty, sizeof(empty));
	}
}

static void
test_matches(void **state)
{
	static const struct {
		const char *wanted, *platform;
		bool matches;
	} cases[] = {
		{ "linux/amd64", "linux/amd64", true },
		{ "linux/amd64", "linux/amd64/v3", true },
		{ "linux/amd64/v3", "linux/amd64", false },
		{ "linux/arm", "linux/arm/v7", true },
		{ "linux/arm/v6", "linux/arm/v7", false },
		{ "linux/arm64", "linux/arm64/v8", true },
		{ "linux/arm64/v8", "linux/arm64", true },
		{ "linux/arm64", "linux/amd64", false },
		{ "windows/amd64", "linux/amd64", false },
		{ "linux/arm", "linux/arm64", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct platform wanted, platform;

		assert_true(platform_parse(&wanted, cases[i].wanted));
		assert_true(platform_parse(&platform, cases[i].platform));
		assert_int_equal(platform_matches(&wanted, &platform), cases[i].matches);
	}
}

static void
test_unknown(void **state)
{
	struct platform platform;

	(void)state;
	platform_set(&platform, "unknown", "unknown", NULL);
	assert_true(platform_is_unknown(&platform));
	platform_set(&platform, "linux", "unknown", NULL);
	assert_false(platform_is_unknown(&platform));
	platform_set(&platform, "unknown", "amd64", NULL);
	assert_false(platform_is_unknown(&platform));
	platform_set(&platform, NULL, NULL, NULL); /* says nothing: not the same */
	assert_false(platform_is_unknown(&platform));
}

static void
test_compare(void **state)
{
	static const char *const sorted[] = { "linux/amd64", "linux/amd64/v2", "linux/arm",
		"linux/arm/v6", "linux/arm/v7", "linux/arm64", "windows/amd64" };

	(void)state;
	for (size_t i = 0; i < countof(sorted); i++)
		for (size_t j = 0; j < countof(sorted); j++) {
			struct platform a, b;

			assert_true(platform_parse(&a, sorted[i]));
			assert_true(platform_parse(&b, sorted[j]));
			int order = platform_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
