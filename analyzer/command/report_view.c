/* The report as JSON (all that the other commands say, in one document) and as CSV. */
#include "analyzer/command/coverage.h"
#include "analyzer/command/view.h"
#include "common/memory.h"

enum { REPOSITORY, SOURCE, TAGS, IMAGES, ATTRIBUTED };

static const struct column columns[] = {
	[REPOSITORY] = { "repository", NULL, CELL_TEXT, 0 },
	[SOURCE] = { "source", NULL, CELL_TEXT, 2 },
	[TAGS] = { "tags", NULL, CELL_COUNT, 2 },
	[IMAGES] = { "images", NULL, CELL_COUNT, 1 },
	[ATTRIBUTED] = { "attributed", NULL, CELL_BYTES, 0 },
};

/* Per repository the images of the answer that it names. */
static uint32_t *
count_images(const struct answer *answer)
{
	const struct snapshot *snapshot = answer->snapshot;
	uint32_t *counts = xcalloc((size_t)snapshot->repository_count + 1, sizeof(*counts));

	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		if (!answer_has_image(answer, i))
			continue;
		links_each (repository, &answer->report->names->repositories, i)
			counts[*repository]++;
	}
	return counts;
}

static void
put_repositories(const struct answer *answer, json_t *document)
{
	const struct snapshot *snapshot = answer->snapshot;
	json_t *rows = member_array(document, "repositories");
	auto_free uint32_t *images = count_images(answer);

	for (uint32_t i = 0; i < snapshot->repository_count; i++) {
		const struct snap_repository *repository = &snapshot->repositories[i];
		json_t *row = json_object();

		json_object_set_new(
		        row, "source", coverage_source_id(&snapshot->sources[repository->source]));
		member_text(row, "name", repository->name);
		member_number(row, "tags", repository->reference_count);
		member_number(row, "images", images[i]);
		member_number(
		        row, "attributed_bytes", answer->report->attribution->repository_bytes[i]);
		json_array_append_new(rows, row);
	}
}

static void
put_usage(json_t *document, const struct report *report, const struct layouts *layouts)
{
	const struct usage *usage = report->usage;
	json_t *object = member_object(document, "usage");
	json_t *rows;

	usage_put_ideal(object);
	rows = member_array(object, "registries");
	for (uint32_t i = 0; i < usage->registry_count; i++)
		json_array_append_new(rows, usage_registry_json(report, &usage->registries[i]));
	rows = member_array(object, "stores");
	for (uint32_t i = 0; i < usage->layout_count; i++)
		json_array_append_new(
		        rows, usage_store_json(report, &usage->layouts[i], &layouts->at[i]));
	for (uint32_t i = 0; i < report->stores->row_count; i++)
		json_array_append_new(rows, store_json(report, &report->stores->rows[i]));
	usage_put_total(object, report);
}

int
view_report_json(struct answer *answer, FILE *out, struct error *err)
{
	const struct report *report = answer->report;
	json_t *document = answer_json(answer, "report");
	auto_image_view view = { 0 };
	json_t *rows;

	image_view_init(&view, answer);
	json_object_set_new(document, "problems", coverage_problems_json(answer->snapshot));
	put_usage(document, report, view.layouts);
	rows = member_array(document, "images");
	for (uint32_t i = 0; i < answer->report->node_images->number_count; i++) {
		if (image_view_has(&view, i))
			json_array_append_new(rows, image_json(&view, i));
	}
	json_object_set_new(document, "rest", image_rest_json(&view, NULL));
	rows = member_array(document, "bases");
	for (uint32_t i = 0; i < report->bases->count; i++)
		json_array_append_new(rows, base_json(report, i));
	put_repositories(answer, document);
	return answer_put_json(answer, document, out, err);
}

/* Completes the sum of the registries' repositories. */
static void
add_rest(struct table *table, const char *name, uint64_t bytes)
{
	struct row *row = table_row(table);

	row->fixed = true;
	row_text(table, row, REPOSITORY, name);
	row_bytes(row, ATTRIBUTED, bytes);
}

int
view_report_csv(struct answer *answer, FILE *out, struct error *err)
{
	const struct snapshot *snapshot = answer->snapshot;
	auto_free uint32_t *images = count_images(answer);
	auto_table table = { 0 };

	(void)err;
	table_init(&table, columns, countof(columns));
	for (uint32_t i = 0; i < snapshot->repository_count; i++) {
		const struct snap_repository *repository = &snapshot->repositories[i];
		struct row *row = table_row(&table);

		row_text(&table, row, REPOSITORY, repository->name);
		row_text(&table, row, SOURCE, snapshot->sources[repository->source].name);
		row_count(row, TAGS, repository->reference_count);
		row_count(row, IMAGES, images[i]);
		row_bytes(row, ATTRIBUTED, answer->report->attribution->repository_bytes[i]);
	}
	add_rest(&table, "(indexes)", answer->report->attribution->index_bytes);
	add_rest(&table, "(artifacts)", answer->report->attribution->artifact_bytes);
	answer_print(answer, &table, out);
	return 0;
}
