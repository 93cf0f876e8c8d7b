/*
 * What completes the sum of a list of images: those not shown, indexes, artifacts. In registries
 * and in each layout the rows then add up to the actual bytes, to the byte.
 */
#include "analyzer/command/coverage.h"
#include "analyzer/command/image_view.h"
#include "analyzer/command/member.h"
#include "analyzer/model/bytes.h"

enum rest { REST_NOT_SHOWN, REST_INDEXES, REST_ARTIFACTS, REST_COUNT };

static const char no_image[] = "(no image)"; /* on nodes only */

static const char *const rest_names[REST_COUNT] = { "(not shown)", "(indexes)", "(artifacts)" };

static uint64_t
not_shown(const struct image_view *view, const struct image_bytes *of, const bool *shown)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; shown != NULL && i < view->answer->snapshot->image_count; i++)
		sum = bytes_add(sum, shown[i] ? 0 : of[i].attributed_bytes);
	return sum;
}

static uint64_t
registry_rest(const struct image_view *view, enum rest rest, const bool *shown)
{
	const struct attribution *attribution = view->answer->report->attribution;

	switch (rest) {
	case REST_INDEXES:
		return attribution->index_bytes;
	case REST_ARTIFACTS:
		return attribution->artifact_bytes;
	default:
		return not_shown(view, attribution->registry, shown);
	}
}

static uint64_t
not_shown_in(const struct image_view *view, uint32_t source, const bool *shown)
{
	const struct layouts *layouts = view->layouts;
	uint64_t sum = 0;

	for (uint32_t i = 0; shown != NULL && i < view->answer->snapshot->image_count; i++) {
		for (uint32_t s = layouts->first_share[i];
		        !shown[i] && s < layouts->first_share[i + 1]; s++) {
			if (layouts->shares[s].source == source)
				sum = bytes_add(sum, layouts->shares[s].bytes.attributed_bytes);
		}
	}
	return sum;
}

static uint64_t
layout_rest(const struct image_view *view, const struct layout *layout, enum rest rest,
        const bool *shown)
{
	switch (rest) {
	case REST_INDEXES:
		return layout->index_bytes;
	case REST_ARTIFACTS:
		return layout->artifact_bytes;
	default:
		return not_shown_in(view, layout->source, shown);
	}
}

static uint64_t
layouts_rest(const struct image_view *view, enum rest rest, const bool *shown)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < view->layouts->count; i++)
		sum = bytes_add(sum, layout_rest(view, &view->layouts->at[i], rest, shown));
	return sum;
}

json_t *
image_rest_json(const struct image_view *view, const bool *shown)
{
	json_t *rows = json_array();

	for (enum rest rest = shown != NULL ? REST_NOT_SHOWN : REST_INDEXES; rest < REST_COUNT;
	        rest++) {
		json_t *row = json_object();

		member_text(row, "row", rest_names[rest]);
		member_number(row, "attributed_bytes", registry_rest(view, rest, shown));
		json_t *disk = member_array(row, "disk");
		for (uint32_t i = 0; i < view->layouts->count; i++) {
			const struct layout *layout = &view->layouts->at[i];
			json_t *part = json_object();

			json_object_set_new(part, "store",
			        coverage_source_id(
			                &view->answer->snapshot->sources[layout->source]));
			member_text(part, "unit", "compressed");
			member_number(
			        part, "attributed_bytes", layout_rest(view, layout, rest, shown));
			json_array_append_new(disk, part);
		}
		if (rest == REST_NOT_SHOWN)
			image_put_stores_not_shown(view, disk, shown);
		json_array_append_new(rows, row);
	}
	if (view->answer->snapshot->store_count > 0) {
		json_t *row = json_object();

		member_text(row, "row", no_image);
		member_number(row, "attributed_bytes", 0);
		image_put_stores_rest(view, member_array(row, "disk"));
		json_array_append_new(rows, row);
	}
	return rows;
}

static void
add_row(const struct image_view *view, struct table *table, const char *name, uint64_t bytes,
        uint64_t layout_bytes)
{
	struct row *row = table_row(table);

	row->fixed = true;
	row_text(table, row, IMAGE_NAME, name);
	row_bytes(row, IMAGE_ATTRIBUTED, bytes);
	if (image_table_has_layouts(view))
		row_bytes(row, IMAGE_LAYOUTS, layout_bytes);
}

void
image_table_rest(
        const struct image_view *view, struct table *table, const bool *shown, bool with_sum)
{
	bool registries = view->of == view->answer->report->attribution->registry;
	uint64_t sum = 0, layout_sum = 0;

	for (size_t i = 0; i < table->row_count; i++) {
		uint32_t image = image_table_row(table, i);

		if (image_is_local(view, image))
			continue;
		sum = bytes_add(sum, view->of[image].attributed_bytes);
		layout_sum = bytes_add(layout_sum,
		        view->answer->report->attribution->layout[image].attributed_bytes);
	}
	for (enum rest rest = 0; rest < REST_COUNT; rest++) {
		uint64_t in_layouts = layouts_rest(view, rest, shown);
		uint64_t bytes = registries ? registry_rest(view, rest, shown) : in_layouts;

		if (bytes == 0 && in_layouts == 0)
			continue;
		add_row(view, table, rest_names[rest], bytes, in_layouts);
		sum = bytes_add(sum, bytes);
		layout_sum = bytes_add(layout_sum, in_layouts);
	}
	if (with_sum)
		add_row(view, table, "all that is stored", sum, layout_sum);
}
