/*
 * What scans of image stores saw (0002_nodes.sql), as spans. As in observe.h every function works
 * inside the batch that ingest.c has begun, for the scan that is running.
 */
#ifndef ANALYZER_STORE_NODES_H
#define ANALYZER_STORE_NODES_H

#include "analyzer/store/ingest.h"

/* A new scan: nothing was said yet. */
void nodes_start(struct ingest *ingest);
/* Frees what the scan said. */
void nodes_forget(struct ingest *ingest);
/* Any record of schema/record_node.h. */
int nodes_record(struct ingest *ingest, const struct record *record, struct error *err) must_check;
/* Closes what was not said again, if all that is there was said. */
int nodes_end(
        struct ingest *ingest, const struct record_scan_end *end, struct error *err) must_check;

/* For nodes.c; in nodes_spans.c. */
int nodes_container(struct ingest *ingest, const struct record_container *container,
        struct error *err) must_check;
int nodes_extra(
        struct ingest *ingest, const struct record_extra *extra, struct error *err) must_check;
/* In nodes_facts.c. */
int nodes_store_blob(
        struct ingest *ingest, const struct record_store_blob *blob, struct error *err) must_check;
int nodes_chain_facts(struct ingest *ingest, const struct record_chain_facts *facts,
        struct error *err) must_check;
int nodes_image_facts(struct ingest *ingest, const struct record_image_facts *facts,
        struct error *err) must_check;
int nodes_resident(struct ingest *ingest, const struct record_resident *resident,
        struct error *err) must_check;
/* After the last one: of memory only what the newest scan that brought data said stays. */
int nodes_resident_end(struct ingest *ingest, enum scan_state state, struct error *err) must_check;
/* 0 for "no digest". */
int nodes_intern(struct ingest *ingest, const struct digest *digest, int64_t *id,
        struct error *err) must_check;
/* Binds NULL for 0. */
void nodes_bind_id(struct query *query, const char *name, int64_t id);
/* Binds NULL for BYTES_UNKNOWN. */
void nodes_bind_bytes(struct query *query, const char *name, uint64_t bytes);

#endif
