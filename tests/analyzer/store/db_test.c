/* The wrapper: the first failure sticks, is reported once, and says what to do. */
#include "tests/analyzer/store/fixture.h"

static void
open_notes(struct db *db, const char *path)
{
	struct error err = { 0 };

	write_file(path, "", 0);
	assert_int_equal(db_open(db, path, DB_WRITE, &err), 0);
	assert_int_equal(db_run(db,
	                         "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL,"
	                         " parent INTEGER REFERENCES note) STRICT",
	                         &err),
	        0);
}

static int
insert(struct db *db, const char *text, struct error *err)
{
	struct query query = db_query_cached(db, "INSERT INTO note (text) VALUES (:text)");

	query_bind_text(&query, ":text", text);
	return query_run(&query, err);
}

static void
test_rows_and_values(void **state)
{
	struct fixture *fixture = *state;
	struct digest digest, back;
	struct error err = { 0 };
	struct query query;
	int64_t value;
	struct db db;

	open_notes(&db, fixture->path);
	digest_of(&digest, DIGEST_SHA512, "x", 1);
	assert_int_equal(insert(&db, "one", &err), 0);
	assert_int_equal(db_last_id(&db), 1);
	assert_true(db_changed(&db));
	assert_int_equal(insert(&db, "two", &err), 0);
	query = db_query(&db, "SELECT id, text, parent, :digest, x'00', :int, :null FROM note");
	query_bind_digest(&query, ":digest", &digest);
	query_bind_int(&query, ":int", INT64_MIN);
	query_bind_null(&query, ":null");
	assert_true(query_next(&query));
	assert_int_equal(query_int(&query, 0), 1);
	assert_string_equal(query_text(&query, 1), "one");
	assert_true(query_is_null(&query, 2));
	assert_string_equal(query_text(&query, 2), "");
	assert_true(query_digest(&query, 3, &back));
	assert_true(digest_equal(&digest, &back));
	assert_false(query_digest(&query, 4, &back));
	assert_false(query_digest(&query, 2, &back));
	assert_true(query_int(&query, 5) == INT64_MIN);
	assert_true(query_is_null(&query, 6));
	assert_true(query_next(&query));
	assert_string_equal(query_text(&query, 1), "two");
	assert_false(query_next(&query));
	assert_int_equal(query_end(&query, &err), 0);

	assert_int_equal(db_int(&db, "SELECT max(id) FROM note", &value, 7, &err), 0);
	assert_int_equal(value, 2);
	assert_int_equal(db_int(&db, "SELECT id FROM note WHERE id = 9", &value, 7, &err), 0);
	assert_int_equal(value, 7);
	assert_int_equal(db_int(&db, "SELECT NULL", &value, 7, &err), 0);
	assert_int_equal(value, 7);
	assert_int_equal(db_int(&db, "SELECT nonsense", &value, 7, &err), -1);
	db_close(&db);
	db_close(&db);
}

static const struct {
	const char *sql;
	const char *parameter;
	const char *message;
} failures[] = {
	{ "SELECT nonsense FROM note", ":id", "no such column: nonsense (in: SELECT nonsense" },
	{ "SELECT id FROM note WHERE id = :id", ":di", "no parameter :di (in: SELECT id" },
	{ "INSERT INTO note (text, id) VALUES (NULL, :id)", ":id", "NOT NULL constraint failed" },
	{ "INSERT INTO note (text, id) VALUES ('x', :id)", ":id", "UNIQUE constraint failed" },
	{ "INSERT INTO note (text, parent) VALUES ('x', :id + 99)", ":id", "FOREIGN KEY" },
	{ "INSERT INTO note (text, id) VALUES ('x', 'y' || :id)", ":id", "datatype mismatch" },
	{ "INSERT INTO note (text) VALUES (zeroblob(:id * 20000000))", ":id", "too big" },
	{ "SELECT load_extension('x', :id)", ":id", "not authorized" },
	{ "UPDATE sqlite_schema SET sql = :id", ":id", "may not be modified" },
};

static void
test_failures_stick(void **state)
{
	struct fixture *fixture = *state;
	struct error err = { 0 };
	struct db db;

	open_notes(&db, fixture->path);
	assert_int_equal(insert(&db, "one", &err), 0);
	for (size_t i = 0; i < countof(failures); i++) {
		struct query query = db_query(&db, failures[i].sql);

		query_bind_int(&query, failures[i].parameter, 1);
		assert_false(query_next(&query));
		/* Nothing that follows hides it. */
		query_bind_int(&query, ":id", 1);
		query_bind_text(&query, ":other", "x");
		assert_false(query_next(&query));
		assert_int_equal(query_end(&query, &err), -1);
		if (strstr(err.message, failures[i].message) == NULL ||
		        strstr(err.message, fixture->path) == NULL)
			fail_msg("%s: '%s'", failures[i].sql, err.message);
	}
	db_close(&db);
}

/* A kept statement works again after it failed, and forgets what was bound. */
static void
test_kept_statements(void **state)
{
	static const char sql[] = "INSERT INTO note (text) VALUES (:text)";
	struct fixture *fixture = *state;
	struct error err = { 0 };
	struct query query;
	int64_t value;
	struct db db;

	open_notes(&db, fixture->path);
	for (int i = 0; i < 3; i++) {
		query = db_query_cached(&db, sql);
		query_bind_text(&query, ":text", "x");
		assert_int_equal(query_run(&query, &err), 0);
		query = db_query_cached(&db, sql);
		assert_int_equal(query_run(&query, &err), -1);
		assert_non_null(strstr(err.message, "NOT NULL constraint failed: note.text"));
	}
	assert_int_equal(db_int(&db, "SELECT count(*) FROM note", &value, 0, &err), 0);
	assert_int_equal(value, 3);
	/* As many as there are literals of this program. */
	query = db_query_cached(&db, "SELECT nonsense");
	assert_int_equal(query_end(&query, &err), -1);
	query = db_query_cached(&db, "SELECT 1");
	assert_true(query_next(&query));
	assert_int_equal(query_end(&query, &err), 0);
	db_close(&db);
}

/* Another process's lock is waited for, then named. */
static void
test_busy(void **state)
{
	struct fixture *fixture = *state;
	struct error err = { 0 };
	struct db writer, reader;
	int64_t value;

	open_notes(&writer, fixture->path);
	assert_int_equal(db_open(&reader, fixture->path, DB_READ, &err), 0);
	sqlite3_busy_timeout(reader.handle, 10);
	assert_int_equal(db_run(&writer, "BEGIN EXCLUSIVE", &err), 0);
	assert_int_equal(db_int(&reader, "SELECT count(*) FROM note", &value, 0, &err), -1);
	assert_non_null(strstr(err.message, "another process keeps it locked; try again later"));
	assert_int_equal(db_run(&writer, "COMMIT", &err), 0);
	assert_int_equal(db_int(&reader, "SELECT count(*) FROM note", &value, 9, &err), 0);
	assert_int_equal(value, 0);
	assert_int_equal(db_run(&reader, "INSERT INTO note (text) VALUES ('x')", &err), -1);
	db_close(&reader);
	db_close(&writer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_rows_and_values),
		store_test(test_failures_stick),
		store_test(test_kept_statements),
		store_test(test_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
