/* Nodes, stores, chains, appearances, and what their files say; resolve_stores.c has the rest. */
#include "analyzer/model/resolve_nodes.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

static uint32_t *
table_new(size_t count)
{
	uint32_t *table = xcalloc(count, sizeof(*table));

	memset(table, 0xff, count * sizeof(*table)); /* all NONE */
	return table;
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

/* What several stores say of one chain is the same: its files are. If it is not, the order in which
 * it came must not decide. */
static int
compare_texts(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static bool
says_more(const struct fact_of_chain *fact, const struct snap_chain *chain)
{
	int order = compare_texts(fact->os_id, chain->os_id);

	if (order == 0)
		order = compare_texts(fact->os_version, chain->os_version);
	return order != 0 ? order > 0 : fact->libc > chain->libc;
}

static void
resolve_chain_facts(struct snapshot *snapshot, const struct facts *facts, const struct moved *moved)
{
	for (size_t i = 0; i < facts->of_chains.count; i++) {
		const struct fact_of_chain *fact = &facts->of_chains.at[i];
		uint32_t chain = moved_chain(moved, fact->chain);

		if (chain == NONE || !says_more(fact, &snapshot->chains[chain]))
			continue;
		snapshot->chains[chain].os_id = fact->os_id;
		snapshot->chains[chain].os_version = fact->os_version;
		snapshot->chains[chain].libc = fact->libc;
	}
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

/* Per digest of a config. */
static enum entrypoint_kind *
entrypoints_new(const struct facts *facts)
{
	enum entrypoint_kind *of = xcalloc(facts->digests.count, sizeof(*of));

	for (size_t i = 0; i < facts->of_images.count; i++) {
		const struct fact_of_image *fact = &facts->of_images.at[i];

		if (fact->config != NONE && fact->entrypoint > of[fact->config])
			of[fact->config] = fact->entrypoint;
	}
	return of;
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
	auto_free enum entrypoint_kind *entrypoints = entrypoints_new(facts);

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){ &facts->appearances.at[i], facts, (uint32_t)i,
			moved_chain(moved, facts->appearances.at[i].chain) };
	qsort(rows, count, sizeof(*rows), compare_appearances);
	snapshot->appearances = arena_new(&snapshot->arena, struct snap_appearance, count);
	snapshot->appearance_count = (uint32_t)count;
	for (uint32_t i = 0; i < count; i++) {
		const struct fact_appearance *fact = rows[i].fact;

		fill_appearance(snapshot, facts, fact, rows[i].key, &snapshot->appearances[i]);
		if (fact->config != NONE)
			snapshot->appearances[i].entrypoint = entrypoints[fact->config];
		moved->appearance[rows[i].handle] = i;
	}
}

/* The last time counts. */
static void
resolve_left(struct snapshot *snapshot, const struct facts *facts)
{
	for (uint32_t i = 0; i < snapshot->image_count; i++)
		snapshot->images[i].left_nodes_at = RECORD_TIME_UNKNOWN;
	for (size_t i = 0; i < facts->left.count; i++) {
		const struct fact_left *fact = &facts->left.at[i];
		uint32_t image =
		        fact->config == NONE
		                ? NONE
		                : find_image(snapshot, &facts->digests.at[fact->config].digest);

		if (image != NONE && fact->at > snapshot->images[image].left_nodes_at)
			snapshot->images[image].left_nodes_at = fact->at;
	}
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
	resolve_chain_facts(snapshot, facts, &moved);
	resolve_appearances(snapshot, facts, &moved);
	resolve_store_parts(snapshot, facts, &moved);
	resolve_left(snapshot, facts);
}
