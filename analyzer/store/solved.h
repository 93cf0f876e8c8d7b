/* Which problems a scan proves solved. Works inside the batch that ingest.c has begun. */
#ifndef ANALYZER_STORE_SOLVED_H
#define ANALYZER_STORE_SOLVED_H

#include "analyzer/store/ingest.h"

/* Closes the open problems that this scan did not repeat and was in a position to meet. */
int solved_close(
        struct ingest *ingest, const struct record_scan_end *end, struct error *err) must_check;

#endif
