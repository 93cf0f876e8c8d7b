/*
 * What of the files of layers is in memory (model.md 5 RAM): for chains that running containers
 * stand on, where they read the layers' own inodes. Nothing is read, no time of access changes.
 */
#ifndef COLLECTOR_NODE_RESIDENT_H
#define COLLECTOR_NODE_RESIDENT_H

#include "collector/node/contents.h"

/* Of one store and run. Beyond them files are not measured, and their bytes say so. */
struct resident_budget {
	size_t files;
	int64_t ms;
};

extern const struct resident_budget resident_usual_budget;

/* Emits a resident record for each layer that is `used` (per layer of contents) and can be read.
 * What is missing for lack of permission or of budget is a remark; without anything measured there
 * is no record. -1 only when the sink failed. */
int resident_read(struct store_scan *scan, const struct contents *contents, const bool *used,
        const struct resident_budget *budget, struct error *err) must_check;

#endif
