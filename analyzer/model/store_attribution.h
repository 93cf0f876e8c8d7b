/*
 * Attribution on stores (model.md 5): a chain's bytes are split evenly among the images of the
 *store that use it, the remainder goes to the image with the lowest config digest. What no image
 *uses (under containers whose image is gone, dangling layers, the builder's) is the store's rest.
 *Pure.
 *
 *	Σ attributed over the images + rest = unpacked + dangling of store_usage.h, to the byte
 */
#ifndef ANALYZER_MODEL_STORE_ATTRIBUTION_H
#define ANALYZER_MODEL_STORE_ATTRIBUTION_H

#include "analyzer/model/attribution.h"
#include "analyzer/model/node_images.h"

struct store_share {
	uint32_t store;
	struct image_bytes bytes; /* unique: what nothing else there holds */
};

struct store_attribution {
	/* Those of image i of node_images are shares[first_share[i]] … shares[first_share[i + 1] -
	 * 1], in store order; none of stores that are not modelled. */
	struct store_share *shares;
	uint32_t *first_share;
	uint64_t *rest_bytes; /* per store */
};

/* `platform` NULL = all: else only images of it, and no rest, as in store_usage_build(). */
struct store_attribution *store_attribution_build(const struct snapshot *snapshot,
        const struct node_images *images, const struct platform *platform, struct arena *arena);

#endif
