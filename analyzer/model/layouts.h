/*
 * Layouts one by one: usage and attribution know registries and layouts apart, but answers list
 * each layout as a store of its own, and an image may lie in several.
 */
#ifndef ANALYZER_MODEL_LAYOUTS_H
#define ANALYZER_MODEL_LAYOUTS_H

#include "analyzer/model/report.h"

struct layout_share {
	uint32_t source;
	struct image_bytes bytes;
};

struct layout {
	uint32_t source;
	uint32_t chains;                      /* distinct chains of its images, of every length */
	uint64_t index_bytes, artifact_bytes; /* the rest of its actual bytes */
};

struct layouts {
	struct layout *at; /* as usage.layouts, in source order */
	uint32_t count;
	/* Those of image i are shares[first_share[i]] … shares[first_share[i + 1] - 1], in source
	 * order. Σ over images + index_bytes + artifact_bytes = the layout's actual bytes. */
	struct layout_share *shares;
	uint32_t *first_share;
};

/* In the arena. Linear in images × layouts, after attribution. */
struct layouts *layouts_build(const struct report *report, struct arena *arena);

#endif
