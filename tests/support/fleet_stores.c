/* Stores of nodes, filled with images of the fleet. */
#include "tests/support/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/builder.h"
#include "common/memory.h"

void
fleet_release_stores(struct fleet *fleet)
{
	vec_each (struct fleet_store, store, &fleet->stores) {
		vec_release(&store->chains);
		vec_release(&store->images);
		vec_release(&store->containers);
		vec_release(&store->blobs);
	}
	vec_release(&fleet->stores);
	vec_release(&fleet->left);
}

uint32_t
fleet_store(struct fleet *fleet, enum store_engine engine, const char *name, const char *pool)
{
	uint32_t source = fleet_source(fleet, SOURCE_STORE, name, SCOPE_REGISTRY);
	struct fleet_store *store = vec_push(&fleet->stores);

	store->source = source;
	store->record = (struct record_store){
		.node = arena_strndup(&fleet->arena, name, strcspn(name, "/")),
		.engine = engine,
		.driver = "overlay2",
		.sharing = SHARING_CHAINS,
		.unit = engine == ENGINE_DOCKER ? UNIT_APPARENT : UNIT_ALLOCATED,
		.content_pool = arena_strdup(&fleet->arena, pool),
	};
	return (uint32_t)fleet->stores.count - 1;
}

static const struct record_manifest *
find_manifest(const struct fleet *fleet, const struct digest *digest)
{
	vec_each (const struct record_manifest, manifest, &fleet->manifests)
		if (digest_equal(&manifest->digest, digest))
			return manifest;
	abort();
}

static const struct record_config *
find_config(const struct fleet *fleet, const struct digest *digest)
{
	vec_each (const struct record_config, config, &fleet->configs)
		if (digest_equal(&config->digest, digest))
			return config;
	abort();
}

static bool
has_chain(const struct fleet_store *store, const struct digest *chain)
{
	vec_each (const struct record_chain, there, &store->chains)
		if (digest_equal(&there->chain_id, chain))
			return true;
	return false;
}

/* Returns the chain of the top layer. */
static struct digest
unpack(struct fleet *fleet, uint32_t index, const struct record_manifest *manifest)
{
	const struct record_config *config = find_config(fleet, &manifest->config);
	struct fleet_store *store = &fleet->stores.at[index];
	struct digest parent = { 0 };

	for (size_t i = 0; i < config->diff_id_count; i++) {
		struct record_chain chain = {
			.parent = parent,
			.diff_id = config->diff_ids[i],
			.size_bytes = FLEET_UNPACKED * manifest->layers[i].size_bytes,
			.unpacked_at = RECORD_TIME_UNKNOWN,
		};

		digest_chain(&chain.chain_id, &parent, &chain.diff_id);
		parent = chain.chain_id;
		if (!has_chain(store, &parent))
			*vec_push(&store->chains) = chain;
	}
	return parent;
}

static void
put(struct fleet *fleet, uint32_t store, const char *name, const struct record_manifest *manifest,
        bool labelled)
{
	struct arena *arena = &fleet->arena;
	const char **names = arena_new(arena, const char *, 1);
	struct record_node_image image = {
		.config = manifest->config,
		.chain = unpack(fleet, store, manifest),
		.names = names,
		.name_count = name != NULL,
		.manifests = arena_memdup(arena, &manifest->digest, 1, sizeof(manifest->digest)),
		.manifest_count = labelled,
	};

	names[0] = arena_strdup(arena, name);
	*vec_push(&fleet->stores.at[store].images) = image;
}

void
fleet_put(struct fleet *fleet, uint32_t store, const char *name, struct digest manifest)
{
	put(fleet, store, name, find_manifest(fleet, &manifest), false);
}

static void
keep(struct fleet_store *store, const struct digest *digest, const struct digest *diff_id,
        uint64_t bytes)
{
	bool keeps = store->record.content_pool != NULL;
	struct record_store_blob blob = { .digest = *digest,
		.kept_bytes = keeps ? bytes : BYTES_UNKNOWN };

	if (diff_id == NULL && !keeps)
		return;
	if (diff_id != NULL)
		blob.diff_id = *diff_id;
	*vec_push(&store->blobs) = blob;
}

void
fleet_pull(struct fleet *fleet, uint32_t index, const char *name, struct digest digest)
{
	const struct record_manifest *manifest = find_manifest(fleet, &digest);
	const struct record_config *config = find_config(fleet, &manifest->config);
	struct fleet_store *store = &fleet->stores.at[index];

	put(fleet, index, name, manifest, true);
	keep(store, &manifest->digest, NULL, manifest->size_bytes);
	keep(store, &manifest->config, NULL, manifest->config_size_bytes);
	for (size_t i = 0; i < config->diff_id_count; i++)
		keep(store, &manifest->layers[i].digest, &config->diff_ids[i],
		        manifest->layers[i].size_bytes);
}

void
fleet_run(struct fleet *fleet, uint32_t store, struct digest digest, bool known)
{
	const struct record_manifest *manifest = find_manifest(fleet, &digest);
	struct record_container container = {
		.chain = unpack(fleet, store, manifest),
		.running = true,
		.writable_bytes = 5,
		.mapped_file_bytes = BYTES_UNKNOWN,
		.rss_file_bytes = BYTES_UNKNOWN,
	};

	if (known)
		container.config = manifest->config;
	container.id = arena_printf(
	        &fleet->arena, "container %zu", fleet->stores.at[store].containers.count);
	*vec_push(&fleet->stores.at[store].containers) = container;
}

static void
give_store(struct builder *builder, const struct fleet_store *store, uint32_t handle)
{
	vec_each (const struct record_chain, chain, &store->chains) {
		builder_chain(builder, &chain->chain_id, &chain->parent, &chain->diff_id);
		builder_store_layer(builder, handle, chain);
	}
	vec_each (const struct record_node_image, image, &store->images)
		builder_store_image(builder, handle, builder_appearance(builder, image));
	vec_each (const struct record_container, container, &store->containers)
		builder_container(builder, handle, container);
	vec_each (const struct record_store_blob, blob, &store->blobs)
		builder_store_blob(builder, handle, blob);
}

void
fleet_give_stores(const struct fleet *fleet, struct builder *builder, const uint32_t *sources)
{
	if (fleet->watched_since != 0)
		builder_watched(builder, fleet->watched_since);
	vec_each (const struct fleet_left, left, &fleet->left)
		builder_left(builder, &left->config, left->at);
	vec_each (const struct fleet_store, store, &fleet->stores) {
		uint32_t node = builder_node(builder, store->record.node, "{}", BYTES_UNKNOWN);

		give_store(builder, store,
		        builder_store(builder, sources[store->source], node, &store->record));
	}
}

/* An image whose layers can be unpacked; NULL after some tries. */
static const struct record_manifest *
any_image(const struct fleet *fleet, struct random *random)
{
	for (int i = 0; i < 8 && fleet->manifests.count > 0; i++) {
		const struct record_manifest *manifest =
		        &fleet->manifests.at[random_below(random, fleet->manifests.count)];

		if (manifest->kind != MANIFEST_IMAGE)
			continue;
		vec_each (const struct record_config, config, &fleet->configs)
			if (digest_equal(&config->digest, &manifest->config) &&
			        config->diff_id_count == manifest->layer_count)
				return manifest;
	}
	return NULL;
}

void
fleet_random_stores(struct fleet *fleet, uint64_t seed)
{
	static const enum store_engine engines[] = { ENGINE_DOCKER, ENGINE_CONTAINERD,
		ENGINE_CONTAINERS_STORAGE };
	struct random random = { seed + 77 };
	uint32_t stores = random_below(&random, 4);

	for (uint32_t i = 0; i < stores; i++) {
		const char *name = arena_printf(&fleet->arena, "node-%u/store-%u", i / 2, i);
		enum store_engine engine = engines[random_below(&random, 3)];
		uint32_t store = fleet_store(
		        fleet, engine, name, engine == ENGINE_CONTAINERD ? "pool" : NULL);

		for (uint32_t images = random_below(&random, 8); images > 0; images--) {
			const struct record_manifest *manifest = any_image(fleet, &random);

			if (manifest == NULL)
				break;
			if (random_percent(&random, 15))
				fleet_run(fleet, store, manifest->digest,
				        random_percent(&random, 50));
			else if (random_percent(&random, 50))
				fleet_pull(fleet, store,
				        random_percent(&random, 80) ? "a/b:1" : NULL,
				        manifest->digest);
			else
				fleet_put(fleet, store,
				        random_percent(&random, 80) ? "a/b:1" : NULL,
				        manifest->digest);
		}
	}
}
