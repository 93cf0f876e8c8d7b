/*
 * usage: what is stored, and what it would be if nothing were shared. Registries and layouts are
 * rows of one table; in JSON layouts are stores.
 */
#include "analyzer/command/ask.h"
#include "analyzer/command/coverage.h"
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "common/memory.h"
#include "common/text.h"

enum {
	SOURCE,
	KIND,
	REPOSITORIES,
	TAGS,
	IMAGES,
	BLOBS,
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
	[LOGICAL] = { "logical", NULL, CELL_BYTES, 0 },
	[ACTUAL] = { "actual", NULL, CELL_BYTES, 0 },
	[SHARING] = { "sharing", NULL, CELL_RATIO, 1 },
	[SAVED] = { "saved", NULL, CELL_BYTES, 1 },
	[OTHER] = { "other", NULL, CELL_BYTES, 6 },
	[STATE] = { "state", "SCAN", CELL_TEXT, 5 },
	[SCANNED] = { "scanned_at", "AS OF", CELL_TEXT, 6 },
};

static void
fill_row(struct row *row, const struct usage_row *usage)
{
	row_count(row, REPOSITORIES, usage->repositories);
	row_count(row, TAGS, usage->tags);
	row_count(row, IMAGES, usage->images);
	row_count(row, BLOBS, usage->blobs);
	row_bytes(row, LOGICAL, usage->logical_bytes);
	row_bytes(row, ACTUAL, usage->actual_bytes);
	if (usage->actual_bytes > 0)
		row_ratio(row, SHARING, (double)usage->logical_bytes / (double)usage->actual_bytes);
	row_bytes(row, SAVED,
	        usage->logical_bytes > usage->actual_bytes
	                ? usage->logical_bytes - usage->actual_bytes
	                : 0);
	row_bytes(row, OTHER, usage->other_bytes);
}

/* Rows stand for their place among all sources until objects are made. */
static void
add_rows(const struct report *report, struct table *table)
{
	const struct usage *usage = report->usage;

	for (uint32_t i = 0; i < usage->registry_count + usage->layout_count; i++) {
		bool registry = i < usage->registry_count;
		const struct usage_row *from = registry
		                                       ? &usage->registries[i]
		                                       : &usage->layouts[i - usage->registry_count];
		struct row *row = table_row(table);

		const struct snap_source *source = &report->snapshot->sources[from->source];
		char time[32];

		row->object = json_integer(i);
		row_text(table, row, SOURCE, source->name);
		row_text(table, row, STATE, coverage_state_name(source->state));
		text_time(source->scanned_at, time);
		row_text(table, row, SCANNED, time[0] != '\0' ? time : NULL);
		row_text(table, row, KIND, registry ? "registry" : "layout");
		fill_row(row, from);
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
	add_rows(answer->report, &table);
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
