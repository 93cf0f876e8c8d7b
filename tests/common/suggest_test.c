#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <string.h>

#include "common/memory.h"
#include "common/suggest.h"

#include <cmocka.h> /* last: it defines fail() as a macro of its own */

static void
test_distance(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} cases[] = {
		{ "", "", 0 },
		{ "usage", "usage", 0 },
		{ "", "abc", 3 },
		{ "usage", "usgae", 1 },
		{ "usage", "usag", 1 },
		{ "usage", "usages", 1 },
		{ "images", "imaegs", 1 },
		{ "kitten", "sitting", 3 },
		{ "abcdef", "fedcba", 5 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_int_equal(suggest_distance(cases[i].a, cases[i].b), cases[i].distance);
		assert_int_equal(suggest_distance(cases[i].b, cases[i].a), cases[i].distance);
	}
}

static void
test_word(void **state)
{
	static const char *const words[] = { "usage", "images", "bases", NULL, "scan registry",
		"explain", "report" };
	static const struct {
		const char *typed, *meant;
	} cases[] = {
		{ "usgae", "usage" },
		{ "image", "images" },
		{ "base", "bases" },
		{ "exp", "explain" },
		{ "raport", "report" },
		{ "x", NULL },
		{ "kubernetes", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const char *found = suggest_word(cases[i].typed, words, countof(words));
		if (cases[i].meant == NULL)
			assert_null(found);
		else
			assert_string_equal(found, cases[i].meant);
	}
}

/* Words longer than any of ours are compared by their beginning, not beyond the rows. */
static void
test_long(void **state)
{
	char longer[500];

	(void)state;
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(suggest_distance(longer, "a"), 62);
	assert_int_equal(suggest_distance(longer, longer), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_word),
		cmocka_unit_test(test_long),
	};
	return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
