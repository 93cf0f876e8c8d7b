/*
 * Deleting: marks per chain, of one store at a time. First what the set stands on, then from all
 * that stays downwards; what is marked by the first and not by the second is freed.
 */
#include "analyzer/model/explain_nodes.h"

#include "analyzer/model/bytes.h"
#include "analyzer/model/pull_catalog.h"
#include "common/memory.h"

struct marks {
	uint32_t wanted, kept; /* the store, from 1, that the mark is of */
};

struct explaining {
	const struct snapshot *snapshot;
	const struct node_images *images;
	const bool *in_set; /* per number */
	struct marks *marks;
	uint32_t store; /* from 1 */
};

static bool
is_in_set(const struct explaining *explaining, uint32_t appearance)
{
	uint32_t image = explaining->images->of_appearance[appearance];

	return explaining->in_set[explaining->images->at[image].number];
}

static void
want(struct explaining *explaining, uint32_t chain)
{
	while (chain != NONE && explaining->marks[chain].wanted != explaining->store) {
		explaining->marks[chain].wanted = explaining->store;
		chain = explaining->snapshot->chains[chain].parent;
	}
}

static void
keep(struct explaining *explaining, uint32_t chain)
{
	while (chain != NONE && explaining->marks[chain].kept != explaining->store) {
		explaining->marks[chain].kept = explaining->store;
		chain = explaining->snapshot->chains[chain].parent;
	}
}

/* A container whose chain is not known holds that of its image. */
static void
keep_containers(struct explaining *explaining, const struct snap_store *store)
{
	const struct snapshot *snapshot = explaining->snapshot;

	for (uint32_t c = 0; c < store->container_count; c++) {
		const struct snap_container *container = &store->containers[c];

		keep(explaining, container->chain);
		for (uint32_t i = 0; container->chain == NONE && i < store->image_count; i++) {
			const struct snap_appearance *image =
			        &snapshot->appearances[store->images[i]];

			if (digest_equal(&image->config_digest, &container->config_digest))
				keep(explaining, image->chain);
		}
	}
}

static void
mark_store(struct explaining *explaining, const struct snap_store *store)
{
	const struct snapshot *snapshot = explaining->snapshot;

	for (uint32_t i = 0; i < store->image_count; i++)
		if (is_in_set(explaining, store->images[i]))
			want(explaining, snapshot->appearances[store->images[i]].chain);
	for (uint32_t i = 0; i < store->image_count; i++)
		if (!is_in_set(explaining, store->images[i]))
			keep(explaining, snapshot->appearances[store->images[i]].chain);
	keep_containers(explaining, store);
	for (uint32_t i = 0; i < store->layer_count; i++)
		if (explaining->marks[store->layers[i].chain].wanted != explaining->store)
			keep(explaining, store->layers[i].chain);
}

static void
find_freed(struct explaining *explaining, const struct snap_store *store, struct explain_store *row)
{
	row->modelled = store->sharing != SHARING_NOT_MODELLED;
	mark_store(explaining, store);
	for (uint32_t i = 0; i < store->layer_count; i++) {
		const struct snap_layer_size *layer = &store->layers[i];
		const struct marks *marks = &explaining->marks[layer->chain];

		if (marks->wanted != explaining->store || marks->kept == explaining->store)
			continue;
		row->freed_chains++;
		if (layer->size_bytes == BYTES_UNKNOWN)
			row->unknown_chains++;
		else
			row->frees_bytes = bytes_add(row->frees_bytes, layer->size_bytes);
	}
}

static void
count_held(const struct explaining *explaining, struct explain_nodes *nodes)
{
	const struct node_images *images = explaining->images;

	for (uint32_t i = 0; i < images->count; i++) {
		const struct node_image *image = &images->at[i];

		for (uint32_t s = 0; explaining->in_set[image->number] && s < image->store_count;
		        s++)
			nodes->stores[images->stores[image->stores + s]].images++;
	}
}

/* --- pulling ---------------------------------------------------------------------------- */

struct pulling {
	struct pull_catalog catalog;
	struct pull_state state;
	const struct pull_image **images; /* NULL = no way to it */
	uint32_t count;
	VEC(struct explain_fetched) fetched;
};

static void
pull_one(struct pulling *pulling, const struct pull_image *image, struct explain_store *row)
{
	if (image == NULL) {
		row->unknown_images++;
		return;
	}
	struct pull pull = pull_do(&pulling->state, image);

	row->pull.blob_bytes = bytes_add(row->pull.blob_bytes, pull.blob_bytes);
	row->pull.manifest_bytes = bytes_add(row->pull.manifest_bytes, pull.manifest_bytes);
	row->pull.layers += pull.layers;
	row->pull.upper_bound = row->pull.upper_bound || pull.upper_bound;
	for (uint32_t i = 0; i < image->layer_count; i++)
		if (pulling->state.fetched.at[i])
			*vec_push(&pulling->fetched) = (struct explain_fetched){
				*pull_digest(&pulling->catalog, image->layers[i].blob),
				image->layers[i].size_bytes
			};
}

static void
pull_into(struct pulling *pulling, uint32_t store, struct explain_store *row, struct arena *arena)
{
	pulling->fetched.count = 0;
	pull_catalog_fill(&pulling->catalog, store, &pulling->state);
	for (uint32_t i = 0; i < pulling->count; i++)
		pull_one(pulling, pulling->images[i], row);
	row->fetched = arena_memdup(
	        arena, pulling->fetched.at, pulling->fetched.count, sizeof(*pulling->fetched.at));
}

/* By the name that was asked for; an image that only nodes have, by what they know of it. */
static const struct pull_image *
way_to(struct pull_catalog *catalog, const struct node_images *images, uint32_t number,
        const uint32_t *manifests, const struct explain_named *named)
{
	const struct snapshot *snapshot = catalog->snapshot;
	bool by_name;

	if (number >= snapshot->image_count)
		return pull_image_cheapest(
		        catalog, node_image_shown(snapshot, node_image_local(images, number)));
	by_name = named != NULL && named[number].manifest == manifests[number];
	return pull_image_by(catalog, manifests[number], by_name ? named[number].reference : NONE);
}

struct explain_nodes *
explain_nodes_build(const struct snapshot *snapshot, const struct node_images *images,
        const uint32_t *numbers, uint32_t count, const uint32_t *manifests,
        const struct explain_named *named, struct arena *arena)
{
	struct explain_nodes *nodes = arena_new(arena, struct explain_nodes, 1);
	auto_arena scratch = { 0 };
	bool *in_set = arena_new(&scratch, bool, images->number_count);
	struct explaining explaining = { snapshot, images, in_set,
		arena_new(&scratch, struct marks, snapshot->chain_id_count), 0 };
	struct pulling pulling = { .count = count };

	nodes->stores = arena_new(arena, struct explain_store, snapshot->store_count);
	nodes->store_count = snapshot->store_count;
	pull_catalog_init(&pulling.catalog, snapshot);
	pulling.images = arena_new(&scratch, const struct pull_image *, count);
	for (uint32_t i = 0; i < count; i++) {
		in_set[numbers[i]] = true;
		pulling.images[i] = way_to(&pulling.catalog, images, numbers[i], manifests, named);
	}
	count_held(&explaining, nodes);
	for (uint32_t s = 0; s < snapshot->store_count; s++) {
		explaining.store = s + 1;
		find_freed(&explaining, &snapshot->stores[s], &nodes->stores[s]);
		pull_into(&pulling, s, &nodes->stores[s], arena);
	}
	vec_release(&pulling.fetched);
	pull_state_release(&pulling.state);
	pull_catalog_release(&pulling.catalog);
	return nodes;
}
