/* Beneath a root: what is opened, and what is not. */
#include "tests/support/unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "common/memory.h"
#include "tests/support/layout_maker.h"

/* Links, folders, pipes: nothing but a regular file below the folder is opened. */
static void
test_files(void **state)
{
	__attribute__((cleanup(maker_release))) struct maker maker = { 0 };
	auto_close int folder = -1;
	auto_buf out = { 0 };
	uint64_t length = 0;

	(void)state;
	maker_init(&maker);
	maker_write(&maker, "file", "12345");
	auto_free char *link = xprintf("%s/link", maker.path);
	auto_free char *folder_link = xprintf("%s/blobs/sha512", maker.path);
	auto_free char *pipe = xprintf("%s/pipe", maker.path);
	assert_int_equal(symlink("file", link), 0);
	assert_int_equal(symlink("/etc", folder_link), 0);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	struct error err = { 0 };
	folder = beneath_root(maker.path, &err);
	assert_true(folder >= 0);

	static const struct {
		const char *name;
		int found;
		const char *says;
	} cases[] = {
		{ "file", 1, "" },
		{ "blobs/../file", 1, "" },
		{ "none", 0, "" },
		{ "file/none", 0, "" },
		{ "link", -1, "link: a symbolic link, which we do not follow" },
		{ "blobs/sha512/passwd", -1, "a symbolic link" },
		{ "../../etc/passwd", -1, "leads out of its folder" },
		{ "/etc/passwd", -1, "leads out of its folder" },
		{ "pipe", -1, "pipe: not a regular file" },
		{ "blobs", -1, "blobs: not a regular file" },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct error why = { 0 };

		assert_int_equal(
		        beneath_read(folder, cases[i].name, 5, &out, &why), cases[i].found);
		if (strstr(why.message, cases[i].says) == NULL)
			fail_msg("case %zu: '%s'", i, why.message);
		assert_int_equal(
		        beneath_length(folder, cases[i].name, &length, &why), cases[i].found);
	}
	assert_int_equal(length, 5);
	assert_int_equal(beneath_read(folder, "file", 4, &out, &err), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	assert_int_equal(beneath_root(link, &err), -1);
}

static void
test_folders(void **state)
{
	static const struct {
		const char *name;
		int found;
	} cases[] = { { "blobs", 1 }, { "blobs/../blobs", 1 }, { "none", 0 }, { "file", 0 },
		{ "link", -1 }, { "..", -1 }, { "/", -1 } };
	__attribute__((cleanup(maker_release))) struct maker maker = { 0 };
	auto_close int root = -1;
	struct error err = { 0 };

	(void)state;
	maker_init(&maker);
	maker_write(&maker, "file", "12345");
	auto_free char *link = xprintf("%s/link", maker.path);
	assert_int_equal(symlink("blobs", link), 0);
	root = beneath_root(maker.path, &err);
	assert_true(root >= 0);
	for (size_t i = 0; i < countof(cases); i++) {
		auto_close int folder = -1;

		if (beneath_folder(root, cases[i].name, &folder, &err) != cases[i].found)
			fail_msg("%s: %s", cases[i].name, err.message);
		assert_int_equal(folder >= 0, cases[i].found == 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
