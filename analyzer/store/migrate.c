/*
 * A table of steps. Foreign keys are off while a step runs, because rebuilding a table is the only
 * way to change one (sqlite.org/lang_altertable.html 7), and checked before it commits.
 */
#include "analyzer/store/migrate.h"

#include <stdlib.h>

#include "analyzer/store/backup.h"
#include "analyzer/store/identity.h"
#include "common/memory.h"
#include "schema/embed.h"

static const struct migration released[] = {
	{ embed_sql_0001 },
	{ embed_sql_0002 },
};

const struct migration *
migrations(size_t *count)
{
	*count = countof(released);
	return released;
}

/* The version; 0 for a database without content. Refuses what is not ours, or newer. */
static int
read_version(struct db *db, size_t newest, int64_t *version, struct error *err)
{
	int64_t application, objects;

	if (db_int(db, "PRAGMA application_id", &application, 0, err) != 0 ||
	        db_int(db, "PRAGMA user_version", version, 0, err) != 0 ||
	        db_int(db, "SELECT count(*) FROM sqlite_schema", &objects, 0, err) != 0)
		return -1;
	if (application == 0 && *version == 0 && objects == 0)
		return 0;
	if (application != STORE_APPLICATION_ID || *version <= 0)
		return fail(err, ERROR_FAILED, "%s: not a layershare store", db->path);
	if (*version > (int64_t)newest)
		return fail(err, ERROR_FAILED,
		        "%s: store version %lld is newer than this program's version %zu; use a "
		        "newer layershare or another --db",
		        db->path, (long long)*version, newest);
	return 0;
}

static int
check_references(struct db *db, struct error *err)
{
	struct query query = db_query(db, "PRAGMA foreign_key_check");
	bool broken = query_next(&query);

	if (query_end(&query, err) != 0)
		return -1;
	return broken ? fail(err, ERROR_FAILED, "rows point at nothing") : 0;
}

/* Inside a transaction. */
static int
apply(struct db *db, const char *sql, size_t version, struct error *err)
{
	auto_free char *bump = xprintf("PRAGMA user_version = %zu", version);

	if (db_run(db, sql, err) != 0 || check_references(db, err) != 0)
		return -1;
	return db_run(db, bump, err);
}

static int
step(struct db *db, const char *sql, size_t version, struct error *err)
{
	struct error ignored = { 0 };

	if (db_run(db, "BEGIN EXCLUSIVE", err) != 0)
		return -1;
	if (apply(db, sql, version, err) == 0 && db_run(db, "COMMIT", err) == 0)
		return 0;
	/* SQLite may have rolled back by itself: then there is nothing left to do. */
	if (db_in_transaction(db) && db_run(db, "ROLLBACK", &ignored) != 0)
		return fail_in(err, "migration %zu (not rolled back)", version);
	return fail_in(err, "migration %zu", version);
}

static int
run_steps(
        struct db *db, const struct migration *steps, size_t from, size_t count, struct error *err)
{
	if (db_run(db, "PRAGMA foreign_keys = OFF", err) != 0)
		return -1;
	for (size_t i = from; i < count; i++)
		if (step(db, steps[i].sql, i + 1, err) != 0)
			return -1;
	return db_run(db, "PRAGMA foreign_keys = ON", err);
}

int
migrate(struct db *db, const struct migration *steps, size_t count, struct error *err)
{
	int64_t version;

	if (read_version(db, count, &version, err) != 0)
		return -1;
	if (version == (int64_t)count)
		return 0;
	if (version > 0 && backup_before(db, (int)version, err) != 0)
		return -1;
	return run_steps(db, steps, (size_t)version, count, err);
}

int
migrate_check(struct db *db, size_t count, struct error *err)
{
	int64_t version;

	if (read_version(db, count, &version, err) != 0)
		return -1;
	if (version > 0 && version < (int64_t)count)
		return fail(err, ERROR_FAILED,
		        "%s: store version %lld is older than this program's version %zu; the next "
		        "scan migrates it",
		        db->path, (long long)version, count);
	return version > 0;
}
