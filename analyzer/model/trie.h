/*
 * The trie of chains: every image is a path from the bottom layer up, equal prefixes are one path.
 * A node is one chain; its parent is the chain without the top layer. An array of parents, so
 * "what do these images occupy together" is a walk upwards until a node already visited.
 *
 *	        app-a   app-b        leaf chains (image.chain)
 *	           \     /
 *	            python           a node that images stand on: a base
 *	              |
 *	            debian           its parent
 *
 * Nodes are in depth-first order, siblings by diff ID: a parent comes before its children, and
 * everything that stands on a node follows it without a gap. Chains over blob digests
 * (image.blob_chain) live in the same trie under roots of their own, behind the others, so they
 * never join chains over diff IDs.
 */
#ifndef ANALYZER_MODEL_TRIE_H
#define ANALYZER_MODEL_TRIE_H

#include "analyzer/model/snapshot.h"

struct trie_node {
	uint32_t parent;   /* NONE at the bottom */
	uint32_t end;      /* what stands on it: the nodes from the next one to before this one */
	uint32_t layer;    /* into snapshot.diff_ids: the diff ID of its own (the top) layer */
	uint32_t blob;     /* of its own layer, in the manifest that is shown for the chain: the
	                    * lowest one of an image that it is the full chain of, else the lowest
	                    * of those that stand on it */
	uint32_t depth;    /* layers in this chain, 1 at the bottom */
	uint32_t children; /* directly on it */
	bool blob_chain;
	bool empty_layer;                /* its own layer is a tar without entries */
	uint64_t compressed_bytes;       /* of that; 0 for a foreign one */
	uint64_t chain_compressed_bytes; /* of all layers of the chain in that manifest; a blob
	                                  * twice in it counts once */
};

struct trie {
	struct trie_node *nodes;
	uint32_t node_count;
	uint32_t *image_node; /* per image its full chain; NONE for an image without layers */
	/* The images with layers by chain, so that those on one subtree are neighbours: the ones
	 * whose full chain is node n are images[first_image[n]] … images[first_image[n + 1] - 1],
	 * the ones on n or above it end before first_image[nodes[n].end]. */
	uint32_t *images, *first_image;
};

/* In the arena. Linear in image layers, after sorting the images by chain. */
struct trie *trie_build(const struct snapshot *snapshot, struct arena *arena);
/* The ChainID of one node (over diff IDs or, for blob chains, over blob digests): a hash per layer
 * of the chain, so not for every node. */
void trie_chain_id(const struct trie *trie, const struct snapshot *snapshot, uint32_t node,
        struct digest *chain_id);
/* True if `node` is `chain` or stands on it. */
static inline bool
trie_stands_on(const struct trie *trie, uint32_t node, uint32_t chain)
{
	return node >= chain && node < trie->nodes[chain].end;
}

#endif
