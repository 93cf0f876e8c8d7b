/* Folders out of what containerd says of mounts. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/node/containerd/files.h"
#include "common/memory.h"

static void
test_beneath(void **state)
{
	static const struct {
		const char *path, *root, *beneath;
	} cases[] = {
		{ "/r/snapshots/1/fs", "/r", "snapshots/1/fs" },
		{ "/r/", "/r", NULL },
		{ "/r", "/r", NULL },
		{ "/rest/1", "/r", NULL },
		{ "/other/1", "/r", NULL },
		{ "snapshots/1", "/r", NULL },
		{ "/etc/passwd", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const char *beneath = files_beneath(cases[i].path, cases[i].root);

		if (cases[i].beneath == NULL)
			assert_null(beneath);
		else
			assert_string_equal(beneath, cases[i].beneath);
	}
}

static void
test_lower(void **state)
{
	static const struct {
		const char *option;
		size_t count;
		const char *folders[3];
	} cases[] = {
		{ "lowerdir=/a", 1, { "/a" } },
		{ "lowerdir=/a:/b:/c", 3, { "/a", "/b", "/c" } },
		{ "lowerdir=/a:/b:/c:/d", 0, { NULL } },
		{ "lowerdir=/a::/b", 0, { NULL } },
		{ "lowerdir=", 0, { NULL } },
		{ "upperdir=/a", 0, { NULL } },
		{ "", 0, { NULL } },
	};
	auto_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const char *folders[3];

		assert_int_equal(files_lower(folders, 3, cases[i].option, &arena), cases[i].count);
		for (size_t k = 0; k < cases[i].count; k++)
			assert_string_equal(folders[k], cases[i].folders[k]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_beneath),
		cmocka_unit_test(test_lower),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
