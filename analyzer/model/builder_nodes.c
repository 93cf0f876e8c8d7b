/* Takes facts of nodes; builder.c has the rest. */
#include "analyzer/model/builder_private.h"

uint32_t
builder_node(
        struct builder *builder, const char *name, const char *labels_json, uint64_t memory_bytes)
{
	struct facts *facts = &builder->facts;

	*vec_push(&facts->nodes) = (struct snap_node){
		.name = builder_keep(builder, name),
		.labels_json = builder_keep(builder, labels_json),
		.memory_bytes = memory_bytes,
	};
	return (uint32_t)facts->nodes.count - 1;
}

uint32_t
builder_store(
        struct builder *builder, uint32_t source, uint32_t node, const struct record_store *store)
{
	struct facts *facts = &builder->facts;

	*vec_push(&facts->stores) = (struct fact_store){
		.source = source,
		.node = node,
		.store = { .engine = store->engine,
		        .driver = builder_keep(builder, store->driver),
		        .namespace = builder_keep(builder, store->namespace),
		        .root = builder_keep(builder, store->root),
		        .content_pool = builder_keep(builder, store->content_pool),
		        .sharing = store->sharing,
		        .unit = store->unit },
	};
	return (uint32_t)facts->stores.count - 1;
}

void
builder_chain(struct builder *builder, const struct digest *chain_id, const struct digest *parent,
        const struct digest *diff_id)
{
	*vec_push(&builder->facts.chains) = (struct fact_chain){
		builder_intern(builder, chain_id),
		builder_intern(builder, parent),
		builder_intern(builder, diff_id),
	};
}

void
builder_store_layer(struct builder *builder, uint32_t store, const struct record_chain *chain)
{
	*vec_push(&builder->facts.store_layers) = (struct fact_store_layer){
		.store = store,
		.chain = builder_intern(builder, &chain->chain_id),
		.layer = { .size_bytes = chain->size_bytes,
		        .unpacked_at = chain->unpacked_at,
		        .build_cache = chain->build_cache },
	};
}

uint32_t
builder_appearance(struct builder *builder, const struct record_node_image *image)
{
	struct facts *facts = &builder->facts;
	struct arena *arena = &builder->snapshot->arena;
	const char **names = arena_new(arena, const char *, image->name_count);

	for (size_t i = 0; i < image->name_count; i++)
		names[i] = builder_keep(builder, image->names[i]);
	*vec_push(&facts->appearances) = (struct fact_appearance){
		.config = builder_intern(builder, &image->config),
		.chain = builder_intern(builder, &image->chain),
		.appearance = { .config_digest = image->config,
		        .chain_unknown = image->chain_unknown,
		        .names = names,
		        .name_count = (uint32_t)image->name_count,
		        .manifests = arena_memdup(arena, image->manifests, image->manifest_count,
		                sizeof(*image->manifests)),
		        .manifest_count = (uint32_t)image->manifest_count },
	};
	return (uint32_t)facts->appearances.count - 1;
}

void
builder_store_image(struct builder *builder, uint32_t store, uint32_t appearance)
{
	*vec_push(&builder->facts.store_images) = (struct fact_store_image){ store, appearance };
}

void
builder_container(struct builder *builder, uint32_t store, const struct record_container *container)
{
	*vec_push(&builder->facts.containers) = (struct fact_container){
		.store = store,
		.chain = builder_intern(builder, &container->chain),
		.container = { .id = builder_keep(builder, container->id),
		        .config_digest = container->config,
		        .running = container->running,
		        .writable_bytes = container->writable_bytes,
		        .mapped_file_bytes = container->mapped_file_bytes,
		        .rss_file_bytes = container->rss_file_bytes },
	};
}

void
builder_extra(struct builder *builder, uint32_t store, const struct record_extra *extra)
{
	*vec_push(&builder->facts.extras) = (struct fact_extra){
		store,
		{ builder_keep(builder, extra->part), extra->unit, extra->count, extra->bytes },
	};
}

void
builder_store_blob(struct builder *builder, uint32_t store, const struct record_store_blob *blob)
{
	*vec_push(&builder->facts.store_blobs) = (struct fact_store_blob){
		store,
		{ blob->digest, blob->diff_id, blob->kept_bytes },
	};
}

void
builder_resident(struct builder *builder, uint32_t store, const struct record_resident *resident)
{
	*vec_push(&builder->facts.residents) = (struct fact_resident){
		.store = store,
		.chain = builder_intern(builder, &resident->chain_id),
		.resident = { .file_bytes = resident->file_bytes,
		        .measured_bytes = resident->measured_bytes,
		        .resident_bytes = resident->resident_bytes },
	};
}

void
builder_chain_facts(struct builder *builder, const struct record_chain_facts *facts)
{
	*vec_push(&builder->facts.of_chains) = (struct fact_of_chain){
		builder_intern(builder, &facts->chain_id),
		builder_keep(builder, facts->os_id),
		builder_keep(builder, facts->os_version),
		facts->libc,
	};
}

void
builder_image_facts(struct builder *builder, const struct record_image_facts *facts)
{
	*vec_push(&builder->facts.of_images) = (struct fact_of_image){
		builder_intern(builder, &facts->config),
		facts->entrypoint,
	};
}

void
builder_left(struct builder *builder, const struct digest *config, int64_t at)
{
	*vec_push(&builder->facts.left) = (struct fact_left){ builder_intern(builder, config), at };
}

void
builder_watched(struct builder *builder, int64_t since)
{
	builder->snapshot->nodes_watched_since = since;
}
