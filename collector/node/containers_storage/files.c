/* From a pool to what is read of every engine's layers alike (collector/node/contents.h). */
#include "collector/node/containers_storage/containers_storage.h"
#include "collector/node/store_scan.h"

/* Layers of one chain lie there once; copies and layers that nobody can identify are left out. */
static size_t
list_layers(struct contents_layer *layers, struct arena *arena, const struct pool *pool,
        const struct storage_driver *driver, const bool *running)
{
	size_t count = 0;

	for (size_t i = 0; i < pool->chains.count; i++) {
		const struct chain *chain = &pool->chains.at[i];

		if (chain->state != CHAIN_KNOWN ||
		        map_get(&pool->container_layers, chain->layer.id) != MAP_NONE)
			continue;
		layers[count++] = (struct contents_layer){
			.chain_id = chain->id,
			.parent = chain->parent,
			.folder = arena_printf(arena, "%s%s%s", driver->layers, chain->layer.id,
			        driver->layer_end),
			.root = pool->roots[chain->layer.root],
			.running = running[i],
		};
	}
	return count;
}

/* A config that claims other layers than the image has says nothing of their files. */
static bool
is_usable(const struct image_documents *documents, const struct digest *chain)
{
	struct digest claimed;

	if (documents->program.argc == 0)
		return false;
	documents_chain(&claimed, documents);
	return digest_equal(&claimed, chain);
}

/* Each config once: several IDs may stand for one image. */
static size_t
list_images(struct contents_image *images, const struct pool *pool,
        const struct image_documents *documents)
{
	struct map seen;
	size_t count = 0;

	map_init(&seen, sizeof(struct digest));
	for (size_t i = 0; i < pool->images.count; i++) {
		uint32_t top = chains_find(&pool->chains, pool->images.at[i].layer);

		if (top == CHAIN_NONE || !is_usable(&documents[i], &pool->chains.at[top].id) ||
		        map_add(&seen, &documents[i].config, 1) != MAP_NONE)
			continue;
		images[count] = documents[i].program;
		images[count].config = documents[i].config;
		images[count++].chain_id = pool->chains.at[top].id;
	}
	map_release(&seen);
	return count;
}

int
storage_files_read(struct store_scan *scan, const struct pool *pool,
        const struct storage_driver *driver, const struct image_documents *documents,
        const bool *running, struct error *err)
{
	auto_arena arena = { 0 };
	struct contents_layer *layers =
	        arena_new(&arena, struct contents_layer, pool->chains.count);
	struct contents_image *images =
	        arena_new(&arena, struct contents_image, pool->images.count);
	struct contents contents = { .layers = layers,
		.images = images,
		.image_count = list_images(images, pool, documents),
		.sharing = driver->sharing };

	if (driver->layers == NULL)
		return 0;
	contents.layer_count = list_layers(layers, &arena, pool, driver, running);
	return contents_read(scan, &contents, err);
}
