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
 * Nodes are in depth-first order of canonical images: a parent comes before its children.
 * Chains over blob digests (image.blob_chain) live in the same trie under their own root, so they
 * never join chains over diff IDs.
 */
#ifndef ANALYZER_MODEL_TRIE_H
#define ANALYZER_MODEL_TRIE_H

#include "analyzer/model/snapshot.h"

struct trie_node {
	uint32_t parent; /* NONE at the bottom */
	uint32_t layer;  /* into snapshot.diff_ids: an occurrence of this layer's DiffID */
	uint32_t depth;  /* layers in this chain, 1 at the bottom */
	uint32_t children;
	bool blob_chain;
	bool empty_layer; /* digest_is_empty_layer() of its own layer */
	/* Compressed size of its own layer: of the blob in the manifest with the lowest digest. 0
	 * for a foreign layer. */
	uint64_t compressed_bytes;
	uint64_t chain_compressed_bytes; /* of the whole chain */
};

struct trie {
	struct trie_node *nodes;
	uint32_t node_count;
	uint32_t *image_node; /* per image its full chain; NONE for an image without layers */
};

/* In the arena. Linear in image layers. */
struct trie *trie_build(const struct snapshot *snapshot, struct arena *arena);
/* The ChainID of one node (over diff IDs or, for blob chains, over blob digests). */
void trie_chain_id(const struct trie *trie, const struct snapshot *snapshot, uint32_t node,
        struct digest *chain_id);
/* True if `node` is `chain` or stands on it. */
bool trie_stands_on(const struct trie *trie, uint32_t node, uint32_t chain);

#endif
