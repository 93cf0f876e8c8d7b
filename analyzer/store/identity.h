/*
 * What a file is, by its first bytes alone: nothing is opened through SQLite, and so nothing
 * changed, before a file is known to be ours.
 */
#ifndef ANALYZER_STORE_IDENTITY_H
#define ANALYZER_STORE_IDENTITY_H

#include "common/error.h"

#define STORE_APPLICATION_ID 0x4c595348 /* "LYSH"; also in 0001_registry.sql */

/* 1 ours, 0 empty or absent, -1 refused: a directory, unreadable, not a database, or another
 * program's. */
int identify(const char *path, struct error *err) must_check;

/* Like fail_errno() with `path`; says what to do where one may not read or write. */
int fail_place(const char *path, struct error *err);

#endif
