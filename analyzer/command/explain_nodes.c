/* explain on nodes: who holds the images, what a pull costs each store now, what deleting frees. */
#include "analyzer/command/coverage.h"
#include "analyzer/command/explain_view.h"
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "collector/node/node.h"
#include "common/memory.h"
#include "common/text.h"

#define STORES_SHOWN 40 /* for people; JSON has all */
#define NODES_SHOWN  4

enum { STORE, ENGINE, HOLDS, PULL, LAYERS, DOCUMENTS, FREES, UNIT };

static const struct column columns[] = {
	[STORE] = { "store", NULL, CELL_TEXT, 0 },
	[ENGINE] = { "engine", NULL, CELL_TEXT, 4 },
	[HOLDS] = { "holds", "HAS NOW", CELL_TEXT, 3 },
	[PULL] = { "pull", "A PULL FETCHES", CELL_TEXT, 0 },
	[LAYERS] = { "pull_layers", "LAYERS", CELL_COUNT, 2 },
	[DOCUMENTS] = { "documents", "AND DOCUMENTS", CELL_BYTES, 3 },
	[FREES] = { "frees", "DELETING FREES", CELL_BYTES, 1 },
	[UNIT] = { "unit", NULL, CELL_TEXT, 2 },
};

static const char *
store_name(const struct snapshot *snapshot, uint32_t store)
{
	return snapshot->sources[snapshot->stores[store].source].name;
}

void
explain_put_nodes(const struct image_view *view, json_t *object, uint32_t number)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	const struct node_images *images = view->answer->report->node_images;
	const struct node_image *image = node_image_of(images, number);
	json_t *nodes = member_array(object, "nodes");

	for (uint32_t i = 0; image != NULL && i < image->store_count; i++) {
		uint32_t store = images->stores[image->stores + i];
		json_t *row = json_object();

		member_text(row, "node", snapshot->nodes[snapshot->stores[store].node].name);
		member_text(row, "store", store_name(snapshot, store));
		json_array_append_new(nodes, row);
	}
}

void
explain_put_freed(const struct image_view *view, json_t *disk, const struct explain_nodes *nodes)
{
	const struct snapshot *snapshot = view->answer->snapshot;

	for (uint32_t i = 0; i < nodes->store_count; i++) {
		const struct explain_store *store = &nodes->stores[i];
		json_t *row;

		if (store->images == 0 || !store->modelled)
			continue;
		row = json_object();
		member_text(row, "store", store_name(snapshot, i));
		member_text(row, "unit", store_unit_name(snapshot->stores[i].unit));
		member_number(row, "bytes", store->frees_bytes);
		member_number(row, "chains", store->freed_chains);
		member_number(row, "unknown_chains", store->unknown_chains);
		json_array_append_new(disk, row);
	}
}

static json_t *
pull_json(const struct snapshot *snapshot, uint32_t index, const struct explain_store *store,
        uint32_t set_count)
{
	json_t *row = json_object(), *layers;
	bool none = store->unknown_images == set_count;

	member_text(row, "store", store_name(snapshot, index));
	member_text(row, "engine", store_engine_name(snapshot->stores[index].engine));
	if (none) {
		member_null(row, "blob_bytes");
		member_null(row, "manifest_bytes");
	} else {
		member_number(row, "blob_bytes", store->pull.blob_bytes);
		member_number(row, "manifest_bytes", store->pull.manifest_bytes);
	}
	member_text(row, "exactness", store->pull.upper_bound ? "upper_bound" : "exact");
	member_number(row, "unknown_images", store->unknown_images);
	layers = member_array(row, "layers");
	for (uint32_t i = 0; i < store->pull.layers; i++) {
		json_t *layer = json_object();

		member_digest(layer, "blob", &store->fetched[i].blob);
		member_number(layer, "bytes", store->fetched[i].size_bytes);
		json_array_append_new(layers, layer);
	}
	return row;
}

void
explain_put_pull(const struct image_view *view, json_t *document, const struct explain_nodes *nodes,
        uint32_t set_count)
{
	json_t *pull = member_array(document, "pull");

	for (uint32_t i = 0; i < nodes->store_count; i++)
		json_array_append_new(
		        pull, pull_json(view->answer->snapshot, i, &nodes->stores[i], set_count));
}

void
explain_say_nodes(const struct image_view *view, uint32_t number, FILE *out)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	const struct node_images *images = view->answer->report->node_images;
	const struct node_image *image = node_image_of(images, number);
	uint32_t last = NONE, said = 0, nodes;

	if (snapshot->store_count == 0)
		return;
	say(out, "  %-13s ", "on nodes");
	if (image == NULL) {
		say(out, "none\n");
		return;
	}
	nodes = node_image_nodes(snapshot, images, image);
	for (uint32_t i = 0; i < image->store_count && said < NODES_SHOWN; i++) {
		uint32_t node = snapshot->stores[images->stores[image->stores + i]].node;

		if (node != last)
			say(out, "%s%s", said++ > 0 ? ", " : "", snapshot->nodes[node].name);
		last = node;
	}
	if (nodes > said)
		say(out, " and %u more", nodes - said);
	say(out, "\n");
}

static const char *
pull_text(const struct image_view *view, const struct explain_store *store, uint32_t set_count,
        struct arena *arena)
{
	char bytes[24];

	if (store->unknown_images == set_count)
		return "not known";
	return arena_printf(arena, "%s%s", store->pull.upper_bound ? "at most " : "",
	        explain_bytes_text(view, store->pull.blob_bytes, bytes));
}

static void
add_row(const struct image_view *view, struct table *table, const struct explain_nodes *nodes,
        uint32_t index, uint32_t set_count)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	const struct explain_store *store = &nodes->stores[index];
	struct row *row = table_row(table);

	row_text(table, row, STORE, store_name(snapshot, index));
	row_text(table, row, ENGINE, store_engine_name(snapshot->stores[index].engine));
	row_text(table, row, HOLDS,
	        store->images == 0           ? "no"
	        : store->images == set_count ? "yes"
	                                     : "in part");
	row_text(table, row, PULL, pull_text(view, store, set_count, &table->arena));
	if (store->unknown_images < set_count) {
		row_count(row, LAYERS, store->pull.layers);
		row_bytes(row, DOCUMENTS, store->pull.manifest_bytes);
	}
	if (store->modelled && store->images > 0) {
		row_bytes(row, FREES, store->frees_bytes);
		row_text(table, row, UNIT, store_unit_name(snapshot->stores[index].unit));
	}
}

void
explain_say_stores(const struct image_view *view, const struct explain_nodes *nodes,
        uint32_t set_count, FILE *out)
{
	auto_table table = { 0 };
	uint32_t shown = nodes->store_count < STORES_SHOWN ? nodes->store_count : STORES_SHOWN;

	if (shown == 0)
		return;
	say(out, "\n");
	say(out, "What pulling %s now would fetch, and what deleting %s there would free:\n",
	        set_count > 1 ? "all of them" : "it", set_count > 1 ? "them" : "it");
	say(out, "\n");
	table_init(&table, columns, countof(columns));
	for (uint32_t i = 0; i < shown; i++)
		add_row(view, &table, nodes, i, set_count);
	table_print_text(&table, &view->answer->asked.style, out);
	if (nodes->store_count > shown)
		say(out, "and %u more stores (-o json has them)\n", nodes->store_count - shown);
}
