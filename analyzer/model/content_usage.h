/*
 * usage of content pools: the compressed blobs that engines keep beside what they unpacked
 * (model.md 2, 5). Pure. Stores of one pool (the namespaces of a containerd) list the same files,
 *so a pool is one row, in the first of its stores.
 *
 *	logical   Σ over the images of all its stores of what is kept of each: manifests, config,
 *	          layers; and what no image needs, once
 *	actual    Σ over the distinct blobs that are kept
 *
 * What belongs to an image is said by its manifests, where their content is known. Else, of its
 * layers, by the diff IDs that the stores state of blobs.
 */
#ifndef ANALYZER_MODEL_CONTENT_USAGE_H
#define ANALYZER_MODEL_CONTENT_USAGE_H

#include "analyzer/model/snapshot.h"

struct content_row {
	bool shown; /* the first store of a pool that keeps something; else all is 0 */
	uint64_t logical_bytes, actual_bytes;
	uint64_t unused_bytes; /* of these: needed by no image of the pool */
	uint32_t images;       /* of which something is kept, each in its store */
	uint32_t blobs, unused_blobs;
};

/* A row for each store, in store order. `platform` NULL = all: else only images of it, and of the
 * blobs only those that these need. */
struct content_row *content_usage_build(
        const struct snapshot *snapshot, const struct platform *platform, struct arena *arena);

#endif
