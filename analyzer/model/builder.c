/*
 * Takes facts. Digests are interned on the way in, so that a fact is a few numbers; names and other
 * texts go to the arena of the snapshot at once. Nothing depends on the order that facts come in:
 * duplicates of sources, repositories, references and problems meet when they are sorted.
 */
#include "analyzer/model/builder_private.h"

#include <stdlib.h>

#include "common/memory.h"

#define COUNT_MAX ((size_t)UINT32_MAX - 1) /* NONE is no index */

struct builder *
builder_new(int64_t at)
{
	struct builder *builder = xcalloc(1, sizeof(*builder));

	builder->snapshot = xcalloc(1, sizeof(*builder->snapshot));
	builder->snapshot->at = at;
	builder->snapshot->nodes_watched_since = RECORD_TIME_UNKNOWN;
	map_init(&builder->digest_ids, sizeof(struct digest));
	map_init(&builder->platform_ids, sizeof(struct platform));
	return builder;
}

static void
facts_release(struct facts *facts)
{
	vec_release(&facts->digests);
	vec_release(&facts->platforms);
	vec_release(&facts->manifests);
	vec_release(&facts->layers);
	vec_release(&facts->children);
	vec_release(&facts->configs);
	vec_release(&facts->diff_ids);
	vec_release(&facts->sources);
	vec_release(&facts->repositories);
	vec_release(&facts->references);
	vec_release(&facts->absent);
	vec_release(&facts->problems);
	vec_release(&facts->nodes);
	vec_release(&facts->stores);
	vec_release(&facts->chains);
	vec_release(&facts->store_layers);
	vec_release(&facts->appearances);
	vec_release(&facts->store_images);
	vec_release(&facts->containers);
	vec_release(&facts->extras);
	vec_release(&facts->left);
	vec_release(&facts->store_blobs);
	vec_release(&facts->residents);
	vec_release(&facts->of_chains);
	vec_release(&facts->of_images);
}

void
builder_free(struct builder *builder)
{
	if (!builder)
		return;
	facts_release(&builder->facts);
	map_release(&builder->digest_ids);
	map_release(&builder->platform_ids);
	snapshot_free(builder->snapshot);
	free(builder);
}

char *
builder_keep(struct builder *builder, const char *text)
{
	return arena_strdup(&builder->snapshot->arena, text);
}

uint32_t
builder_intern(struct builder *builder, const struct digest *digest)
{
	struct facts *facts = &builder->facts;

	if (!digest_is_set(digest))
		return NONE;
	uint32_t next = (uint32_t)facts->digests.count;
	uint32_t known = map_add(&builder->digest_ids, digest, next);
	if (known != MAP_NONE)
		return known;
	*vec_push(&facts->digests) = (struct fact_digest){ *digest, NONE, NONE };
	return next;
}

static uint32_t
intern_platform(struct builder *builder, const struct platform *platform)
{
	struct facts *facts = &builder->facts;
	uint32_t next = (uint32_t)facts->platforms.count;
	uint32_t known = map_add(&builder->platform_ids, platform, next);

	if (known != MAP_NONE)
		return known;
	*vec_push(&facts->platforms) = *platform;
	return next;
}

uint32_t
builder_source(struct builder *builder, const struct snap_source *source)
{
	struct facts *facts = &builder->facts;
	struct snap_source *copy = vec_push(&facts->sources);

	*copy = *source;
	copy->name = builder_keep(builder, source->name);
	if (source->selection != NULL)
		copy->selection = builder_keep(builder, source->selection);
	return (uint32_t)facts->sources.count - 1;
}

uint32_t
builder_repository(struct builder *builder, uint32_t source, const char *name)
{
	struct facts *facts = &builder->facts;

	*vec_push(&facts->repositories) =
	        (struct fact_repository){ source, builder_keep(builder, name) };
	return (uint32_t)facts->repositories.count - 1;
}

/* What has no digest is nothing: it cannot be there, shared or fetched. */
static uint32_t
add_layers(struct builder *builder, const struct record_manifest *manifest)
{
	size_t before = builder->facts.layers.count;

	for (size_t i = 0; i < manifest->layer_count; i++) {
		const struct record_layer *layer = &manifest->layers[i];
		uint32_t digest = builder_intern(builder, &layer->digest);

		if (digest != NONE)
			*vec_push(&builder->facts.layers) =
			        (struct fact_layer){ layer->size_bytes, digest, layer->foreign };
	}
	return (uint32_t)(builder->facts.layers.count - before);
}

static uint32_t
add_children(struct builder *builder, const struct record_manifest *manifest)
{
	size_t before = builder->facts.children.count;

	for (size_t i = 0; i < manifest->child_count; i++) {
		const struct record_child *child = &manifest->children[i];
		uint32_t digest = builder_intern(builder, &child->digest);
		struct fact_child fact = {
			.digest = digest,
			.platform = intern_platform(builder, &child->platform),
			.attests = builder_intern(builder, &child->attests),
			.attestation = child->attestation,
		};

		if (digest != NONE)
			*vec_push(&builder->facts.children) = fact;
	}
	return (uint32_t)(builder->facts.children.count - before);
}

void
builder_manifest(struct builder *builder, const struct record_manifest *manifest)
{
	struct facts *facts = &builder->facts;
	uint32_t digest = builder_intern(builder, &manifest->digest);

	/* A digest says everything, so another record of it says the same. */
	if (digest == NONE || facts->digests.at[digest].manifest != NONE)
		return;
	facts->digests.at[digest].manifest = (uint32_t)facts->manifests.count;

	struct fact_manifest fact = {
		.digest = digest,
		.size_bytes = manifest->size_bytes,
		.kind = manifest->kind,
		.config = builder_intern(builder, &manifest->config),
		.config_size_bytes = manifest->config_size_bytes,
		.subject = builder_intern(builder, &manifest->subject),
		.layers = facts->layers.count,
		.children = facts->children.count,
		.base_name = builder_keep(builder, manifest->base_name),
		.base_digest_text = builder_keep(builder, manifest->base_digest_text),
	};
	if (fact.kind == MANIFEST_IMAGE && fact.config == NONE)
		fact.kind = MANIFEST_ARTIFACT; /* an image is known by its config */
	fact.layer_count = add_layers(builder, manifest);
	fact.child_count = add_children(builder, manifest);
	*vec_push(&facts->manifests) = fact;
}

void
builder_config(struct builder *builder, const struct record_config *config)
{
	struct facts *facts = &builder->facts;
	uint32_t digest = builder_intern(builder, &config->digest);

	if (digest == NONE || facts->digests.at[digest].config != NONE)
		return;
	facts->digests.at[digest].config = (uint32_t)facts->configs.count;

	struct fact_config fact = {
		.digest = digest,
		.size_bytes = config->size_bytes,
		.created_at = config->created_at,
		.platform = intern_platform(builder, &config->platform),
		.diff_ids = facts->diff_ids.count,
	};
	for (size_t i = 0; i < config->diff_id_count; i++) {
		uint32_t diff_id = builder_intern(builder, &config->diff_ids[i]);

		if (diff_id != NONE)
			*vec_push(&facts->diff_ids) = diff_id;
	}
	fact.diff_id_count = (uint32_t)(facts->diff_ids.count - fact.diff_ids);
	*vec_push(&facts->configs) = fact;
}

void
builder_reference(struct builder *builder, uint32_t repository, const char *tag,
        const struct digest *digest, int64_t since)
{
	uint32_t id = builder_intern(builder, digest);

	if (id == NONE)
		return;
	*vec_push(&builder->facts.references) =
	        (struct fact_reference){ repository, id, builder_keep(builder, tag), since };
}

void
builder_absent(struct builder *builder, uint32_t source, const struct digest *digest)
{
	*vec_push(&builder->facts.absent) = (struct snap_absent){ source, *digest };
}

void
builder_problem(struct builder *builder, uint32_t source, const struct record_problem *problem,
        int64_t since)
{
	*vec_push(&builder->facts.problems) = (struct snap_problem){
		.source = source,
		.place = builder_keep(builder, problem->place),
		.message = builder_keep(builder, problem->message),
		.harmless = problem->harmless,
		.since = since,
	};
}

/* The handles and indices of `count` things fit. */
static bool
fits(size_t count, const char *what, struct error *err)
{
	if (count <= COUNT_MAX)
		return true;
	fail(err, ERROR_LIMIT, "more than %zu %s in one snapshot", COUNT_MAX, what);
	return false;
}

static bool
facts_fit(const struct facts *facts, struct error *err)
{
	return fits(facts->digests.count, "digests", err) &&
	       fits(facts->manifests.count, "manifests", err) &&
	       fits(facts->layers.count, "layers", err) &&
	       fits(facts->children.count, "children of indexes", err) &&
	       fits(facts->repositories.count, "repositories", err) &&
	       fits(facts->references.count, "references", err) &&
	       fits(facts->absent.count, "absent documents", err) &&
	       fits(facts->problems.count, "problems", err) &&
	       fits(facts->store_layers.count, "layers of stores", err) &&
	       fits(facts->store_images.count, "images of stores", err) &&
	       fits(facts->containers.count, "containers", err) &&
	       fits(facts->store_blobs.count, "blobs of stores", err) &&
	       fits(facts->residents.count, "measured chains", err);
}

struct snapshot *
builder_finish(struct builder *builder, struct error *err)
{
	struct snapshot *snapshot = NULL;

	/* Large, and not needed to finish. */
	map_release(&builder->digest_ids);
	map_release(&builder->platform_ids);
	if (facts_fit(&builder->facts, err)) {
		snapshot = builder->snapshot;
		builder->snapshot = NULL;
		auto_free uint32_t *manifest_of = resolve_content(snapshot, &builder->facts);
		auto_free uint32_t *source_of =
		        resolve_names(snapshot, &builder->facts, manifest_of);
		resolve_nodes(snapshot, &builder->facts, source_of);
	}
	builder_free(builder);
	return snapshot;
}
