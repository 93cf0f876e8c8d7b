/*
 * One walk per running container down its chain. Tables are per chain of all stores and marked with
 * the number of the store, as in store_usage.c.
 */
#include "analyzer/model/memory_usage.h"

#include "analyzer/model/bytes.h"
#include "common/map.h"
#include "common/memory.h"

#define FRESH_SECONDS ((int64_t)24 * 60 * 60)

struct place {
	uint32_t store; /* + 1: whose the other members are */
	uint32_t layer, resident;
	bool counted;
};

struct walk {
	const struct snapshot *snapshot;
	const struct snap_store *store;
	uint32_t index;
	struct place *places; /* per chain */
	struct map *images;   /* config -> chain, of this store */
	struct memory_row *row;
	uint32_t permille;
	bool measured;
};

static struct place *
place_of(struct walk *walk, uint32_t chain)
{
	struct place *place = &walk->places[chain];

	if (place->store != walk->index + 1)
		*place = (struct place){ walk->index + 1, NONE, NONE, false };
	return place;
}

static void
enter_store(struct walk *walk)
{
	const struct snap_store *store = walk->store;

	for (uint32_t i = 0; i < store->layer_count; i++)
		place_of(walk, store->layers[i].chain)->layer = i;
	for (uint32_t i = 0; i < store->resident_count; i++) {
		place_of(walk, store->resident[i].chain)->resident = i;
		walk->measured |= store->resident[i].measured_bytes > 0;
	}
	for (uint32_t i = 0; i < store->image_count; i++) {
		const struct snap_appearance *image =
		        &walk->snapshot->appearances[store->images[i]];

		if (image->chain != NONE)
			map_add(walk->images, &image->config_digest, image->chain);
	}
}

/* --- one layer -------------------------------------------------------------------------- */

static uint64_t
share_of(uint64_t bytes, uint32_t permille)
{
	return bytes / 1000 * permille + bytes % 1000 * permille / 1000;
}

static uint64_t
size_of(const struct walk *walk, const struct place *place)
{
	return place->layer == NONE ? BYTES_UNKNOWN : walk->store->layers[place->layer].size_bytes;
}

static uint64_t
resident_bytes(const struct walk *walk, const struct place *place)
{
	uint64_t bytes = size_of(walk, place);

	if (walk->measured)
		return place->resident == NONE
		               ? 0
		               : walk->store->resident[place->resident].resident_bytes;
	return bytes == BYTES_UNKNOWN ? 0 : share_of(bytes, walk->permille);
}

static bool
is_fresh(const struct walk *walk, const struct place *place)
{
	int64_t scanned_at = walk->snapshot->sources[walk->store->source].scanned_at;
	int64_t unpacked_at;

	if (place->layer == NONE)
		return false;
	unpacked_at = walk->store->layers[place->layer].unpacked_at;
	return unpacked_at != RECORD_TIME_UNKNOWN && scanned_at != RECORD_TIME_UNKNOWN &&
	       unpacked_at > scanned_at - FRESH_SECONDS;
}

/* What is said of each layer once, however often it counts. */
static void
describe_layer(struct walk *walk, const struct place *place, uint64_t bytes)
{
	struct memory_row *row = walk->row;
	const struct snap_resident *resident =
	        place->resident == NONE ? NULL : &walk->store->resident[place->resident];
	uint64_t files = resident != NULL ? resident->file_bytes : size_of(walk, place);

	row->chains++;
	if (files == BYTES_UNKNOWN)
		row->unknown_chains++;
	else
		row->file_bytes = bytes_add(row->file_bytes, files);
	if (resident != NULL)
		row->measured_bytes = bytes_add(row->measured_bytes, resident->measured_bytes);
	if (is_fresh(walk, place)) {
		row->fresh_chains++;
		row->fresh_bytes = bytes_add(row->fresh_bytes, bytes);
	}
}

static void
count_layer(struct walk *walk, uint32_t chain)
{
	struct place *place = place_of(walk, chain);
	uint64_t bytes = resident_bytes(walk, place);
	bool again = place->counted;

	place->counted = true;
	if (!again)
		describe_layer(walk, place, bytes);
	walk->row->logical_bytes = bytes_add(walk->row->logical_bytes, bytes);
	if (!again || walk->row->per_container)
		walk->row->actual_bytes = bytes_add(walk->row->actual_bytes, bytes);
}

/* --- containers ------------------------------------------------------------------------- */

static uint32_t
chain_of(const struct walk *walk, const struct snap_container *container)
{
	uint32_t chain = container->chain;

	if (chain == NONE && digest_is_set(&container->config_digest))
		chain = map_get(walk->images, &container->config_digest);
	return chain == MAP_NONE ? NONE : chain;
}

/* With a cumulative driver the top one is the whole copy. */
static void
count_container(struct walk *walk, const struct snap_container *container)
{
	uint32_t chain = chain_of(walk, container);
	bool whole = walk->store->sharing == SHARING_CUMULATIVE;

	if (chain == NONE) {
		walk->row->unknown_containers++;
		return;
	}
	walk->row->containers++;
	for (; chain != NONE; chain = whole ? NONE : walk->snapshot->chains[chain].parent)
		count_layer(walk, chain);
}

/* Without running containers it is known: nothing. */
static enum memory_basis
basis_of(const struct walk *walk)
{
	const struct memory_row *row = walk->row;

	if (row->containers == 0)
		return row->unknown_containers > 0 ? MEMORY_NONE : MEMORY_MEASURED;
	if (walk->measured)
		return MEMORY_MEASURED;
	return row->unknown_chains == row->chains ? MEMORY_NONE : MEMORY_ESTIMATED;
}

static void
count_store(struct walk *walk)
{
	const struct snap_store *store = walk->store;
	uint32_t running = 0;

	for (uint32_t i = 0; i < store->container_count; i++)
		running += store->containers[i].running;
	if (store->sharing == SHARING_NOT_MODELLED) {
		walk->row->unknown_containers = running;
		return;
	}
	walk->row->per_container = store->sharing != SHARING_CHAINS;
	if (running > 0)
		enter_store(walk);
	for (uint32_t i = 0; i < store->container_count; i++)
		if (store->containers[i].running)
			count_container(walk, &store->containers[i]);
	walk->row->basis = basis_of(walk);
}

static void
add_total(struct memory_usage *usage, const struct memory_row *row)
{
	struct memory_row *total = &usage->total;

	total->containers += row->containers;
	total->unknown_containers += row->unknown_containers;
	if (row->basis == MEMORY_NONE) {
		usage->unknown_stores += row->containers + row->unknown_containers > 0;
		return;
	}
	if (row->basis > total->basis)
		total->basis = row->basis;
	total->logical_bytes = bytes_add(total->logical_bytes, row->logical_bytes);
	total->actual_bytes = bytes_add(total->actual_bytes, row->actual_bytes);
	total->file_bytes = bytes_add(total->file_bytes, row->file_bytes);
	total->measured_bytes = bytes_add(total->measured_bytes, row->measured_bytes);
	total->chains += row->chains;
	total->unknown_chains += row->unknown_chains;
	total->fresh_chains += row->fresh_chains;
	total->fresh_bytes = bytes_add(total->fresh_bytes, row->fresh_bytes);
	total->per_container |= row->per_container && row->containers > 0;
}

struct memory_usage *
memory_usage_build(const struct snapshot *snapshot, uint32_t resident_permille, struct arena *arena)
{
	struct memory_usage *usage = arena_new(arena, struct memory_usage, 1);
	auto_free struct place *places = xcalloc(snapshot->chain_id_count, sizeof(*places));

	usage->resident_permille =
	        resident_permille > 0 ? resident_permille : MEMORY_RESIDENT_PERMILLE;
	usage->rows = arena_new(arena, struct memory_row, snapshot->store_count);
	usage->row_count = snapshot->store_count;
	for (uint32_t i = 0; i < snapshot->store_count; i++) {
		struct map images;
		struct walk walk = { snapshot, &snapshot->stores[i], i, places, &images,
			&usage->rows[i], usage->resident_permille, false };

		map_init(&images, sizeof(struct digest));
		count_store(&walk);
		map_release(&images);
		add_total(usage, &usage->rows[i]);
	}
	return usage;
}
