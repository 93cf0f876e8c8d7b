/* All sizes of all stores, sorted; equal ones of one chain are one. */
#include "analyzer/model/unpacked.h"

#include <stdlib.h>

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int
compare_sizes(const void *left, const void *right)
{
	const struct unpacked_size *a = left, *b = right;
	int order = compare_numbers(a->chain, b->chain);

	if (order == 0)
		order = compare_numbers(a->unit, b->unit);
	if (order == 0)
		order = compare_numbers(a->cumulative, b->cumulative);
	return order != 0 ? order : compare_numbers(a->bytes, b->bytes);
}

static uint32_t
gather(const struct snapshot *snapshot, struct unpacked_size *sizes)
{
	uint32_t count = 0;

	for (uint32_t s = 0; s < snapshot->store_count; s++) {
		const struct snap_store *store = &snapshot->stores[s];

		for (uint32_t i = 0; i < store->layer_count; i++)
			if (store->layers[i].size_bytes != BYTES_UNKNOWN)
				sizes[count++] = (struct unpacked_size){
					store->layers[i].chain,
					store->unit,
					store->sharing == SHARING_CUMULATIVE,
					store->layers[i].size_bytes,
				};
	}
	return count;
}

struct unpacked *
unpacked_build(const struct snapshot *snapshot, struct arena *arena)
{
	struct unpacked *unpacked = arena_new(arena, struct unpacked, 1);
	size_t room = 0;
	uint32_t count, distinct = 0, chain = 0;

	for (uint32_t s = 0; s < snapshot->store_count; s++)
		room += snapshot->stores[s].layer_count;
	unpacked->sizes = arena_new(arena, struct unpacked_size, room);
	unpacked->first = arena_new(arena, uint32_t, (size_t)snapshot->chain_id_count + 1);
	count = gather(snapshot, unpacked->sizes);
	if (count > 0)
		qsort(unpacked->sizes, count, sizeof(*unpacked->sizes), compare_sizes);
	for (uint32_t i = 0; i < count; i++)
		if (i == 0 ||
		        compare_sizes(&unpacked->sizes[i], &unpacked->sizes[distinct - 1]) != 0)
			unpacked->sizes[distinct++] = unpacked->sizes[i];
	for (uint32_t i = 0; i < distinct; i++)
		while (chain <= unpacked->sizes[i].chain)
			unpacked->first[chain++] = i;
	while (chain <= snapshot->chain_id_count)
		unpacked->first[chain++] = distinct;
	return unpacked;
}
