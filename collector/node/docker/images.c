/*
 * Images and their chains. An image's ID is the digest of its config document, and the document
 * lies in imagedb: read, verified, emitted. Where it may not be read the daemon says the diff IDs.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/beneath.h"
#include "collector/node/docker/docker.h"
#include "collector/node/measure.h"
#include "collector/registry/manifest.h"
#include "common/memory.h"

#define MAX_CONFIG_BYTES ((size_t)8 << 20)

static char *
place_of(const struct digest *config)
{
	char text[13];

	return xprintf("image %s", digest_short(config, text));
}

/* --- documents -------------------------------------------------------------------------- */

/* 1 read, 0 to be asked for, -1 only when the sink failed. */
static int
read_config(struct docker_scan *scan, struct docker_image_entry *entry, struct error *err)
{
	const struct digest *config = &entry->listed->config;
	struct record record = { .kind = RECORD_CONFIG };
	struct error why = { 0 };
	char text[DIGEST_TEXT_SIZE];
	struct digest actual;
	auto_buf body = { 0 };

	if (scan->root < 0 || config->length != DIGEST_SHA256)
		return 0;
	digest_format(config, text);
	auto_free char *name = xprintf(
	        "image/%s/imagedb/content/sha256/%s", scan->info.driver, text + strlen("sha256:"));
	auto_free char *place = place_of(config);
	int found = beneath_read(scan->root, name, MAX_CONFIG_BYTES, &body, &why);
	if (found == 0)
		return 0; /* removed since, or so the daemon will say */
	if (found < 0)
		return docker_problem(scan, err, place, "%s", why.message);
	digest_of(&actual, config->length, buf_text(&body), body.length);
	if (!digest_equal(&actual, config))
		return docker_problem(
		        scan, err, place, "its config in imagedb has another digest: damaged");
	if (config_decode(
	            &record.config, &scan->arena, config, buf_text(&body), body.length, &why) != 0)
		return docker_problem(scan, err, place, "%s", why.message);
	if (contents_image_read(&entry->what, buf_text(&body), body.length, &scan->arena) == 0)
		entry->what.config = *config;
	entry->diff_ids = record.config.diff_ids;
	entry->diff_id_count = record.config.diff_id_count;
	return store_scan_emit(&scan->frame, &record, err) == 0 ? 1 : -1;
}

/* Asks the daemon. An image that it does not know any more is gone. */
static int
ask_layers(struct docker_scan *scan, struct docker_image_entry *entry, struct error *why,
        struct error *err)
{
	auto_free char *place = place_of(&entry->listed->config);
	char id[DIGEST_TEXT_SIZE];
	struct digest *diff_ids = NULL;
	struct error reason = { 0 };
	auto_buf body = { 0 };
	int found = docker_get(
	        scan, &body, &reason, "/images/%s/json", digest_format(&entry->listed->config, id));

	entry->gone = found == 0;
	if (found == 1 && docker_layers_decode(&diff_ids, &entry->diff_id_count, &scan->arena,
	                          &body, &reason) != 0)
		found = -1;
	entry->diff_ids = diff_ids;
	if (found >= 0)
		return 0;
	entry->diff_id_count = 0;
	entry->chain_unknown = true;
	if (scan->api->gone) {
		*why = reason;
		return 0;
	}
	return docker_problem(scan, err, place, "%s", reason.message);
}

/* Sizes of the layers from the image's history: NULL where that does not tell. Entries of no layer
 * are those without bytes; if so many are left out that the layers remain, it is clear which. */
static const uint64_t *
ask_sizes(struct docker_scan *scan, const struct docker_image_entry *entry)
{
	char id[DIGEST_TEXT_SIZE];
	uint64_t *bytes = NULL;
	size_t count = 0, kept = 0;
	struct error ignored = { 0 };
	auto_buf body = { 0 };

	if (scan->driver->sharing == SHARING_CUMULATIVE ||
	        docker_get(scan, &body, &ignored, "/images/%s/history",
	                digest_format(&entry->listed->config, id)) != 1 ||
	        docker_history_decode(&bytes, &count, &scan->arena, &body, &ignored) != 0)
		return NULL;
	if (count == entry->diff_id_count)
		return bytes;
	for (size_t i = 0; i < count; i++)
		if (bytes[i] != 0)
			bytes[kept++] = bytes[i];
	return kept == entry->diff_id_count ? bytes : NULL;
}

static struct digest
chain_of(const struct digest *diff_ids, size_t count)
{
	struct digest chain = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct digest below = chain;

		digest_chain(&chain, &below, &diff_ids[i]);
	}
	return chain;
}

/* The chain must be in layerdb: missing, if the image is not gone by now, it is damage. */
static int
find_chain(struct docker_scan *scan, struct docker_image_entry *entry, struct error *why,
        struct error *err)
{
	struct docker_image_entry again = { .listed = entry->listed };

	if (!scan->by_files) {
		const uint64_t *bytes = ask_sizes(scan, entry);

		entry->chain = layerdb_add_image(
		        &scan->layerdb, entry->diff_ids, bytes, entry->diff_id_count);
		return 0;
	}
	entry->chain = chain_of(entry->diff_ids, entry->diff_id_count);
	if (entry->diff_id_count == 0 || layerdb_find(&scan->layerdb, &entry->chain) != NULL)
		return 0;
	if (ask_layers(scan, &again, why, err) != 0)
		return -1;
	entry->gone = again.gone;
	if (entry->gone || why->code != ERROR_NONE)
		return 0;
	entry->chain = (struct digest){ 0 };
	entry->chain_unknown = true;
	auto_free char *place = place_of(&entry->listed->config);
	return docker_problem(scan, err, place, "its layers are not in layerdb");
}

int
docker_read_documents(struct docker_scan *scan, struct error *why, struct error *err)
{
	scan->entries = arena_new(&scan->arena, struct docker_image_entry, scan->images.count);
	for (size_t i = 0; i < scan->images.count; i++) {
		struct docker_image_entry *entry = &scan->entries[i];
		int found;

		entry->listed = &scan->images.at[i];
		if (store_scan_is_stopped(&scan->frame)) {
			entry->gone = true;
			continue;
		}
		found = read_config(scan, entry, err);
		if (found < 0 || (found == 0 && ask_layers(scan, entry, why, err) != 0))
			return -1;
		if (why->code == ERROR_NONE && !entry->gone && !entry->chain_unknown &&
		        find_chain(scan, entry, why, err) != 0)
			return -1;
		if (why->code != ERROR_NONE)
			return 0;
		store_scan_show_progress(&scan->frame);
	}
	return 0;
}

/* --- chains ----------------------------------------------------------------------------- */

/* With vfs the layer's folder is a whole copy; the engine's number is the difference only. */
static int
measure(struct docker_scan *scan, const struct docker_layer *layer, uint64_t *bytes,
        struct error *err)
{
	struct error why = { 0 };
	int found;

	*bytes = BYTES_UNKNOWN;
	auto_free char *folder = docker_layer_folder(scan, layer->cache_id);
	if (folder == NULL)
		return 0;
	found = measure_apparent(scan->root, folder, bytes, &why);
	if (found == 1)
		return 0;
	*bytes = BYTES_UNKNOWN;
	return found == 0
	               ? docker_problem(scan, err, folder, "the layer's folder is missing")
	               : docker_problem(scan, err, folder, "%s; " DOCKER_NEEDS_FILES, why.message);
}

static int
take_chain(struct docker_scan *scan, const struct docker_layer *layer, struct error *err)
{
	struct record record = {
		.kind = RECORD_CHAIN,
		.chain = { .chain_id = layer->chain_id,
		        .parent = layer->parent,
		        .diff_id = layer->diff_id,
		        .size_bytes = layer->size_bytes,
		        .unpacked_at = layer->unpacked_at,
		        /* dockerd keeps a layer while an image, a container or the builder does. */
		        .build_cache = !layer->held && scan->usage.cache_count > 0 },
	};

	if (scan->driver->sharing == SHARING_CUMULATIVE &&
	        measure(scan, layer, &record.chain.size_bytes, err) != 0)
		return -1;
	return store_scan_emit(&scan->frame, &record, err);
}

int
docker_take_chains(struct docker_scan *scan, struct error *err)
{
	size_t unknown = 0;

	for (size_t i = 0; i < scan->layerdb.layers.count && !store_scan_is_stopped(&scan->frame);
	        i++) {
		unknown += scan->layerdb.layers.at[i].size_bytes == BYTES_UNKNOWN;
		if (take_chain(scan, &scan->layerdb.layers.at[i], err) != 0)
			return -1;
		store_scan_show_progress(&scan->frame);
	}
	if (unknown == 0)
		return 0;
	return docker_problem(scan, err, "layers",
	        "the size of %zu is not known: their images' history does not tell it; "
	        "layerdb does, that " DOCKER_NEEDS_FILES,
	        unknown);
}

/* --- images ----------------------------------------------------------------------------- */

static int
compare_texts(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int
compare_digests(const void *left, const void *right)
{
	return digest_compare(left, right);
}

/* Sorted, each once: one manifest stands under every repository that it was pulled from. */
static void
fill_labels(
        struct docker_scan *scan, const struct docker_image *image, struct record_node_image *out)
{
	const char **names =
	        arena_memdup(&scan->arena, image->names, image->name_count, sizeof(*image->names));
	struct digest *manifests = arena_memdup(
	        &scan->arena, image->manifests, image->manifest_count, sizeof(*image->manifests));

	out->names = names;
	out->manifests = manifests;
	qsort(names, image->name_count, sizeof(*names), compare_texts);
	qsort(manifests, image->manifest_count, sizeof(*manifests), compare_digests);
	for (size_t i = 0; i < image->name_count; i++)
		if (i == 0 || strcmp(names[i], names[out->name_count - 1]) != 0)
			names[out->name_count++] = names[i];
	for (size_t i = 0; i < image->manifest_count; i++)
		if (i == 0 || !digest_equal(&manifests[i], &manifests[out->manifest_count - 1]))
			manifests[out->manifest_count++] = manifests[i];
}

int
docker_take_images(struct docker_scan *scan, struct error *err)
{
	for (size_t i = 0; i < scan->images.count; i++) {
		const struct docker_image_entry *entry = &scan->entries[i];
		struct record record = {
			.kind = RECORD_NODE_IMAGE,
			.node_image = { .config = entry->listed->config,
			        .chain = entry->chain,
			        .chain_unknown = entry->chain_unknown },
		};

		if (entry->gone)
			continue;
		fill_labels(scan, entry->listed, &record.node_image);
		scan->frame.result->progress.images++;
		if (store_scan_emit(&scan->frame, &record, err) != 0)
			return -1;
	}
	return 0;
}
