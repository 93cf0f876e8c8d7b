/*
 * What stands on the chains and lies beside them: containers, blobs that are known, volumes, the
 * builder's cache.
 *
 * A container whose image was removed still stands on its layers: layerdb says on which.
 */
#include <string.h>

#include "collector/beneath.h"
#include "collector/node/docker/docker.h"
#include "collector/node/measure.h"
#include "common/memory.h"

#define MAX_FILE_BYTES 256
#define MAX_BLOBS      1000000

/* --- containers ------------------------------------------------------------------------- */

static const struct docker_image_entry *
find_image(const struct docker_scan *scan, const struct digest *config)
{
	for (size_t i = 0; i < scan->images.count; i++)
		if (digest_equal(&scan->entries[i].listed->config, config))
			return &scan->entries[i];
	return NULL;
}

/* With vfs a container is two whole copies more: its own layer, and one below it where dockerd
 * makes the files that it mounts. *bytes stays what it is if they cannot be read. */
static int
measure_copies(struct docker_scan *scan, const struct layerdb_mount *mount, uint64_t *bytes,
        struct error *err)
{
	struct error why = { 0 };
	uint64_t own = 0, init = 0;
	auto_free char *folder = docker_layer_folder(scan, mount->mount_id);

	*bytes = BYTES_UNKNOWN;
	if (folder == NULL)
		return 0;
	auto_free char *below = xprintf("%s-init", folder);
	int found = measure_apparent(scan->root, folder, &own, &why);
	if (found == 1 && mount->has_init)
		found = measure_apparent(scan->root, below, &init, &why);
	if (found == 1)
		*bytes = own + init;
	return found < 0 ? docker_problem(scan, err, folder, "%s", why.message) : 0;
}

static int
read_mount(struct docker_scan *scan, struct record_container *out, struct error *err)
{
	struct layerdb_mount mount;
	struct error why = { 0 };
	int found;

	if (scan->root < 0) {
		if (scan->driver->sharing == SHARING_CUMULATIVE)
			out->writable_bytes = BYTES_UNKNOWN;
		return 0;
	}
	found = layerdb_mount(&mount, scan->root, scan->info.driver, out->id, &why);
	auto_free char *place = xprintf("container %.12s", out->id);
	if (found < 0)
		return docker_problem(scan, err, place, "%s", why.message);
	if (found == 0)
		return 0;
	if (digest_is_set(&mount.parent) && layerdb_find(&scan->layerdb, &mount.parent) == NULL)
		return docker_problem(scan, err, place, "its layers are not in layerdb");
	out->chain = mount.parent;
	if (scan->driver->sharing == SHARING_CUMULATIVE)
		return measure_copies(scan, &mount, &out->writable_bytes, err);
	return 0;
}

static void
hold(struct docker_scan *scan, const struct digest *chain)
{
	struct docker_layer *layer = layerdb_find(&scan->layerdb, chain);

	for (; layer != NULL && !layer->held; layer = layerdb_find(&scan->layerdb, &layer->parent))
		layer->held = true;
}

int
docker_read_containers(struct docker_scan *scan, struct error *err)
{
	struct record_container *records =
	        arena_new(&scan->arena, struct record_container, scan->containers.count);

	scan->container_records = records;
	for (size_t i = 0; i < scan->images.count; i++)
		hold(scan, &scan->entries[i].chain);
	for (size_t i = 0; i < scan->containers.count; i++) {
		const struct docker_container *container = &scan->containers.at[i];
		const struct docker_image_entry *image = find_image(scan, &container->config);

		records[i] = (struct record_container){ .id = container->id,
			.config = container->config,
			.running = container->running,
			.writable_bytes = container->writable_bytes,
			.mapped_file_bytes = BYTES_UNKNOWN,
			.rss_file_bytes = BYTES_UNKNOWN };
		if (image != NULL)
			records[i].chain = image->chain;
		if (read_mount(scan, &records[i], err) != 0)
			return -1;
		hold(scan, &records[i].chain);
		struct docker_layer *layer = layerdb_find(&scan->layerdb, &records[i].chain);
		if (layer != NULL)
			layer->running |= container->running;
	}
	return 0;
}

int
docker_take_containers(struct docker_scan *scan, struct error *err)
{
	for (size_t i = 0; i < scan->containers.count; i++) {
		struct record record = {
			.kind = RECORD_CONTAINER,
			.container = scan->container_records[i],
		};

		if (store_scan_emit(&scan->frame, &record, err) != 0)
			return -1;
	}
	return 0;
}

/* --- known blobs ------------------------------------------------------------------------ */

/* distribution/diffid-by-digest/sha256/HEX holds the diff ID. A file that is no such thing helps no
 * pull of dockerd's either. */
static int
take_blob(struct docker_scan *scan, int folder, const char *name, struct error *err)
{
	auto_free char *text = xprintf("sha256:%s", name);
	struct record record = { .kind = RECORD_STORE_BLOB,
		.store_blob = { .kept_bytes = BYTES_UNKNOWN } };
	struct error ignored = { 0 };
	auto_buf body = { 0 };

	if (!digest_parse(&record.store_blob.digest, text) ||
	        beneath_read(folder, name, MAX_FILE_BYTES, &body, &ignored) != 1 ||
	        !digest_parse_n(&record.store_blob.diff_id, buf_text(&body),
	                strcspn(buf_text(&body), "\n")))
		return 0;
	return store_scan_emit(&scan->frame, &record, err);
}

int
docker_take_blobs(struct docker_scan *scan, struct error *err)
{
	auto_free char *name =
	        xprintf("image/%s/distribution/diffid-by-digest/sha256", scan->info.driver);
	auto_list DIR *list = NULL;
	struct error why = { 0 };
	size_t count = 0;
	int found;

	if (scan->root < 0)
		return 0;
	found = layerdb_list(&list, scan->root, name, &why);
	if (list == NULL)
		return found == 0 ? 0 : docker_problem(scan, err, "blobs", "%s", why.message);
	for (const struct dirent *entry; (entry = readdir(list)) != NULL;) {
		if (++count > MAX_BLOBS)
			return docker_problem(scan, err, "blobs", "more than %d", MAX_BLOBS);
		if (take_blob(scan, dirfd(list), entry->d_name, err) != 0)
			return -1;
	}
	return 0;
}

/* --- beside them ------------------------------------------------------------------------ */

static int
take_extra(struct docker_scan *scan, const char *part, uint64_t count, uint64_t bytes,
        struct error *err)
{
	struct record record = {
		.kind = RECORD_EXTRA,
		.extra = { part, count, bytes, UNIT_APPARENT },
	};

	return count == 0 ? 0 : store_scan_emit(&scan->frame, &record, err);
}

/* Since 1.42 it can be told to leave out images and containers, which it would count again. */
int
docker_read_usage(struct docker_scan *scan, struct error *err)
{
	struct error why = { 0 };
	auto_buf body = { 0 };

	if (store_scan_is_stopped(&scan->frame) ||
	        (docker_get(scan, &body, &why, "/system/df%s",
	                 scan->minor >= 42 ? "?type=volume&type=build-cache" : "") == 1 &&
	                docker_usage_decode(&scan->usage, &body, &why) == 0))
		return 0;
	scan->usage = (struct docker_usage){ 0 };
	return docker_problem(
	        scan, err, "volumes and build cache", "their sizes are not known: %s", why.message);
}

/* Layers that only the builder holds are chains already. */
static void
leave_out_chains(const struct docker_scan *scan, uint64_t *count, uint64_t *bytes)
{
	vec_each (struct docker_layer, layer, &scan->layerdb.layers) {
		if (layer->held || *count == 0)
			continue;
		(*count)--;
		if (layer->size_bytes != BYTES_UNKNOWN)
			*bytes -= layer->size_bytes < *bytes ? layer->size_bytes : *bytes;
	}
}

int
docker_take_extras(struct docker_scan *scan, struct error *err)
{
	const struct layerdb *db = &scan->layerdb;
	uint64_t cache_count = scan->usage.cache_count, cache_bytes = scan->usage.cache_bytes;

	leave_out_chains(scan, &cache_count, &cache_bytes);
	if (take_extra(scan, "unidentified", db->unidentified_count, db->unidentified_bytes, err) !=
	                0 ||
	        take_extra(scan, "incomplete", db->removing_count, db->removing_bytes, err) != 0 ||
	        take_extra(scan, "volumes", scan->usage.volume_count, scan->usage.volume_bytes,
	                err) != 0)
		return -1;
	return take_extra(scan, "build_cache", cache_count, cache_bytes, err);
}
