/*
 * The sink: records in, rows out, in batches. One scan at a time; what the rules say about spans
 * stands in schema/record.h and 0001_registry.sql.
 *
 * After the first failure the batch is rolled back and every later record is refused with the same
 * message: what the caches remember of the batch is no longer true.
 */
#ifndef ANALYZER_STORE_INGEST_H
#define ANALYZER_STORE_INGEST_H

#include "analyzer/store/db.h"
#include "analyzer/store/intern.h"
#include "schema/record.h"

/* A batch is committed when it is this large or this old, and at the end of a scan. */
#define INGEST_BATCH_ROWS 10000
#define INGEST_BATCH_MS   2000

struct ingest {
	struct db *db;
	struct intern *intern;
	int64_t source; /* of the running scan */
	int64_t scan;   /* 0 = none is running */
	size_t batch_rows;
	int64_t batch_began_ms;
	struct error failure; /* the first one */
};

struct ingest *ingest_new(struct db *db);
/* Makes the temporary tables; they live in memory and die with the connection. */
int ingest_prepare(struct ingest *ingest, struct error *err) must_check;
int ingest_emit(struct ingest *ingest, const struct record *record, struct error *err) must_check;
/* Commits the open batch, if any. */
int ingest_flush(struct ingest *ingest, struct error *err) must_check;
/* Rolls the open batch back, if any. */
void ingest_abandon(struct ingest *ingest);
void ingest_free(struct ingest *ingest);

#endif
