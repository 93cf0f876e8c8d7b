/*
 * Migrations: numbered from 1, forward only, never edited once released. Each runs in one
 * transaction together with its version number (PRAGMA user_version), so a store is always of
 * exactly one version.
 */
#ifndef ANALYZER_STORE_MIGRATE_H
#define ANALYZER_STORE_MIGRATE_H

#include <stddef.h>

#include "analyzer/store/db.h"

/* Step i makes version i + 1. */
struct migration {
	const char *sql;
};

/* The released ones, in order. */
const struct migration *migrations(size_t *count);

/*
 * Brings the database to version `count`. An old one is first copied to FILE.vN.bak. Refused: a
 * version that is newer than the steps, or a mark that is not ours. A step that fails is rolled
 * back and leaves the version before it.
 */
int migrate(
        struct db *db, const struct migration *steps, size_t count, struct error *err) must_check;
/* 1 of version `count`, 0 without content, -1 refused; an old one too: it takes a writer. */
int migrate_check(struct db *db, size_t count, struct error *err) must_check;

#endif
