/*
 * The sink: records in, rows out, in batches. One scan at a time; what the rules say about spans
 * stands in schema/record.h, 0001_registry.sql and 0002_nodes.sql.
 *
 * After the first failure the batch is rolled back and every later record is refused with the same
 * message: what the caches remember of the batch is no longer true.
 */
#ifndef ANALYZER_STORE_INGEST_H
#define ANALYZER_STORE_INGEST_H

#include "analyzer/store/db.h"
#include "analyzer/store/intern.h"
#include "common/map.h"
#include "schema/record.h"

/* A batch is committed when it is this old, at the end of a scan, and before it outgrows the page
 * cache: SQLite would start to write, and lock readers out, before the commit. */
#define INGEST_BATCH_MS 2000

/* How much this scan knows of a row. */
enum said {
	SAID = 1,  /* it is there */
	SAID_READ, /* a reference was resolved, a repository listed completely */
};

struct ingest {
	struct db *db;
	struct intern *intern;
	int64_t source;  /* of the running scan */
	int64_t scan;    /* 0 = none is running */
	char *selection; /* of the running scan, NULL = the whole source */
	bool some_platforms;
	/* Row ids of what this scan said, each with its enum said. */
	struct map said_repositories, said_references, said_problems;
	struct map said_layers, said_images, said_containers, said_extras, said_blobs;
	bool in_store;         /* this scan has said which store it is of */
	char *repository_name; /* of the last record that named one, which the next one repeats */
	int64_t repository;
	bool has_absent; /* something of the source is, or may be, recorded as absent */
	size_t batch_records, batch_limit;
	int64_t batch_began_ms;
	struct error failure; /* the first one */
};

struct ingest *ingest_new(struct db *db);
int ingest_emit(struct ingest *ingest, const struct record *record, struct error *err) must_check;
/* Commits the open batch, if any. */
int ingest_flush(struct ingest *ingest, struct error *err) must_check;
/* Rolls the open batch back, if any. */
void ingest_abandon(struct ingest *ingest);
void ingest_free(struct ingest *ingest);

#endif
