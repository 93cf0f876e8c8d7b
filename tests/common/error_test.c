/* Errors: from purpose to cause, and never beyond the array. */
#include "tests/support/unit.h"

#include <errno.h>
#include <string.h>

#include "common/error.h"
#include "common/memory.h"

static void
test_fail(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(fail(&err, ERROR_LIMIT, "body of %d bytes", 7), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	assert_string_equal(err.message, "body of 7 bytes");
	assert_int_equal(fail_in(&err, "manifest"), -1);
	assert_int_equal(fail_in(&err, "team/%s:%s", "app", "1.2"), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	assert_string_equal(err.message, "team/app:1.2: manifest: body of 7 bytes");
	fail(&err, ERROR_FAILED, "again: %s", err.message); /* the old message as an argument */
	assert_string_equal(err.message, "again: team/app:1.2: manifest: body of 7 bytes");
	fail_in(&err, "%s", err.message);
	assert_non_null(strstr(err.message, "bytes: again: team"));
}

static void
test_errno(void **state)
{
	struct error err = { 0 };

	(void)state;
	errno = ENOENT;
	assert_int_equal(fail_errno(&err, "open %s", "x"), -1);
	assert_int_equal(err.code, ERROR_FAILED);
	assert_string_equal(err.message, "open x: No such file or directory");
}

static void
test_null(void **state)
{
	(void)state;
	assert_int_equal(fail(NULL, ERROR_FAILED, "x"), -1);
	assert_int_equal(fail_errno(NULL, "x"), -1);
	assert_int_equal(fail_in(NULL, "x"), -1);
}

/* A purpose without a recorded cause is a failure all the same. */
static void
test_in_nothing(void **state)
{
	struct error err = { 0 };

	(void)state;
	fail_in(&err, "scan");
	assert_int_equal(err.code, ERROR_FAILED);
	assert_string_equal(err.message, "scan");
}

static void
test_long(void **state)
{
	auto_free char *text = xcalloc(10001, 1);
	struct error err = { 0 };

	(void)state;
	memset(text, 'x', 10000);
	fail(&err, ERROR_FAILED, "%s", text);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	fail(&err, ERROR_FAILED, "HTTP 403");
	fail_in(&err, "%s", text);
	assert_non_null(strstr(err.message, ": HTTP 403")); /* the cause survives */
	for (int i = 0; i < 100; i++)
		fail_in(&err, "%s", text);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	errno = EACCES;
	fail_errno(&err, "%s", text);
	assert_non_null(strstr(err.message, ": Permission denied"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fail),
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_in_nothing),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
