/* A file is written whole or not at all. */
#include "tests/support/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "analyzer/command/save.h"
#include "common/memory.h"

static char folder[] = "/tmp/save_test.XXXXXX";

static int
enter(void **state)
{
	(void)state;
	memcpy(folder, "/tmp/save_test.XXXXXX", sizeof(folder));
	return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

/* Removes everything; returns how many entries there were. */
static int
empty(void)
{
	DIR *entries = opendir(".");
	struct dirent *entry;
	int count = 0;

	while ((entry = readdir(entries)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		remove(entry->d_name);
		count++;
	}
	closedir(entries);
	return count;
}

static int
leave(void **state)
{
	(void)state;
	empty();
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void
assert_content(const char *path, const char *expected)
{
	char text[64] = "";
	auto_fclose FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	assert_string_equal(text, expected);
}

static void
test_new_and_old(void **state)
{
	struct error err = { 0 };
	struct stat status;
	mode_t mask = umask(022);

	(void)state;
	assert_int_equal(save_file("page.html", "first", 5, &err), 0);
	assert_int_equal(save_file("page.html", "next", 4, &err), 0);
	assert_content("page.html", "next");
	assert_int_equal(stat("page.html", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
	assert_int_equal(empty(), 1);
	umask(mask);
}

static void
test_link_stays(void **state)
{
	struct error err = { 0 };
	struct stat status;

	(void)state;
	assert_int_equal(save_file("target.html", "old", 3, &err), 0);
	assert_int_equal(symlink("target.html", "link.html"), 0);
	assert_int_equal(save_file("link.html", "new", 3, &err), 0);
	assert_int_equal(lstat("link.html", &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_content("target.html", "new");
	assert_int_equal(empty(), 2);
}

static void
test_refused(void **state)
{
	static const char *const paths[] = { "folder.html", "fifo.html", "none/page.html" };

	(void)state;
	assert_int_equal(mkdir("folder.html", 0755), 0);
	assert_int_equal(mkfifo("fifo.html", 0644), 0);
	for (size_t i = 0; i < countof(paths); i++) {
		struct error err = { 0 };

		assert_int_equal(save_file(paths[i], "x", 1, &err), -1);
		assert_non_null(strstr(err.message, paths[i]));
	}
	assert_int_equal(empty(), 2);
}

/* The disk is full in the middle: the old page stays, and nothing lies beside it. */
static void
test_full(void **state)
{
	struct rlimit old, small;
	struct error err = { 0 };
	static char data[8192];

	(void)state;
	assert_int_equal(save_file("page.html", "old", 3, &err), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ 4096, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int result = save_file("page.html", data, sizeof(data), &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(result, -1);
	assert_non_null(strstr(err.message, "page.html: File too large"));
	assert_content("page.html", "old");
	assert_int_equal(empty(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_new_and_old, enter, leave),
		cmocka_unit_test_setup_teardown(test_link_stays, enter, leave),
		cmocka_unit_test_setup_teardown(test_refused, enter, leave),
		cmocka_unit_test_setup_teardown(test_full, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
