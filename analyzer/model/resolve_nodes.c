/*
 * Nodes, stores, chains, appearances. What a store holds is grouped by store and sorted, so that
 * each store has a piece of one array.
 */
#include "analyzer/model/facts.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

/* Where handles and digests went; NONE = nowhere. */
struct moved {
	const uint32_t *source;
	uint32_t *node, *store, *appearance; /* per handle */
	uint32_t *chain;                     /* per digest */
};

static uint32_t *
table_new(size_t count)
{
	uint32_t *table = xcalloc(count, sizeof(*table));

	memset(table, 0xff, count * sizeof(*table)); /* all NONE */
	return table;
}

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* --- nodes and stores ------------------------------------------------------------------- */

struct row {
	const void *fact;
	const struct facts *facts;
	uint32_t handle;
	uint32_t key;
};

static int
compare_nodes(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int order = strcmp(((const struct snap_node *)a->fact)->name,
	        ((const struct snap_node *)b->fact)->name);

	return order != 0 ? order : compare_numbers(a->handle, b->handle);
}

static void
resolve_node_names(struct snapshot *snapshot, const struct facts *facts, struct moved *moved)
{
	size_t count = facts->nodes.count;
	auto_free struct row *rows = xcalloc(count, sizeof(*rows));
	uint32_t n = 0;

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){ &facts->nodes.at[i], facts, (uint32_t)i, 0 };
	qsort(rows, count, sizeof(*rows), compare_nodes);
	snapshot->nodes = arena_new(&snapshot->arena, struct snap_node, count);
	for (size_t i = 0; i < count; i++) {
		const struct snap_node *node = rows[i].fact;

		if (n == 0 || strcmp(snapshot->nodes[n - 1].name, node->name) != 0)
			snapshot->nodes[n++] = *node;
		moved->node[rows[i].handle] = n - 1;
	}
	snapshot->node_count = n;
}

static int
compare_stores(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int order = compare_numbers(a->key, b->key);

	return order != 0 ? order : compare_numbers(a->handle, b->handle);
}

/* A source is one store. */
static void
resolve_stores(struct snapshot *snapshot, const struct facts *facts, struct moved *moved)
{
	size_t count = facts->stores.count;
	auto_free struct row *rows = xcalloc(count, sizeof(*rows));
	uint32_t n = 0;

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){ &facts->stores.at[i], facts, (uint32_t)i,
			moved->source[facts->stores.at[i].source] };
	qsort(rows, count, sizeof(*rows), compare_stores);
	snapshot->stores = arena_new(&snapshot->arena, struct snap_store, count);
	for (size_t i = 0; i < count; i++) {
		const struct fact_store *fact = rows[i].fact;

		if (n == 0 || snapshot->stores[n - 1].source != rows[i].key) {
			snapshot->stores[n] = fact->store;
			snapshot->stores[n].source = rows[i].key;
			snapshot->stores[n++].node = moved->node[fact->node];
		}
		moved->store[rows[i].handle] = n - 1;
	}
	snapshot->store_count = n;
	for (uint32_t i = 0; i < n; i++)
		snapshot->nodes[snapshot->stores[i].node].store_count++;
}

/* --- chains ----------------------------------------------------------------------------- */

static const struct digest *
digest_at(const struct facts *facts, uint32_t digest)
{
	return &facts->digests.at[digest].digest;
}

static int
compare_chains(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	return digest_compare(digest_at(a->facts, a->key), digest_at(b->facts, b->key));
}

static void
resolve_chains(struct snapshot *snapshot, const struct facts *facts, struct moved *moved)
{
	size_t count = facts->chains.count;
	auto_free struct row *rows = xcalloc(count, sizeof(*rows));
	uint32_t n = 0;

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){ &facts->chains.at[i], facts, (uint32_t)i,
			facts->chains.at[i].digest };
	qsort(rows, count, sizeof(*rows), compare_chains);
	snapshot->chains = arena_new(&snapshot->arena, struct snap_chain, count);
	for (size_t i = 0; i < count; i++) {
		const struct fact_chain *fact = rows[i].fact;

		if (moved->chain[fact->digest] != NONE)
			continue;
		snapshot->chains[n] = (struct snap_chain){
			.chain_id = *digest_at(facts, fact->digest),
			.diff_id = *digest_at(facts, fact->diff_id),
			.parent = fact->parent, /* a digest until all have their place */
			.bottom = fact->parent == NONE,
		};
		moved->chain[fact->digest] = n++;
	}
	snapshot->chain_id_count = n;
	for (uint32_t i = 0; i < n; i++)
		if (!snapshot->chains[i].bottom)
			snapshot->chains[i].parent = moved->chain[snapshot->chains[i].parent];
}

static uint32_t
chain_of(const struct moved *moved, uint32_t digest)
{
	return digest == NONE ? NONE : moved->chain[digest];
}

/* --- appearances ------------------------------------------------------------------------ */

/* As text, which no two different ones share. */
static int
compare_labels(const struct snap_appearance *a, const struct snap_appearance *b)
{
	int order = compare_numbers(a->name_count, b->name_count);

	if (order == 0)
		order = compare_numbers(a->manifest_count, b->manifest_count);
	for (uint32_t i = 0; order == 0 && i < a->name_count; i++)
		order = strcmp(a->names[i], b->names[i]);
	for (uint32_t i = 0; order == 0 && i < a->manifest_count; i++)
		order = digest_compare(&a->manifests[i], &b->manifests[i]);
	return order;
}

static int
compare_appearances(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	const struct fact_appearance *x = a->fact, *y = b->fact;
	int order = digest_compare(&x->appearance.config_digest, &y->appearance.config_digest);

	if (order == 0)
		order = compare_numbers(a->key, b->key);
	if (order == 0)
		order = compare_numbers(x->appearance.chain_unknown, y->appearance.chain_unknown);
	if (order == 0)
		order = compare_labels(&x->appearance, &y->appearance);
	return order != 0 ? order : compare_numbers(a->handle, b->handle);
}

static int
compare_image(const void *key, const void *image)
{
	return digest_compare(key, &((const struct snap_image *)image)->config_digest);
}

static uint32_t
find_image(const struct snapshot *snapshot, const struct digest *config)
{
	const struct snap_image *found =
	        snapshot->image_count == 0
	                ? NULL
	                : bsearch(config, snapshot->images, snapshot->image_count, sizeof(*found),
	                          compare_image);

	return found != NULL ? (uint32_t)(found - snapshot->images) : NONE;
}

static void
fill_appearance(struct snapshot *snapshot, const struct facts *facts,
        const struct fact_appearance *fact, uint32_t chain, struct snap_appearance *out)
{
	uint32_t config = fact->config == NONE ? NONE : facts->digests.at[fact->config].config;

	*out = fact->appearance;
	out->chain = chain;
	out->image = find_image(snapshot, &out->config_digest);
	if (config != NONE)
		out->platform = facts->platforms.at[facts->configs.at[config].platform];
	/* A chain that the store does not have is one that cannot be counted. */
	if (chain == NONE && fact->chain != NONE)
		out->chain_unknown = true;
}

static void
resolve_appearances(struct snapshot *snapshot, const struct facts *facts, struct moved *moved)
{
	size_t count = facts->appearances.count;
	auto_free struct row *rows = xcalloc(count, sizeof(*rows));

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){ &facts->appearances.at[i], facts, (uint32_t)i,
			chain_of(moved, facts->appearances.at[i].chain) };
	qsort(rows, count, sizeof(*rows), compare_appearances);
	snapshot->appearances = arena_new(&snapshot->arena, struct snap_appearance, count);
	snapshot->appearance_count = (uint32_t)count;
	for (uint32_t i = 0; i < count; i++) {
		fill_appearance(
		        snapshot, facts, rows[i].fact, rows[i].key, &snapshot->appearances[i]);
		moved->appearance[rows[i].handle] = i;
	}
}

/* --- what stores hold ------------------------------------------------------------------- */

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

static void
fill_stores(struct snapshot *snapshot, const struct facts *facts, const struct moved *moved)
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
		layers[i].layer.chain = chain_of(moved, layers[i].chain);
	}
	for (size_t i = 0; i < facts->store_images.count; i++)
		images[i] = (struct fact_store_image){
			moved->store[facts->store_images.at[i].store],
			moved->appearance[facts->store_images.at[i].appearance],
		};
	for (size_t i = 0; i < facts->containers.count; i++) {
		containers[i] = facts->containers.at[i];
		containers[i].store = moved->store[containers[i].store];
		containers[i].container.chain = chain_of(moved, containers[i].chain);
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
}

void
resolve_nodes(struct snapshot *snapshot, const struct facts *facts, const uint32_t *source_of)
{
	auto_free uint32_t *node = table_new(facts->nodes.count);
	auto_free uint32_t *store = table_new(facts->stores.count);
	auto_free uint32_t *appearance = table_new(facts->appearances.count);
	auto_free uint32_t *chain = table_new(facts->digests.count);
	struct moved moved = { source_of, node, store, appearance, chain };

	resolve_node_names(snapshot, facts, &moved);
	resolve_stores(snapshot, facts, &moved);
	resolve_chains(snapshot, facts, &moved);
	resolve_appearances(snapshot, facts, &moved);
	fill_stores(snapshot, facts, &moved);
}
