/*
 * usage of the network (model.md 5 "Network"): what filling each store from empty transfers. Pure.
 *
 *	logical   Σ over its images of a pull into an empty store
 *	actual    the same one after the other, by config digest, each on what the former left:
 *	          the engine's own rule decides what that saves (pull.h)
 *
 * Each image by its cheapest known manifest. An image that no known manifest leads to is counted in
 * unknown_images and is in neither sum.
 */
#ifndef ANALYZER_MODEL_NETWORK_USAGE_H
#define ANALYZER_MODEL_NETWORK_USAGE_H

#include "analyzer/model/snapshot.h"

struct network_row {
	uint64_t logical_bytes, actual_bytes;
	uint32_t images;         /* that the sums are of */
	uint32_t unknown_images; /* built here, or pulled from where nobody looked */
	bool upper_bound;        /* an engine may transfer less than this */
};

struct network_usage {
	struct network_row *rows; /* in store order */
	uint32_t row_count;
	struct network_row total;
};

/* `platform` NULL = all: else only images of it. */
struct network_usage *network_usage_build(
        const struct snapshot *snapshot, const struct platform *platform, struct arena *arena);

#endif
