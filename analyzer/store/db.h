/*
 * SQLite with less ceremony. A query remembers its first failure and does nothing after it;
 * query_end() reports it once, with the SQL's place:
 *
 *	struct query q = db_query(db, "SELECT size FROM blob WHERE id = :id");
 *	query_bind_int(&q, ":id", id);
 *	while (query_next(&q))
 *		total += query_int(&q, 0);
 *	return query_end(&q, err);
 *
 * Only files in analyzer/store/ include this.
 */
#ifndef ANALYZER_STORE_DB_H
#define ANALYZER_STORE_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "schema/digest.h"

struct db {
	sqlite3 *handle;
	char *path;
};

struct query {
	struct db *db;
	sqlite3_stmt *statement;
	const char *sql;
	int code;    /* SQLITE_OK until something failed */
	bool cached; /* the statement lives longer: query_end() resets instead of finalizing */
	char unknown_parameter[64];
};

/* SQL without parameters and rows: pragmas, BEGIN, a whole migration. */
int db_run(struct db *db, const char *sql, struct error *err) must_check;
struct query db_query(struct db *db, const char *sql);
/* *slot keeps the prepared statement between calls; db_forget() finalizes it. */
struct query db_query_cached(struct db *db, sqlite3_stmt **slot, const char *sql);
void db_forget(sqlite3_stmt **slot);

void query_bind_int(struct query *query, const char *name, int64_t value);
/* Text and blobs are not copied: they must live until query_end(). NULL binds NULL. */
void query_bind_text(struct query *query, const char *name, const char *value);
void query_bind_blob(struct query *query, const char *name, const void *value, size_t length);
void query_bind_digest(struct query *query, const char *name, const struct digest *digest);
void query_bind_null(struct query *query, const char *name);
bool query_next(struct query *query);
int64_t query_int(const struct query *query, int column);
bool query_is_null(const struct query *query, int column);
/* Valid until the next query_next(); never NULL. */
const char *query_text(const struct query *query, int column);
bool query_digest(const struct query *query, int column, struct digest *digest);
int query_end(struct query *query, struct error *err) must_check;

/* One value of one row, with one optional integer parameter; `otherwise` when there is no row. */
int db_int(struct db *db, const char *sql, int64_t *value, int64_t otherwise,
        struct error *err) must_check;

#endif
