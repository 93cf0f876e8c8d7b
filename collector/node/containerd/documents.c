/*
 *	name ─▶ target ─┬─▶ manifest ─▶ config ─▶ image
 *	                └─▶ index ─▶ its children that are here …
 *
 * Blobs that are no longer here (`discard_unpacked_layers` removes layers, never documents) are not
 * asked for: the namespace's listing says what is.
 */
#include "collector/node/containerd/documents.h"

#include <stdlib.h>
#include <string.h>

#include "collector/registry/manifest.h"

#define MAX_DOCUMENT_BYTES ((size_t)4 << 20)
#define MAX_INDEX_DEPTH    3

struct document_entry {
	bool usable;
	struct record_manifest manifest;
	uint32_t image; /* of a manifest of an image; MAP_NONE */
};

void
document_tree_init(struct document_tree *documents)
{
	map_init(&documents->seen, sizeof(struct digest));
	map_init(&documents->by_config, sizeof(struct digest));
	map_init(&documents->layers, sizeof(struct digest));
}

void
document_tree_release(struct document_tree *documents)
{
	vec_each (struct document_image, image, &documents->images) {
		vec_release(&image->manifests);
		vec_release(&image->names);
	}
	vec_release(&documents->images);
	vec_release(&documents->entries);
	vec_release(&documents->layer_diff_ids);
	map_release(&documents->seen);
	map_release(&documents->by_config);
	map_release(&documents->layers);
	arena_release(&documents->arena);
}

static bool
is_here(const struct document_tree *documents, const struct digest *digest)
{
	const struct api_namespace *namespace = documents->namespace;
	size_t low = 0, high = namespace->blobs.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = digest_compare(digest, &namespace->blobs.at[middle].digest);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static int
problem(struct document_tree *documents, const char *name, const char *what,
        const struct digest *digest, const struct error *why, struct error *err)
{
	char text[13];

	return store_problem(documents->scan, err, name, "%s %s: %s", what,
	        digest_short(digest, text), why->message);
}

/* 1 and the body; 0 after a problem; -1. */
static int
fetch(struct document_tree *documents, const char *name, const char *what,
        const struct digest *digest, struct buf *body, struct error *err)
{
	struct error why = { 0 };
	int found = api_read(documents->grpc, digest, MAX_DOCUMENT_BYTES, body, &why);

	if (found == 1) {
		documents->scan->result->progress.requests++;
		return 1;
	}
	if (found == 0)
		fail(&why, ERROR_FAILED, "not in the content store");
	return problem(documents, name, what, digest, &why, err);
}

/* --- images ----------------------------------------------------------------------------- */

/* *image is only set when it could be read. */
static int
read_config(struct document_tree *documents, const char *name, struct document_image *image,
        struct error *err)
{
	struct record record = { .kind = RECORD_CONFIG };
	auto_buf body = { 0 };
	struct error why = { 0 };
	int found;

	if (!is_here(documents, &image->config)) {
		fail(&why, ERROR_FAILED, "not in the content store");
		return problem(documents, name, "config", &image->config, &why, err);
	}
	found = fetch(documents, name, "config", &image->config, &body, err);
	if (found != 1)
		return found;
	if (config_decode(&record.config, &documents->arena, &image->config, buf_text(&body),
	            body.length, &why) != 0)
		return problem(documents, name, "config", &image->config, &why, err);
	if (contents_image_read(&image->program, buf_text(&body), body.length, &documents->arena) !=
	        0)
		image->program = (struct contents_image){ 0 };
	image->has_config = true;
	image->diff_ids = record.config.diff_ids;
	image->diff_id_count = record.config.diff_id_count;
	return store_scan_emit(documents->scan, &record, err);
}

static void
add_layers(struct document_tree *documents, const struct record_manifest *manifest,
        const struct document_image *image)
{
	if (!image->has_config || image->diff_id_count != manifest->layer_count)
		return;
	for (size_t i = 0; i < manifest->layer_count; i++)
		if (map_add(&documents->layers, &manifest->layers[i].digest,
		            (uint32_t)documents->layer_diff_ids.count) == MAP_NONE)
			*vec_push(&documents->layer_diff_ids) = image->diff_ids[i];
}

static int
take_image(struct document_tree *documents, const char *name, struct document_entry *entry,
        struct error *err)
{
	const struct record_manifest *manifest = &entry->manifest;
	uint32_t next = (uint32_t)documents->images.count;

	entry->image = map_add(&documents->by_config, &manifest->config, next);
	if (entry->image == MAP_NONE) {
		struct document_image *image = vec_push(&documents->images);

		entry->image = next;
		image->config = manifest->config;
		if (read_config(documents, name, image, err) != 0)
			return -1;
	}
	*vec_push(&documents->images.at[entry->image].manifests) = manifest->digest;
	add_layers(documents, manifest, &documents->images.at[entry->image]);
	return 0;
}

/* --- documents -------------------------------------------------------------------------- */

static int
read_document(struct document_tree *documents, const char *name, const struct digest *digest,
        struct document_entry *entry, struct error *err)
{
	struct record record = { .kind = RECORD_MANIFEST };
	auto_buf body = { 0 };
	struct error why = { 0 };
	int found = fetch(documents, name, "manifest", digest, &body, err);

	if (found != 1)
		return found;
	switch (manifest_decode(&entry->manifest, &documents->arena, digest, "", buf_text(&body),
	        body.length, &why)) {
	case MANIFEST_OK:
		break;
	case MANIFEST_SCHEMA1:
		return store_remark(documents->scan, err, name, "a manifest of schema 1: skipped");
	default:
		return problem(documents, name, "manifest", digest, &why, err);
	}
	entry->usable = true;
	record.manifest = entry->manifest;
	if (store_scan_emit(documents->scan, &record, err) != 0)
		return -1;
	return entry->manifest.kind == MANIFEST_IMAGE ? take_image(documents, name, entry, err) : 0;
}

static int
find_document(struct document_tree *documents, const char *name, const struct digest *digest,
        struct document_entry **entry, struct error *err)
{
	uint32_t index = map_add(&documents->seen, digest, (uint32_t)documents->entries.count);

	if (index != MAP_NONE) {
		*entry = documents->entries.at[index];
		return 0;
	}
	*entry = arena_new(&documents->arena, struct document_entry, 1);
	(*entry)->image = MAP_NONE;
	*vec_push(&documents->entries) = *entry;
	return read_document(documents, name, digest, *entry, err);
}

/* `target` is what the name points at: a label of every image below it. */
static int
walk(struct document_tree *documents, const struct api_image *name, const struct digest *digest,
        int depth, struct error *err)
{
	struct document_entry *entry;
	struct document_image *image;

	if (find_document(documents, name->name, digest, &entry, err) != 0)
		return -1;
	if (!entry->usable)
		return 0;
	for (size_t i = 0; i < entry->manifest.child_count && depth < MAX_INDEX_DEPTH; i++)
		if (is_here(documents, &entry->manifest.children[i].digest) &&
		        walk(documents, name, &entry->manifest.children[i].digest, depth + 1,
		                err) != 0)
			return -1;
	if (entry->image == MAP_NONE)
		return 0;
	image = &documents->images.at[entry->image];
	*vec_push(&image->names) = name->name;
	*vec_push(&image->manifests) = name->target;
	return 0;
}

int
document_tree_read(struct document_tree *documents, struct error *err)
{
	vec_each (const struct api_image, name, &documents->namespace->images) {
		struct error why = { 0 };

		if (store_scan_is_stopped(documents->scan))
			return 0;
		store_scan_show_progress(documents->scan);
		if (is_here(documents, &name->target)) {
			if (walk(documents, name, &name->target, 0, err) != 0)
				return -1;
			continue;
		}
		fail(&why, ERROR_FAILED, "not in the content store");
		if (problem(documents, name->name, "manifest", &name->target, &why, err) != 0)
			return -1;
	}
	return 0;
}

/* --- questions -------------------------------------------------------------------------- */

const struct document_image *
document_tree_find(const struct document_tree *documents, const char *name)
{
	const struct document_image *found = NULL;

	vec_each (const struct document_image, image, &documents->images)
		vec_each (const char *const, own, &image->names)
			if (strcmp(*own, name) == 0 && (found == NULL || image->has_config))
				found = image;
	return found;
}

const struct digest *
document_tree_diff_id(const struct document_tree *documents, const struct digest *blob)
{
	uint32_t index = map_get(&documents->layers, blob);

	return index != MAP_NONE ? &documents->layer_diff_ids.at[index] : NULL;
}
