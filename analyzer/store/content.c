/* A manifest goes with its layers or children in one batch, so a row of it is never alone. */
#include "analyzer/store/content.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/store/observe.h"
#include "analyzer/store/packed.h"

const char *
content_platform_text(const struct platform *platform, char out[PLATFORM_TEXT_SIZE])
{
	bool has_variant = platform->variant[0] != '\0';

	if (platform->os[0] == '\0' && platform->architecture[0] == '\0' && !has_variant)
		out[0] = '\0';
	else
		snprintf(out, PLATFORM_TEXT_SIZE, "%s/%s%s%s", platform->os, platform->architecture,
		        has_variant ? "/" : "", platform->variant);
	return out;
}

void
content_platform(struct platform *platform, const char *text)
{
	char copy[PLATFORM_TEXT_SIZE];
	char *rest = copy;
	const char *os, *architecture;

	snprintf(copy, sizeof(copy), "%s", text);
	os = strsep(&rest, "/");
	architecture = strsep(&rest, "/");
	platform_set(platform, os, architecture, rest);
}

static int
report_conflict(struct ingest *ingest, int64_t id, const struct record_manifest *manifest,
        const struct record_layer *layer, uint64_t stored_bytes, struct error *err)
{
	char manifest_text[DIGEST_TEXT_SIZE], layer_text[DIGEST_TEXT_SIZE], message[512];
	struct record_problem problem = {
		.place = digest_format(&manifest->digest, manifest_text),
		.message = message,
		/* Nothing is missing; the collector, which does not see it, says "complete". */
		.harmless = true,
	};

	snprintf(message, sizeof(message),
	        "layer %s: size %llu claimed, but %llu by an earlier manifest; the earlier one is "
	        "counted",
	        digest_format(&layer->digest, layer_text), (unsigned long long)layer->size_bytes,
	        (unsigned long long)stored_bytes);
	return observe_content_problem(ingest, &problem, id, err);
}

/* A layer of another size than an earlier manifest claimed becomes a problem; the earlier one
 * stands. */
static int
pack_layers(struct ingest *ingest, int64_t id, const struct record_manifest *manifest,
        struct buf *packed, struct error *err)
{
	for (size_t i = 0; i < manifest->layer_count; i++) {
		const struct record_layer *layer = &manifest->layers[i];
		uint64_t stored_bytes = 0;
		int64_t blob = 0;

		if (intern_layer(ingest->intern, &layer->digest, layer->size_bytes, &blob,
		            &stored_bytes, err) != 0)
			return -1;
		packed_append(packed, (uint64_t)blob << 1 | layer->foreign);
		if (stored_bytes != layer->size_bytes &&
		        report_conflict(ingest, id, manifest, layer, stored_bytes, err) != 0)
			return -1;
	}
	return 0;
}

/* 0 for "no digest". */
static int
intern_optional(struct ingest *ingest, const struct digest *digest, int64_t *id, struct error *err)
{
	*id = 0;
	return digest_is_set(digest) ? intern_digest(ingest->intern, digest, id, err) : 0;
}

static void
bind_optional(struct query *query, const char *name, int64_t id)
{
	if (id != 0)
		query_bind_int(query, name, id);
	else
		query_bind_null(query, name);
}

static int
insert_child(struct ingest *ingest, int64_t manifest, size_t position,
        const struct record_child *child, struct error *err)
{
	char platform[PLATFORM_TEXT_SIZE];
	int64_t digest = 0, attests;
	struct query query;

	if (intern_digest(ingest->intern, &child->digest, &digest, err) != 0 ||
	        intern_optional(ingest, &child->attests, &attests, err) != 0)
		return -1;
	query = db_query_cached(ingest->db,
	        "INSERT INTO index_child"
	        " (manifest, position, child, size, platform, attestation, attests)"
	        " VALUES (:manifest, :position, :child, :size, :platform, :attestation, :attests)");
	query_bind_int(&query, ":manifest", manifest);
	query_bind_int(&query, ":position", (int64_t)position);
	query_bind_int(&query, ":child", digest);
	query_bind_int(&query, ":size", (int64_t)child->size_bytes);
	query_bind_text(&query, ":platform", content_platform_text(&child->platform, platform));
	query_bind_int(&query, ":attestation", child->attestation);
	bind_optional(&query, ":attests", attests);
	return query_run(&query, err);
}

static int
add_children(struct ingest *ingest, int64_t id, const struct record_manifest *manifest,
        struct error *err)
{
	for (size_t i = 0; i < manifest->child_count; i++)
		if (insert_child(ingest, id, i, &manifest->children[i], err) != 0)
			return -1;
	return 0;
}

static int
insert_manifest(struct ingest *ingest, int64_t id, const struct record_manifest *manifest,
        struct error *err)
{
	int64_t config, subject;
	auto_buf layers = { 0 };
	struct query query;

	if (pack_layers(ingest, id, manifest, &layers, err) != 0 ||
	        intern_optional(ingest, &manifest->config, &config, err) != 0 ||
	        intern_optional(ingest, &manifest->subject, &subject, err) != 0)
		return -1;
	query = db_query_cached(ingest->db,
	        "INSERT INTO manifest (digest, kind, size, media_type, artifact_type, config,"
	        " config_size, layers, subject, base_name, base_digest)"
	        " VALUES (:digest, :kind, :size, :media_type, :artifact_type, :config,"
	        " :config_size, :layers, :subject, :base_name, :base_digest) ON CONFLICT DO "
	        "NOTHING");
	query_bind_int(&query, ":digest", id);
	query_bind_int(&query, ":kind", manifest->kind);
	query_bind_int(&query, ":size", (int64_t)manifest->size_bytes);
	query_bind_text(&query, ":media_type", manifest->media_type);
	query_bind_text(&query, ":artifact_type", manifest->artifact_type);
	bind_optional(&query, ":config", config);
	query_bind_int(&query, ":config_size", (int64_t)manifest->config_size_bytes);
	query_bind_blob(&query, ":layers", buf_text(&layers), layers.length);
	bind_optional(&query, ":subject", subject);
	query_bind_text(&query, ":base_name", manifest->base_name);
	query_bind_text(&query, ":base_digest", manifest->base_digest_text);
	return query_run(&query, err);
}

int
content_manifest(struct ingest *ingest, const struct record_manifest *manifest, struct error *err)
{
	int64_t id = 0;

	if (intern_digest(ingest->intern, &manifest->digest, &id, err) != 0 ||
	        insert_manifest(ingest, id, manifest, err) != 0)
		return -1;
	if (!db_changed(ingest->db))
		return 0;
	return add_children(ingest, id, manifest, err);
}

static int
pack_diff_ids(struct ingest *ingest, const struct record_config *config, struct buf *packed,
        struct error *err)
{
	for (size_t i = 0; i < config->diff_id_count; i++) {
		int64_t diff_id = 0;

		if (intern_digest(ingest->intern, &config->diff_ids[i], &diff_id, err) != 0)
			return -1;
		packed_append(packed, (uint64_t)diff_id);
	}
	return 0;
}

static int
insert_config(
        struct ingest *ingest, int64_t id, const struct record_config *config, struct error *err)
{
	char platform[PLATFORM_TEXT_SIZE];
	auto_buf diff_ids = { 0 };
	struct query query;

	if (pack_diff_ids(ingest, config, &diff_ids, err) != 0)
		return -1;
	query = db_query_cached(ingest->db,
	        "INSERT INTO config (digest, size, platform, created_at, diff_ids)"
	        " VALUES (:digest, :size, :platform, :created_at, :diff_ids)"
	        " ON CONFLICT DO NOTHING");
	query_bind_int(&query, ":digest", id);
	query_bind_int(&query, ":size", (int64_t)config->size_bytes);
	query_bind_text(&query, ":platform", content_platform_text(&config->platform, platform));
	if (config->created_at != RECORD_TIME_UNKNOWN)
		query_bind_int(&query, ":created_at", config->created_at);
	query_bind_blob(&query, ":diff_ids", buf_text(&diff_ids), diff_ids.length);
	return query_run(&query, err);
}

static int
insert_details(
        struct ingest *ingest, int64_t id, const struct record_config *config, struct error *err)
{
	struct query query = db_query_cached(
	        ingest->db, "INSERT INTO config_details (config, json) VALUES (:config, :json)");

	query_bind_int(&query, ":config", id);
	query_bind_text(&query, ":json", config->details_json);
	return query_run(&query, err);
}

int
content_config(struct ingest *ingest, const struct record_config *config, struct error *err)
{
	int64_t id = 0;

	if (intern_digest(ingest->intern, &config->digest, &id, err) != 0 ||
	        insert_config(ingest, id, config, err) != 0)
		return -1;
	if (!db_changed(ingest->db))
		return 0;
	return insert_details(ingest, id, config, err);
}
