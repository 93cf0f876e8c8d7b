/* A copy of the store before a migration, made by SQLite's own means and complete or absent. */
#ifndef ANALYZER_STORE_BACKUP_H
#define ANALYZER_STORE_BACKUP_H

#include "analyzer/store/db.h"

/* Copies the database to FILE.vVERSION.bak (mode 0600, synced), replacing an older copy. */
int backup_before(struct db *db, int version, struct error *err) must_check;

#endif
