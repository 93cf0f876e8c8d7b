/* The report in a few lines for a chat: what is stored, what saves most, who pays most. */
#include "analyzer/command/coverage.h"
#include "analyzer/command/names.h"
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "common/memory.h"

#define ROWS 5

enum { SOURCE, LOGICAL, ACTUAL, SHARING, IMAGES, STATE };
enum { NAME, FIRST, SECOND };
enum { STORE, UNIT, STORE_LOGICAL, STORE_ACTUAL, STORE_SHARING, STORE_IMAGES, MEMORY, BASIS };

static const struct column source_columns[] = {
	[SOURCE] = { "source", "Source", CELL_TEXT, 0 },
	[LOGICAL] = { "logical", "Logical", CELL_BYTES, 0 },
	[ACTUAL] = { "actual", "Stored", CELL_BYTES, 0 },
	[SHARING] = { "sharing", "Sharing", CELL_RATIO, 0 },
	[IMAGES] = { "images", "Images", CELL_COUNT, 0 },
	[STATE] = { "state", "Scan", CELL_TEXT, 0 },
};
static const struct column store_columns[] = {
	[STORE] = { "store", "Store", CELL_TEXT, 0 },
	[UNIT] = { "unit", "Unit", CELL_TEXT, 0 },
	[STORE_LOGICAL] = { "logical", "Logical", CELL_BYTES, 0 },
	[STORE_ACTUAL] = { "actual", "On disk", CELL_BYTES, 0 },
	[STORE_SHARING] = { "sharing", "Sharing", CELL_RATIO, 0 },
	[STORE_IMAGES] = { "images", "Images", CELL_COUNT, 0 },
	[MEMORY] = { "memory", "Memory", CELL_BYTES, 0 },
	[BASIS] = { "basis", "Memory is", CELL_TEXT, 0 },
};
static const struct column base_columns[] = {
	[NAME] = { "base", "Base", CELL_TEXT, 0 },
	[FIRST] = { "images", "Images", CELL_COUNT, 0 },
	[SECOND] = { "saved", "Saved", CELL_BYTES, 0 },
};
static const struct column image_columns[] = {
	[NAME] = { "image", "Image", CELL_TEXT, 0 },
	[FIRST] = { "alone", "Alone", CELL_BYTES, 0 },
	[SECOND] = { "share", "Its share", CELL_BYTES, 0 },
};

static void
add_source(const struct report *report, struct table *table, const struct usage_row *usage)
{
	const struct snap_source *source = &report->snapshot->sources[usage->source];
	struct row *row = table_row(table);

	row_text(table, row, SOURCE, source->name);
	row_bytes(row, LOGICAL, usage->logical_bytes);
	row_bytes(row, ACTUAL, usage->actual_bytes);
	if (usage->actual_bytes > 0)
		row_ratio(row, SHARING, (double)usage->logical_bytes / (double)usage->actual_bytes);
	row_count(row, IMAGES, usage->images);
	row_text(table, row, STATE, coverage_state_name(source->state));
}

static void
print_sources(const struct answer *answer, FILE *out)
{
	const struct usage *usage = answer->report->usage;
	auto_table table = { 0 };

	table_init(&table, source_columns, countof(source_columns));
	for (uint32_t i = 0; i < usage->registry_count; i++)
		add_source(answer->report, &table, &usage->registries[i]);
	for (uint32_t i = 0; i < usage->layout_count; i++)
		add_source(answer->report, &table, &usage->layouts[i]);
	table_print_markdown(&table, &answer->asked.style, out);
}

static void
add_store(const struct report *report, struct table *table, const struct store_row *from)
{
	const struct snap_store *store = &report->snapshot->stores[from->store];
	const struct memory_row *memory = &report->memory->rows[from->store];
	struct row *row = table_row(table);

	row_text(table, row, STORE, report->snapshot->sources[store->source].name);
	row_text(table, row, UNIT, store_unit_name(store->unit));
	row_count(row, STORE_IMAGES, from->images);
	if (from->modelled) {
		row_bytes(row, STORE_LOGICAL, from->unpacked.logical_bytes);
		row_bytes(row, STORE_ACTUAL, from->unpacked.actual_bytes);
	}
	if (from->modelled && from->unpacked.actual_bytes > 0)
		row_ratio(row, STORE_SHARING,
		        (double)from->unpacked.logical_bytes / (double)from->unpacked.actual_bytes);
	if (memory->basis != MEMORY_NONE)
		row_bytes(row, MEMORY, memory->actual_bytes);
	row_text(table, row, BASIS, memory_basis_name(memory->basis));
}

static int
print_stores(const struct answer *answer, FILE *out, struct error *err)
{
	const struct store_usage *stores = answer->report->stores;
	auto_table table = { 0 };

	if (stores->row_count == 0)
		return 0;
	table_init(&table, store_columns, countof(store_columns));
	for (uint32_t i = 0; i < stores->row_count; i++)
		add_store(answer->report, &table, &stores->rows[i]);
	if (table_sort(&table, "actual", err) != 0)
		return -1;
	table_limit(&table, ROWS);
	say(out, "\n");
	say(out, "**Stores of nodes that hold most** (%u in all)\n\n", stores->row_count);
	table_print_markdown(&table, &answer->asked.style, out);
	return 0;
}

static void
print_bases(const struct answer *answer, FILE *out)
{
	const struct bases *bases = answer->report->bases;
	auto_table table = { 0 };

	table_init(&table, base_columns, countof(base_columns));
	for (uint32_t i = 0; i < bases->count && i < ROWS; i++) {
		struct row *row = table_row(&table);

		row_text(&table, row, NAME,
		        name_shown(answer->report, name_base(answer->report, i, &table.arena)));
		row_count(row, FIRST, bases->at[i].users);
		row_bytes(row, SECOND, bases->at[i].saved_bytes);
	}
	if (table.row_count == 0)
		return;
	say(out, "\n");
	say(out, "**Bases that save most** (%u in all)\n\n", bases->count);
	table_print_markdown(&table, &answer->asked.style, out);
}

static int
print_images(struct answer *answer, FILE *out, struct error *err)
{
	auto_table table = { 0 };
	auto_image_view view = { 0 };
	size_t count;

	image_view_init(&view, answer);
	table_init(&table, image_columns, countof(image_columns));
	for (uint32_t i = 0; i < answer->snapshot->image_count; i++) {
		if (!answer_has_image(answer, i))
			continue;
		struct row *row = table_row(&table);

		row_text(&table, row, NAME,
		        name_shown(answer->report, name_image(answer->report, i, &table.arena)));
		row_bytes(row, FIRST, view.of[i].logical_bytes);
		row_bytes(row, SECOND, view.of[i].attributed_bytes);
	}
	count = table.row_count;
	if (count == 0)
		return 0;
	if (table_sort(&table, "share", err) != 0)
		return -1;
	table_limit(&table, ROWS);
	say(out, "\n");
	say(out, "**Images that cost most** (%zu in all)\n\n", count);
	table_print_markdown(&table, &answer->asked.style, out);
	return 0;
}

int
view_report_markdown(struct answer *answer, FILE *out, struct error *err)
{
	char platform[PLATFORM_TEXT_SIZE];

	say(out, "**What our images share**%s%s\n\n", answer->asked.has_platform ? ", only " : "",
	        answer->asked.has_platform ? platform_format(&answer->asked.platform, platform)
	                                   : "");
	print_sources(answer, out);
	if (print_stores(answer, out, err) != 0)
		return -1;
	print_bases(answer, out);
	if (print_images(answer, out, err) != 0)
		return -1;
	for (uint32_t i = 0; i < answer->snapshot->source_count; i++)
		if (answer->snapshot->sources[i].selection != NULL)
			say(out, "\nOf %s only: %s.\n", answer->snapshot->sources[i].name,
			        answer->snapshot->sources[i].selection);
	if (coverage_is_complete(answer->snapshot))
		return 0;
	say(out, "\n");
	say(out, "Not complete: some sources failed, were read in part, or are older.\n");
	return 0;
}
