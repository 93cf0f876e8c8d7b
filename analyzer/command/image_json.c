/* One image as an object: names and digests first, then what it is made of, then what it costs. */
#include "analyzer/command/coverage.h"
#include "analyzer/command/image_view.h"
#include "analyzer/command/member.h"
#include "analyzer/model/sort.h"
#include "common/map.h"
#include "common/vec.h"

static void
put_names(const struct image_view *view, json_t *object, uint32_t image)
{
	const struct report *report = view->answer->report;
	json_t *names = member_array(object, "references");
	auto_arena scratch = { 0 };
	const uint32_t *references;
	uint32_t count = report_image_references(report, image, &scratch, &references);

	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(names, json_text(report_reference_name(
		                                     report->snapshot, references[i], &scratch)));
}

/* Indexes may name indexes: upwards until nothing new comes. Ascending by digest, as manifests
 * are. */
static void
put_indexes(const struct image_view *view, json_t *array, const struct snap_image *image)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	VEC(uint32_t) found = { 0 };
	struct map seen;

	map_init(&seen, sizeof(uint32_t));
	for (uint32_t i = 0; i < image->manifest_count; i++)
		*vec_push(&found) = snapshot->image_manifests[image->manifests + i];
	for (size_t head = 0; head < found.count; head++) {
		links_each (parent, &view->indexes, found.at[head]) {
			if (map_add(&seen, parent, 0) == MAP_NONE)
				*vec_push(&found) = *parent;
		}
	}
	uint32_t *indexes = found.at + image->manifest_count;
	size_t count = found.count - image->manifest_count;
	sort_numbers(indexes, count);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(array,
		        json_digest(&snapshot->blobs[snapshot->manifests[indexes[i]].blob].digest));
	map_release(&seen);
	vec_release(&found);
}

static void
put_digests(const struct image_view *view, json_t *object, const struct snap_image *image)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	json_t *manifests = member_array(object, "manifest_digests");

	for (uint32_t i = 0; i < image->manifest_count; i++) {
		uint32_t manifest = snapshot->image_manifests[image->manifests + i];

		json_array_append_new(manifests,
		        json_digest(&snapshot->blobs[snapshot->manifests[manifest].blob].digest));
	}
	put_indexes(view, member_array(object, "index_digests"), image);
	member_digest(object, "config_digest", &image->config_digest);
}

static void
put_layers(const struct image_view *view, json_t *object, uint32_t index)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	const struct snap_image *image = &snapshot->images[index];
	const struct snap_manifest *manifest = &snapshot->manifests[view->manifests[index]];
	json_t *layers = member_array(object, "layers");
	struct digest chain = { 0 };

	for (uint32_t i = 0; i < image->chain_length; i++) {
		const struct snap_layer *layer = &snapshot->layers[manifest->layers + i];
		const struct digest *diff_id = snapshot_diff_id(snapshot, image, i);
		struct digest parent = chain;
		json_t *row = json_object();

		digest_chain(&chain, i > 0 ? &parent : NULL, diff_id);
		member_digest(row, "blob", &snapshot->blobs[layer->blob].digest);
		if (image->blob_chain)
			member_null(row, "diff_id");
		else
			member_digest(row, "diff_id", diff_id);
		member_digest(row, "chain_id", &chain);
		member_number(row, "compressed_bytes", snapshot->blobs[layer->blob].size_bytes);
		member_flag(row, "foreign", layer->foreign);
		json_object_set_new(
		        row, "unpacked", image_unpacked_json(view, node_chain(snapshot, &chain)));
		json_array_append_new(layers, row);
	}
}

static void
put_bases(const struct report *report, json_t *object, uint32_t image)
{
	const struct bases *bases = report->bases;
	json_t *array = member_array(object, "bases");

	for (uint32_t i = bases->stack_start[image]; i < bases->stack_start[image + 1]; i++) {
		const struct base *base = &bases->at[bases->stack[i]];
		struct digest chain_id;
		json_t *row = json_object();

		trie_chain_id(report->trie, report->snapshot, base->node, &chain_id);
		member_digest(row, "id", &chain_id);
		member_text(row, "name", base->owner_count > 0 ? base->names[0] : NULL);
		member_text(row, "evidence", base_evidence_name(base->evidence));
		member_number(row, "layers", report->trie->nodes[base->node].depth);
		member_null(row, "line");
		json_array_append_new(array, row);
	}
}

static void
put_image_bytes(json_t *object, const struct image_bytes *bytes)
{
	member_number(object, "logical_bytes", bytes->logical_bytes);
	member_number(object, "attributed_bytes", bytes->attributed_bytes);
	member_number(object, "unique_bytes", bytes->unique_bytes);
}

static void
put_disk(const struct image_view *view, json_t *object, uint32_t image)
{
	const struct layouts *layouts = view->layouts;
	json_t *disk = member_array(object, "disk");

	for (uint32_t i = layouts->first_share[image]; i < layouts->first_share[image + 1]; i++) {
		const struct layout_share *share = &layouts->shares[i];
		json_t *row = json_object();

		json_object_set_new(row, "store",
		        coverage_source_id(&view->answer->snapshot->sources[share->source]));
		member_text(row, "unit", "compressed");
		put_image_bytes(row, &share->bytes);
		json_array_append_new(disk, row);
	}
	image_put_stores(view, disk, image);
}

json_t *
image_json(const struct image_view *view, uint32_t image)
{
	const struct report *report = view->answer->report;

	if (image_is_local(view, image))
		return image_local_json(view, image);
	const struct snap_image *snap = &report->snapshot->images[image];
	json_t *object = json_object();

	put_names(view, object, image);
	put_digests(view, object, snap);
	member_platform(object, "platform", &snap->platform);
	member_time(object, "created_at", snap->created_at);
	member_null(object, "movable");
	member_flag(object, "blob_chain", snap->blob_chain);
	put_layers(view, object, image);
	put_bases(report, object, image);
	put_image_bytes(member_object(object, "registry"), &report->attribution->registry[image]);
	put_disk(view, object, image);
	return object;
}
