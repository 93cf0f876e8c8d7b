/*
 * From layers with parents to chains. containers/storage names its layers by IDs of its own, which
 * depend on how they came to be; ChainIDs are computed here from the diff IDs. Pure.
 */
#ifndef COLLECTOR_NODE_CONTAINERS_STORAGE_CHAINS_H
#define COLLECTOR_NODE_CONTAINERS_STORAGE_CHAINS_H

#include "collector/node/containers_storage/entry.h"
#include "common/map.h"

enum chain_state {
	CHAIN_KNOWN,      /* all diff IDs down to the bottom are known */
	CHAIN_COPY,       /* the same chain as another layer: user namespaces, built twice */
	CHAIN_UNKNOWN,    /* its diff ID, or one below it, is not known */
	CHAIN_INCOMPLETE, /* it or one below it is being made */
	CHAIN_BROKEN,     /* a parent is missing, or the parents form a circle */
};

struct chain {
	struct layer_entry layer;
	enum chain_state state;
	struct digest id;      /* set iff CHAIN_KNOWN or CHAIN_COPY */
	struct digest parent;  /* ChainID; not set at the bottom */
	uint32_t parent_index; /* the layer below; CHAIN_BOTTOM */
};

#define CHAIN_BOTTOM UINT32_MAX
#define CHAIN_NONE   UINT32_MAX

struct chains {
	struct chain *at; /* parents before children, else by ID */
	size_t count;
	struct map by_id; /* of the layer */
};

/* `entries` in any order; of two with one ID the first counts. In the arena, but for the map. */
void chains_build(struct chains *chains, struct arena *arena, const struct layer_entry *entries,
        size_t count);
void chains_release(struct chains *chains);
/* CHAIN_NONE if there is no such layer. */
uint32_t chains_find(const struct chains *chains, const char id[ENTRY_ID_SIZE]);

#endif
