/*
 * The only calls into SQLite are here (and in backup.c). Statements of the hot path are kept
 * prepared in a small hash table whose key is the address of the SQL literal: no names, no slots,
 * nothing to forget.
 */
#include "analyzer/store/db.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

/* The largest value of ours is a config's details (64 KiB); SQLite's own limit is 1 GB. */
#define MAX_VALUE_BYTES (16 << 20)

/* A reader comes back at once or fails. A writer may meet a reader that loads a large store, and
 * would lose its scan by giving up early. */
#define READER_WAIT_MS 5000
#define WRITER_WAIT_MS 60000

/* Of 4 KiB each: 4 to 64 MiB. */
#define MIN_CACHE_PAGES 1000
#define MAX_CACHE_PAGES 16000

static const char *
advice(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return ": free some space and scan again";
	case SQLITE_CORRUPT:
		return ": the file is damaged; put back a copy, or move it away and scan again";
	case SQLITE_NOTADB:
		return ": not a layershare store";
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ": another process keeps it locked; try again later";
	case SQLITE_READONLY:
		return code == SQLITE_READONLY_ROLLBACK
		               ? ": an interrupted scan has to be rolled back first, by someone "
		                 "who may write the file"
		               : ": make the file and its folder writable";
	default:
		return "";
	}
}

/* The world's failures explain themselves; for ours the statement matters. */
static bool
is_our_bug(int code)
{
	switch (code & 0xff) {
	case SQLITE_ERROR:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
	case SQLITE_TOOBIG:
		return true;
	default:
		return false;
	}
}

/* SQLite does not keep errno when a commit fails: then at least what was being done. */
static const char *
doing(int code)
{
	switch (code) {
	case SQLITE_IOERR_READ:
	case SQLITE_IOERR_SHORT_READ:
		return " while reading";
	case SQLITE_IOERR_WRITE:
		return " while writing";
	case SQLITE_IOERR_FSYNC:
	case SQLITE_IOERR_DIR_FSYNC:
		return " while syncing";
	case SQLITE_IOERR_TRUNCATE:
		return " while truncating";
	case SQLITE_IOERR_LOCK:
	case SQLITE_IOERR_RDLOCK:
		return " while locking";
	default:
		return "";
	}
}

static int
fail_with(struct db *db, int code, const char *cause, const char *sql, struct error *err)
{
	int system = db->handle != NULL ? sqlite3_system_errno(db->handle) : 0;
	bool io = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;

	if (io && system != 0)
		return fail(err, ERROR_FAILED, "%s: %s: %s", db->path, cause, strerror(system));
	if (sql != NULL && is_our_bug(code))
		return fail(err, ERROR_FAILED, "%s: %s (in: %.160s)", db->path, cause, sql);
	return fail(
	        err, ERROR_FAILED, "%s: %s%s", db->path, cause, io ? doing(code) : advice(code));
}

int
db_fail(struct db *db, int code, const char *sql, struct error *err)
{
	const char *cause = db->handle != NULL && sqlite3_extended_errcode(db->handle) == code
	                            ? sqlite3_errmsg(db->handle)
	                            : sqlite3_errstr(code);

	return fail_with(db, code, cause, sql, err);
}

static int
configure(struct db *db, enum db_access access, struct error *err)
{
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_timeout(db->handle, access == DB_WRITE ? WRITER_WAIT_MS : READER_WAIT_MS);
	sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
	sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/*
	 * Not WAL. SQLite before 3.51.3 (Debian 12 has 3.40.1) can lose committed pages when one
	 * connection resets the log while another one checkpoints, and a WAL store cannot be read
	 * from a folder without write permission. One writer that commits every few seconds gains
	 * nothing from it. TRUNCATE spares the sync of the folder that DELETE needs per commit.
	 */
	if (access == DB_READ && db_run(db, "PRAGMA query_only = ON", err) != 0)
		return -1;
	return db_run(db,
	        "PRAGMA trusted_schema = OFF;"
	        "PRAGMA cell_size_check = ON;"
	        "PRAGMA foreign_keys = ON;"
	        "PRAGMA temp_store = MEMORY;"
	        "PRAGMA synchronous = FULL;"
	        "PRAGMA journal_mode = TRUNCATE;",
	        err);
}

int
db_open(struct db *db, const char *path, enum db_access access, struct error *err)
{
	int code;

	*db = (struct db){ .path = xstrdup(path) };
	/* A reader opens for writing too where it may: a crashed writer's journal must be rolled
	 * back before anything can be read. query_only keeps it from anything else. */
	code = sqlite3_open_v2(
	        path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (code != SQLITE_OK)
		return db_fail(db, code, NULL, err);
	return configure(db, access, err);
}

void
db_close(struct db *db)
{
	for (size_t i = 0; i < DB_KEPT_STATEMENTS; i++)
		sqlite3_finalize(db->kept[i].statement);
	sqlite3_close(db->handle);
	free(db->path);
	*db = (struct db){ 0 };
}

int
db_fit_cache(struct db *db, size_t *cache_pages, struct error *err)
{
	auto_free char *sql = NULL;
	int64_t pages;

	if (db_int(db, "PRAGMA page_count", &pages, 0, err) != 0)
		return -1;
	pages /= 8;
	if (pages < MIN_CACHE_PAGES)
		pages = MIN_CACHE_PAGES;
	if (pages > MAX_CACHE_PAGES)
		pages = MAX_CACHE_PAGES;
	*cache_pages = (size_t)pages;
	sql = xprintf("PRAGMA cache_size = %d", (int)pages);
	return db_run(db, sql, err);
}

int
db_run(struct db *db, const char *sql, struct error *err)
{
	int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : db_fail(db, code, sql, err);
}

/* Keeps the message, which the next call on this connection would overwrite. */
static void
stick(struct query *query, int code)
{
	query->code = code;
	snprintf(query->failure, sizeof(query->failure), "%s", sqlite3_errmsg(query->db->handle));
}

static void
prepare(struct query *query, unsigned flags)
{
	int code = sqlite3_prepare_v3(
	        query->db->handle, query->sql, -1, flags, &query->statement, NULL);

	if (code != SQLITE_OK)
		stick(query, code);
}

struct query
db_query(struct db *db, const char *sql)
{
	struct query query = { .db = db, .sql = sql };

	prepare(&query, 0);
	return query;
}

struct query
db_query_cached(struct db *db, const char *sql)
{
	struct query query = { .db = db, .sql = sql, .cached = true };
	size_t slot = ((uintptr_t)sql >> 3) % DB_KEPT_STATEMENTS;

	for (size_t tries = 0; db->kept[slot].sql != NULL && db->kept[slot].sql != sql; tries++) {
		assert(tries < DB_KEPT_STATEMENTS);
		slot = (slot + 1) % DB_KEPT_STATEMENTS;
	}
	query.statement = db->kept[slot].statement;
	if (query.statement == NULL) {
		prepare(&query, SQLITE_PREPARE_PERSISTENT);
		db->kept[slot].sql = sql;
		db->kept[slot].statement = query.statement;
	}
	assert(query.statement == NULL || !sqlite3_stmt_busy(query.statement));
	return query;
}

/* The parameter's index, or 0 when nothing shall be bound. */
static int
parameter(struct query *query, const char *name)
{
	int index;

	if (query->code != SQLITE_OK)
		return 0;
	index = sqlite3_bind_parameter_index(query->statement, name);
	if (index == 0) {
		query->code = SQLITE_RANGE;
		snprintf(query->failure, sizeof(query->failure), "no parameter %s", name);
	}
	return index;
}

static void
bound(struct query *query, int code)
{
	if (code != SQLITE_OK)
		stick(query, code);
}

void
query_bind_int(struct query *query, const char *name, int64_t value)
{
	int index = parameter(query, name);

	if (index > 0)
		bound(query, sqlite3_bind_int64(query->statement, index, value));
}

void
query_bind_text(struct query *query, const char *name, const char *value)
{
	int index = parameter(query, name);

	if (index > 0)
		bound(query, sqlite3_bind_text(query->statement, index, value, -1, SQLITE_STATIC));
}

void
query_bind_blob(struct query *query, const char *name, const void *value, size_t length)
{
	int index = parameter(query, name);

	if (index > 0)
		bound(query,
		        sqlite3_bind_blob64(query->statement, index, value, length, SQLITE_STATIC));
}

void
query_bind_digest(struct query *query, const char *name, const struct digest *digest)
{
	query_bind_blob(query, name, digest->bytes, digest->length);
}

void
query_bind_null(struct query *query, const char *name)
{
	int index = parameter(query, name);

	if (index > 0)
		bound(query, sqlite3_bind_null(query->statement, index));
}

bool
query_next(struct query *query)
{
	int code;

	if (query->code != SQLITE_OK)
		return false;
	code = sqlite3_step(query->statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		stick(query, code);
	return code == SQLITE_ROW;
}

int64_t
query_int(const struct query *query, int column)
{
	return sqlite3_column_int64(query->statement, column);
}

bool
query_is_null(const struct query *query, int column)
{
	return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

const char *
query_text(const struct query *query, int column)
{
	const unsigned char *text = sqlite3_column_text(query->statement, column);

	return text != NULL ? (const char *)text : "";
}

struct packed
query_packed(const struct query *query, int column)
{
	const void *bytes = sqlite3_column_blob(query->statement, column);

	return packed_open(bytes, (size_t)sqlite3_column_bytes(query->statement, column));
}

bool
query_digest(const struct query *query, int column, struct digest *digest)
{
	const void *bytes = sqlite3_column_blob(query->statement, column);
	int length = sqlite3_column_bytes(query->statement, column);

	return digest_from_bytes(digest, bytes, bytes != NULL ? (size_t)length : 0);
}

int
query_end(struct query *query, struct error *err)
{
	if (query->cached && query->statement != NULL) {
		/* Bound text and blobs belong to the caller and may be gone by the next use. */
		sqlite3_reset(query->statement);
		sqlite3_clear_bindings(query->statement);
	} else {
		sqlite3_finalize(query->statement);
	}
	query->statement = NULL;
	if (query->code == SQLITE_OK)
		return 0;
	return fail_with(query->db, query->code, query->failure, query->sql, err);
}

int
query_run(struct query *query, struct error *err)
{
	query_next(query);
	return query_end(query, err);
}

int
db_int(struct db *db, const char *sql, int64_t *value, int64_t otherwise, struct error *err)
{
	struct query query = db_query(db, sql);

	*value = otherwise;
	if (query_next(&query) && !query_is_null(&query, 0))
		*value = query_int(&query, 0);
	return query_end(&query, err);
}

int64_t
db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

bool
db_changed(struct db *db)
{
	return sqlite3_changes(db->handle) > 0;
}

bool
db_in_transaction(struct db *db)
{
	return !sqlite3_get_autocommit(db->handle);
}
