/*
 * How many others share each layer. Images that stand on a chain are a range of the trie. For blobs
 * the question is turned around: for each blob that occurs in the set, once through all images with
 * it, counting per repository; then an image subtracts what it contributed itself.
 */
#include "analyzer/model/explain.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/bytes.h"
#include "analyzer/model/deletion.h"
#include "common/memory.h"
#include "common/vec.h"

struct explaining {
	const struct snapshot *snapshot;
	struct naming *names;
	struct explain *explain;
	struct links images;         /* per blob in the set: the images with it, ascending */
	struct links layers;         /* per blob in the set: places in `flat` */
	struct explain_layer **flat; /* all layers of the set */
	uint32_t *flat_image;
	uint32_t *stamps, *counts; /* per repository: images with the current blob */
};

static void
fill_layers(struct explain_image *explained, const struct snapshot *snapshot,
        const struct trie *trie, uint32_t manifest, struct arena *arena)
{
	const struct snap_image *image = &snapshot->images[explained->image];
	uint32_t node = trie->image_node[explained->image];

	explained->layer_count = image->chain_length;
	explained->layers = arena_new(arena, struct explain_layer, image->chain_length);
	for (uint32_t i = image->chain_length; i-- > 0; node = trie->nodes[node].parent) {
		uint32_t here = trie->first_image[node];
		uint32_t end = trie->first_image[trie->nodes[node].end];

		explained->layers[i] = (struct explain_layer){
			.node = node,
			.layer = snapshot->manifests[manifest].layers + i,
			.chain_images = end - here - 1,
		};
	}
}

/* Lists the layers of the set by blob. */
static void
link_layers(struct explaining *explaining, struct arena *arena)
{
	const struct snapshot *snapshot = explaining->snapshot;
	const struct explain *explain = explaining->explain;
	struct link_list list = { 0 };
	size_t count = 0;

	for (uint32_t i = 0; i < explain->image_count; i++)
		count += explain->images[i].layer_count;
	explaining->flat = arena_new(arena, struct explain_layer *, count);
	explaining->flat_image = arena_new(arena, uint32_t, count);
	for (uint32_t i = 0; i < explain->image_count; i++) {
		const struct explain_image *image = &explain->images[i];

		for (uint32_t k = 0; k < image->layer_count; k++) {
			struct explain_layer *layer = &image->layers[k];
			uint32_t at = (uint32_t)list.count;

			explaining->flat[at] = layer;
			explaining->flat_image[at] = image->image;
			*vec_push(&list) = (struct link){ snapshot->layers[layer->layer].blob, at };
		}
	}
	links_build(&explaining->layers, &list, snapshot->blob_count, arena);
	vec_release(&list);
}

/* Lists all images with a blob of the set. */
static void
link_images(struct explaining *explaining, struct arena *arena)
{
	const struct snapshot *snapshot = explaining->snapshot;
	uint32_t *last = arena_new(arena, uint32_t, snapshot->blob_count);
	struct link_list list = { 0 };

	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		const struct snap_image *image = &snapshot->images[i];

		for (uint32_t m = 0; m < image->manifest_count; m++) {
			const struct snap_manifest *manifest =
			        &snapshot->manifests[snapshot->image_manifests[image->manifests +
			                                                       m]];

			for (uint32_t k = 0; k < manifest->layer_count; k++) {
				uint32_t blob = snapshot->layers[manifest->layers + k].blob;

				if (!links_count(&explaining->layers, blob) || last[blob] == i + 1)
					continue;
				last[blob] = i + 1;
				*vec_push(&list) = (struct link){ blob, i };
			}
		}
	}
	links_build(&explaining->images, &list, snapshot->blob_count, arena);
	vec_release(&list);
}

/* How many images of each repository have the blob. Returns the number of repositories. */
static uint32_t
count_repositories(struct explaining *explaining, uint32_t blob)
{
	uint32_t repositories = 0;

	links_each (image, &explaining->images, blob) {
		links_each (repository, &explaining->names->repositories, *image) {
			if (explaining->stamps[*repository] != blob + 1) {
				explaining->stamps[*repository] = blob + 1;
				explaining->counts[*repository] = 0;
				repositories++;
			}
			explaining->counts[*repository]++;
		}
	}
	return repositories;
}

static void
count_sharing(struct explaining *explaining)
{
	for (uint32_t blob = 0; blob < explaining->snapshot->blob_count; blob++) {
		if (!links_count(&explaining->layers, blob))
			continue;
		uint32_t repositories = count_repositories(explaining, blob);

		links_each (at, &explaining->layers, blob) {
			struct explain_layer *layer = explaining->flat[*at];
			uint32_t image = explaining->flat_image[*at];

			layer->blob_images = links_count(&explaining->images, blob) - 1;
			layer->repositories = repositories;
			links_each (repository, &explaining->names->repositories, image)
				layer->repositories -= explaining->counts[*repository] == 1;
		}
	}
}

static void
share_layers(struct explain *explain, const struct snapshot *snapshot)
{
	auto_arena scratch = { 0 };
	struct explaining explaining = {
		.snapshot = snapshot,
		.names = naming_build(snapshot, &scratch),
		.explain = explain,
		.stamps = arena_new(&scratch, uint32_t, snapshot->repository_count),
		.counts = arena_new(&scratch, uint32_t, snapshot->repository_count),
	};

	link_layers(&explaining, &scratch);
	link_images(&explaining, &scratch);
	count_sharing(&explaining);
}

struct explain *
explain_build(const struct snapshot *snapshot, const struct trie *trie,
        const struct attribution *attribution, const uint32_t *images, uint32_t image_count,
        const uint32_t *manifests, struct arena *arena)
{
	struct explain *explain = arena_new(arena, struct explain, 1);
	auto_free bool *in_set = xcalloc(snapshot->image_count, sizeof(*in_set));
	struct deletion deletion;

	for (uint32_t i = 0; i < image_count; i++)
		in_set[images[i]] = true;
	explain->images = arena_new(arena, struct explain_image, image_count);
	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		const struct image_bytes *bytes = &attribution->registry[i];

		if (!in_set[i])
			continue;
		explain->images[explain->image_count].image = i;
		fill_layers(&explain->images[explain->image_count++], snapshot, trie, manifests[i],
		        arena);
		explain->logical_bytes = bytes_add(explain->logical_bytes, bytes->logical_bytes);
		explain->attributed_bytes =
		        bytes_add(explain->attributed_bytes, bytes->attributed_bytes);
	}
	share_layers(explain, snapshot);
	deletion_build(&deletion, snapshot, in_set, arena);
	explain->frees_registry_bytes = deletion.frees_registry_bytes;
	explain->frees_layout_bytes = deletion.frees_layout_bytes;
	explain->frees_bytes = deletion.frees_bytes;
	return explain;
}
