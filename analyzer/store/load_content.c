/*
 * Content that nothing holds any more stays in the store (it comes back with the next rollback),
 * but is not loaded. The children of indexes are read beside the documents, in the same order:
 *
 *	manifest     7      9         12
 *	index_child  7 7 7  9 9  11   12 12     (11 is not held: passed over)
 */
#include "analyzer/store/load.h"

#include <stdlib.h>

#include "analyzer/store/content.h"

/* A statement whose first column is an id in ascending order. */
struct cursor {
	struct query query;
	bool on_row;
};

static struct cursor
cursor_open(struct db *db, const char *sql)
{
	struct cursor cursor = { .query = db_query(db, sql) };

	cursor.on_row = query_next(&cursor.query);
	return cursor;
}

/* True while there is a row of `id`; rows of lower ids are passed over. */
static bool
cursor_at(struct cursor *cursor, int64_t id)
{
	while (cursor->on_row && query_int(&cursor->query, 0) < id)
		cursor->on_row = query_next(&cursor->query);
	return cursor->on_row && query_int(&cursor->query, 0) == id;
}

static void
cursor_next(struct cursor *cursor)
{
	cursor->on_row = query_next(&cursor->query);
}

static int
mark_children(struct load *load, struct error *err)
{
	struct query query = db_query(load->db, "SELECT child FROM index_child");

	while (query_next(&query))
		load->marks[load_index(load, query_int(&query, 0), load->digest_count)] |=
		        MARK_NAMED;
	return query_end(&query, err);
}

/* Holds every digest in the first column of a statement with one parameter, :id, that does not have
 * the mark. */
static int
hold_all(struct load *load, const char *sql, int64_t id, uint8_t unless, struct error *err)
{
	struct query query = db_query_cached(load->db, sql);

	query_bind_int(&query, ":id", id);
	while (query_next(&query)) {
		size_t digest = load_index(load, query_int(&query, 0), load->digest_count);

		if (!(load->marks[digest] & unless))
			load_hold(load, digest);
	}
	return query_end(&query, err);
}

/*
 * Children of held indexes and referrers of held documents are held. The list grows meanwhile.
 *
 * A referrer that something named lives as long as its name: when its tag goes, the rescan says no
 * more of it than a first scan would. Only those of which the referrers API alone told live with
 * their subject.
 */
static int
follow(struct load *load, struct error *err)
{
	if (mark_children(load, err) != 0)
		return -1;
	for (size_t i = 0; i < load->held.count; i++) {
		int64_t id = load->held.at[i];

		if (hold_all(load, "SELECT child FROM index_child WHERE manifest = :id", id, 0,
		            err) != 0 ||
		        hold_all(load, "SELECT digest FROM manifest WHERE subject = :id", id,
		                MARK_NAMED, err) != 0)
			return -1;
	}
	return 0;
}

/* What one document after the other is put together in. */
struct desk {
	struct cursor child_rows;
	VEC(struct record_layer) layers;
	VEC(struct record_child) children;
	VEC(struct digest) diff_ids;
};

static void
desk_release(struct desk *desk)
{
	vec_release(&desk->layers);
	vec_release(&desk->children);
	vec_release(&desk->diff_ids);
}

static void
collect_layers(struct load *load, struct desk *desk, struct packed packed)
{
	uint64_t number;

	desk->layers.count = 0;
	while (packed_next(&packed, &number)) {
		size_t blob = load_index(load, (int64_t)(number >> 1), load->digest_count);

		*vec_push(&desk->layers) = (struct record_layer){
			.digest = load->digests[blob],
			.size_bytes = load->layer_bytes[blob],
			.foreign = number & 1,
		};
	}
	load->damaged |= packed.damaged;
}

static void
collect_diff_ids(struct load *load, struct desk *desk, struct packed packed)
{
	uint64_t number;

	desk->diff_ids.count = 0;
	while (packed_next(&packed, &number))
		*vec_push(&desk->diff_ids) =
		        load->digests[load_index(load, (int64_t)number, load->digest_count)];
	load->damaged |= packed.damaged;
}

/* The digest in a column that may be NULL; its index or 0. */
static size_t
optional_digest(struct load *load, const struct query *query, int column, struct digest *digest)
{
	size_t id = 0;

	if (!query_is_null(query, column))
		id = load_index(load, query_int(query, column), load->digest_count);
	*digest = load->digests[id];
	return id;
}

static void
collect_children(struct load *load, struct desk *desk, int64_t id)
{
	const struct query *row = &desk->child_rows.query;

	desk->children.count = 0;
	for (; cursor_at(&desk->child_rows, id); cursor_next(&desk->child_rows)) {
		struct record_child *child = vec_push(&desk->children);
		size_t digest = load_index(load, query_int(row, 1), load->digest_count);

		child->digest = load->digests[digest];
		child->size_bytes = (uint64_t)query_int(row, 2);
		content_platform(&child->platform, query_text(row, 3));
		child->attestation = query_int(row, 4) != 0;
		optional_digest(load, row, 5, &child->attests);
	}
}

static const char *
text_or_null(const struct query *query, int column)
{
	return query_is_null(query, column) ? NULL : query_text(query, column);
}

static void
add_manifest(struct load *load, struct desk *desk, const struct query *row)
{
	int64_t id = query_int(row, 0);
	struct record_manifest manifest = {
		.digest = load->digests[id],
		.kind = (enum manifest_kind)query_int(row, 1),
		.size_bytes = (uint64_t)query_int(row, 2),
		.media_type = query_text(row, 3),
		.artifact_type = text_or_null(row, 4),
		.config_size_bytes = (uint64_t)query_int(row, 6),
		.base_name = text_or_null(row, 8),
		.base_digest_text = text_or_null(row, 9),
	};

	load->marks[optional_digest(load, row, 5, &manifest.config)] |= MARK_CONFIG;
	optional_digest(load, row, 7, &manifest.subject);
	collect_layers(load, desk, query_packed(row, 10));
	collect_children(load, desk, id);
	manifest.layers = desk->layers.at;
	manifest.layer_count = desk->layers.count;
	manifest.children = desk->children.at;
	manifest.child_count = desk->children.count;
	builder_manifest(load->builder, &manifest);
}

static int
add_manifests(struct load *load, struct desk *desk, struct error *err)
{
	struct query query =
	        db_query(load->db, "SELECT digest, kind, size, media_type, artifact_type, config, "
	                           "config_size, subject,"
	                           " base_name, base_digest, layers FROM manifest ORDER BY digest");

	while (query_next(&query)) {
		size_t id = load_index(load, query_int(&query, 0), load->digest_count);

		if (id != 0 && load->marks[id] & MARK_DOCUMENT)
			add_manifest(load, desk, &query);
	}
	return query_end(&query, err);
}

static int
load_manifests(struct load *load, struct desk *desk, struct error *err)
{
	int result;

	desk->child_rows = cursor_open(load->db,
	        "SELECT manifest, child, size, platform, attestation, attests FROM index_child"
	        " ORDER BY manifest, position");
	result = add_manifests(load, desk, err);
	return query_end(&desk->child_rows.query, result == 0 ? err : NULL) == 0 ? result : -1;
}

static void
add_config(struct load *load, struct desk *desk, const struct query *row)
{
	struct record_config config = {
		.digest = load->digests[query_int(row, 0)],
		.size_bytes = (uint64_t)query_int(row, 1),
		.created_at = query_is_null(row, 3) ? RECORD_TIME_UNKNOWN : query_int(row, 3),
		.details_json = "{}", /* nothing in a snapshot is made of them */
	};

	content_platform(&config.platform, query_text(row, 2));
	collect_diff_ids(load, desk, query_packed(row, 4));
	config.diff_ids = desk->diff_ids.at;
	config.diff_id_count = desk->diff_ids.count;
	builder_config(load->builder, &config);
}

static int
load_configs(struct load *load, struct desk *desk, struct error *err)
{
	struct query query = db_query(
	        load->db, "SELECT digest, size, platform, created_at, diff_ids FROM config");

	while (query_next(&query)) {
		size_t id = load_index(load, query_int(&query, 0), load->digest_count);

		if (id != 0 && load->marks[id] & MARK_CONFIG)
			add_config(load, desk, &query);
	}
	return query_end(&query, err);
}

int
load_content(struct load *load, struct error *err)
{
	struct desk desk = { 0 };
	int result = follow(load, err);

	if (result == 0)
		result = load_manifests(load, &desk, err);
	if (result == 0)
		result = load_configs(load, &desk, err);
	desk_release(&desk);
	return result;
}
