/* Private to resolve_nodes.c and resolve_stores.c. */
#ifndef ANALYZER_MODEL_RESOLVE_NODES_H
#define ANALYZER_MODEL_RESOLVE_NODES_H

#include "analyzer/model/facts.h"

/* Where handles and digests went; NONE = nowhere. */
struct moved {
	const uint32_t *source;
	uint32_t *node, *store, *appearance; /* per handle */
	uint32_t *chain;                     /* per digest */
};

static inline uint32_t
moved_chain(const struct moved *moved, uint32_t digest)
{
	return digest == NONE ? NONE : moved->chain[digest];
}

static inline int
compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* What stores hold, when stores, chains and appearances have their places. */
void resolve_store_parts(
        struct snapshot *snapshot, const struct facts *facts, const struct moved *moved);

#endif
