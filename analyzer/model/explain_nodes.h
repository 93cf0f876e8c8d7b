/*
 * explain on nodes: what a pull of a set of images transfers to each store now, and what deleting
 * the set there frees: the chains that only its images hold. Containers hold theirs, and so does
 * every layer that no image of the set stands on (other images, the builder's, dangling ones) with
 * all below it.
 */
#ifndef ANALYZER_MODEL_EXPLAIN_NODES_H
#define ANALYZER_MODEL_EXPLAIN_NODES_H

#include "analyzer/model/explain.h"
#include "analyzer/model/node_images.h"
#include "analyzer/model/pull.h"

struct explain_fetched {
	struct digest blob;
	uint64_t size_bytes;
};

struct explain_store {
	uint32_t images; /* of the set, that it holds */
	/* Pulling all of the set, one after the other by number. */
	struct pull pull;
	uint32_t unknown_images;               /* of the set, that no known manifest leads to */
	const struct explain_fetched *fetched; /* pull.layers of them */
	/* Deleting, in the unit of the store. */
	bool modelled; /* else it is not known what frees */
	uint64_t frees_bytes;
	uint32_t freed_chains, unknown_chains; /* the latter: of unknown size, in no sum */
};

struct explain_nodes {
	struct explain_store *stores; /* in store order */
	uint32_t store_count;
};

/* `numbers`: as in node_images.h, ascending. `manifests` and `named` of the images that are in
 * snapshot.images, as for explain_build(). */
struct explain_nodes *explain_nodes_build(const struct snapshot *snapshot,
        const struct node_images *images, const uint32_t *numbers, uint32_t count,
        const uint32_t *manifests, const struct explain_named *named, struct arena *arena);

/* Images of nodes that a name means: exactly as a node calls them, or by a digest as in
 * explain_find(), of the config or of what they are labelled with. Their numbers, ascending, into
 * `numbers`, which has room for all; returns how many. */
uint32_t explain_find_on_nodes(const struct snapshot *snapshot, const struct node_images *images,
        const char *name, uint32_t *numbers);

#endif
