/*
 * Images that only nodes have: what is known of them are names, a config, chains. Their numbers go
 * on where those of the snapshot's images end (node_images.h).
 */
#include "analyzer/command/image_view.h"
#include "analyzer/command/member.h"
#include "analyzer/command/view.h"
#include "common/vec.h"

static const struct node_images *
images_of(const struct image_view *view)
{
	return view->answer->report->node_images;
}

bool
image_is_local(const struct image_view *view, uint32_t number)
{
	return number >= view->answer->snapshot->image_count;
}

bool
image_view_has(const struct image_view *view, uint32_t number)
{
	const struct asked *asked = &view->answer->asked;

	if (!image_is_local(view, number))
		return answer_has_image(view->answer, number);
	return !asked->has_platform ||
	       platform_compare(&asked->platform, &image_local(view, number)->platform) == 0;
}

const struct snap_appearance *
image_local(const struct image_view *view, uint32_t number)
{
	return node_image_shown(view->answer->snapshot, node_image_local(images_of(view), number));
}

const char *
image_local_name(const struct image_view *view, uint32_t number, struct arena *arena)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	const struct node_image *image = node_image_local(images_of(view), number);
	char text[DIGEST_TEXT_SIZE];

	for (uint32_t i = 0; i < image->appearance_count; i++)
		if (snapshot->appearances[image->appearances + i].name_count > 0)
			return snapshot->appearances[image->appearances + i].names[0];
	return arena_strdup(arena, digest_format(&image_local(view, number)->config_digest, text));
}

uint32_t
image_local_chain(
        const struct image_view *view, uint32_t number, uint32_t **chains, struct arena *arena)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	uint32_t top = image_local(view, number)->chain, length = 0, at;

	for (uint32_t c = top; c != NONE && length < RECORD_MAX_LAYERS;
	        c = snapshot->chains[c].parent)
		length++;
	*chains = arena_new(arena, uint32_t, length);
	at = length;
	for (uint32_t c = top; at > 0; c = snapshot->chains[c].parent)
		(*chains)[--at] = c;
	return length;
}

/* Names and labels of all stores, each once. */
static void
put_labels(const struct image_view *view, json_t *object, const struct node_image *image)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	json_t *names = member_array(object, "references");
	json_t *manifests = member_array(object, "manifest_digests");
	json_auto_t *seen = json_object();
	char text[DIGEST_TEXT_SIZE];

	for (uint32_t i = 0; i < image->appearance_count; i++) {
		const struct snap_appearance *from = &snapshot->appearances[image->appearances + i];

		for (uint32_t k = 0; k < from->name_count; k++) {
			if (json_object_get(seen, from->names[k]) == NULL)
				json_array_append_new(names, json_text(from->names[k]));
			json_object_set_new(seen, from->names[k], json_true());
		}
		for (uint32_t k = 0; k < from->manifest_count; k++) {
			digest_format(&from->manifests[k], text);
			if (json_object_get(seen, text) == NULL)
				json_array_append_new(manifests, json_text(text));
			json_object_set_new(seen, text, json_true());
		}
	}
	member_array(object, "index_digests");
}

json_t *
image_unpacked_json(const struct image_view *view, uint32_t chain)
{
	const struct unpacked *unpacked = view->unpacked;
	json_t *array = json_array();

	if (chain == NONE)
		return array;
	for (uint32_t i = unpacked->first[chain]; i < unpacked->first[chain + 1]; i++) {
		json_t *size = json_object();

		member_number(size, "bytes", unpacked->sizes[i].bytes);
		member_text(size, "unit", store_unit_name(unpacked->sizes[i].unit));
		member_flag(size, "verified", true);
		if (unpacked->sizes[i].cumulative)
			member_flag(size, "cumulative", true);
		json_array_append_new(array, size);
	}
	return array;
}

static void
put_layers(const struct image_view *view, json_t *object, uint32_t number)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	json_t *layers = member_array(object, "layers");
	auto_arena scratch = { 0 };
	uint32_t *chains;
	uint32_t count = image_local_chain(view, number, &chains, &scratch);

	for (uint32_t i = 0; i < count; i++) {
		json_t *row = json_object();

		member_null(row, "blob");
		member_digest(row, "diff_id", &snapshot->chains[chains[i]].diff_id);
		member_digest(row, "chain_id", &snapshot->chains[chains[i]].chain_id);
		member_null(row, "compressed_bytes");
		member_flag(row, "foreign", false);
		json_object_set_new(row, "unpacked", image_unpacked_json(view, chains[i]));
		json_array_append_new(layers, row);
	}
}

json_t *
image_local_json(const struct image_view *view, uint32_t number)
{
	const struct snap_appearance *shown = image_local(view, number);
	json_t *object = json_object(), *registry;

	put_labels(view, object, node_image_local(images_of(view), number));
	member_digest(object, "config_digest", &shown->config_digest);
	member_platform(object, "platform", &shown->platform);
	member_null(object, "created_at");
	member_null(object, "movable");
	member_flag(object, "blob_chain", false);
	put_layers(view, object, number);
	member_array(object, "bases");
	registry = member_object(object, "registry");
	member_number(registry, "logical_bytes", 0);
	member_number(registry, "attributed_bytes", 0);
	member_number(registry, "unique_bytes", 0);
	image_put_stores(view, member_array(object, "disk"), number);
	return object;
}
