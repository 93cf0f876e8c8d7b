/* What a store holds is grouped by store and sorted, so that each store has a piece of one array.
 */
#include "analyzer/model/resolve_nodes.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

/* `count` elements of `size`, each of which begins with the index of its store. */
struct pieces {
	size_t count, size;
	int (*compare)(const void *, const void *);
	void (*put)(
	        struct snap_store *store, const void *piece, uint32_t count, struct arena *arena);
};

/* Sorts them and gives each store its piece. */
static void
cut_pieces(struct snapshot *snapshot, void *elements, const struct pieces *pieces)
{
	char *at = elements, *end = at + pieces->count * pieces->size;

	qsort(elements, pieces->count, pieces->size, pieces->compare);
	while (at < end) {
		uint32_t store = *(const uint32_t *)(const void *)at;
		char *next = at;

		while (next < end && *(const uint32_t *)(const void *)next == store)
			next += pieces->size;
		pieces->put(&snapshot->stores[store], at,
		        (uint32_t)((size_t)(next - at) / pieces->size), &snapshot->arena);
		at = next;
	}
}

static int
compare_layers(const void *left, const void *right)
{
	const struct fact_store_layer *a = left, *b = right;
	int order = compare_numbers(a->store, b->store);

	if (order == 0)
		order = compare_numbers(a->layer.chain, b->layer.chain);
	return order != 0 ? order : compare_numbers(a->layer.size_bytes, b->layer.size_bytes);
}

/* One chain lies in a store once. */
static void
put_layers(struct snap_store *store, const void *piece, uint32_t count, struct arena *arena)
{
	const struct fact_store_layer *facts = piece;
	struct snap_layer_size *layers = arena_new(arena, struct snap_layer_size, count);

	for (uint32_t i = 0; i < count; i++)
		if (facts[i].layer.chain != NONE &&
		        (i == 0 || facts[i].layer.chain != facts[i - 1].layer.chain))
			layers[store->layer_count++] = facts[i].layer;
	store->layers = layers;
}

static int
compare_images(const void *left, const void *right)
{
	const struct fact_store_image *a = left, *b = right;
	int order = compare_numbers(a->store, b->store);

	return order != 0 ? order : compare_numbers(a->appearance, b->appearance);
}

static void
put_images(struct snap_store *store, const void *piece, uint32_t count, struct arena *arena)
{
	const struct fact_store_image *facts = piece;
	uint32_t *images = arena_new(arena, uint32_t, count);

	for (uint32_t i = 0; i < count; i++)
		if (i == 0 || facts[i].appearance != facts[i - 1].appearance)
			images[store->image_count++] = facts[i].appearance;
	store->images = images;
}

static int
compare_containers(const void *left, const void *right)
{
	const struct fact_container *a = left, *b = right;
	int order = compare_numbers(a->store, b->store);

	return order != 0 ? order : strcmp(a->container.id, b->container.id);
}

static void
put_containers(struct snap_store *store, const void *piece, uint32_t count, struct arena *arena)
{
	const struct fact_container *facts = piece;
	struct snap_container *containers = arena_new(arena, struct snap_container, count);

	for (uint32_t i = 0; i < count; i++)
		containers[i] = facts[i].container;
	store->containers = containers;
	store->container_count = count;
}

static int
compare_extras(const void *left, const void *right)
{
	const struct fact_extra *a = left, *b = right;
	int order = compare_numbers(a->store, b->store);

	if (order == 0)
		order = strcmp(a->extra.part, b->extra.part);
	return order != 0 ? order : compare_numbers(a->extra.unit, b->extra.unit);
}

static void
put_extras(struct snap_store *store, const void *piece, uint32_t count, struct arena *arena)
{
	const struct fact_extra *facts = piece;
	struct snap_extra *extras = arena_new(arena, struct snap_extra, count);

	for (uint32_t i = 0; i < count; i++)
		extras[i] = facts[i].extra;
	store->extras = extras;
	store->extra_count = count;
}

static int
compare_blobs(const void *left, const void *right)
{
	const struct fact_store_blob *a = left, *b = right;
	int order = compare_numbers(a->store, b->store);

	if (order == 0)
		order = digest_compare(&a->blob.digest, &b->blob.digest);
	if (order == 0)
		order = compare_numbers(a->blob.kept_bytes, b->blob.kept_bytes);
	return order != 0 ? order : -digest_compare(&a->blob.diff_id, &b->blob.diff_id);
}

/* Of one that was said twice: the one that is kept, and that says what is in it. */
static void
put_blobs(struct snap_store *store, const void *piece, uint32_t count, struct arena *arena)
{
	const struct fact_store_blob *facts = piece;
	struct snap_store_blob *blobs = arena_new(arena, struct snap_store_blob, count);

	for (uint32_t i = 0; i < count; i++)
		if (i == 0 || !digest_equal(&facts[i].blob.digest, &facts[i - 1].blob.digest))
			blobs[store->blob_count++] = facts[i].blob;
	store->blobs = blobs;
}

static int
compare_residents(const void *left, const void *right)
{
	const struct fact_resident *a = left, *b = right;
	int order = compare_numbers(a->store, b->store);

	if (order == 0)
		order = compare_numbers(a->resident.chain, b->resident.chain);
	return order != 0 ? order
	                  : compare_numbers(a->resident.resident_bytes, b->resident.resident_bytes);
}

static void
put_residents(struct snap_store *store, const void *piece, uint32_t count, struct arena *arena)
{
	const struct fact_resident *facts = piece;
	struct snap_resident *residents = arena_new(arena, struct snap_resident, count);

	for (uint32_t i = 0; i < count; i++)
		if (facts[i].resident.chain != NONE &&
		        (i == 0 || facts[i].resident.chain != facts[i - 1].resident.chain))
			residents[store->resident_count++] = facts[i].resident;
	store->resident = residents;
}

static void
resolve_blobs(struct snapshot *snapshot, const struct facts *facts, const struct moved *moved)
{
	size_t count = facts->store_blobs.count;
	auto_free struct fact_store_blob *blobs = xcalloc(count, sizeof(*blobs));

	for (size_t i = 0; i < count; i++) {
		blobs[i] = facts->store_blobs.at[i];
		blobs[i].store = moved->store[blobs[i].store];
	}
	cut_pieces(snapshot, blobs,
	        &(struct pieces){ count, sizeof(*blobs), compare_blobs, put_blobs });
}

static void
resolve_residents(struct snapshot *snapshot, const struct facts *facts, const struct moved *moved)
{
	size_t count = facts->residents.count;
	auto_free struct fact_resident *residents = xcalloc(count, sizeof(*residents));

	for (size_t i = 0; i < count; i++) {
		residents[i] = facts->residents.at[i];
		residents[i].store = moved->store[residents[i].store];
		residents[i].resident.chain = moved_chain(moved, residents[i].chain);
	}
	cut_pieces(snapshot, residents,
	        &(struct pieces){ count, sizeof(*residents), compare_residents, put_residents });
}

void
resolve_store_parts(struct snapshot *snapshot, const struct facts *facts, const struct moved *moved)
{
	auto_arena arena = { 0 };
#define copy(list, type) arena_new(&arena, type, facts->list.count)
	struct fact_store_layer *layers = copy(store_layers, struct fact_store_layer);
	struct fact_store_image *images = copy(store_images, struct fact_store_image);
	struct fact_container *containers = copy(containers, struct fact_container);
	struct fact_extra *extras = copy(extras, struct fact_extra);
#undef copy

	for (size_t i = 0; i < facts->store_layers.count; i++) {
		layers[i] = facts->store_layers.at[i];
		layers[i].store = moved->store[layers[i].store];
		layers[i].layer.chain = moved_chain(moved, layers[i].chain);
	}
	for (size_t i = 0; i < facts->store_images.count; i++)
		images[i] = (struct fact_store_image){
			moved->store[facts->store_images.at[i].store],
			moved->appearance[facts->store_images.at[i].appearance],
		};
	for (size_t i = 0; i < facts->containers.count; i++) {
		containers[i] = facts->containers.at[i];
		containers[i].store = moved->store[containers[i].store];
		containers[i].container.chain = moved_chain(moved, containers[i].chain);
	}
	for (size_t i = 0; i < facts->extras.count; i++) {
		extras[i] = facts->extras.at[i];
		extras[i].store = moved->store[extras[i].store];
	}
	cut_pieces(snapshot, layers,
	        &(struct pieces){
	                facts->store_layers.count, sizeof(*layers), compare_layers, put_layers });
	cut_pieces(snapshot, images,
	        &(struct pieces){
	                facts->store_images.count, sizeof(*images), compare_images, put_images });
	cut_pieces(snapshot, containers,
	        &(struct pieces){ facts->containers.count, sizeof(*containers), compare_containers,
	                put_containers });
	cut_pieces(snapshot, extras,
	        &(struct pieces){
	                facts->extras.count, sizeof(*extras), compare_extras, put_extras });
	resolve_blobs(snapshot, facts, moved);
	resolve_residents(snapshot, facts, moved);
}
