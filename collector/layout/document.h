/* Documents of a layout: read, verified, emitted, each once per scan, with all that they name. */
#ifndef COLLECTOR_LAYOUT_DOCUMENT_H
#define COLLECTOR_LAYOUT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/collector.h"
#include "collector/layout/entry.h"
#include "common/map.h"

/* For layout.c. `folder` is borrowed. */
struct reader {
	const struct collect_context *context;
	struct collect_result *result;
	int folder;
	struct map documents;   /* digest → whether it was read */
	struct map blobs;       /* digests of configs and layers that were looked at */
	const char *place;      /* of the current entry: "team/app:1.2" */
	const char *repository; /* of the current entry */
	size_t read_count;      /* entries that could be read */
	int64_t progress_at_ms;
};

void reader_init(struct reader *reader, const struct collect_context *context,
        struct collect_result *result);
void reader_release(struct reader *reader);
/* Reads what an entry names. 1 it could be read, 0 not (a problem says why; what is below it may
 * have problems in both cases), -1 the sink failed. */
int reader_entry(
        struct reader *reader, const struct layout_entry *entry, struct error *err) must_check;
/* Tells the receiver, at most every 100 ms unless it is the `last` time. */
void reader_progress(struct reader *reader, bool last);

#endif
