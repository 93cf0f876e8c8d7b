/*
 * Sorted by ID first, so that the same files always give the same order; then a walk down from
 * every layer to one that is placed already, and back up:
 *
 *	c ─▶ b ─▶ a        placed: a, b, c
 *	d ─▶ b             placed: d
 *	e ─▶ f ─▶ e        a circle: met while on the way, so both are broken
 */
#include "collector/node/containers_storage/chains.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

static int
compare(const void *left, const void *right)
{
	const struct layer_entry *a = *(const struct layer_entry *const *)left;
	const struct layer_entry *b = *(const struct layer_entry *const *)right;
	int order = memcmp(a->id, b->id, ENTRY_ID_LENGTH);

	/* The one given first comes first. */
	return order != 0 ? order : (a > b) - (a < b);
}

struct placing {
	struct chains *chains;
	const struct layer_entry **sorted;
	uint32_t *way;    /* the layers above the one that is looked at */
	uint8_t *visited; /* per sorted layer: on the way, or placed */
	struct map index; /* ID to sorted */
	struct map seen;  /* ChainIDs */
};

static void
find_state(struct placing *placing, struct chain *chain, bool parent_missing)
{
	const struct chain *below = chain->parent_index == CHAIN_BOTTOM
	                                    ? NULL
	                                    : &placing->chains->at[chain->parent_index];

	if (parent_missing)
		chain->state = CHAIN_BROKEN;
	else if (chain->layer.incomplete)
		chain->state = CHAIN_INCOMPLETE;
	else if (below != NULL && below->state >= CHAIN_UNKNOWN)
		chain->state = below->state;
	else if (!digest_is_set(&chain->layer.diff_id))
		chain->state = CHAIN_UNKNOWN;
	if (chain->state >= CHAIN_UNKNOWN)
		return;
	if (below != NULL)
		chain->parent = below->id;
	digest_chain(&chain->id, &chain->parent, &chain->layer.diff_id);
	if (map_add(&placing->seen, &chain->id, 1) != MAP_NONE)
		chain->state = CHAIN_COPY;
}

static void
place(struct placing *placing, uint32_t layer)
{
	struct chains *chains = placing->chains;
	struct chain *chain = &chains->at[chains->count];

	chain->layer = *placing->sorted[layer];
	chain->parent_index = CHAIN_BOTTOM;
	if (chain->layer.parent[0] != '\0')
		chain->parent_index = map_get(&chains->by_id, chain->layer.parent);
	find_state(placing, chain,
	        chain->layer.parent[0] != '\0' && chain->parent_index == CHAIN_BOTTOM);
	map_set(&chains->by_id, chain->layer.id, (uint32_t)chains->count++);
}

static void
place_with_parents(struct placing *placing, uint32_t layer)
{
	size_t length = 0;

	while (layer != MAP_NONE && !placing->visited[layer]) {
		const char *parent = placing->sorted[layer]->parent;

		placing->visited[layer] = 1;
		placing->way[length++] = layer;
		layer = *parent != '\0' ? map_get(&placing->index, parent) : MAP_NONE;
	}
	while (length > 0)
		place(placing, placing->way[--length]);
}

void
chains_build(
        struct chains *chains, struct arena *arena, const struct layer_entry *entries, size_t count)
{
	auto_free const struct layer_entry **sorted = xcalloc(count, sizeof(*sorted));
	auto_free uint32_t *way = xcalloc(count, sizeof(*way));
	auto_free uint8_t *visited = xcalloc(count, sizeof(*visited));
	struct placing placing = {
		.chains = chains, .sorted = sorted, .way = way, .visited = visited
	};

	*chains = (struct chains){ .at = arena_new(arena, struct chain, count) };
	map_init(&chains->by_id, ENTRY_ID_LENGTH);
	map_init(&placing.index, ENTRY_ID_LENGTH);
	map_init(&placing.seen, sizeof(struct digest));
	for (size_t i = 0; i < count; i++)
		sorted[i] = &entries[i];
	qsort(sorted, count, sizeof(*sorted), compare);
	for (size_t i = 0; i < count; i++)
		if (map_add(&placing.index, sorted[i]->id, (uint32_t)i) != MAP_NONE)
			visited[i] = 1;
	for (size_t i = 0; i < count; i++)
		place_with_parents(&placing, (uint32_t)i);
	map_release(&placing.index);
	map_release(&placing.seen);
}

void
chains_release(struct chains *chains)
{
	map_release(&chains->by_id);
}

uint32_t
chains_find(const struct chains *chains, const char id[ENTRY_ID_SIZE])
{
	return map_get(&chains->by_id, id);
}
