/*
 * usage: what is stored, and what it would be if nothing were shared. Registries, layouts and the
 * stores of nodes are rows of one table; in JSON layouts are stores.
 */
#include "analyzer/command/ask.h"
#include "analyzer/command/coverage.h"
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "analyzer/model/bytes.h"
#include "collector/node/node.h"
#include "common/memory.h"
#include "common/text.h"

enum {
	SOURCE,
	KIND,
	REPOSITORIES,
	TAGS,
	IMAGES,
	BLOBS,
	UNIT,
	LOGICAL,
	ACTUAL,
	SHARING,
	SAVED,
	OTHER,
	STATE,
	SCANNED
};

static const struct column columns[] = {
	[SOURCE] = { "source", NULL, CELL_TEXT, 0 },
	[KIND] = { "kind", NULL, CELL_TEXT, 5 },
	[REPOSITORIES] = { "repositories", NULL, CELL_COUNT, 3 },
	[TAGS] = { "tags", NULL, CELL_COUNT, 3 },
	[IMAGES] = { "images", NULL, CELL_COUNT, 2 },
	[BLOBS] = { "blobs", NULL, CELL_COUNT, 4 },
	[UNIT] = { "unit", NULL, CELL_TEXT, 4 },
	[LOGICAL] = { "logical", NULL, CELL_BYTES, 0 },
	[ACTUAL] = { "actual", NULL, CELL_BYTES, 0 },
	[SHARING] = { "sharing", NULL, CELL_RATIO, 1 },
	[SAVED] = { "saved", NULL, CELL_BYTES, 1 },
	[OTHER] = { "other", NULL, CELL_BYTES, 6 },
	[STATE] = { "state", "SCAN", CELL_TEXT, 5 },
	[SCANNED] = { "scanned_at", "AS OF", CELL_TEXT, 6 },
};

/* Compares logical with actual. */
static void
fill_saved(struct row *row, uint64_t logical_bytes, uint64_t actual_bytes)
{
	row_bytes(row, LOGICAL, logical_bytes);
	row_bytes(row, ACTUAL, actual_bytes);
	if (actual_bytes > 0)
		row_ratio(row, SHARING, (double)logical_bytes / (double)actual_bytes);
	row_bytes(row, SAVED, logical_bytes > actual_bytes ? logical_bytes - actual_bytes : 0);
}

static void
fill_row(struct row *row, const struct usage_row *usage)
{
	row_count(row, REPOSITORIES, usage->repositories);
	row_count(row, TAGS, usage->tags);
	row_count(row, IMAGES, usage->images);
	row_count(row, BLOBS, usage->blobs);
	fill_saved(row, usage->logical_bytes, usage->actual_bytes);
	row_bytes(row, OTHER, usage->other_bytes);
}

/* Live and dangling, which have one unit. */
static void
fill_store(struct table *table, struct row *row, const struct report *report,
        const struct store_row *store)
{
	const struct snap_store *of = &report->snapshot->stores[store->store];

	row_text(table, row, KIND, store_engine_name(of->engine));
	row_text(table, row, UNIT, store_unit_name(of->unit));
	row_count(row, IMAGES, store->images);
	if (store->modelled)
		fill_saved(row,
		        bytes_add(store->unpacked.logical_bytes, store->dangling.logical_bytes),
		        bytes_add(store->unpacked.actual_bytes, store->dangling.actual_bytes));
}

static struct row *
add_row(const struct report *report, struct table *table, uint32_t place, uint32_t source_index)
{
	const struct snap_source *source = &report->snapshot->sources[source_index];
	struct row *row = table_row(table);
	char time[32];

	row->object = json_integer(place);
	row_text(table, row, SOURCE, source->name);
	row_text(table, row, STATE, coverage_state_name(source->state));
	text_time(source->scanned_at, time);
	row_text(table, row, SCANNED, time[0] != '\0' ? time : NULL);
	return row;
}

/* Where engines keep the compressed blobs too: a row of its own, for people. */
static void
add_content(const struct report *report, struct table *table, const struct snap_store *store,
        const struct content_row *content)
{
	struct row *row = add_row(report, table, 0, store->source);

	row_text(table, row, KIND, "content");
	row_text(table, row, UNIT, "compressed");
	row_count(row, IMAGES, content->images);
	row_count(row, BLOBS, content->blobs);
	fill_saved(row, content->logical_bytes, content->actual_bytes);
}

/* Rows stand for their place among registries, layouts and stores until objects are made. */
static void
add_rows(const struct report *report, bool content, struct table *table)
{
	const struct usage *usage = report->usage;
	uint32_t place = 0;

	for (uint32_t i = 0; i < usage->registry_count + usage->layout_count; i++) {
		bool registry = i < usage->registry_count;
		const struct usage_row *from = registry
		                                       ? &usage->registries[i]
		                                       : &usage->layouts[i - usage->registry_count];
		struct row *row = add_row(report, table, place++, from->source);

		row_text(table, row, KIND, registry ? "registry" : "layout");
		row_text(table, row, UNIT, "compressed");
		fill_row(row, from);
	}
	for (uint32_t i = 0; i < report->stores->row_count; i++) {
		const struct store_row *from = &report->stores->rows[i];
		uint32_t source = report->snapshot->stores[from->store].source;

		fill_store(table, add_row(report, table, place++, source), report, from);
		if (content && report->content[from->store].shown)
			add_content(report, table, &report->snapshot->stores[from->store],
			        &report->content[from->store]);
	}
}

static void
add_total(const struct report *report, struct table *table)
{
	if (report->usage->registry_count < 2)
		return;
	struct row *row = table_row(table);
	row->fixed = true;
	row_text(table, row, SOURCE, "all registries");
	fill_row(row, &report->usage->total);
}

/* What a store's row has no columns for. */
static void
say_of_store(const struct report *report, const struct store_row *row, FILE *out)
{
	const struct snapshot *snapshot = report->snapshot;
	const struct snap_store *store = &snapshot->stores[row->store];
	const char *name = snapshot->sources[store->source].name;
	char bytes[24];

	if (!row->modelled)
		say(out, "%s: what the driver %s shares is not known, so it is not counted.\n",
		        name, store->driver);
	if (row->dangling.chains > 0)
		say(out, "%s: %s of it in %u layers that no named image and no container needs.\n",
		        name, text_bytes(row->dangling.actual_bytes, bytes), row->dangling.chains);
	if (row->containers > 0)
		say(out,
		        "%s: beside it %u containers (%u running, %u stopped) with %s of their "
		        "own%s.\n",
		        name, row->containers, row->running, row->containers - row->running,
		        text_bytes(row->writable_bytes, bytes),
		        row->unknown_writable > 0 ? ", of some it is not known" : "");
	for (uint32_t i = 0; i < store->extra_count; i++)
		say(out, "%s: beside it %s of %s (%llu).\n", name,
		        text_bytes(store->extras[i].bytes, bytes), store->extras[i].part,
		        (unsigned long long)store->extras[i].count);
	if (report->content[row->store].unused_blobs > 0)
		say(out, "%s: %s of the content in %u blobs that no image needs.\n", name,
		        text_bytes(report->content[row->store].unused_bytes, bytes),
		        report->content[row->store].unused_blobs);
	network_say(report, row->store, out);
	memory_say(report, row->store, out);
	if (row->unknown_images > 0)
		say(out, "%s: %u images whose size is not known, or only in part.\n", name,
		        row->unknown_images);
}

static void
say_what_it_means(const struct answer *answer, FILE *out)
{
	const struct usage_row *total = &answer->report->usage->total;
	char platform[PLATFORM_TEXT_SIZE];

	say(out, "\n");
	say(out, "Logical: if no two images shared anything. Actual: what is stored, "
	         "each blob once.\n");
	say(out, "Ideal: %s.\n", usage_ideal_reason);
	if (answer->asked.has_platform)
		say(out, "Only images of %s.\n",
		        platform_format(&answer->asked.platform, platform));
	for (uint32_t i = 0; i < answer->report->stores->row_count; i++)
		say_of_store(answer->report, &answer->report->stores->rows[i], out);
	for (uint32_t i = 0; i < answer->snapshot->source_count; i++)
		if (answer->snapshot->sources[i].selection != NULL)
			say(out, "Of %s only: %s.\n", answer->snapshot->sources[i].name,
			        answer->snapshot->sources[i].selection);
	if (total->foreign_layers > 0)
		say(out, "Foreign layers, which registries do not hold: %u, counted as 0.\n",
		        total->foreign_layers);
	if (total->absent_children > 0)
		say(out, "Images that indexes name but registries do not hold: %u, counted as 0.\n",
		        total->absent_children);
}

static int
put_document(struct answer *answer, const struct table *table, FILE *out, struct error *err)
{
	const struct report *report = answer->report;
	const struct usage *usage = report->usage;
	json_t *document = answer_json(answer, "usage");
	json_t *registries = json_array(), *stores = json_array();
	auto_arena scratch = { 0 };
	const struct layouts *layouts = layouts_build(report, &scratch);

	for (size_t i = 0; i < table->row_count; i++) {
		uint32_t place = (uint32_t)json_integer_value(table->rows[i].object);

		if (place < usage->registry_count) {
			const struct usage_row *row = &usage->registries[place];
			json_array_append_new(registries, usage_registry_json(report, row));
			continue;
		}
		place -= usage->registry_count;
		if (place >= usage->layout_count) {
			place -= usage->layout_count;
			json_array_append_new(
			        stores, store_json(report, &report->stores->rows[place]));
			continue;
		}
		json_array_append_new(stores,
		        usage_store_json(report, &usage->layouts[place], &layouts->at[place]));
	}
	usage_put_ideal(document);
	json_object_set_new(document, "registries", registries);
	json_object_set_new(document, "stores", stores);
	usage_put_total(document, report);
	return answer_put_json(answer, document, out, err);
}

int
view_usage(struct answer *answer, FILE *out, struct error *err)
{
	auto_table table = { 0 };

	table_init(&table, columns, countof(columns));
	add_rows(answer->report, answer->asked.format != ANSWER_JSON, &table);
	if (answer_select(answer, &table, NULL, err) != 0)
		return -1;
	if (answer->asked.format == ANSWER_JSON)
		return put_document(answer, &table, out, err);
	if (answer->asked.format == ANSWER_TABLE)
		add_total(answer->report, &table);
	answer_print(answer, &table, out);
	if (answer->asked.format == ANSWER_TABLE && table.row_count > 0)
		say_what_it_means(answer, out);
	return 0;
}

int
command_usage(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_answer answer = { 0 };

	(void)argc;
	(void)argv;
	if (answer_open(&answer, session, options, err) != 0 ||
	        view_usage(&answer, stdout, err) != 0)
		return -1;
	return answer_end(&answer, stdout, err);
}
