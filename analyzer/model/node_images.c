/* Appearances are in the order of their configs, so an image is a run of them. */
#include "analyzer/model/node_images.h"

#include <string.h>

#include "analyzer/model/links.h"
#include "common/vec.h"

static void
find_runs(struct node_images *images, const struct snapshot *snapshot)
{
	uint32_t local = snapshot->image_count;

	for (uint32_t i = 0; i < snapshot->appearance_count; i++) {
		const struct snap_appearance *appearance = &snapshot->appearances[i];

		if (i == 0 || !digest_equal(&appearance->config_digest,
		                      &snapshot->appearances[i - 1].config_digest)) {
			struct node_image *image = &images->at[images->count];

			image->appearances = i;
			image->number = appearance->image != NONE ? appearance->image : local++;
			images->by_number[image->number] = images->count++;
		}
		images->at[images->count - 1].appearance_count++;
		images->of_appearance[i] = images->count - 1;
	}
	images->number_count = local;
}

static void
find_stores(struct node_images *images, const struct snapshot *snapshot, struct arena *arena)
{
	auto_arena scratch = { 0 };
	uint32_t *last = arena_new(&scratch, uint32_t, images->count);
	struct link_list list = { 0 };
	struct links links;

	for (uint32_t s = 0; s < snapshot->store_count; s++) {
		const struct snap_store *store = &snapshot->stores[s];

		for (uint32_t i = 0; i < store->image_count; i++) {
			uint32_t image = images->of_appearance[store->images[i]];

			if (last[image] == s + 1)
				continue;
			last[image] = s + 1;
			*vec_push(&list) = (struct link){ image, s };
		}
	}
	links_build(&links, &list, images->count, arena);
	vec_release(&list);
	images->stores = links.at;
	for (uint32_t i = 0; i < images->count; i++) {
		images->at[i].stores = (uint32_t)links.start[i];
		images->at[i].store_count = links_count(&links, i);
	}
}

struct node_images *
node_images_build(const struct snapshot *snapshot, struct arena *arena)
{
	struct node_images *images = arena_new(arena, struct node_images, 1);
	size_t numbers = (size_t)snapshot->image_count + snapshot->appearance_count;

	images->at = arena_new(arena, struct node_image, snapshot->appearance_count);
	images->of_appearance = arena_new(arena, uint32_t, snapshot->appearance_count);
	images->by_number = arena_new(arena, uint32_t, numbers);
	memset(images->by_number, 0xff, numbers * sizeof(*images->by_number)); /* all NONE */
	find_runs(images, snapshot);
	find_stores(images, snapshot, arena);
	return images;
}

uint32_t
node_image_nodes(const struct snapshot *snapshot, const struct node_images *images,
        const struct node_image *image)
{
	uint32_t nodes = 0;

	for (uint32_t i = 0; i < image->store_count; i++) {
		uint32_t node = snapshot->stores[images->stores[image->stores + i]].node;
		bool known = false;

		for (uint32_t k = 0; k < i && !known; k++)
			known = snapshot->stores[images->stores[image->stores + k]].node == node;
		nodes += !known;
	}
	return nodes;
}

uint32_t
node_chain(const struct snapshot *snapshot, const struct digest *chain_id)
{
	uint32_t low = 0, high = snapshot->chain_id_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = digest_compare(&snapshot->chains[middle].chain_id, chain_id);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NONE;
}
