/*
 * Engines replace each file as a whole (write, rename), so a file is never half written; but two
 * files are not replaced at once, so an image may name a layer that layers.json, read a moment
 * earlier, does not have yet. Then all of them are read again.
 */
#include "collector/node/containers_storage/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/registry/json.h"
#include "collector/registry/registry.h"
#include "common/memory.h"

#define MAX_READINGS 4
#define PAUSE_MS     40

static void
add_problem(struct pool *pool, const char *place, const char *message)
{
	*vec_push(&pool->problems) = (struct pool_problem){ arena_strdup(&pool->arena, place),
		arena_strdup(&pool->arena, message) };
}

/* --- elements --------------------------------------------------------------------------- */

typedef int (*take_element)(
        struct pool *pool, const json_t *value, uint32_t root, struct error *err);

static int
take_layer(struct pool *pool, const json_t *value, uint32_t root, struct error *err)
{
	struct layer_entry entry;

	if (layer_entry_decode(&entry, value, err) != 0)
		return -1;
	entry.root = root;
	*vec_push(&pool->layers) = entry;
	return 0;
}

static int
take_image(struct pool *pool, const json_t *value, uint32_t root, struct error *err)
{
	struct image_entry entry;

	if (image_entry_decode(&entry, &pool->arena, value, err) != 0)
		return -1;
	entry.root = root;
	*vec_push(&pool->images) = entry;
	return 0;
}

static int
take_container(struct pool *pool, const json_t *value, uint32_t root, struct error *err)
{
	struct container_entry entry;

	(void)root;
	if (container_entry_decode(&entry, value, err) != 0)
		return -1;
	*vec_push(&pool->containers) = entry;
	if (entry.layer[0] != '\0')
		map_set(&pool->container_layers, entry.layer, 1);
	return 0;
}

/* --- files ------------------------------------------------------------------------------ */

struct listing {
	const char *folder, *file; /* "layers", "volatile-layers.json" */
	take_element take;
};

static const struct listing listings[] = {
	{ "layers", "layers.json", take_layer },
	{ "layers", "volatile-layers.json", take_layer },
	{ "images", "images.json", take_image },
};
static const struct listing of_graph_root[] = {
	{ "containers", "containers.json", take_container },
	{ "containers", "volatile-containers.json", take_container },
};
static const struct listing of_run_root[] = {
	{ "layers", "volatile-layers.json", take_layer },
	{ "containers", "volatile-containers.json", take_container },
};

static void
take_elements(struct pool *pool, const struct listing *listing, const json_t *array,
        const char *name, uint32_t root)
{
	size_t i;
	const json_t *value;

	json_array_foreach(array, i, value)
	{
		struct error why = { 0 };

		if (listing->take(pool, value, root, &why) != 0) {
			fail_in(&why, "element %zu", i);
			add_problem(pool, name, why.message);
		}
	}
}

/* A file that is not there lists nothing. */
static int
read_listing(struct pool *pool, const struct listing *listing, int folder, uint32_t root,
        struct error *err)
{
	auto_free char *name =
	        xprintf("%s-%s/%s", pool->place->driver, listing->folder, listing->file);
	auto_buf body = { 0 };
	int found = beneath_read(folder, name, POOL_MAX_BYTES, &body, err);

	if (found != 1)
		return found;
	/* What Go writes for a list that never had an element. */
	if (strcmp(buf_text(&body), "null") == 0)
		return 0;
	json_auto_t *array = json_decode(buf_text(&body), body.length, err);
	if (array == NULL)
		return fail_in(err, "%s", name);
	if (!json_is_array(array))
		return fail(err, ERROR_FAILED, "%s: not a list", name);
	take_elements(pool, listing, array, name, root);
	return 0;
}

static int
read_listings(struct pool *pool, const struct listing *list, size_t count, int folder,
        uint32_t root, struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (read_listing(pool, &list[i], folder, root, err) != 0)
			return -1;
	return 0;
}

static int
read_graph_root(struct pool *pool, struct error *err)
{
	if (read_listings(pool, listings, countof(listings), pool->roots[0], 0, err) != 0 ||
	        read_listings(
	                pool, of_graph_root, countof(of_graph_root), pool->roots[0], 0, err) != 0)
		return -1;
	return pool->runroot < 0 ? 0
	                         : read_listings(pool, of_run_root, countof(of_run_root),
	                                   pool->runroot, 0, err);
}

static int
read_once(struct pool *pool, struct error *err)
{
	pool->layers.count = pool->images.count = pool->containers.count = 0;
	map_release(&pool->container_layers);
	map_init(&pool->container_layers, ENTRY_ID_LENGTH);
	chains_release(&pool->chains);
	if (read_graph_root(pool, err) != 0)
		return fail_in(err, "%s", pool->place->roots[0]);
	for (size_t i = 1; i < pool->root_count; i++) {
		struct error why = { 0 };

		if (pool->roots[i] >= 0 && read_listings(pool, listings, countof(listings),
		                                   pool->roots[i], (uint32_t)i, &why) != 0)
			add_problem(pool, pool->place->roots[i], why.message);
	}
	chains_build(&pool->chains, &pool->arena, pool->layers.at, pool->layers.count);
	return 0;
}

/* --- agreement -------------------------------------------------------------------------- */

static bool
is_there(const struct pool *pool, const char *layer)
{
	return layer[0] == '\0' || chains_find(&pool->chains, layer) != CHAIN_NONE;
}

static bool
agrees(const struct pool *pool)
{
	for (size_t i = 0; i < pool->images.count; i++)
		if (!is_there(pool, pool->images.at[i].layer))
			return false;
	for (size_t i = 0; i < pool->containers.count; i++)
		if (!is_there(pool, pool->containers.at[i].layer))
			return false;
	for (size_t i = 0; i < pool->chains.count; i++)
		if (pool->chains.at[i].state == CHAIN_BROKEN)
			return false;
	return true;
}

static int
read_until_agreed(struct pool *pool, struct error *err)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	size_t problems = pool->problems.count;

	for (int i = 1;; i++) {
		pool->problems.count = problems;
		if (read_once(pool, err) != 0)
			return -1;
		if (i == MAX_READINGS || agrees(pool))
			return 0;
		nanosleep(&pause, NULL);
	}
}

/* --- the pool --------------------------------------------------------------------------- */

static int
open_roots(struct pool *pool, struct error *err)
{
	const struct pool_place *place = pool->place;
	struct error ignored = { 0 };

	pool->roots[0] = beneath_root(place->roots[0], err);
	if (pool->roots[0] < 0)
		return -1;
	pool->root_count = 1;
	for (size_t i = 1; place->roots[i] != NULL; i++) {
		struct error why = { 0 };

		pool->roots[i] = beneath_root(place->roots[i], &why);
		pool->root_count++;
		if (pool->roots[i] < 0)
			add_problem(pool, place->roots[i], why.message);
	}
	/* Gone after a boot, until the first container. */
	if (place->runroot != NULL)
		pool->runroot = beneath_root(place->runroot, &ignored);
	return 0;
}

/* Engines make this folder before anything else. */
static int
check_kind(const struct pool *pool, struct error *err)
{
	auto_free char *name = xprintf("%s-layers", pool->place->driver);

	for (size_t i = 0; i < pool->root_count; i++) {
		auto_close int folder = -1;
		int found =
		        pool->roots[i] < 0 ? 0 : beneath_folder(pool->roots[i], name, &folder, err);

		if (found < 0)
			return fail_in(err, "%s", pool->place->roots[i]);
		if (found == 1)
			return 0;
	}
	return fail(err, ERROR_FAILED, "%s: no store of containers/storage with the driver %s",
	        pool->place->roots[0], pool->place->driver);
}

int
pool_read(struct pool *pool, const struct pool_place *place, struct error *err)
{
	*pool = (struct pool){ .place = place, .runroot = -1 };
	if (open_roots(pool, err) != 0 || check_kind(pool, err) != 0)
		return -1;
	return read_until_agreed(pool, err);
}

void
pool_release(struct pool *pool)
{
	for (size_t i = 0; i < pool->root_count; i++)
		cleanup_close(&pool->roots[i]);
	if (pool->place != NULL)
		cleanup_close(&pool->runroot);
	vec_release(&pool->layers);
	vec_release(&pool->images);
	vec_release(&pool->containers);
	vec_release(&pool->problems);
	chains_release(&pool->chains);
	map_release(&pool->container_layers);
	arena_release(&pool->arena);
}

int
pool_document(const struct pool *pool, const struct image_entry *image, const char *name,
        struct buf *out, struct error *err)
{
	char file[ENTRY_FILE_NAME_SIZE];

	if (!entry_big_data_file(name, file))
		return 0;
	auto_free char *path = xprintf("%s-images/%s/%s", pool->place->driver, image->id, file);
	return beneath_read(pool->roots[image->root], path, REGISTRY_MAX_MANIFEST_BYTES, out, err);
}
