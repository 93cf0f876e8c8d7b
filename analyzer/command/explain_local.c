/* explain for people: an image that only nodes have. */
#include "analyzer/command/explain_view.h"
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "common/memory.h"

enum { LAYER, SIZE, UNIT, DIFF_ID };

static const struct column columns[] = {
	[LAYER] = { "layer", NULL, CELL_COUNT, 0 },
	[SIZE] = { "unpacked", NULL, CELL_BYTES, 0 },
	[UNIT] = { "unit", NULL, CELL_TEXT, 1 },
	[DIFF_ID] = { "diff_id", "DIFF ID", CELL_TEXT, 1 },
};

static void
print_layers(const struct image_view *view, uint32_t number, FILE *out)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	const struct unpacked *unpacked = view->unpacked;
	auto_table table = { 0 };
	uint32_t *chains, count;

	table_init(&table, columns, countof(columns));
	count = image_local_chain(view, number, &chains, &table.arena);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t first = unpacked->first[chains[i]];
		struct row *row = table_row(&table);
		char digest[13];

		row_count(row, LAYER, i + 1);
		if (first < unpacked->first[chains[i] + 1]) {
			row_bytes(row, SIZE, unpacked->sizes[first].bytes);
			row_text(&table, row, UNIT, store_unit_name(unpacked->sizes[first].unit));
		}
		row_text(&table, row, DIFF_ID,
		        digest_short(&snapshot->chains[chains[i]].diff_id, digest));
	}
	table_print_text(&table, &view->answer->asked.style, out);
}

/* Per chain, how many distinct images of nodes stand on it. */
static uint32_t *
count_users(const struct image_view *view, struct arena *arena)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	const struct node_images *images = view->answer->report->node_images;
	uint32_t *users = arena_new(arena, uint32_t, snapshot->chain_id_count);

	for (uint32_t i = 0; i < images->count; i++) {
		uint32_t chain = node_image_shown(snapshot, &images->at[i])->chain;

		for (; chain != NONE; chain = snapshot->chains[chain].parent)
			users[chain]++;
	}
	return users;
}

void
explain_put_local_sharing(const struct image_view *view, json_t *object, uint32_t number)
{
	json_t *layers = json_object_get(object, "layers");
	auto_arena scratch = { 0 };
	const uint32_t *users = count_users(view, &scratch);
	uint32_t *chains, count = image_local_chain(view, number, &chains, &scratch);

	for (uint32_t i = 0; i < count; i++) {
		json_t *shared = member_object(json_array_get(layers, i), "shared");

		member_number(shared, "images", 0);
		member_number(shared, "repositories", 0);
		member_number(shared, "chain_images", users[chains[i]] - 1);
	}
}

void
explain_say_local(const struct image_view *view, uint32_t number, FILE *out)
{
	const struct snap_appearance *shown = image_local(view, number);
	char text[DIGEST_TEXT_SIZE], platform[PLATFORM_TEXT_SIZE];
	auto_arena scratch = { 0 };

	say(out, "%s\n", image_local_name(view, number, &scratch));
	say(out, "  %-13s %s\n", "platform", platform_format(&shown->platform, platform));
	say(out, "  %-13s %s\n", "config", digest_format(&shown->config_digest, text));
	say(out, "  %-13s no registry or layout that was scanned has it\n", "note");
	explain_say_nodes(view, number, out);
	say(out, "\n");
	print_layers(view, number, out);
	say(out, "\n");
}
