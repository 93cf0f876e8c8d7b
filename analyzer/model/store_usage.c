/*
 * One walk per store over its chains. Tables are per chain of all stores and marked with the number
 * of the store, so that nothing is cleared between stores:
 *
 *	size_of[chain]    which layer of this store it is
 *	stamp[chain]      live, or dangling, in this store
 *
 * The length of an image's chain (logical) is summed once for each chain and remembered.
 */
#include "analyzer/model/store_usage.h"

#include <stdlib.h>

#include "analyzer/model/bytes.h"
#include "common/map.h"
#include "common/memory.h"

/* One chain as the current store has it. */
struct place {
	uint32_t store; /* + 1: whose the other members are */
	uint32_t layer; /* into store.layers; NONE = not there */
	bool counted;   /* in one of the parts */
	bool summed;    /* whole_* are */
	bool unknown;   /* a size on the way down is unknown, or a layer is missing */
	uint64_t whole_bytes;
};

struct walk {
	const struct snapshot *snapshot;
	const struct snap_store *store;
	uint32_t index;
	struct place *places; /* per chain */
	uint32_t *way;        /* chains from the top down */
	struct store_row *row;
	struct map *used; /* configs of containers */
};

static struct place *
place_of(struct walk *walk, uint32_t chain)
{
	struct place *place = &walk->places[chain];

	if (place->store != walk->index + 1)
		*place = (struct place){ .store = walk->index + 1, .layer = NONE };
	return place;
}

static void
enter_layers(struct walk *walk)
{
	for (uint32_t i = 0; i < walk->store->layer_count; i++)
		place_of(walk, walk->store->layers[i].chain)->layer = i;
	walk->row->chains = walk->store->layer_count;
}

static uint64_t
size_of(const struct walk *walk, const struct place *place)
{
	return place->layer == NONE ? BYTES_UNKNOWN : walk->store->layers[place->layer].size_bytes;
}

/* Counts one chain in a part, unless one has it. */
static bool
count_chain(struct walk *walk, struct store_part *part, uint32_t chain)
{
	struct place *place = place_of(walk, chain);
	uint64_t bytes = size_of(walk, place);

	if (place->counted)
		return false;
	place->counted = true;
	if (place->layer == NONE)
		return true;
	part->chains++;
	if (bytes == BYTES_UNKNOWN)
		part->unknown_chains++;
	else
		part->actual_bytes = bytes_add(part->actual_bytes, bytes);
	return true;
}

/* What is below a counted chain is counted. */
static void
count_down(struct walk *walk, struct store_part *part, uint32_t chain)
{
	while (chain != NONE && count_chain(walk, part, chain))
		chain = walk->snapshot->chains[chain].parent;
}

/* Σ over a chain and all below it. */
static const struct place *
sum_chain(struct walk *walk, uint32_t chain)
{
	const struct snap_chain *chains = walk->snapshot->chains;
	uint32_t length = 0;
	struct place below = { 0 };

	for (uint32_t c = chain; c != NONE && length < walk->snapshot->chain_id_count;
	        c = chains[c].parent) {
		if (place_of(walk, c)->summed) {
			below = *place_of(walk, c);
			break;
		}
		walk->way[length++] = c;
	}
	while (length > 0) {
		uint32_t c = walk->way[--length];
		struct place *place = place_of(walk, c);
		uint64_t bytes = size_of(walk, place);
		bool missing = chains[c].parent == NONE && !chains[c].bottom;

		place->unknown = below.unknown || bytes == BYTES_UNKNOWN || missing;
		place->whole_bytes =
		        bytes_add(below.whole_bytes, bytes == BYTES_UNKNOWN ? 0 : bytes);
		place->summed = true;
		below = *place;
	}
	return place_of(walk, chain);
}

static void
count_image(struct walk *walk, struct store_part *part, const struct snap_appearance *image)
{
	part->images++;
	if (image->chain_unknown)
		walk->row->unknown_images++;
	if (image->chain == NONE)
		return;
	const struct place *whole = sum_chain(walk, image->chain);
	if (whole->unknown && !image->chain_unknown)
		walk->row->unknown_images++;
	part->logical_bytes = bytes_add(part->logical_bytes, whole->whole_bytes);
	count_down(walk, part, image->chain);
}

static bool
is_live(const struct walk *walk, const struct snap_appearance *image)
{
	return image->name_count > 0 || map_get(walk->used, &image->config_digest) != MAP_NONE;
}

static void
count_containers(struct walk *walk)
{
	const struct snap_store *store = walk->store;

	for (uint32_t i = 0; i < store->container_count; i++) {
		const struct snap_container *container = &store->containers[i];

		walk->row->containers++;
		walk->row->running += container->running;
		if (digest_is_set(&container->config_digest))
			map_set(walk->used, &container->config_digest, 1);
		if (container->writable_bytes == BYTES_UNKNOWN)
			walk->row->unknown_writable++;
		else
			walk->row->writable_bytes =
			        bytes_add(walk->row->writable_bytes, container->writable_bytes);
	}
}

static bool
is_asked(const struct snap_appearance *image, const struct platform *platform)
{
	return platform == NULL || platform_compare(platform, &image->platform) == 0;
}

static void
count_images(struct walk *walk, const struct platform *platform, bool live)
{
	for (uint32_t i = 0; i < walk->store->image_count; i++) {
		const struct snap_appearance *image =
		        &walk->snapshot->appearances[walk->store->images[i]];

		if (!is_asked(image, platform) || is_live(walk, image) != live)
			continue;
		walk->row->images++;
		count_image(walk, live ? &walk->row->unpacked : &walk->row->dangling, image);
	}
}

/* Images first: a chain that a live one stands on is never dangling. Each other layer stands for
 * itself, as if it were an image of its own size. */
static void
count_store(struct walk *walk, const struct platform *platform)
{
	const struct snap_store *store = walk->store;
	struct store_row *row = walk->row;

	enter_layers(walk);
	count_containers(walk);
	count_images(walk, platform, true);
	for (uint32_t i = 0; platform == NULL && i < store->container_count; i++) {
		uint64_t before = row->unpacked.actual_bytes;

		count_down(walk, &row->unpacked, store->containers[i].chain);
		/* Its image is gone, so nobody else counts it. */
		row->unpacked.logical_bytes =
		        bytes_add(row->unpacked.logical_bytes, row->unpacked.actual_bytes - before);
	}
	count_images(walk, platform, false);
	for (uint32_t i = 0; platform == NULL && i < store->layer_count; i++) {
		uint64_t bytes = store->layers[i].size_bytes;

		if (count_chain(walk, &row->dangling, store->layers[i].chain) &&
		        bytes != BYTES_UNKNOWN)
			row->dangling.logical_bytes = bytes_add(row->dangling.logical_bytes, bytes);
	}
}

static void
add_part(struct store_part *to, const struct store_part *part)
{
	to->logical_bytes = bytes_add(to->logical_bytes, part->logical_bytes);
	to->actual_bytes = bytes_add(to->actual_bytes, part->actual_bytes);
	to->images += part->images;
	to->chains += part->chains;
	to->unknown_chains += part->unknown_chains;
}

static void
add_total(struct store_usage *usage, enum size_unit unit, const struct store_row *row)
{
	struct store_total *total = usage->totals;

	while (total < usage->totals + usage->total_count && total->unit != unit)
		total++;
	if (total == usage->totals + usage->total_count) {
		if (usage->total_count == STORE_UNITS)
			return;
		usage->total_count++;
		total->unit = unit;
	}
	add_part(&total->unpacked, &row->unpacked);
	add_part(&total->dangling, &row->dangling);
}

static int
compare_units(const void *left, const void *right)
{
	const struct store_total *a = left, *b = right;

	return (a->unit > b->unit) - (a->unit < b->unit);
}

struct store_usage *
store_usage_build(
        const struct snapshot *snapshot, const struct platform *platform, struct arena *arena)
{
	struct store_usage *usage = arena_new(arena, struct store_usage, 1);
	auto_free struct place *places = xcalloc(snapshot->chain_id_count, sizeof(*places));
	auto_free uint32_t *way = xcalloc(snapshot->chain_id_count, sizeof(*way));

	usage->rows = arena_new(arena, struct store_row, snapshot->store_count);
	usage->row_count = snapshot->store_count;
	for (uint32_t i = 0; i < snapshot->store_count; i++) {
		struct map used;
		struct walk walk = { snapshot, &snapshot->stores[i], i, places, way,
			&usage->rows[i], &used };

		usage->rows[i].store = i;
		usage->rows[i].modelled = walk.store->sharing != SHARING_NOT_MODELLED;
		map_init(&used, sizeof(struct digest));
		count_store(&walk, platform);
		map_release(&used);
		if (usage->rows[i].modelled)
			add_total(usage, walk.store->unit, &usage->rows[i]);
	}
	qsort(usage->totals, usage->total_count, sizeof(*usage->totals), compare_units);
	return usage;
}
