/*
 * An image keeps its documents as big data: the config under its own digest, manifests as
 * "manifest" and "manifest-DIGEST" (of the index too, where it was pulled by one). Files can rot,
 * so each is verified before it is believed.
 *
 * The config is the one that a manifest names. An image without a manifest of its own (built, and
 * never committed as one) has a single document that is named by a digest.
 */
#include <string.h>

#include "collector/node/containers_storage/containers_storage.h"
#include "collector/registry/manifest.h"
#include "common/memory.h"
#include "common/text.h"

struct documents {
	struct image_documents *out;
	const struct pool *pool;
	const struct image_entry *image;
	const struct collect_context *context;
	struct collect_result *result;
	struct arena *arena;
	struct digest *manifests;
	struct digest named; /* the config that a manifest names */
};

static int
problem(struct documents *documents, const char *name, const char *what, struct error *err)
{
	auto_free char *place = xprintf("image %.12s: %.90s", documents->image->id, name);

	return collect_problem(
	        documents->context, documents->result, err, false, place, "%s", what);
}

static int
emit(const struct documents *documents, const struct record *record, struct error *err)
{
	return documents->context->sink.emit(documents->context->sink.context, record, err);
}

static void
add_manifest(struct documents *documents, const struct digest *digest)
{
	struct image_documents *out = documents->out;

	for (size_t i = 0; i < out->manifest_count; i++)
		if (digest_equal(&documents->manifests[i], digest))
			return;
	documents->manifests[out->manifest_count++] = *digest;
}

static bool
has_manifest(const struct documents *documents, const struct digest *digest)
{
	for (size_t i = 0; i < documents->out->manifest_count; i++)
		if (digest_equal(&documents->manifests[i], digest))
			return true;
	return false;
}

/* Of "manifest" the name says no digest: it is what it is. */
static int
read_manifest(struct documents *documents, const char *name, struct error *err)
{
	struct record record = { .kind = RECORD_MANIFEST };
	auto_buf body = { 0 };
	auto_arena arena = { 0 };
	struct error why = { 0 };
	struct digest stated = { 0 }, digest;
	int found = pool_document(documents->pool, documents->image, name, &body, &why);

	if (found == 0)
		return problem(documents, name, "listed, but not there", err);
	if (found < 0)
		return problem(documents, name, why.message, err);
	if (name[strlen("manifest")] == '-' && !digest_parse(&stated, name + strlen("manifest-")))
		return 0;
	digest_of(&digest, digest_is_set(&stated) ? stated.length : DIGEST_SHA256, buf_text(&body),
	        body.length);
	if (digest_is_set(&stated) && !digest_equal(&digest, &stated))
		return problem(documents, name, "its content has another digest: damaged", err);
	if (has_manifest(documents, &digest))
		return 0;
	switch (manifest_decode(
	        &record.manifest, &arena, &digest, "", buf_text(&body), body.length, &why)) {
	case MANIFEST_OK:
		break;
	case MANIFEST_SCHEMA1:
		return 0;
	default:
		return problem(documents, name, why.message, err);
	}
	add_manifest(documents, &digest);
	if (record.manifest.kind == MANIFEST_IMAGE)
		documents->named = record.manifest.config;
	return emit(documents, &record, err);
}

static int
read_config(struct documents *documents, const char *name, struct error *err)
{
	struct record record = { .kind = RECORD_CONFIG };
	struct image_documents *out = documents->out;
	auto_buf body = { 0 };
	struct error why = { 0 };
	struct digest digest;
	int found = pool_document(documents->pool, documents->image, name, &body, &why);

	if (found == 0)
		return problem(documents, name, "listed, but not there", err);
	if (found < 0)
		return problem(documents, name, why.message, err);
	digest_of(&digest, out->config.length, buf_text(&body), body.length);
	if (!digest_equal(&digest, &out->config))
		return problem(documents, name, "its content has another digest: damaged", err);
	if (config_decode(&record.config, documents->arena, &digest, buf_text(&body), body.length,
	            &why) != 0)
		return problem(documents, name, why.message, err);
	out->has_config = true;
	out->diff_ids = record.config.diff_ids;
	out->diff_id_count = record.config.diff_id_count;
	if (contents_image_read(&out->program, buf_text(&body), body.length, documents->arena) != 0)
		out->program = (struct contents_image){ 0 };
	return emit(documents, &record, err);
}

static int
read_manifests(struct documents *documents, struct error *err)
{
	const struct image_entry *image = documents->image;

	for (size_t i = 0; i < image->big_data_count; i++) {
		const char *name = image->big_data[i];

		if ((strcmp(name, "manifest") == 0 || text_starts_with(name, "manifest-")) &&
		        read_manifest(documents, name, err) != 0)
			return -1;
	}
	return 0;
}

/* The name of the document that is the config, or NULL; sets its digest. */
static const char *
choose_config(struct documents *documents)
{
	const struct image_entry *image = documents->image;
	const char *chosen = NULL;
	unsigned candidates = 0;

	documents->out->config = documents->named;
	for (size_t i = 0; i < image->big_data_count; i++) {
		struct digest digest;

		if (!digest_parse(&digest, image->big_data[i]))
			continue;
		if (digest_equal(&digest, &documents->named))
			return image->big_data[i];
		chosen = image->big_data[i];
		candidates++;
	}
	if (digest_is_set(&documents->named) || candidates != 1)
		return NULL;
	digest_parse(&documents->out->config, chosen);
	return chosen;
}

int
documents_read(struct image_documents *out, const struct pool *pool,
        const struct image_entry *image, const struct collect_context *context,
        struct collect_result *result, struct arena *arena, struct error *err)
{
	struct documents documents = { out, pool, image, context, result, arena,
		arena_new(arena, struct digest, image->big_data_count + 1), { 0 } };
	const char *name;

	*out = (struct image_documents){ .manifests = documents.manifests };
	if (read_manifests(&documents, err) != 0)
		return -1;
	if (digest_is_set(&image->digest))
		add_manifest(&documents, &image->digest);
	name = choose_config(&documents);
	if (name == NULL)
		return problem(&documents, "config",
		        digest_is_set(&out->config) ? "not in the store"
		                                    : "nothing says which document it is",
		        err);
	return read_config(&documents, name, err);
}

void
documents_chain(struct digest *chain, const struct image_documents *documents)
{
	struct digest below = { 0 };

	*chain = below;
	for (size_t i = 0; i < documents->diff_id_count; i++) {
		digest_chain(chain, &below, &documents->diff_ids[i]);
		below = *chain;
	}
}
