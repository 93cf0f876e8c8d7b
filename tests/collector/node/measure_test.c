/* Sizes of folders: what is counted once, and what is not followed. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/node/measure.h"
#include "common/memory.h"
#include "tests/support/layout_maker.h"

static uint64_t
size_of(const char *folder, const char *name)
{
	auto_free char *path = xprintf("%s/%s", folder, name);
	struct stat status;

	assert_int_equal(lstat(path, &status), 0);
	return (uint64_t)status.st_size;
}

static void
test_measure(void **state)
{
	__attribute__((cleanup(maker_release))) struct maker maker = { 0 };
	struct error err = { 0 };
	uint64_t bytes = 0;

	(void)state;
	maker_init(&maker);
	maker_write(&maker, "blobs/file", "12345");
	auto_free char *file = xprintf("%s/blobs/file", maker.path);
	auto_free char *again = xprintf("%s/blobs/again", maker.path);
	auto_free char *deep = xprintf("%s/blobs/deep", maker.path);
	auto_free char *out = xprintf("%s/blobs/deep/out", maker.path);
	auto_free char *pipe = xprintf("%s/blobs/deep/pipe", maker.path);
	auto_close int root = beneath_root(maker.path, &err);
	assert_int_equal(link(file, again), 0);
	assert_int_equal(mkdir(deep, 0700), 0);
	assert_int_equal(symlink("/usr", out), 0);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(measure_apparent(root, "blobs", &bytes, &err), 1);
	assert_int_equal(bytes, 5 + 4 + size_of(maker.path, "blobs") +
	                                size_of(maker.path, "blobs/deep") +
	                                size_of(maker.path, "blobs/sha256"));
	assert_int_equal(measure_apparent(root, "none", &bytes, &err), 0);
	assert_int_equal(measure_apparent(root, "blobs/file", &bytes, &err), 0);
	assert_int_equal(measure_apparent(root, "blobs/deep/out", &bytes, &err), -1);
	assert_int_equal(measure_apparent(root, "..", &bytes, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
