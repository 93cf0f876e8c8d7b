/*
 * SQLite with less ceremony. A query remembers its first failure and does nothing after it;
 * query_end() reports it once, with the file's name and what to do about it:
 *
 *	struct query q = db_query(db, "SELECT size FROM blob WHERE id = :id");
 *	query_bind_int(&q, ":id", id);
 *	while (query_next(&q))
 *		total += query_int(&q, 0);
 *	return query_end(&q, err);
 *
 * A statement without rows is the same without the loop: query_run().
 * Only files in analyzer/store/ include this.
 */
#ifndef ANALYZER_STORE_DB_H
#define ANALYZER_STORE_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/store/packed.h"
#include "common/error.h"
#include "schema/digest.h"

/* Distinct statements that one connection keeps prepared. */
#define DB_KEPT_STATEMENTS 128

struct db {
	sqlite3 *handle;
	char *path;
	/* Prepared once, found again by the address of their literal. */
	struct {
		const char *sql;
		sqlite3_stmt *statement;
	} kept[DB_KEPT_STATEMENTS];
};

struct query {
	struct db *db;
	sqlite3_stmt *statement;
	const char *sql;
	int code;    /* SQLITE_OK until something failed */
	bool cached; /* the statement lives longer: query_end() resets instead of finalizing */
	char failure[128];
};

enum db_access {
	DB_READ,  /* never writes, except to roll back what a crashed writer left */
	DB_WRITE, /* the file exists already, empty for a new database */
};

/* Opens an existing file with the settings that every connection of ours has. */
int db_open(struct db *db, const char *path, enum db_access access, struct error *err) must_check;
/* Also of a zeroed or half-opened one. */
void db_close(struct db *db);
/* Records an SQLite failure code as "PATH: cause: what to do"; returns -1. `sql` may be NULL. */
int db_fail(struct db *db, int code, const char *sql, struct error *err);

/* Lets the page cache be an eighth of the file: digests go to random places of their index, so a
 * large store needs more, and memory still grows by few hundred bytes per image. */
int db_fit_cache(struct db *db, size_t *cache_pages, struct error *err) must_check;

/* SQL without parameters and rows: pragmas, BEGIN, a whole migration. */
int db_run(struct db *db, const char *sql, struct error *err) must_check;
struct query db_query(struct db *db, const char *sql);
/* `sql` must be a literal: the prepared statement is kept under its address until db_close(). Not
 * to be nested in itself. */
struct query db_query_cached(struct db *db, const char *sql);

/* A name that the statement does not have is a failure of the query. */
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
/* A packed list; valid until the next query_next(). */
struct packed query_packed(const struct query *query, int column);
/* False if the column holds anything but the bytes of a digest. */
bool query_digest(const struct query *query, int column, struct digest *digest);
int query_end(struct query *query, struct error *err) must_check;
/* Steps a statement without rows once and ends it. */
int query_run(struct query *query, struct error *err) must_check;

/* One value of one row; `otherwise` when there is no row or the value is NULL. */
int db_int(struct db *db, const char *sql, int64_t *value, int64_t otherwise,
        struct error *err) must_check;

/* Of the last INSERT. */
int64_t db_last_id(struct db *db);
/* True if the last INSERT, UPDATE or DELETE touched a row. */
bool db_changed(struct db *db);
/* False too after a failure that made SQLite roll back by itself. */
bool db_in_transaction(struct db *db);

#endif
