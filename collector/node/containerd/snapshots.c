/*
 * Parents first: a walk down from every snapshot to one that is placed, and back up. Names that
 * form a circle, or whose parent is missing, are placed as they come; no ChainID fits them.
 */
#include "collector/node/containerd/snapshots.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

/* --- what is known ---------------------------------------------------------------------- */

void
claims_init(struct claims *claims)
{
	map_init(&claims->by_chain, sizeof(struct digest));
	map_init(&claims->seen, sizeof(struct digest));
}

void
claims_release(struct claims *claims)
{
	map_release(&claims->by_chain);
	map_release(&claims->seen);
	vec_release(&claims->chains);
	vec_release(&claims->diff_ids);
}

void
claims_add_diff_id(struct claims *claims, const struct digest *diff_id)
{
	if (digest_is_set(diff_id) && map_add(&claims->seen, diff_id, 1) == MAP_NONE)
		*vec_push(&claims->diff_ids) = *diff_id;
}

struct digest
claims_add_image(struct claims *claims, const struct digest *diff_ids, size_t count)
{
	struct claim claim = { 0 };

	for (size_t i = 0; i < count; i++) {
		claim.parent = claim.chain;
		claim.diff_id = diff_ids[i];
		digest_chain(&claim.chain, &claim.parent, &claim.diff_id);
		claims_add_diff_id(claims, &diff_ids[i]);
		if (map_add(&claims->by_chain, &claim.chain, (uint32_t)claims->chains.count) ==
		        MAP_NONE)
			*vec_push(&claims->chains) = claim;
	}
	return claim.chain;
}

/* --- one snapshot ----------------------------------------------------------------------- */

struct identifying {
	struct snapshots *out;
	const struct api_snapshots *list;
	const struct claims *claims;
	uint8_t *visited; /* per element of the list */
	uint32_t *way;    /* elements above the one that is looked at */
	uint32_t *placed; /* per element: where it is in out->at */
	size_t tries;
};

static uint32_t
find_in_list(const struct api_snapshots *list, const char *name)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, list->at[middle].name);

		if (order == 0)
			return (uint32_t)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return MAP_NONE;
}

/* The chain that a snapshot is or copies, else the nearest one below it. */
static struct digest
chain_of(const struct snapshot *snapshot)
{
	static const struct digest none = { 0 };

	if (snapshot == NULL)
		return none;
	return snapshot->state == SNAPSHOT_CHAIN ? snapshot->chain : snapshot->below;
}

/* "sha256:HEX-UID-GID": containerd's name for a chain whose files were given other owners. */
static bool
is_copy(const char *name)
{
	const char *dash = strchr(name, '-');
	struct digest chain;

	return dash != NULL && digest_parse_n(&chain, name, (size_t)(dash - name));
}

/* Of no image: some blob may have the diff ID, or a config of another one. */
static bool
try_diff_ids(struct identifying *identifying, struct snapshot *snapshot)
{
	vec_each (const struct digest, diff_id, &identifying->claims->diff_ids) {
		struct digest chain;

		if (++identifying->tries > SNAPSHOTS_MAX_TRIES)
			return false;
		digest_chain(&chain, &snapshot->parent, diff_id);
		if (digest_equal(&chain, &snapshot->chain)) {
			snapshot->diff_id = *diff_id;
			return true;
		}
	}
	return false;
}

static enum snapshot_state
identify_committed(struct identifying *identifying, struct snapshot *snapshot,
        const struct snapshot *below, bool bottom)
{
	const struct claims *claims = identifying->claims;
	uint32_t claim;

	if (is_copy(snapshot->info->name))
		return SNAPSHOT_COPY;
	if (!digest_parse(&snapshot->chain, snapshot->info->name))
		return SNAPSHOT_UNIDENTIFIED;
	if (below != NULL && below->state == SNAPSHOT_CHAIN)
		snapshot->parent = below->chain;
	claim = map_get(&claims->by_chain, &snapshot->chain);
	if (claim != MAP_NONE) {
		const struct claim *said = &claims->chains.at[claim];

		snapshot->diff_id = said->diff_id;
		return bottom != digest_is_set(&said->parent) &&
		                       digest_equal(&said->parent, &snapshot->parent)
		               ? SNAPSHOT_CHAIN
		               : SNAPSHOT_CONTRADICTED;
	}
	if (bottom) {
		snapshot->diff_id = snapshot->chain;
		return SNAPSHOT_CHAIN;
	}
	return digest_is_set(&snapshot->parent) && try_diff_ids(identifying, snapshot)
	               ? SNAPSHOT_CHAIN
	               : SNAPSHOT_UNIDENTIFIED;
}

static void
place(struct identifying *identifying, uint32_t element)
{
	struct snapshots *out = identifying->out;
	struct snapshot *snapshot = &out->at[out->count];
	const struct snapshot *below = NULL;
	uint32_t parent;

	snapshot->info = &identifying->list->at[element];
	parent = *snapshot->info->parent != '\0'
	                 ? find_in_list(identifying->list, snapshot->info->parent)
	                 : MAP_NONE;
	if (parent != MAP_NONE && identifying->placed[parent] != MAP_NONE)
		below = &out->at[identifying->placed[parent]];
	snapshot->below = chain_of(below);
	snapshot->state = snapshot->info->kind != API_COMMITTED
	                          ? SNAPSHOT_OPEN
	                          : identify_committed(identifying, snapshot, below,
	                                    *snapshot->info->parent == '\0');
	if (snapshot->state == SNAPSHOT_CHAIN)
		map_add(&out->by_chain, &snapshot->chain, (uint32_t)out->count);
	identifying->placed[element] = (uint32_t)out->count++;
}

static void
place_with_parents(struct identifying *identifying, uint32_t element)
{
	size_t length = 0;

	while (element != MAP_NONE && !identifying->visited[element]) {
		const char *parent = identifying->list->at[element].parent;

		identifying->visited[element] = 1;
		identifying->way[length++] = element;
		element = *parent != '\0' ? find_in_list(identifying->list, parent) : MAP_NONE;
	}
	while (length > 0)
		place(identifying, identifying->way[--length]);
}

void
snapshots_identify(struct snapshots *out, struct arena *arena, const struct api_snapshots *list,
        const struct claims *claims)
{
	auto_free uint8_t *visited = xcalloc(list->count, sizeof(*visited));
	auto_free uint32_t *way = xcalloc(list->count, sizeof(*way));
	auto_free uint32_t *placed = xcalloc(list->count, sizeof(*placed));
	struct identifying identifying = { out, list, claims, visited, way, placed, 0 };

	*out = (struct snapshots){ .at = arena_new(arena, struct snapshot, list->count) };
	map_init(&out->by_chain, sizeof(struct digest));
	for (uint32_t i = 0; i < list->count; i++)
		placed[i] = MAP_NONE;
	for (uint32_t i = 0; i < list->count; i++)
		place_with_parents(&identifying, i);
}

void
snapshots_release(struct snapshots *snapshots)
{
	map_release(&snapshots->by_chain);
}

const struct snapshot *
snapshots_find(const struct snapshots *snapshots, const char *name)
{
	for (size_t i = 0; i < snapshots->count; i++)
		if (strcmp(snapshots->at[i].info->name, name) == 0)
			return &snapshots->at[i];
	return NULL;
}

struct digest
snapshots_reach(
        const struct snapshots *snapshots, const struct digest *diff_ids, size_t count, bool *all)
{
	struct digest chain = { 0 }, reached = { 0 };

	*all = true;
	for (size_t i = 0; i < count; i++) {
		struct digest below = chain;

		digest_chain(&chain, &below, &diff_ids[i]);
		if (map_get(&snapshots->by_chain, &chain) == MAP_NONE) {
			*all = false;
			break;
		}
		reached = chain;
	}
	return reached;
}
