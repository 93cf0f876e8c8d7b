/* What the tests of the store share: a folder of its own per test, SQL behind the store's back,
 * records in one line each. Included once per test program. */
#ifndef TESTS_ANALYZER_STORE_FIXTURE_H
#define TESTS_ANALYZER_STORE_FIXTURE_H

/* Ours first: cmocka makes fail() a macro. */
#include "analyzer/store/db.h"
#include "analyzer/store/store.h"
#include "common/memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

struct fixture {
	char folder[64];
	char path[96]; /* of the store: not made yet */
};

UNUSED static int
set_up(void **state)
{
	struct fixture *fixture = xcalloc(1, sizeof(*fixture));

	snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/layershare-store-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	snprintf(fixture->path, sizeof(fixture->path), "%s/store.db", fixture->folder);
	*state = fixture;
	return 0;
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status, (void)kind, (void)walk;
	return remove(path);
}

UNUSED static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	nftw(fixture->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(fixture);
	return 0;
}

#define store_test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

UNUSED static void
write_file(const char *path, const void *data, size_t length)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

UNUSED static void
copy_file(const char *from, const char *to)
{
	auto_free char *data = xcalloc(1, 16 << 20);
	auto_fclose FILE *file = fopen(from, "r");
	size_t length;

	assert_non_null(file);
	length = fread(data, 1, 16 << 20, file);
	assert_in_range(length, 1, (16 << 20) - 1);
	write_file(to, data, length);
}

/* Runs SQL on any database file, as another program would. */
UNUSED static void
run_sql(const char *path, const char *sql)
{
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(handle);
}

UNUSED static int64_t
ask_sql(const char *path, const char *sql)
{
	sqlite3 *handle = NULL;
	sqlite3_stmt *statement = NULL;
	int64_t value;

	assert_int_equal(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(handle);
	return value;
}

UNUSED static struct store *
open_store(const char *path, enum store_mode mode)
{
	struct error err = { 0 };
	struct store *store = store_open(path, mode, &err);

	assert_string_equal(err.message, "");
	assert_non_null(store);
	return store;
}

UNUSED static void
assert_refused(const char *path, enum store_mode mode, const char *part)
{
	struct error err = { 0 };
	struct store *store = store_open(path, mode, &err);

	if (store != NULL || strstr(err.message, part) == NULL)
		fail_msg("%s: expected a refusal with '%s', got '%s'", path, part,
		        store != NULL ? "success" : err.message);
	if (strstr(err.message, path) == NULL)
		fail_msg("the message does not name %s: %s", path, err.message);
}

UNUSED static void
assert_sound(const char *path)
{
	struct store *store = open_store(path, STORE_READ);
	struct error err = { 0 };

	if (store_verify(store, &err) != 0)
		fail_msg("%s", err.message);
	store_close(store);
}

#endif
