/* Memory: cleanup at the end of a scope, and the end of the program when there is none. */
#include "tests/support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/memory.h"

static void
test_allocate(void **state)
{
	(void)state;
	auto_free char *zeroed = xcalloc(100, 10);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(zeroed[i], 0);
	zeroed = xrealloc(zeroed, 2000, 1);
	assert_int_equal(zeroed[999], 0);
	auto_free void *nothing = xcalloc(0, 10);
	assert_non_null(nothing);
	nothing = xrealloc(nothing, 10, 0);
	assert_non_null(nothing);
	auto_free char *copy = xstrdup("text");
	assert_string_equal(copy, "text");
	auto_free char *printed = xprintf("%s-%d", copy, 7);
	assert_string_equal(printed, "text-7");
	auto_free char *unused = NULL;
	assert_null(unused);
}

static int
open_and_leave(void)
{
	auto_close int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	auto_close int none = -1;

	assert_true(fd >= 0);
	(void)none;
	errno = EXDEV; /* must survive the cleanup */
	return fd;
}

static int
fopen_and_leave(void)
{
	auto_fclose FILE *file = fopen("/dev/null", "re");
	auto_fclose FILE *none = NULL;

	assert_non_null(file);
	(void)none;
	errno = EXDEV;
	return fileno(file);
}

static void
test_cleanup(void **state)
{
	(void)state;
	int fd = open_and_leave();
	assert_int_equal(errno, EXDEV);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	fd = fopen_and_leave();
	assert_int_equal(errno, EXDEV);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void
overflow_calloc(size_t huge)
{
	free(xcalloc(huge, 16));
}

static void
overflow_realloc(size_t huge)
{
	free(xrealloc(NULL, huge, 16));
}

static void
overflow_arena(size_t huge)
{
	struct arena arena = { 0 };

	arena_alloc(&arena, huge, 16);
}

/* In a child: one line on stderr and exit status 1, whoever asked. */
static void
test_out_of_memory(void **state)
{
	static void (*const asks[])(size_t) = { overflow_calloc, overflow_realloc, overflow_arena };

	(void)state;
	for (size_t i = 0; i < countof(asks); i++) {
		int ends[2], status;
		char line[64] = { 0 };

		assert_int_equal(pipe(ends), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			volatile size_t huge = SIZE_MAX / 8; /* × 16 does not fit */

			dup2(ends[1], STDERR_FILENO);
			asks[i](huge);
			_Exit(0);
		}
		close(ends[1]);
		assert_true(read(ends[0], line, sizeof(line) - 1) > 0);
		close(ends[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 1);
		assert_string_equal(line, "layershare: out of memory\n");
	}
}

/* The sanitizer would end the program by itself at an impossible size. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1:log_path=/dev/null";
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allocate),
		cmocka_unit_test(test_cleanup),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
