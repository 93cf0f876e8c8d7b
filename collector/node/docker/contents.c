/* What the files of the layers say: where they are, and who runs on them. */
#include "collector/node/contents.h"

#include "collector/node/docker/docker.h"
#include "common/memory.h"

static void
fill_layers(struct docker_scan *scan, struct contents_layer *out)
{
	for (size_t i = 0; i < scan->layerdb.layers.count; i++) {
		const struct docker_layer *layer = &scan->layerdb.layers.at[i];
		auto_free char *folder = docker_layer_folder(scan, layer->cache_id);

		out[i] = (struct contents_layer){
			.chain_id = layer->chain_id,
			.parent = layer->parent,
			.folder = arena_strdup(&scan->arena, folder),
			.root = scan->root,
			.running = layer->running,
		};
	}
}

/* Those whose config was read. */
static size_t
fill_images(const struct docker_scan *scan, struct contents_image *out)
{
	size_t count = 0;

	for (size_t i = 0; i < scan->images.count; i++) {
		const struct docker_image_entry *entry = &scan->entries[i];

		if (entry->gone || entry->chain_unknown || !digest_is_set(&entry->what.config))
			continue;
		out[count] = entry->what;
		out[count++].chain_id = entry->chain;
	}
	return count;
}

int
docker_take_contents(struct docker_scan *scan, struct error *err)
{
	struct contents_layer *layers =
	        arena_new(&scan->arena, struct contents_layer, scan->layerdb.layers.count);
	struct contents_image *images =
	        arena_new(&scan->arena, struct contents_image, scan->images.count);
	struct contents contents = {
		.layers = layers,
		.layer_count = scan->layerdb.layers.count,
		.images = images,
		.sharing = scan->driver->sharing,
	};

	if (scan->root < 0 || scan->driver->prefix == NULL || store_scan_is_stopped(&scan->frame))
		return 0;
	fill_layers(scan, layers);
	contents.image_count = fill_images(scan, images);
	return contents_read(&scan->frame, &contents, err);
}
