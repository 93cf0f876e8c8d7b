/* What collectors need not fetch again. Asked over the writer's own connection, so that what this
 * scan read a moment ago is known before it is committed. */
#include <string.h>

#include "analyzer/store/content.h"
#include "analyzer/store/handle.h"
#include "common/vec.h"

static const char *
text_or_null(const struct query *query, int column, struct arena *arena)
{
	return query_is_null(query, column) ? NULL : arena_strdup(arena, query_text(query, column));
}

static int
read_layer(struct db *db, uint64_t number, struct record_layer *layer, struct error *err)
{
	struct query query =
	        db_query_cached(db, "SELECT bytes, layer_size FROM digest WHERE id = :id");

	query_bind_int(&query, ":id", (int64_t)(number >> 1));
	if (query_next(&query)) {
		query_digest(&query, 0, &layer->digest);
		layer->size_bytes = (uint64_t)query_int(&query, 1);
		layer->foreign = number & 1;
	}
	if (query_end(&query, err) != 0)
		return -1;
	return digest_is_set(&layer->digest)
	               ? 0
	               : fail(err, ERROR_FAILED, "%s: the file is damaged: a layer is missing",
	                         db->path);
}

static int
read_layers(struct db *db, struct packed *packed, struct arena *arena, struct record_manifest *out,
        struct error *err)
{
	VEC(struct record_layer) layers = { 0 };
	uint64_t number;
	int result = 0;

	while (result == 0 && packed_next(packed, &number))
		result = read_layer(db, number, vec_push(&layers), err);
	out->layers = arena_memdup(arena, layers.at, layers.count, sizeof(*layers.at));
	out->layer_count = layers.count;
	vec_release(&layers);
	return result;
}

/* The manifest's row; *id is 0 when there is none. */
static int
read_manifest(struct db *db, const struct digest *digest, struct arena *arena, int64_t *id,
        struct record_manifest *out, struct error *err)
{
	struct query query = db_query_cached(db,
	        "SELECT m.digest, m.kind, m.size, m.media_type, m.artifact_type, c.bytes,"
	        " m.config_size, s.bytes, m.base_name, m.base_digest, m.layers"
	        " FROM digest d JOIN manifest m ON m.digest = d.id"
	        " LEFT JOIN digest c ON c.id = m.config LEFT JOIN digest s ON s.id = m.subject"
	        " WHERE d.bytes = :digest");

	struct packed packed;
	int result = 0;

	*id = 0;
	query_bind_digest(&query, ":digest", digest);
	if (query_next(&query)) {
		*id = query_int(&query, 0);
		*out = (struct record_manifest){
			.digest = *digest,
			.kind = (enum manifest_kind)query_int(&query, 1),
			.size_bytes = (uint64_t)query_int(&query, 2),
			.media_type = arena_strdup(arena, query_text(&query, 3)),
			.artifact_type = text_or_null(&query, 4, arena),
			.config_size_bytes = (uint64_t)query_int(&query, 6),
			.base_name = text_or_null(&query, 8, arena),
			.base_digest_text = text_or_null(&query, 9, arena),
		};
		query_digest(&query, 5, &out->config);
		query_digest(&query, 7, &out->subject);
		packed = query_packed(&query, 10);
		result = read_layers(db, &packed, arena, out, err);
	}
	return query_end(&query, result == 0 ? err : NULL) == 0 ? result : -1;
}

static int
read_children(struct db *db, int64_t id, struct arena *arena, struct record_manifest *out,
        struct error *err)
{
	VEC(struct record_child) children = { 0 };
	struct query query = db_query_cached(db,
	        "SELECT d.bytes, c.size, c.platform, c.attestation, a.bytes FROM index_child c"
	        " JOIN digest d ON d.id = c.child LEFT JOIN digest a ON a.id = c.attests"
	        " WHERE c.manifest = :id ORDER BY c.position");

	query_bind_int(&query, ":id", id);
	while (query_next(&query)) {
		struct record_child *child = vec_push(&children);

		query_digest(&query, 0, &child->digest);
		child->size_bytes = (uint64_t)query_int(&query, 1);
		content_platform(&child->platform, query_text(&query, 2));
		child->attestation = query_int(&query, 3) != 0;
		query_digest(&query, 4, &child->attests);
	}
	out->children = arena_memdup(arena, children.at, children.count, sizeof(*children.at));
	out->child_count = children.count;
	vec_release(&children);
	return query_end(&query, err);
}

static int
known_manifest(void *context, const struct digest *digest, struct arena *arena,
        struct record_manifest *out, struct error *err)
{
	struct store *store = context;
	int64_t id;

	if (read_manifest(&store->db, digest, arena, &id, out, err) != 0)
		return -1;
	if (id == 0)
		return 0;
	return read_children(&store->db, id, arena, out, err) == 0 ? 1 : -1;
}

static int
known_config(void *context, const struct digest *digest, struct error *err)
{
	struct store *store = context;
	struct query query = db_query_cached(&store->db,
	        "SELECT 1 FROM digest d JOIN config c ON c.digest = d.id WHERE d.bytes = :digest");
	bool found;

	query_bind_digest(&query, ":digest", digest);
	found = query_next(&query);
	if (query_end(&query, err) != 0)
		return -1;
	return found;
}

static int
known_reference(void *context, const char *repository, const char *name, struct digest *digest,
        struct error *err)
{
	struct store *store = context;
	struct digest named = { 0 };
	bool by_digest = digest_parse(&named, name);
	bool found;
	struct query query = db_query_cached(&store->db,
	        "SELECT d.bytes FROM repository p JOIN reference r ON r.repository = p.id"
	        " JOIN digest d ON d.id = r.digest"
	        " WHERE p.source = :source AND p.name = :repository AND r.tag = :tag"
	        " AND r.until IS NULL AND (r.tag <> '' OR d.bytes = :digest)");

	query_bind_int(&query, ":source", store->ingest != NULL ? store->ingest->source : 0);
	query_bind_text(&query, ":repository", repository);
	query_bind_text(&query, ":tag", by_digest ? "" : name);
	query_bind_digest(&query, ":digest", &named);
	found = query_next(&query);
	if (found)
		query_digest(&query, 0, digest);
	return query_end(&query, err) == 0 ? found : -1;
}

static int
known_absent(void *context, const struct digest *digest, struct error *err)
{
	struct store *store = context;
	struct query query;
	bool found;

	if (store->ingest == NULL || !store->ingest->has_absent)
		return 0;
	query = db_query_cached(&store->db,
	        "SELECT 1 FROM digest d JOIN absent a ON a.digest = d.id"
	        " WHERE d.bytes = :digest AND a.source = :source AND a.until IS NULL");
	query_bind_digest(&query, ":digest", digest);
	query_bind_int(&query, ":source", store->ingest->source);
	found = query_next(&query);
	return query_end(&query, err) == 0 ? found : -1;
}

struct known
store_known(struct store *store)
{
	return (struct known){
		.manifest = known_manifest,
		.config = known_config,
		.reference = known_reference,
		.absent = known_absent,
		.context = store,
	};
}
