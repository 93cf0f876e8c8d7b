/* Absent documents, as spans; like observe.h, inside the batch of the running scan. */
#ifndef ANALYZER_STORE_OBSERVE_ABSENT_H
#define ANALYZER_STORE_OBSERVE_ABSENT_H

#include "analyzer/store/ingest.h"

/* A new scan: is anything of its source absent? */
int observe_absent_start(struct ingest *ingest, struct error *err) must_check;
int observe_absent(
        struct ingest *ingest, const struct record_absent *absent, struct error *err) must_check;
/* This document was seen in the source. */
int observe_present(
        struct ingest *ingest, const struct digest *present, struct error *err) must_check;
/* Closes what nothing names any more. */
int observe_absent_end(struct ingest *ingest, struct error *err) must_check;

#endif
