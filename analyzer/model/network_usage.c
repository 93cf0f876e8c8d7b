/* A replay per store. Appearances are in the order of their configs, so the images of a store are.
 */
#include "analyzer/model/network_usage.h"

#include "analyzer/model/bytes.h"
#include "analyzer/model/pull_catalog.h"

struct replay {
	struct pull_catalog catalog;
	struct pull_state alone, filling;
	const struct platform *platform;
};

static uint64_t
pulled_bytes(const struct pull *pull)
{
	return bytes_add(pull->blob_bytes, pull->manifest_bytes);
}

static void
add_image(struct replay *replay, struct network_row *row, const struct snap_appearance *image)
{
	const struct pull_image *way = pull_image_cheapest(&replay->catalog, image);

	if (way == NULL) {
		row->unknown_images++;
		return;
	}
	struct pull alone = pull_ask(&replay->alone, way, NULL);
	struct pull pull = pull_do(&replay->filling, way);
	row->images++;
	row->logical_bytes = bytes_add(row->logical_bytes, pulled_bytes(&alone));
	row->actual_bytes = bytes_add(row->actual_bytes, pulled_bytes(&pull));
	row->upper_bound = row->upper_bound || pull.upper_bound;
}

static void
fill_row(struct replay *replay, uint32_t index, struct network_row *row)
{
	const struct snapshot *snapshot = replay->catalog.snapshot;
	const struct snap_store *store = &snapshot->stores[index];
	const struct digest *last = NULL;

	/* Whether the engine keeps blobs shows in what it has kept. */
	pull_catalog_fill(&replay->catalog, index, &replay->filling);
	bool discards = replay->filling.discards;
	pull_state_clear(&replay->alone, pull_rule_of(store));
	pull_state_clear(&replay->filling, pull_rule_of(store));
	replay->filling.discards = discards;
	for (uint32_t i = 0; i < store->image_count; i++) {
		const struct snap_appearance *image = &snapshot->appearances[store->images[i]];

		if (replay->platform != NULL &&
		        platform_compare(replay->platform, &image->platform) != 0)
			continue;
		if (last == NULL || !digest_equal(last, &image->config_digest))
			add_image(replay, row, image);
		last = &image->config_digest;
	}
}

static void
add_row(struct network_row *total, const struct network_row *row)
{
	total->logical_bytes = bytes_add(total->logical_bytes, row->logical_bytes);
	total->actual_bytes = bytes_add(total->actual_bytes, row->actual_bytes);
	total->images += row->images;
	total->unknown_images += row->unknown_images;
	total->upper_bound = total->upper_bound || row->upper_bound;
}

struct network_usage *
network_usage_build(
        const struct snapshot *snapshot, const struct platform *platform, struct arena *arena)
{
	struct network_usage *usage = arena_new(arena, struct network_usage, 1);

	usage->rows = arena_new(arena, struct network_row, snapshot->store_count);
	usage->row_count = snapshot->store_count;
	if (snapshot->store_count == 0)
		return usage;
	struct replay replay = { .platform = platform };
	pull_catalog_init(&replay.catalog, snapshot);
	for (uint32_t i = 0; i < snapshot->store_count; i++) {
		fill_row(&replay, i, &usage->rows[i]);
		add_row(&usage->total, &usage->rows[i]);
	}
	pull_state_release(&replay.alone);
	pull_state_release(&replay.filling);
	pull_catalog_release(&replay.catalog);
	return usage;
}
