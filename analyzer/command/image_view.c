/* The table of images. Objects are in image_json.c, what completes the sum is in image_rest.c. */
#include "analyzer/command/image_view.h"

#include <string.h>

#include "analyzer/command/names.h"
#include "analyzer/model/reach.h"
#include "common/text.h"

/* The columns that every table has. */
#define COMMON_COLUMNS                                                                             \
	[IMAGE_NAME] = { "reference", "IMAGE", CELL_TEXT, 0 },                                     \
	[IMAGE_PLATFORM] = { "platform", NULL, CELL_TEXT, 3 },                                     \
	[IMAGE_LAYERS] = { "layers", NULL, CELL_COUNT, 4 },                                        \
	[IMAGE_BASE] = { "base", "STANDS ON", CELL_TEXT, 2 },                                      \
	[IMAGE_ALONE] = { "logical", "ALONE", CELL_BYTES, 1 },                                     \
	[IMAGE_ATTRIBUTED] = { "attributed", "ITS SHARE", CELL_BYTES, 0 },                         \
	[IMAGE_UNIQUE] = { "unique", "ONLY ITS OWN", CELL_BYTES, 1 }

static const struct column columns[IMAGE_COLUMNS] = {
	COMMON_COLUMNS,
	[IMAGE_LAYOUTS] = { "layouts", "IN LAYOUTS", CELL_BYTES, 3 },
	[IMAGE_NODES] = { "nodes", NULL, CELL_COUNT, 2 },
	[IMAGE_NAMES] = { "names", NULL, CELL_COUNT, 5 },
	[IMAGE_CONFIG] = { "config_digest", NULL, CELL_TEXT, 5 },
};
static const struct column columns_without_layouts[] = {
	COMMON_COLUMNS,
	[IMAGE_LAYOUTS] = { "nodes", NULL, CELL_COUNT, 2 },
};

void
image_view_init(struct image_view *view, const struct answer *answer)
{
	const struct report *report = answer->report;

	*view = (struct image_view){ .answer = answer };
	view->layouts = layouts_build(report, &view->arena);
	view->unpacked = unpacked_build(answer->snapshot, &view->arena);
	view->stores = store_attribution_build(answer->snapshot, report->node_images,
	        answer->asked.has_platform ? &answer->asked.platform : NULL, &view->arena);
	reach_parents(&view->indexes, answer->snapshot, &view->arena);
	view->of = report->usage->registry_count > 0 ? report->attribution->registry
	                                             : report->attribution->layout;
	view->manifests = explain_manifests(answer->snapshot, NULL, &view->arena);
}

void
image_view_ask(struct image_view *view, const struct explain_named *named)
{
	view->named = named;
	view->manifests = explain_manifests(view->answer->snapshot, named, &view->arena);
}

const char *
image_view_name(const struct image_view *view, uint32_t image, struct arena *arena)
{
	const struct report *report = view->answer->report;

	if (image_is_local(view, image))
		return image_local_name(view, image, arena);
	if (view->named != NULL && view->named[image].reference != NONE)
		return report_reference_name(report->snapshot, view->named[image].reference, arena);
	return name_image(report, image, arena);
}

void
image_view_release(struct image_view *view)
{
	arena_release(&view->arena);
}

bool
image_table_has_layouts(const struct image_view *view)
{
	const struct usage *usage = view->answer->report->usage;

	return view->answer->asked.format != ANSWER_TABLE ||
	       (usage->registry_count > 0 && usage->layout_count > 0);
}

static bool
has_nodes(const struct image_view *view)
{
	return view->answer->asked.format != ANSWER_TABLE ||
	       view->answer->snapshot->store_count > 0;
}

/* For people the column of nodes moves into the place of layouts where these are not shown. */
void
image_table_init(const struct image_view *view, struct table *table)
{
	bool layouts = image_table_has_layouts(view);
	size_t count = IMAGE_LAYOUTS;

	count += layouts;
	count += has_nodes(view);
	table_init(table, layouts ? columns : columns_without_layouts,
	        view->answer->asked.format == ANSWER_TABLE ? count : IMAGE_COLUMNS);
}

static void
fill_places(const struct image_view *view, struct row *row, uint32_t number)
{
	const struct attribution *attribution = view->answer->report->attribution;
	int at = IMAGE_LAYOUTS;

	if (image_table_has_layouts(view))
		row_bytes(row, at++,
		        image_is_local(view, number)
		                ? 0
		                : attribution->layout[number].attributed_bytes);
	if (has_nodes(view))
		row_count(row, at, image_node_count(view, number));
}

/* True if what is asked about names holds for this one: a bare text, or "reference=GLOB". */
static bool
is_name_asked_for(const struct asked *asked, const char *name)
{
	for (size_t i = 0; i < asked->filter_count; i++) {
		const char *filter = asked->filters[i];

		if (strpbrk(filter, "=!<>") == NULL
		                ? strstr(name, filter) == NULL
		                : text_starts_with(filter, "reference=") &&
		                          !text_glob(filter + strlen("reference="), name))
			return false;
	}
	return true;
}

/* The first name that --filter asks for: an image is found by any of its names. */
static const char *
row_name(const struct image_view *view, uint32_t image, struct arena *arena)
{
	const struct report *report = view->answer->report;
	const uint32_t *references = NULL;
	bool local = image_is_local(view, image);
	uint32_t count = local ? 0 : report_image_references(report, image, arena, &references);
	const char *shown = image_view_name(view, image, arena);

	if (is_name_asked_for(&view->answer->asked, shown))
		return shown;
	for (uint32_t i = 0; view->answer->asked.filter_count > 0 && i < count; i++) {
		const char *name = report_reference_name(report->snapshot, references[i], arena);

		if (is_name_asked_for(&view->answer->asked, name))
			return name;
	}
	return shown;
}

static const char *
row_base(const struct report *report, uint32_t image, struct arena *arena)
{
	const struct bases *bases = report->bases;
	uint32_t end = bases->stack_start[image + 1];

	return end > bases->stack_start[image] ? name_base(report, bases->stack[end - 1], arena)
	                                       : "";
}

/* Of registries it has nothing. */
static void
add_local(const struct image_view *view, struct table *table, uint32_t number)
{
	const struct snap_appearance *shown = image_local(view, number);
	auto_arena scratch = { 0 };
	struct row *row = table_row(table);
	char digest[DIGEST_TEXT_SIZE];
	uint32_t *chains;

	row->object = json_integer(number);
	row_text(table, row, IMAGE_NAME, row_name(view, number, &scratch));
	row_text(table, row, IMAGE_PLATFORM, name_platform(&shown->platform, &scratch));
	row_count(row, IMAGE_LAYERS, image_local_chain(view, number, &chains, &scratch));
	row_bytes(row, IMAGE_ATTRIBUTED, 0);
	fill_places(view, row, number);
	if (table->column_count > IMAGE_CONFIG) {
		row_count(row, IMAGE_NAMES, shown->name_count);
		row_text(table, row, IMAGE_CONFIG, digest_format(&shown->config_digest, digest));
	}
}

void
image_table_add(const struct image_view *view, struct table *table, uint32_t image)
{
	const struct report *report = view->answer->report;
	const struct snap_image *snap = &report->snapshot->images[image];
	auto_arena scratch = { 0 };
	const uint32_t *references;

	if (image_is_local(view, image)) {
		add_local(view, table, image);
		return;
	}
	struct row *row = table_row(table);
	row->object = json_integer(image);
	row_text(table, row, IMAGE_NAME, row_name(view, image, &scratch));
	row_text(table, row, IMAGE_PLATFORM, name_platform(&snap->platform, &scratch));
	row_count(row, IMAGE_LAYERS, snap->chain_length);
	row_text(table, row, IMAGE_BASE, row_base(report, image, &scratch));
	row_bytes(row, IMAGE_ALONE, view->of[image].logical_bytes);
	row_bytes(row, IMAGE_ATTRIBUTED, view->of[image].attributed_bytes);
	row_bytes(row, IMAGE_UNIQUE, view->of[image].unique_bytes);
	fill_places(view, row, image);
	if (table->column_count > IMAGE_CONFIG) {
		char digest[DIGEST_TEXT_SIZE];

		row_count(row, IMAGE_NAMES,
		        report_image_references(report, image, &scratch, &references));
		row_text(table, row, IMAGE_CONFIG, digest_format(&snap->config_digest, digest));
	}
}

uint32_t
image_table_row(const struct table *table, size_t row)
{
	return (uint32_t)json_integer_value(table->rows[row].object);
}

void
image_table_finish(const struct image_view *view, struct table *table)
{
	const uint32_t *references;

	if (view->answer->asked.format == ANSWER_CSV)
		return;
	for (size_t i = 0; i < table->row_count; i++) {
		const struct report *report = view->answer->report;
		uint32_t image = image_table_row(table, i);
		uint32_t count = image_is_local(view, image)
		                         ? 0
		                         : report_image_references(
		                                   report, image, &table->arena, &references);
		struct cell *name = &table->rows[i].cells[IMAGE_NAME];
		struct cell *base = &table->rows[i].cells[IMAGE_BASE];

		name->text = name_with_more(
		        name_shown(report, name->text), count > 0 ? count - 1 : 0, &table->arena);
		if (base->text != NULL)
			base->text = name_shown(report, base->text);
	}
}
