/* Facts by hand, and the mini-language of layers. See the header. */
#include "tests/support/fleet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/model/builder.h"
#include "common/memory.h"

#define SIZE_DEFAULT_BYTES 10

const struct digest fleet_unstated;

void
fleet_release(struct fleet *fleet)
{
	vec_release(&fleet->sources);
	vec_release(&fleet->repositories);
	vec_release(&fleet->references);
	vec_release(&fleet->manifests);
	vec_release(&fleet->configs);
	vec_release(&fleet->problems);
	vec_release(&fleet->absent);
	fleet_release_stores(fleet);
	arena_release(&fleet->arena);
}

struct digest
fleet_digest(const char *format, ...)
{
	char text[1024];
	va_list args;
	struct digest digest;

	va_start(args, format);
	int length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= sizeof(text))
		abort();
	digest_of(&digest, DIGEST_SHA256, text, (size_t)length);
	return digest;
}

uint32_t
fleet_source(struct fleet *fleet, enum source_kind kind, const char *name, enum dedup_scope scope)
{
	for (size_t i = 0; i < fleet->sources.count; i++) {
		if (fleet->sources.at[i].kind == kind &&
		        strcmp(fleet->sources.at[i].name, name) == 0)
			return (uint32_t)i;
	}
	*vec_push(&fleet->sources) = (struct snap_source){
		.kind = kind,
		.name = arena_strdup(&fleet->arena, name),
		.scope = scope,
		.scanned_at = 1700000000,
	};
	return (uint32_t)fleet->sources.count - 1;
}

uint32_t
fleet_repository(struct fleet *fleet, uint32_t source, const char *name)
{
	for (size_t i = 0; i < fleet->repositories.count; i++) {
		if (fleet->repositories.at[i].source == source &&
		        strcmp(fleet->repositories.at[i].name, name) == 0)
			return (uint32_t)i;
	}
	*vec_push(&fleet->repositories) =
	        (struct fleet_repository){ source, arena_strdup(&fleet->arena, name) };
	return (uint32_t)fleet->repositories.count - 1;
}

void
fleet_tag(struct fleet *fleet, uint32_t repository, const char *tag, struct digest digest)
{
	*vec_push(&fleet->references) = (struct fleet_reference){ repository,
		arena_strdup(&fleet->arena, tag), digest, 1600000000 };
}

void
fleet_name(struct fleet *fleet, const char *name, struct digest digest)
{
	bool layout = name[0] == '/';
	const char *slash = layout ? strrchr(name, '/') : strchr(name, '/');
	const char *colon = strrchr(name, ':');

	if (!slash || !colon || colon < slash)
		abort();
	const char *host = arena_strndup(&fleet->arena, name, (size_t)(slash - name));
	const char *repository =
	        arena_strndup(&fleet->arena, slash + 1, (size_t)(colon - slash - 1));
	uint32_t source =
	        fleet_source(fleet, layout ? SOURCE_LAYOUT : SOURCE_REGISTRY, host, fleet->scope);
	fleet_tag(fleet, fleet_repository(fleet, source, repository), colon + 1, digest);
}

/* One word of the mini-language. Returns the diff ID. */
static struct digest
parse_layer(char *word, struct record_layer *layer)
{
	size_t length = strlen(word);
	struct digest diff_id;

	*layer = (struct record_layer){ .size_bytes = SIZE_DEFAULT_BYTES };
	if (length && word[length - 1] == '!') {
		layer->foreign = true;
		word[--length] = '\0';
	}
	char *size = strchr(word, '=');
	if (size) {
		*size = '\0';
		layer->size_bytes = strtoull(size + 1, NULL, 10);
	}
	layer->digest = fleet_digest("blob:%s", word);
	char *variant = strchr(word, '~');
	if (variant)
		*variant = '\0';
	if (strcmp(word, "EMPTY") == 0)
		digest_parse(&diff_id,
		        "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");
	else
		diff_id = fleet_digest("diff:%s", word);
	return diff_id;
}

struct parsed {
	struct record_layer *layers;
	struct digest *diff_ids;
	size_t count;
};

static struct parsed
parse_layers(struct fleet *fleet, const char *text)
{
	size_t room = strlen(text) / 2 + 1;
	struct parsed parsed = {
		.layers = arena_new(&fleet->arena, struct record_layer, room),
		.diff_ids = arena_new(&fleet->arena, struct digest, room),
	};
	auto_free char *copy = xstrdup(text);
	char *rest = NULL;

	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		parsed.diff_ids[parsed.count] = parse_layer(word, &parsed.layers[parsed.count]);
		parsed.count++;
	}
	return parsed;
}

static uint64_t
size_of_name(const struct digest *digest, uint64_t from)
{
	return from + digest->bytes[0] % 50;
}

struct digest
fleet_add(struct fleet *fleet, const struct fleet_image *image)
{
	struct parsed parsed = parse_layers(fleet, image->layers);
	const char *platform = image->platform ? image->platform : "linux/amd64";
	const char *config_name = image->config ? image->config : "";
	struct record_config config = {
		.created_at = image->created_at ? image->created_at : RECORD_TIME_UNKNOWN,
		.diff_ids = parsed.diff_ids,
		.diff_id_count = parsed.count - image->diff_ids_missing,
		.details_json = "{}",
	};

	/* Another config when anything in it is different. */
	config.digest = fleet_digest("config:%s:%s:%lld:%zu", config_name, platform,
	        (long long)config.created_at, config.diff_id_count);
	for (size_t i = 0; i < parsed.count; i++) {
		char text[DIGEST_TEXT_SIZE], below[DIGEST_TEXT_SIZE];

		config.digest = fleet_digest("%s %s", digest_format(&config.digest, below),
		        digest_format(&parsed.diff_ids[i], text));
	}
	config.size_bytes = size_of_name(&config.digest, 100);
	platform_parse(&config.platform, platform);
	if (!image->config_unknown)
		*vec_push(&fleet->configs) = config;

	char text[DIGEST_TEXT_SIZE];
	struct record_manifest manifest = {
		.kind = MANIFEST_IMAGE,
		.media_type = "application/vnd.oci.image.manifest.v1+json",
		.config = config.digest,
		.config_size_bytes = config.size_bytes,
		.layers = parsed.layers,
		.layer_count = parsed.count,
	};
	manifest.digest =
	        fleet_digest("manifest:%s:%s", digest_format(&config.digest, text), image->layers);
	manifest.size_bytes = size_of_name(&manifest.digest, 200);
	*vec_push(&fleet->manifests) = manifest;
	return manifest.digest;
}

struct digest
fleet_image(struct fleet *fleet, const char *name, const char *layers)
{
	struct digest digest = fleet_add(fleet, &(struct fleet_image){ .layers = layers });

	fleet_name(fleet, name, digest);
	return digest;
}

struct digest
fleet_artifact(struct fleet *fleet, enum manifest_kind kind, const char *layers,
        const struct digest *subject)
{
	struct parsed parsed = parse_layers(fleet, layers);
	char text[DIGEST_TEXT_SIZE] = "";
	struct record_manifest manifest = {
		.kind = kind,
		.media_type = "application/vnd.oci.image.manifest.v1+json",
		.config = fleet_digest("{}"),
		.config_size_bytes = 2,
		.layers = parsed.layers,
		.layer_count = parsed.count,
	};

	if (subject) {
		manifest.subject = *subject;
		digest_format(subject, text);
	}
	manifest.digest = fleet_digest("artifact:%d:%s:%s", (int)kind, text, layers);
	manifest.size_bytes = size_of_name(&manifest.digest, 300);
	*vec_push(&fleet->manifests) = manifest;
	return manifest.digest;
}

struct digest
fleet_index(struct fleet *fleet, const struct fleet_child *children, size_t count)
{
	struct record_child *copies = arena_new(&fleet->arena, struct record_child, count);
	struct record_manifest manifest = {
		.kind = MANIFEST_INDEX,
		.media_type = "application/vnd.oci.image.index.v1+json",
		.digest = fleet_digest("index"),
		.children = copies,
		.child_count = count,
	};

	for (size_t i = 0; i < count; i++) {
		char text[DIGEST_TEXT_SIZE], before[DIGEST_TEXT_SIZE], attests[DIGEST_TEXT_SIZE];

		copies[i] = (struct record_child){ .digest = children[i].digest,
			.size_bytes = 1,
			.attestation = children[i].attests != NULL };
		if (children[i].attests)
			copies[i].attests = *children[i].attests;
		if (children[i].platform)
			platform_parse(&copies[i].platform, children[i].platform);
		manifest.digest =
		        fleet_digest("%s %s %s %s", digest_format(&manifest.digest, before),
		                digest_format(&children[i].digest, text),
		                children[i].platform ? children[i].platform : "",
		                digest_format(&copies[i].attests, attests));
	}
	manifest.size_bytes = size_of_name(&manifest.digest, 400);
	*vec_push(&fleet->manifests) = manifest;
	return manifest.digest;
}

/* 0 … count − 1 in some order. */
static uint32_t *
shuffled(size_t count, struct random *random, bool shuffle)
{
	uint32_t *order = xcalloc(count, sizeof(*order));

	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
	for (size_t i = count; shuffle && i > 1; i--) {
		uint32_t other = random_below(random, i), swap = order[i - 1];

		order[i - 1] = order[other];
		order[other] = swap;
	}
	return order;
}

/* Calls `add` for 0 … count − 1 in the order that `order` gives, for some twice. */
#define each_shuffled(count, random, order, i, add)                                                \
	do {                                                                                       \
		auto_free uint32_t *sequence = shuffled((count), (random), (order) != 0);          \
		for (size_t at = 0; at < (count); at++) {                                          \
			uint32_t i = sequence[at];                                                 \
			add;                                                                       \
			if ((order) != 0 && random_percent((random), 10))                          \
				add;                                                               \
		}                                                                                  \
	} while (0)

static void
give_names(
        const struct fleet *fleet, struct builder *builder, struct random *random, uint64_t order)
{
	auto_free uint32_t *sources = xcalloc(fleet->sources.count, sizeof(*sources));
	auto_free uint32_t *repositories =
	        xcalloc(fleet->repositories.count, sizeof(*repositories));

	each_shuffled(fleet->sources.count, random, order, i,
	        sources[i] = builder_source(builder, &fleet->sources.at[i]));
	each_shuffled(fleet->repositories.count, random, order, i,
	        repositories[i] = builder_repository(builder,
	                sources[fleet->repositories.at[i].source], fleet->repositories.at[i].name));
	each_shuffled(fleet->references.count, random, order, i, {
		const struct fleet_reference *reference = &fleet->references.at[i];

		builder_reference(builder, repositories[reference->repository], reference->tag,
		        &reference->digest, reference->since);
	});
	each_shuffled(fleet->absent.count, random, order, i,
	        builder_absent(
	                builder, sources[fleet->absent.at[i].source], &fleet->absent.at[i].digest));
	each_shuffled(fleet->problems.count, random, order, i, {
		const struct fleet_problem *problem = &fleet->problems.at[i];

		builder_problem(
		        builder, sources[problem->source], &problem->problem, problem->since);
	});
	fleet_give_stores(fleet, builder, sources);
}

static void
give_content(
        const struct fleet *fleet, struct builder *builder, struct random *random, uint64_t order)
{
	each_shuffled(fleet->manifests.count, random, order, i,
	        builder_manifest(builder, &fleet->manifests.at[i]));
	each_shuffled(fleet->configs.count, random, order, i,
	        builder_config(builder, &fleet->configs.at[i]));
}

void
fleet_absent(struct fleet *fleet, uint32_t source, struct digest digest)
{
	*vec_push(&fleet->absent) = (struct snap_absent){ source, digest };
}

struct snapshot *
fleet_snapshot(const struct fleet *fleet, uint64_t order)
{
	struct random random = { order };
	struct builder *builder = builder_new(1700000000);

	if (order % 2)
		give_content(fleet, builder, &random, order);
	give_names(fleet, builder, &random, order);
	if (order % 2 == 0)
		give_content(fleet, builder, &random, order);
	return builder_finish(builder, NULL);
}

uint32_t
snapshot_find_manifest(const struct snapshot *snapshot, const struct digest *digest)
{
	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		if (digest_equal(&snapshot->blobs[snapshot->manifests[m].blob].digest, digest))
			return m;
	}
	return NONE;
}

uint32_t
snapshot_find_image(const struct snapshot *snapshot, const struct digest *manifest)
{
	uint32_t m = snapshot_find_manifest(snapshot, manifest);

	return m == NONE ? NONE : snapshot->manifests[m].image;
}
