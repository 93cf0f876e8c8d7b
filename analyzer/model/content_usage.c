/*
 * Pool after pool. Per store its kept blobs are looked up by digest (they are sorted) and, through
 * a second list, by diff ID; a stamp per blob says which image has counted it already.
 */
#include "analyzer/model/content_usage.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/bytes.h"
#include "common/map.h"
#include "common/memory.h"

/* Indexes within indexes: deeper is nobody's. */
#define MAX_DEPTH 4

struct counting {
	const struct snapshot *snapshot;
	const struct snap_store *store;
	struct content_row *row;
	uint32_t *by_diff_id; /* of the store's blobs, those with one */
	uint32_t by_diff_id_count;
	uint32_t *stamps; /* per blob of the store: the image that counted it last, + 1 */
	uint32_t image;
	bool has_layers; /* some manifest of the image told them */
	bool kept;       /* something of it is */
	struct map *used;
};

static bool
is_kept(const struct snap_store_blob *blob)
{
	return blob->kept_bytes != BYTES_UNKNOWN;
}

static void
count_blob(struct counting *counting, uint32_t index)
{
	const struct snap_store_blob *blob = &counting->store->blobs[index];

	if (!is_kept(blob) || counting->stamps[index] == counting->image + 1)
		return;
	counting->stamps[index] = counting->image + 1;
	counting->kept = true;
	map_set(counting->used, &blob->digest, 1);
	counting->row->logical_bytes = bytes_add(counting->row->logical_bytes, blob->kept_bytes);
}

static int
compare_blob(const void *key, const void *blob)
{
	return digest_compare(key, &((const struct snap_store_blob *)blob)->digest);
}

static void
count_digest(struct counting *counting, const struct digest *digest)
{
	const struct snap_store *store = counting->store;
	const struct snap_store_blob *found =
	        bsearch(digest, store->blobs, store->blob_count, sizeof(*found), compare_blob);

	if (found != NULL)
		count_blob(counting, (uint32_t)(found - store->blobs));
}

/* --- by manifests ----------------------------------------------------------------------- */

static const struct digest *
blob_digest(const struct counting *counting, uint32_t blob)
{
	return &counting->snapshot->blobs[blob].digest;
}

static bool count_manifest(
        struct counting *counting, uint32_t index, const struct digest *config, int depth);

/* The index and, of what it names, the manifests of this image. */
static bool
count_children(struct counting *counting, const struct snap_manifest *manifest,
        const struct digest *config, int depth)
{
	bool found = false;

	for (uint32_t i = 0; i < manifest->child_count; i++) {
		uint32_t child = counting->snapshot->children[manifest->children + i].manifest;

		if (child != NONE && depth < MAX_DEPTH)
			found |= count_manifest(counting, child, config, depth + 1);
	}
	return found;
}

/* True if it, or something beneath it, is a manifest of the image: then it is counted. */
static bool
count_manifest(struct counting *counting, uint32_t index, const struct digest *config, int depth)
{
	const struct snap_manifest *manifest = &counting->snapshot->manifests[index];
	bool ours;

	if (manifest->kind == MANIFEST_INDEX)
		ours = count_children(counting, manifest, config, depth);
	else
		ours = manifest->config != NONE &&
		       digest_equal(blob_digest(counting, manifest->config), config);
	if (!ours)
		return false;
	count_digest(counting, blob_digest(counting, manifest->blob));
	for (uint32_t i = 0; i < manifest->layer_count; i++)
		count_digest(
		        counting, blob_digest(counting,
		                          counting->snapshot->layers[manifest->layers + i].blob));
	counting->has_layers |= manifest->kind != MANIFEST_INDEX;
	return true;
}

/* --- by diff IDs ------------------------------------------------------------------------ */

struct by_diff_id {
	const struct digest *diff_id;
	uint32_t blob;
};

static int
compare_diff_ids(const void *left, const void *right)
{
	const struct by_diff_id *a = left, *b = right;
	int order = digest_compare(a->diff_id, b->diff_id);

	return order != 0 ? order : (a->blob > b->blob) - (a->blob < b->blob);
}

/* The store's kept layers in the order of their diff IDs. */
static void
order_layers(struct counting *counting)
{
	const struct snap_store *store = counting->store;
	auto_free struct by_diff_id *list = xcalloc(store->blob_count, sizeof(*list));
	uint32_t count = 0;

	for (uint32_t i = 0; i < store->blob_count; i++)
		if (is_kept(&store->blobs[i]) && digest_is_set(&store->blobs[i].diff_id))
			list[count++] = (struct by_diff_id){ &store->blobs[i].diff_id, i };
	qsort(list, count, sizeof(*list), compare_diff_ids);
	for (uint32_t i = 0; i < count; i++)
		counting->by_diff_id[i] = list[i].blob;
	counting->by_diff_id_count = count;
}

static const struct digest *
diff_id_at(const struct counting *counting, uint32_t place)
{
	return &counting->store->blobs[counting->by_diff_id[place]].diff_id;
}

static void
count_layer(struct counting *counting, const struct digest *diff_id)
{
	uint32_t low = 0, high = counting->by_diff_id_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (digest_compare(diff_id_at(counting, middle), diff_id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < counting->by_diff_id_count && digest_equal(diff_id_at(counting, low), diff_id);
	        low++)
		count_blob(counting, counting->by_diff_id[low]);
}

static void
count_image(struct counting *counting, const struct snap_appearance *image)
{
	const struct snap_chain *chains = counting->snapshot->chains;

	counting->kept = counting->has_layers = false;
	count_digest(counting, &image->config_digest);
	for (uint32_t i = 0; i < image->manifest_count; i++) {
		uint32_t document = snapshot_document(counting->snapshot, &image->manifests[i]);

		count_digest(counting, &image->manifests[i]);
		if (document != NONE)
			count_manifest(counting, document, &image->config_digest, 0);
	}
	for (uint32_t c = image->chain; c != NONE && !counting->has_layers; c = chains[c].parent)
		count_layer(counting, &chains[c].diff_id);
	counting->row->images += counting->kept;
}

/* --- pools ------------------------------------------------------------------------------ */

static void
count_images(struct counting *counting, const struct platform *platform)
{
	const struct snap_store *store = counting->store;

	order_layers(counting);
	for (uint32_t i = 0; i < store->image_count; i++) {
		const struct snap_appearance *image =
		        &counting->snapshot->appearances[store->images[i]];

		counting->image = i;
		if (platform == NULL || platform_compare(platform, &image->platform) == 0)
			count_image(counting, image);
	}
}

static void
count_kept(struct counting *counting, bool only_used, struct map *seen)
{
	struct content_row *row = counting->row;

	for (uint32_t i = 0; i < counting->store->blob_count; i++) {
		const struct snap_store_blob *blob = &counting->store->blobs[i];
		bool used = map_get(counting->used, &blob->digest) != MAP_NONE;

		if (!is_kept(blob) || (only_used && !used) ||
		        map_add(seen, &blob->digest, 1) != MAP_NONE)
			continue;
		row->blobs++;
		row->actual_bytes = bytes_add(row->actual_bytes, blob->kept_bytes);
		if (used)
			continue;
		row->unused_blobs++;
		row->unused_bytes = bytes_add(row->unused_bytes, blob->kept_bytes);
		row->logical_bytes = bytes_add(row->logical_bytes, blob->kept_bytes);
	}
}

static bool
same_pool(const struct snap_store *a, const struct snap_store *b)
{
	return a == b ||
	       (a->node == b->node && a->content_pool != NULL && b->content_pool != NULL &&
	               strcmp(a->content_pool, b->content_pool) == 0);
}

static void
count_pool(const struct snapshot *snapshot, uint32_t first, const struct platform *platform,
        struct content_row *rows)
{
	struct map used, seen;
	struct counting counting = { .snapshot = snapshot, .row = &rows[first], .used = &used };

	map_init(&used, sizeof(struct digest));
	map_init(&seen, sizeof(struct digest));
	for (uint32_t s = first; s < snapshot->store_count; s++) {
		counting.store = &snapshot->stores[s];
		if (!same_pool(&snapshot->stores[first], counting.store) ||
		        counting.store->blob_count == 0)
			continue;
		auto_free uint32_t *by_diff_id =
		        xcalloc(counting.store->blob_count, sizeof(*by_diff_id));
		auto_free uint32_t *stamps = xcalloc(counting.store->blob_count, sizeof(*stamps));
		counting.by_diff_id = by_diff_id;
		counting.stamps = stamps;
		count_images(&counting, platform);
	}
	for (uint32_t s = first; s < snapshot->store_count; s++) {
		counting.store = &snapshot->stores[s];
		if (same_pool(&snapshot->stores[first], counting.store))
			count_kept(&counting, platform != NULL, &seen);
	}
	rows[first].shown = rows[first].blobs > 0;
	map_release(&used);
	map_release(&seen);
}

struct content_row *
content_usage_build(
        const struct snapshot *snapshot, const struct platform *platform, struct arena *arena)
{
	struct content_row *rows = arena_new(arena, struct content_row, snapshot->store_count);

	for (uint32_t s = 0; s < snapshot->store_count; s++) {
		bool first = true;

		for (uint32_t before = 0; before < s && first; before++)
			first = !same_pool(&snapshot->stores[before], &snapshot->stores[s]);
		if (first)
			count_pool(snapshot, s, platform, rows);
	}
	return rows;
}
