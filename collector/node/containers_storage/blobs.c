/*
 * layers.json states the digest that a layer had when it came. (What the engine's cache of blob
 * digests knows beside it lies in a file that is locked while an engine runs, and is not read.)
 */
#include "collector/node/containers_storage/blobs.h"

#include "common/map.h"

static int
say(const struct store_scan *frame, const struct layer_entry *layer, struct map *said,
        struct error *err)
{
	const struct record record = {
		.kind = RECORD_STORE_BLOB,
		.store_blob = { layer->compressed, layer->diff_id, BYTES_UNKNOWN },
	};

	if (layer->incomplete || !digest_is_set(&layer->compressed) ||
	        map_add(said, &layer->compressed, 1) != MAP_NONE)
		return 0;
	return store_scan_emit(frame, &record, err);
}

int
storage_blobs(const struct store_scan *frame, const struct pool *pool, struct error *err)
{
	struct map said;
	int result = 0;

	map_init(&said, sizeof(struct digest));
	for (size_t i = 0; i < pool->layers.count && result == 0; i++)
		result = say(frame, &pool->layers.at[i], &said, err);
	map_release(&said);
	return result;
}
