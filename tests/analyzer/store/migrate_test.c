/* Migrations: fresh, step by step, broken, newer, from every released version. */
#include "tests/analyzer/store/fixture.h"

#include "analyzer/store/identity.h"
#include "analyzer/store/migrate.h"

#define MARK "PRAGMA application_id = 0x4c595348;"

static const struct migration invented[] = {
	{ MARK "CREATE TABLE animal (id INTEGER PRIMARY KEY, name TEXT) STRICT;"
	       "INSERT INTO animal (name) VALUES ('cat'), ('dog');" },
	{ "ALTER TABLE animal ADD COLUMN legs INTEGER; UPDATE animal SET legs = 4;" },
	{ "CREATE TABLE owner (animal INTEGER REFERENCES animal) STRICT;"
	  "INSERT INTO owner VALUES (1);" },
};

static void
open_db(struct db *db, const char *path)
{
	struct error err = { 0 };

	if (access(path, F_OK) != 0)
		write_file(path, "", 0);
	if (db_open(db, path, DB_WRITE, &err) != 0)
		fail_msg("%s", err.message);
}

static int
migrate_file(const char *path, const struct migration *steps, size_t count, struct error *err)
{
	struct db db;
	int result;

	open_db(&db, path);
	result = migrate(&db, steps, count, err);
	db_close(&db);
	return result;
}

static void
test_step_by_step(void **state)
{
	struct fixture *fixture = *state;
	auto_free char *copy = xprintf("%s.v1.bak", fixture->path);
	auto_free char *unfinished = xprintf("%s.tmp", copy);
	struct error err = { 0 };

	for (size_t version = 1; version <= countof(invented); version++) {
		assert_int_equal(migrate_file(fixture->path, invented, version, &err), 0);
		assert_int_equal(ask_sql(fixture->path, "PRAGMA user_version"), version);
		assert_int_equal(migrate_file(fixture->path, invented, version, &err), 0);
	}
	assert_int_equal(ask_sql(fixture->path, "SELECT sum(legs) FROM animal"), 8);
	/* The copy is the store as it was. */
	assert_int_equal(ask_sql(copy, "PRAGMA user_version"), 1);
	assert_int_equal(ask_sql(copy, "SELECT count(*) FROM animal"), 2);
	assert_int_equal(ask_sql(copy, "PRAGMA application_id"), STORE_APPLICATION_ID);
	assert_int_equal(access(unfinished, F_OK), -1);
}

static void
test_all_at_once_makes_no_copy(void **state)
{
	struct fixture *fixture = *state;
	auto_free char *copy = xprintf("%s.v0.bak", fixture->path);
	struct error err = { 0 };

	assert_int_equal(migrate_file(fixture->path, invented, countof(invented), &err), 0);
	assert_int_equal(ask_sql(fixture->path, "PRAGMA user_version"), countof(invented));
	assert_int_equal(access(copy, F_OK), -1);
}

static const struct {
	const char *sql;
	const char *message;
} broken[] = {
	{ "UPDATE animal SET name = 'x'; CREATE TABLE", "migration 2: " },
	{ "UPDATE animal SET name = 'x'; SELECT nonsense FROM animal", "no such column" },
	{ "UPDATE animal SET name = 'x'; CREATE TABLE owner (a INTEGER REFERENCES animal);"
	  "INSERT INTO owner VALUES (99)",
	        "migration 2: rows point at nothing" },
	{ "UPDATE animal SET name = 'x'; COMMIT; SELECT nonsense", "migration 2: " },
};

static void
test_broken_step_is_rolled_back(void **state)
{
	struct fixture *fixture = *state;

	/* The last case commits by itself, which no step may: it is only to be reported. */
	for (size_t i = 0; i < countof(broken); i++) {
		const struct migration steps[] = { invented[0], { broken[i].sql } };
		auto_free char *path = xprintf("%s/%zu.db", fixture->folder, i);
		struct error err = { 0 };

		assert_int_equal(migrate_file(path, steps, 1, &err), 0);
		assert_int_equal(migrate_file(path, steps, 2, &err), -1);
		if (strstr(err.message, broken[i].message) == NULL)
			fail_msg("'%s' lacks '%s'", err.message, broken[i].message);
		assert_int_equal(ask_sql(path, "PRAGMA user_version"), 1);
		if (i + 1 < countof(broken))
			assert_int_equal(
			        ask_sql(path, "SELECT count(*) FROM animal WHERE name = 'x'"), 0);
		/* With a working step it goes on from there. */
		assert_int_equal(migrate_file(path, invented, countof(invented), &err), 0);
	}
}

static void
test_newer_and_foreign(void **state)
{
	struct fixture *fixture = *state;
	struct error err = { 0 };

	assert_int_equal(migrate_file(fixture->path, invented, 3, &err), 0);
	assert_int_equal(migrate_file(fixture->path, invented, 2, &err), -1);
	assert_non_null(
	        strstr(err.message, "store version 3 is newer than this program's version 2"));
	run_sql(fixture->path, "PRAGMA application_id = 7");
	assert_int_equal(migrate_file(fixture->path, invented, 3, &err), -1);
	assert_non_null(strstr(err.message, "not a layershare store"));
}

static void
test_readers_refuse_old(void **state)
{
	struct fixture *fixture = *state;
	struct error err = { 0 };
	struct db db;

	assert_int_equal(migrate_file(fixture->path, invented, 1, &err), 0);
	open_db(&db, fixture->path);
	assert_int_equal(migrate_check(&db, 1, &err), 1);
	assert_int_equal(migrate_check(&db, 2, &err), -1);
	assert_non_null(strstr(err.message, "version 1 is older than this program's version 2"));
	assert_int_equal(db_int(&db, "PRAGMA user_version", &(int64_t){ 0 }, 0, &err), 0);
	db_close(&db);
}

/* Tables, columns, keys and indexes as rows of text, whatever the statements that made them. */
static const char schema_sql[] =
        "SELECT group_concat(line, char(10)) FROM ("
        " SELECT 'table ' || t.name || ' ' || t.strict || t.wr || ' ' || c.cid || ' ' || c.name ||"
        "  ' ' || c.type || ' ' || c.\"notnull\" || c.pk || ' ' || coalesce(c.dflt_value, '') AS "
        "line"
        "  FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c WHERE t.schema = 'main'"
        "  AND t.name NOT LIKE 'sqlite_%'"
        " UNION ALL SELECT 'key ' || t.name || ' ' || k.\"from\" || ' ' || k.\"table\""
        "  FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) k"
        "  WHERE t.schema = 'main'"
        " UNION ALL SELECT 'index ' || t.name || ' ' || i.\"unique\" || i.partial || ' ' ||"
        "  x.seqno || ' ' || coalesce(x.name, '') FROM pragma_table_list t"
        "  JOIN pragma_index_list(t.name) i JOIN pragma_index_xinfo(i.name) x"
        "  WHERE t.schema = 'main' AND x.key ORDER BY line)";

static char *
schema_of(const char *path)
{
	struct db db;
	struct query query;
	struct error err = { 0 };
	char *text;

	open_db(&db, path);
	query = db_query(&db, schema_sql);
	assert_true(query_next(&query));
	text = xstrdup(query_text(&query, 0));
	assert_int_equal(query_end(&query, &err), 0);
	db_close(&db);
	return text;
}

static char *
read_text(const char *path)
{
	char *text = xcalloc(1 << 20, 1);
	auto_fclose FILE *file = fopen(path, "r");

	if (file == NULL)
		fail_msg("%s is missing", path);
	assert_in_range(fread(text, 1, (1 << 20) - 1, file), 1, (1 << 20) - 2);
	return text;
}

/*
 * released/N.sql is a store as version N wrote it, with rows in it: opened today it has today's
 * schema, is sound, and shows what it showed. To add one: a store with two nights as in 1.sql, then
 *	(echo 'PRAGMA application_id = 0x4c595348; PRAGMA user_version = N;'; sqlite3 FILE .dump)
 */
static void
test_released_versions(void **state)
{
	struct fixture *fixture = *state;
	auto_free char *fresh = NULL;
	size_t newest;

	migrations(&newest);
	store_close(open_store(fixture->path, STORE_WRITE));
	fresh = schema_of(fixture->path);
	assert_true(strlen(fresh) > 1000);
	for (size_t version = 1; version <= newest; version++) {
		auto_free char *source = xprintf("tests/analyzer/store/released/%zu.sql", version);
		auto_free char *path = xprintf("%s/v%zu.db", fixture->folder, version);
		auto_free char *sql = read_text(source);
		auto_free char *schema = NULL;
		struct load_options options = { 0 };
		struct error err = { 0 };
		struct snapshot *snapshot;
		struct store *store;

		run_sql(path, sql);
		assert_int_equal(ask_sql(path, "PRAGMA user_version"), version);
		store_close(open_store(path, STORE_WRITE));
		assert_sound(path);
		schema = schema_of(path);
		assert_string_equal(schema, fresh);
		store = open_store(path, STORE_READ);
		snapshot = store_load(store, &options, &err);
		assert_non_null(snapshot);
		assert_int_equal(snapshot->reference_count, 3);
		assert_int_equal(snapshot->image_count, 3);
		assert_int_equal(snapshot->manifest_count, 5);
		assert_int_equal(snapshot->problem_count, 1);
		assert_int_equal(snapshot->sources[0].state, SOURCE_PARTIAL);
		snapshot_free(snapshot);
		store_close(store);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_step_by_step),
		store_test(test_all_at_once_makes_no_copy),
		store_test(test_broken_step_is_rolled_back),
		store_test(test_newer_and_foreign),
		store_test(test_readers_refuse_old),
		store_test(test_released_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
