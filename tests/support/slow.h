/*
 * The numbers of usage and attribution once more, by other code: straight from the definitions of
 * the model, over digests, with loops over everything. For small snapshots only.
 */
#ifndef TESTS_SUPPORT_SLOW_H
#define TESTS_SUPPORT_SLOW_H

#include "analyzer/model/place.h"

struct slow_source {
	uint64_t tags, images, blobs, logical, actual, index, artifact, foreign, absent;
};

struct slow {
	struct arena arena;
	struct slow_source *sources;
	/* Per image × kind (0 = registries, 1 = layouts). */
	uint64_t *logical[2], *attributed[2], *unique[2];
	uint64_t *repositories;
};

void slow_build(
        struct slow *slow, const struct snapshot *snapshot, const struct place_options *options);

#endif
