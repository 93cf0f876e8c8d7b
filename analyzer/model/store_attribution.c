/*
 * Store by store: which images use each layer, then a division of each. Tables are per chain and
 * per image of all stores and marked with the number of the store, so nothing is cleared between.
 */
#include "analyzer/model/store_attribution.h"

#include <string.h>

#include "analyzer/model/bytes.h"
#include "analyzer/model/links.h"
#include "common/vec.h"

struct chain_mark {
	uint32_t store; /* from 1, that the others are of */
	uint32_t layer; /* into store.layers; NONE */
	uint32_t user;  /* the last image that was found to use it, from 1 */
	bool kept;      /* by more than images */
};

struct dividing {
	const struct snapshot *snapshot;
	const struct node_images *images;
	const struct platform *platform;
	struct store_attribution *attribution;
	const struct snap_store *store;
	uint32_t number; /* of the store, from 1 */
	struct chain_mark *marks;
	struct link_list uses;      /* layer → image */
	struct store_share **share; /* per image, in the current store; NULL = not in it */
	uint32_t *next_share;       /* per image */
};

static struct chain_mark *
mark_of(struct dividing *dividing, uint32_t chain)
{
	struct chain_mark *mark = &dividing->marks[chain];

	if (mark->store != dividing->number)
		*mark = (struct chain_mark){ .store = dividing->number, .layer = NONE };
	return mark;
}

static uint64_t
layer_bytes(const struct dividing *dividing, uint32_t layer)
{
	uint64_t bytes = dividing->store->layers[layer].size_bytes;

	return bytes == BYTES_UNKNOWN ? 0 : bytes;
}

/* The image uses the layers of its chain. */
static void
use_chain(struct dividing *dividing, uint32_t image, uint32_t chain)
{
	struct image_bytes *bytes = &dividing->share[image]->bytes;

	for (; chain != NONE; chain = dividing->snapshot->chains[chain].parent) {
		struct chain_mark *mark = mark_of(dividing, chain);

		if (mark->user == image + 1)
			return;
		mark->user = image + 1;
		if (mark->layer == NONE)
			continue;
		*vec_push(&dividing->uses) = (struct link){ mark->layer, image };
		bytes->logical_bytes =
		        bytes_add(bytes->logical_bytes, layer_bytes(dividing, mark->layer));
	}
}

static void
enter_images(struct dividing *dividing)
{
	const struct snapshot *snapshot = dividing->snapshot;
	const struct snap_store *store = dividing->store;

	for (uint32_t i = 0; i < store->image_count; i++) {
		const struct snap_appearance *appearance = &snapshot->appearances[store->images[i]];
		uint32_t image = dividing->images->of_appearance[store->images[i]];
		struct store_share **share = &dividing->share[image];

		if (dividing->platform != NULL &&
		        platform_compare(dividing->platform, &appearance->platform) != 0)
			continue;
		if (*share == NULL || (*share)->store != dividing->number - 1) {
			*share = &dividing->attribution->shares[dividing->next_share[image]++];
			(*share)->store = dividing->number - 1;
		}
		use_chain(dividing, image, appearance->chain);
	}
}

static void
keep_chain(struct dividing *dividing, uint32_t chain)
{
	while (chain != NONE && !mark_of(dividing, chain)->kept) {
		mark_of(dividing, chain)->kept = true;
		chain = dividing->snapshot->chains[chain].parent;
	}
}

/* What would stay if all images went. */
static void
keep_others(struct dividing *dividing)
{
	const struct snap_store *store = dividing->store;

	for (uint32_t i = 0; i < store->container_count; i++)
		keep_chain(dividing, store->containers[i].chain);
	for (uint32_t i = 0; i < store->layer_count; i++)
		if (mark_of(dividing, store->layers[i].chain)->user == 0)
			keep_chain(dividing, store->layers[i].chain);
}

static void
divide_layer(struct dividing *dividing, uint32_t layer, const struct links *users)
{
	uint64_t bytes = layer_bytes(dividing, layer);
	uint32_t count = links_count(users, layer);
	bool first = true;

	links_each (image, users, layer) {
		struct image_bytes *share = &dividing->share[*image]->bytes;
		uint64_t part = bytes / count + (first ? bytes % count : 0);

		first = false;
		share->attributed_bytes = bytes_add(share->attributed_bytes, part);
		if (count == 1 && !mark_of(dividing, dividing->store->layers[layer].chain)->kept)
			share->unique_bytes = bytes_add(share->unique_bytes, bytes);
	}
	if (count == 0 && dividing->platform == NULL) {
		uint64_t *rest = &dividing->attribution->rest_bytes[dividing->number - 1];

		*rest = bytes_add(*rest, bytes);
	}
}

/* Images are entered in the order of their configs, so the first user has the lowest. */
static void
divide_store(struct dividing *dividing)
{
	const struct snap_store *store = dividing->store;
	auto_arena scratch = { 0 };
	struct links users;

	for (uint32_t i = 0; i < store->layer_count; i++)
		mark_of(dividing, store->layers[i].chain)->layer = i;
	dividing->uses.count = 0;
	enter_images(dividing);
	keep_others(dividing);
	links_build(&users, &dividing->uses, store->layer_count, &scratch);
	for (uint32_t i = 0; i < store->layer_count; i++)
		divide_layer(dividing, i, &users);
}

/* Of images that are left out for their platform, no share is used. */
static void
close_gaps(struct store_attribution *attribution, const uint32_t *next_share, uint32_t count)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t from = attribution->first_share[i], shares = next_share[i] - from;

		memmove(&attribution->shares[at], &attribution->shares[from],
		        shares * sizeof(*attribution->shares));
		attribution->first_share[i] = at;
		at += shares;
	}
	attribution->first_share[count] = at;
}

struct store_attribution *
store_attribution_build(const struct snapshot *snapshot, const struct node_images *images,
        const struct platform *platform, struct arena *arena)
{
	struct store_attribution *attribution = arena_new(arena, struct store_attribution, 1);
	auto_arena scratch = { 0 };
	struct dividing dividing = { .snapshot = snapshot,
		.images = images,
		.platform = platform,
		.attribution = attribution,
		.marks = arena_new(&scratch, struct chain_mark, snapshot->chain_id_count),
		.share = arena_new(&scratch, struct store_share *, images->count),
		.next_share = arena_new(&scratch, uint32_t, images->count) };
	uint32_t room = 0;

	attribution->first_share = arena_new(arena, uint32_t, (size_t)images->count + 1);
	attribution->rest_bytes = arena_new(arena, uint64_t, snapshot->store_count);
	for (uint32_t i = 0; i < images->count; i++) {
		attribution->first_share[i] = dividing.next_share[i] = room;
		room += images->at[i].store_count;
	}
	attribution->shares = arena_new(arena, struct store_share, room);
	for (uint32_t s = 0; s < snapshot->store_count; s++) {
		dividing.store = &snapshot->stores[s];
		dividing.number = s + 1;
		if (dividing.store->sharing != SHARING_NOT_MODELLED)
			divide_store(&dividing);
	}
	vec_release(&dividing.uses);
	close_gaps(attribution, dividing.next_share, images->count);
	return attribution;
}
