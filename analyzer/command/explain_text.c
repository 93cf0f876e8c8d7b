/*
 * A block for one image: what it is called, what it stands on, its layers, its costs. Sentences,
 * not columns, where there is one number to say.
 */
#include <string.h>

#include "analyzer/command/explain_view.h"
#include "analyzer/command/names.h"
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "common/memory.h"
#include "common/text.h"

#define BLOCKS_SHOWN 8 /* more images than that are a table */
#define NAMES_SHOWN  4

enum { LAYER, SIZE, PART_OF, SHARED, ON_DISK, BLOB, UNPACKED };

static const struct column columns[] = {
	[LAYER] = { "layer", NULL, CELL_COUNT, 0 },
	[SIZE] = { "size", NULL, CELL_BYTES, 0 },
	[PART_OF] = { "belongs_to", "BELONGS TO", CELL_TEXT, 1 },
	[SHARED] = { "shared_with", "SHARED WITH", CELL_TEXT, 0 },
	[ON_DISK] = { "chain_images", "ON DISK WITH", CELL_COUNT, 2 },
	[BLOB] = { "blob", NULL, CELL_TEXT, 3 },
	[UNPACKED] = { "unpacked", NULL, CELL_TEXT, 4 },
};

static const char *
plural(uint32_t count)
{
	return count == 1 ? "" : "s";
}

const char *
explain_bytes_text(const struct image_view *view, uint64_t bytes, char out[24])
{
	if (!view->answer->asked.style.exact_bytes)
		return text_bytes(bytes, out);
	snprintf(out, 24, "%llu", (unsigned long long)bytes);
	return out;
}

/* The base whose own layers, above the base below it, hold this one. */
static const char *
base_of_layer(const struct report *report, uint32_t image, uint32_t position, struct arena *arena)
{
	const struct bases *bases = report->bases;

	for (uint32_t i = bases->stack_start[image]; i < bases->stack_start[image + 1]; i++) {
		uint32_t base = bases->stack[i];

		if (position < report->trie->nodes[bases->at[base].node].depth)
			return name_shown(report, name_base(report, base, arena));
	}
	return "itself";
}

static const char *
sharing_text(const struct explain_layer *layer, struct arena *arena)
{
	uint32_t images = layer->blob_images, repositories = layer->repositories;

	if (images == 0)
		return "nobody";
	if (repositories == 0)
		return arena_printf(arena, "%u image%s", images, plural(images));
	return arena_printf(arena, "%u image%s in %u repositor%s", images, plural(images),
	        repositories, repositories == 1 ? "y" : "ies");
}

/* "8.1 MB tar"; units stand apart. */
static const char *
unpacked_text(const struct image_view *view, uint32_t node, struct arena *arena)
{
	const struct report *report = view->answer->report;
	const struct unpacked *unpacked = view->unpacked;
	struct digest chain_id;
	char bytes[24];
	const char *text = NULL;

	trie_chain_id(report->trie, report->snapshot, node, &chain_id);
	uint32_t chain = node_chain(report->snapshot, &chain_id);
	if (chain == NONE)
		return NULL;
	for (uint32_t i = unpacked->first[chain]; i < unpacked->first[chain + 1]; i++)
		text = arena_printf(arena, "%s%s%s %s", text ? text : "", text ? ", " : "",
		        explain_bytes_text(view, unpacked->sizes[i].bytes, bytes),
		        store_unit_name(unpacked->sizes[i].unit));
	return text;
}

static void
print_layers(const struct image_view *view, const struct explain_image *explained, FILE *out)
{
	const struct report *report = view->answer->report;
	const struct snapshot *snapshot = report->snapshot;
	auto_table table = { 0 };

	/* Sizes on nodes only where nodes are known. */
	table_init(&table, columns, snapshot->store_count > 0 ? countof(columns) : UNPACKED);
	for (uint32_t i = 0; i < explained->layer_count; i++) {
		const struct explain_layer *layer = &explained->layers[i];
		const struct snap_layer *snap = &snapshot->layers[layer->layer];
		const struct snap_blob *blob = &snapshot->blobs[snap->blob];
		struct row *row = table_row(&table);
		char digest[13];

		row_count(row, LAYER, i + 1);
		row_bytes(row, SIZE, blob->size_bytes);
		row_text(&table, row, PART_OF,
		        base_of_layer(report, explained->image, i, &table.arena));
		row_text(&table, row, SHARED,
		        snap->foreign ? "not stored here: a foreign layer"
		                      : sharing_text(layer, &table.arena));
		row_count(row, ON_DISK, layer->chain_images);
		row_text(&table, row, BLOB, digest_short(&blob->digest, digest));
		if (snapshot->store_count > 0)
			row_text(&table, row, UNPACKED,
			        unpacked_text(view, layer->node, &table.arena));
	}
	table_print_text(&table, &view->answer->asked.style, out);
}

static void
say_names(const struct image_view *view, uint32_t image, FILE *out)
{
	const struct report *report = view->answer->report;
	auto_arena scratch = { 0 };
	const uint32_t *references;
	uint32_t count = report_image_references(report, image, &scratch, &references);
	const char *title = image_view_name(view, image, &scratch);
	uint32_t said = 0;

	say(out, "%s\n", title);
	for (uint32_t i = 0; i < count && said < NAMES_SHOWN; i++) {
		const char *name = report_reference_name(report->snapshot, references[i], &scratch);

		if (strcmp(name, title) != 0)
			say(out, "  %-13s %s\n", said++ == 0 ? "also named" : "",
			        name_shown(report, name));
	}
	if (count > NAMES_SHOWN + 1)
		say(out, "  %-13s and %u more names\n", "", count - NAMES_SHOWN - 1);
}

static void
say_identity(const struct image_view *view, uint32_t index, FILE *out)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	const struct snap_image *image = &snapshot->images[index];
	char text[DIGEST_TEXT_SIZE], platform[PLATFORM_TEXT_SIZE], time[32];

	say(out, "  %-13s %s\n", "platform", platform_format(&image->platform, platform));
	text_time(image->created_at, time);
	if (time[0] != '\0')
		say(out, "  %-13s %s\n", "created", time);
	for (uint32_t i = 0; i < image->manifest_count; i++) {
		uint32_t manifest = snapshot->image_manifests[image->manifests + i];

		digest_format(&snapshot->blobs[snapshot->manifests[manifest].blob].digest, text);
		say(out, "  %-13s %s\n", i == 0 ? "manifest" : "", text);
	}
	say(out, "  %-13s %s\n", "config", digest_format(&image->config_digest, text));
	if (image->blob_chain)
		say(out, "  %-13s its config is not known: layers are compared as compressed\n",
		        "note");
}

static void
say_bases(const struct image_view *view, uint32_t image, FILE *out)
{
	const struct report *report = view->answer->report;
	const struct bases *bases = report->bases;
	uint32_t start = bases->stack_start[image], end = bases->stack_start[image + 1];
	auto_arena scratch = { 0 };
	char bytes[24];

	if (start == end)
		say(out, "  %-13s no known base\n", "stands on");
	for (uint32_t i = end; i-- > start;) {
		const struct base *base = &bases->at[bases->stack[i]];
		uint32_t layers = report->trie->nodes[base->node].depth;
		const char *name = name_with_more(
		        name_shown(report, name_base(report, bases->stack[i], &scratch)),
		        base->owner_count > 1 ? base->owner_count - 1 : 0, &scratch);

		say(out, "  %-13s %s: %s, %u layer%s, %s\n",
		        i + 1 == end ? "stands on" : "  that on", name,
		        base_evidence_name(base->evidence), layers, plural(layers),
		        explain_bytes_text(view, base->bytes, bytes));
	}
}

static void
say_costs(const struct image_view *view, const struct image_bytes *bytes, const char *where,
        FILE *out)
{
	char alone[24], share[24], unique[24];

	if (bytes->logical_bytes == 0)
		return;
	say(out, "  %-13s alone %s, its share %s, only its own %s\n", where,
	        explain_bytes_text(view, bytes->logical_bytes, alone),
	        explain_bytes_text(view, bytes->attributed_bytes, share),
	        explain_bytes_text(view, bytes->unique_bytes, unique));
}

static void
say_block(const struct image_view *view, const struct explain_image *explained, FILE *out)
{
	const struct attribution *attribution = view->answer->report->attribution;
	uint32_t image = explained->image;

	say_names(view, image, out);
	say_identity(view, image, out);
	say_bases(view, image, out);
	say_costs(view, &attribution->registry[image], "costs", out);
	say_costs(view, &attribution->layout[image],
	        attribution->registry[image].logical_bytes > 0 ? "in layouts" : "costs", out);
	explain_say_nodes(view, image, out);
	say(out, "\n");
	print_layers(view, explained, out);
	say(out, "\n");
}

/* Per source: whether a reference there leads to an image of the set. */
static bool *
find_holders(const struct report *report, const struct explain *explain, struct arena *arena)
{
	const struct snapshot *snapshot = report->snapshot;
	bool *holds = arena_new(arena, bool, snapshot->source_count);

	for (uint32_t i = 0; i < explain->image_count; i++) {
		links_each (repository, &report->names->repositories, explain->images[i].image)
			holds[snapshot->repositories[*repository].source] = true;
	}
	return holds;
}

/* Where several registries hold what is deleted, how much in which: each is another decision. */
static void
say_freed_each(const struct image_view *view, const struct explain *explain, FILE *out)
{
	const struct report *report = view->answer->report;
	const struct usage *usage = report->usage;
	auto_arena scratch = { 0 };
	const bool *holds = find_holders(report, explain, &scratch);
	uint32_t holders = 0;
	char bytes[24];

	for (uint32_t i = 0; i < usage->registry_count; i++)
		holders += holds[usage->registries[i].source];
	for (uint32_t i = 0; i < usage->registry_count && usage->registry_count > 1; i++) {
		uint32_t source = usage->registries[i].source;

		if (holds[source])
			say(out, "  %s in %s\n",
			        explain_bytes_text(view, explain->frees_bytes[source], bytes),
			        report->snapshot->sources[source].name);
	}
	if (holders == 0 && usage->registry_count > 1)
		say(out, "  none of them has it\n");
}

static void
say_freed(const struct image_view *view, const struct explain *explain, FILE *out)
{
	const struct usage *usage = view->answer->report->usage;
	char bytes[24];

	if (usage->registry_count > 0)
		say(out,
		        "Deleting %s frees %s in the registries, after their garbage "
		        "collection%s\n",
		        explain->image_count > 1 ? "all of them" : "it",
		        explain_bytes_text(view, explain->frees_registry_bytes, bytes),
		        usage->registry_count > 1 ? ":" : ".");
	say_freed_each(view, explain, out);
	for (uint32_t i = 0; i < usage->layout_count; i++) {
		uint32_t source = usage->layouts[i].source;

		if (explain->frees_bytes[source] > 0)
			say(out, "In the layout %s it frees %s.\n",
			        view->answer->snapshot->sources[source].name,
			        explain_bytes_text(view, explain->frees_bytes[source], bytes));
	}
}

const struct explain_image *
explain_image_of(const struct explain *explain, uint32_t image)
{
	uint32_t low = 0, high = explain->image_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (explain->images[middle].image <= image)
			low = middle;
		else
			high = middle;
	}
	return &explain->images[low];
}

static void
say_image(const struct image_view *view, const struct explain *explain, uint32_t number, FILE *out)
{
	if (image_is_local(view, number))
		explain_say_local(view, number, out);
	else
		say_block(view, explain_image_of(explain, number), out);
}

void
explain_text(const struct image_view *view, const struct explained *explained, struct table *table,
        FILE *out)
{
	const struct explain *explain = explained->registries;
	char logical[24], attributed[24];

	if (table->row_count > BLOCKS_SHOWN) {
		image_table_finish(view, table);
		answer_print(view->answer, table, out);
		say(out, "\n");
	} else {
		for (size_t i = 0; i < table->row_count; i++)
			say_image(view, explain, image_table_row(table, i), out);
	}
	if (table->row_count > 0 && table->row_count <= BLOCKS_SHOWN)
		say(out, "Shared with: others that have the layer, stored once in a registry. "
		         "On disk with: those that have the same layers below it too.\n");
	if (explain->image_count > 1 && explain->logical_bytes > 0)
		say(out, "All %u images together: %s if each stood alone, their share is %s.\n",
		        explain->image_count,
		        explain_bytes_text(view, explain->logical_bytes, logical),
		        explain_bytes_text(view, explain->attributed_bytes, attributed));
	say_freed(view, explain, out);
	explain_say_stores(view, explained->nodes, explained->count, out);
}
