/*
 * What a store has that its engine would not fetch again. What all stores say of themselves counts
 * as evidence: chains, images with the documents that they name, and the blobs that the engine
 * keeps or knows. Where these could not be read, the answer is an upper bound.
 */
#include "analyzer/model/pull_catalog.h"

#include <string.h>

enum pull_rule
pull_rule_of(const struct snap_store *store)
{
	switch (store->engine) {
	case ENGINE_DOCKER:
		return PULL_DOCKER;
	case ENGINE_CONTAINERS_STORAGE:
		return PULL_STORAGE;
	case ENGINE_CRI:
		/* CRI-O's drivers have these names, containerd's others. */
		return strcmp(store->driver, "overlay") == 0 || strcmp(store->driver, "vfs") == 0
		               ? PULL_STORAGE
		               : PULL_CONTAINERD;
	default:
		return PULL_CONTAINERD;
	}
}

static void
put_document(struct pull_catalog *catalog, uint32_t manifest, struct pull_state *state)
{
	const struct snapshot *snapshot = catalog->snapshot;
	uint32_t blob = snapshot->manifests[manifest].blob;

	pull_put(state, pull_number(catalog, &snapshot->blobs[blob].digest), PULL_BLOB);
}

/* The document that an image is labelled with. Of an index the engine keeps the image's manifest
 * too. */
static void
put_label(struct pull_catalog *catalog, const struct snap_appearance *image,
        const struct digest *label, struct pull_state *state)
{
	const struct snapshot *snapshot = catalog->snapshot;
	uint32_t document = snapshot_document(snapshot, label);

	pull_put(state, pull_number(catalog, label), PULL_BLOB);
	if (document == NONE)
		return;
	const struct snap_manifest *manifest = &snapshot->manifests[document];
	for (uint32_t i = 0; i < manifest->child_count; i++) {
		uint32_t child = snapshot->children[manifest->children + i].manifest;

		if (child != NONE && snapshot->manifests[child].image == image->image)
			put_document(catalog, child, state);
	}
}

/* Returns how many documents they name. */
static uint32_t
fill_images(struct pull_catalog *catalog, const struct snap_store *store, struct pull_state *state)
{
	uint32_t labels = 0;

	for (uint32_t i = 0; i < store->image_count; i++) {
		const struct snap_appearance *image =
		        &catalog->snapshot->appearances[store->images[i]];

		pull_put(state, pull_number(catalog, &image->config_digest), PULL_IMAGE);
		for (uint32_t k = 0; k < image->manifest_count; k++)
			put_label(catalog, image, &image->manifests[k], state);
		labels += image->manifest_count;
	}
	return labels;
}

static void
fill_chains(struct pull_catalog *catalog, const struct snap_store *store, struct pull_state *state)
{
	for (uint32_t i = 0; i < store->layer_count; i++) {
		const struct snap_chain *chain = &catalog->snapshot->chains[store->layers[i].chain];

		pull_put(state, pull_number(catalog, &chain->chain_id), PULL_CHAIN);
		pull_put(state, pull_number(catalog, &chain->diff_id), PULL_DIFF_ID);
	}
}

struct pool {
	uint32_t blobs, layers;
};

static void
fill_blobs(struct pull_catalog *catalog, const struct snap_store *store, struct pull_state *state,
        struct pool *pool)
{
	pool->blobs += store->blob_count;
	for (uint32_t i = 0; i < store->blob_count; i++) {
		const struct snap_store_blob *blob = &store->blobs[i];
		uint32_t number = pull_number(catalog, &blob->digest);

		pull_put(state, number, PULL_BLOB);
		if (!digest_is_set(&blob->diff_id))
			continue;
		pull_put_mapping(state, number, pull_number(catalog, &blob->diff_id));
		pool->layers++;
	}
}

/* Of all stores that share the pool. */
static void
fill_pool(struct pull_catalog *catalog, const struct snap_store *store, struct pull_state *state,
        struct pool *pool)
{
	const struct snapshot *snapshot = catalog->snapshot;

	if (store->content_pool == NULL) {
		fill_blobs(catalog, store, state, pool);
		return;
	}
	for (uint32_t i = 0; i < snapshot->store_count; i++) {
		const struct snap_store *other = &snapshot->stores[i];

		if (other->content_pool != NULL && other->node == store->node &&
		        strcmp(other->content_pool, store->content_pool) == 0)
			fill_blobs(catalog, other, state, pool);
	}
}

void
pull_catalog_fill(struct pull_catalog *catalog, uint32_t index, struct pull_state *state)
{
	const struct snap_store *store = &catalog->snapshot->stores[index];
	struct pool pool = { 0 };
	uint32_t labels;

	pull_state_clear(state, pull_rule_of(store));
	labels = fill_images(catalog, store, state);
	fill_chains(catalog, store, state);
	fill_pool(catalog, store, state, &pool);
	state->discards = state->rule == PULL_CONTAINERD && pool.blobs > 0 && pool.layers == 0;
	/* What was pulled left traces; that there are none means that they could not be read. */
	state->partly_known = pool.blobs == 0 && (labels > 0 || store->engine == ENGINE_CRI);
}
