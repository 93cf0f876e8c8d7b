/*
 * Attribution: who pays for which bytes, so that the rows add up to the total to the byte.
 *
 * A blob is split evenly among the images that use it within a dedup group (the Shapley value of
 * this cost game); the remainder of the division goes to the image with the lowest config digest.
 * Bytes of no image complete the sum: indexes, artifacts. An image's share in a group is split
 * evenly among the repositories of that group that reach it, the remainder to the first by name.
 */
#ifndef ANALYZER_MODEL_ATTRIBUTION_H
#define ANALYZER_MODEL_ATTRIBUTION_H

#include "analyzer/model/place.h"

struct image_bytes {
	uint64_t logical_bytes;    /* alone, nothing shared: Σ over its manifests and groups */
	uint64_t attributed_bytes; /* its share */
	uint64_t unique_bytes;     /* used by nothing else in the group: what it alone keeps */
};

struct attribution {
	/* Per image, registries and layouts apart. */
	struct image_bytes *registry, *layout;
	/* Per repository: its share of the images that it reaches. Those of registries sum up to
	 * what their images are attributed. */
	uint64_t *repository_bytes;
	/* The rest of the registries' actual total. */
	uint64_t index_bytes, artifact_bytes;
	/* Σ registry attributed + index + artifact = usage.total.actual_bytes */
	uint64_t total_bytes;
};

struct attribution *attribution_build(
        const struct snapshot *snapshot, const struct places *places, struct arena *arena);

#endif
