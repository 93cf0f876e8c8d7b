/* What images have on stores of nodes, and what completes the sum there. */
#include "analyzer/command/image_view.h"
#include "analyzer/command/member.h"
#include "analyzer/command/view.h"
#include "analyzer/model/bytes.h"

static json_t *
row_new(const struct snapshot *snapshot, uint32_t store)
{
	const struct snap_store *of = &snapshot->stores[store];
	json_t *row = json_object();

	member_text(row, "store", snapshot->sources[of->source].name);
	member_text(row, "unit", store_unit_name(of->unit));
	return row;
}

void
image_put_stores(const struct image_view *view, json_t *disk, uint32_t number)
{
	const struct report *report = view->answer->report;
	const struct store_attribution *shares = view->stores;
	uint32_t image = report->node_images->by_number[number];

	for (uint32_t i = image == NONE ? 0 : shares->first_share[image];
	        image != NONE && i < shares->first_share[image + 1]; i++) {
		const struct store_share *share = &shares->shares[i];
		json_t *row = row_new(report->snapshot, share->store);

		member_number(row, "logical_bytes", share->bytes.logical_bytes);
		member_number(row, "attributed_bytes", share->bytes.attributed_bytes);
		member_number(row, "unique_bytes", share->bytes.unique_bytes);
		json_array_append_new(disk, row);
	}
}

static void
put_rest(const struct image_view *view, json_t *disk, const uint64_t *bytes)
{
	const struct snapshot *snapshot = view->answer->snapshot;

	for (uint32_t s = 0; s < snapshot->store_count; s++) {
		json_t *row;

		if (snapshot->stores[s].sharing == SHARING_NOT_MODELLED)
			continue;
		row = row_new(snapshot, s);
		member_number(row, "attributed_bytes", bytes[s]);
		json_array_append_new(disk, row);
	}
}

void
image_put_stores_rest(const struct image_view *view, json_t *disk)
{
	put_rest(view, disk, view->stores->rest_bytes);
}

void
image_put_stores_not_shown(const struct image_view *view, json_t *disk, const bool *shown)
{
	const struct report *report = view->answer->report;
	auto_arena scratch = { 0 };
	uint64_t *bytes = arena_new(&scratch, uint64_t, report->snapshot->store_count);

	for (uint32_t i = 0; i < report->node_images->count; i++) {
		if (shown[report->node_images->at[i].number])
			continue;
		for (uint32_t k = view->stores->first_share[i];
		        k < view->stores->first_share[i + 1]; k++) {
			const struct store_share *share = &view->stores->shares[k];

			bytes[share->store] =
			        bytes_add(bytes[share->store], share->bytes.attributed_bytes);
		}
	}
	put_rest(view, disk, bytes);
}

uint32_t
image_node_count(const struct image_view *view, uint32_t number)
{
	const struct report *report = view->answer->report;
	const struct node_image *image = node_image_of(report->node_images, number);

	return image == NULL ? 0 : node_image_nodes(report->snapshot, report->node_images, image);
}
