/*
 * Observations: what a scan saw, as spans. Every function works inside the batch that ingest.c has
 * begun, for the scan that is running.
 */
#ifndef ANALYZER_STORE_OBSERVE_H
#define ANALYZER_STORE_OBSERVE_H

#include "analyzer/store/ingest.h"

/* A new scan: nothing was said yet. */
void observe_start(struct ingest *ingest);
/* Frees what the scan said. */
void observe_forget(struct ingest *ingest);
int observe_reference(struct ingest *ingest, const struct record_reference *reference,
        struct error *err) must_check;
int observe_repository(struct ingest *ingest, const struct record_repository *repository,
        struct error *err) must_check;
int observe_problem(
        struct ingest *ingest, const struct record_problem *problem, struct error *err) must_check;
/* A problem of a document's content: it stays open, without being said again, for as long as the
 * source holds that document. */
int observe_content_problem(struct ingest *ingest, const struct record_problem *problem,
        int64_t manifest, struct error *err) must_check;
/* Closes what was not said again, as far as the end allows to conclude that it is gone. */
int observe_end(
        struct ingest *ingest, const struct record_scan_end *end, struct error *err) must_check;

#endif
