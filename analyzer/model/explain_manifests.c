/*
 * Which of an image's manifests is shown. Registries are preferred, since sharing and costs are
 * told of them first; a layout may hold the same image compressed otherwise.
 */
#include "analyzer/model/explain.h"

/* Marks what references of registries lead to. */
static void
mark_registries(const struct snapshot *snapshot, bool *marked)
{
	auto_arena scratch = { 0 };
	uint32_t *queue = arena_new(&scratch, uint32_t, snapshot->manifest_count);
	uint32_t count = 0;

	for (uint32_t i = 0; i < snapshot->reference_count; i++) {
		const struct snap_reference *reference = &snapshot->references[i];
		uint32_t source = snapshot->repositories[reference->repository].source;

		if (snapshot->sources[source].kind != SOURCE_REGISTRY ||
		        marked[reference->manifest])
			continue;
		marked[reference->manifest] = true;
		queue[count++] = reference->manifest;
	}
	for (uint32_t head = 0; head < count; head++) {
		const struct snap_manifest *manifest = &snapshot->manifests[queue[head]];

		for (uint32_t i = 0; i < manifest->child_count; i++) {
			uint32_t child = snapshot->children[manifest->children + i].manifest;

			if (child == NONE || marked[child])
				continue;
			marked[child] = true;
			queue[count++] = child;
		}
	}
}

/* A chain of blobs is that of one manifest only. */
static bool
suits(const struct snapshot *snapshot, const struct snap_image *image, uint32_t manifest)
{
	return manifest == image->manifest ||
	       (!image->blob_chain &&
	               snapshot->manifests[manifest].layer_count == image->chain_length);
}

static uint32_t
choose(const struct snapshot *snapshot, const struct snap_image *image, uint32_t asked,
        const bool *in_registry)
{
	if (asked != NONE && suits(snapshot, image, asked))
		return asked;
	if (in_registry[image->manifest])
		return image->manifest;
	for (uint32_t i = 0; i < image->manifest_count; i++) {
		uint32_t manifest = snapshot->image_manifests[image->manifests + i];

		if (in_registry[manifest] && suits(snapshot, image, manifest))
			return manifest;
	}
	return image->manifest;
}

uint32_t *
explain_manifests(
        const struct snapshot *snapshot, const struct explain_named *named, struct arena *arena)
{
	uint32_t *manifests = arena_new(arena, uint32_t, snapshot->image_count);
	auto_arena scratch = { 0 };
	bool *in_registry = arena_new(&scratch, bool, snapshot->manifest_count);

	mark_registries(snapshot, in_registry);
	for (uint32_t i = 0; i < snapshot->image_count; i++)
		manifests[i] = choose(snapshot, &snapshot->images[i],
		        named ? named[i].manifest : NONE, in_registry);
	return manifests;
}
