/*
 * usage of image stores: logical and actual bytes on disk (model.md 5 "Node disk"). Pure.
 *
 *	logical   Σ over the distinct images of the sizes of all layers of their chains
 *	actual    Σ over the distinct chains that are there
 *
 * Two parts, in the store's one unit. `unpacked` is what live images (with a name or a container)
 * and containers stand on; `dangling` is the rest: images that nobody holds, layers of no image,
 * build cache. With a cumulative driver (vfs) a chain's size is its whole copy, so the same sums
 * hold. A size that is not known is 0 in the sums and counted beside them.
 */
#ifndef ANALYZER_MODEL_STORE_USAGE_H
#define ANALYZER_MODEL_STORE_USAGE_H

#include "analyzer/model/snapshot.h"

struct store_part {
	uint64_t logical_bytes, actual_bytes;
	uint32_t images, chains;
	uint32_t unknown_chains; /* there, but of unknown size */
};

struct store_row {
	uint32_t store;
	struct store_part unpacked, dangling;
	uint32_t images;         /* distinct config digests, dangling ones too */
	uint32_t unknown_images; /* whose chain is not known, not there, or of unknown size */
	uint32_t chains;         /* distinct, there */
	uint32_t containers, running;
	uint64_t writable_bytes; /* of containers, apparent */
	uint32_t unknown_writable;
	bool modelled; /* false: SHARING_NOT_MODELLED, all sums are 0 and mean nothing */
};

/* Sums over stores whose unit is the same. */
struct store_total {
	enum size_unit unit;
	struct store_part unpacked, dangling;
};

#define STORE_UNITS 4

struct store_usage {
	struct store_row *rows; /* in store order */
	uint32_t row_count;
	struct store_total totals[STORE_UNITS]; /* by unit; those without a store are left out */
	uint32_t total_count;
};

/* `platform` NULL = all: else only images of it count as live, and only chains under them. */
struct store_usage *store_usage_build(
        const struct snapshot *snapshot, const struct platform *platform, struct arena *arena);

#endif
