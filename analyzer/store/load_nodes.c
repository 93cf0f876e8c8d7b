/* What stores held at the scan of theirs that is shown. */
#include <jansson.h>
#include <stdlib.h>

#include "analyzer/store/load.h"
#include "common/memory.h"

/* Handles of the builder, by row id; NONE = not shown. */
struct node_rows {
	uint32_t *nodes, *appearances;
	uint32_t *stores; /* per source */
	size_t node_count, appearance_count;
};

static uint64_t
bytes_or_unknown(const struct query *query, int column)
{
	return query_is_null(query, column) ? BYTES_UNKNOWN : (uint64_t)query_int(query, column);
}

static const char *
text_or_null(const struct query *query, int column)
{
	return query_is_null(query, column) ? NULL : query_text(query, column);
}

static const struct digest *
digest_of_row(struct load *load, const struct query *query, int column)
{
	return &load->digests[query_is_null(query, column)
	                              ? 0
	                              : load_index(load, query_int(query, column),
	                                        load->digest_count)];
}

static int
load_node_names(struct load *load, struct node_rows *rows, struct error *err)
{
	struct query query;

	if (load_count(load, "SELECT max(id) FROM node", &rows->node_count, err) != 0)
		return -1;
	rows->nodes = arena_new(&load->arena, uint32_t, rows->node_count);
	query = db_query(load->db, "SELECT id, name, labels, memory FROM node");
	while (query_next(&query)) {
		size_t id = load_index(load, query_int(&query, 0), rows->node_count);

		rows->nodes[id] = builder_node(load->builder, query_text(&query, 1),
		        query_text(&query, 2), bytes_or_unknown(&query, 3));
	}
	return query_end(&query, err);
}

static int
load_stores(struct load *load, struct node_rows *rows, struct error *err)
{
	struct query query = db_query(load->db,
	        "SELECT source, node, engine, driver, namespace, root, sharing, unit, content_pool"
	        " FROM store");

	rows->stores = arena_new(&load->arena, uint32_t, load->source_count);
	for (size_t i = 0; i < load->source_count; i++)
		rows->stores[i] = NONE;
	while (query_next(&query)) {
		size_t source = load_index(load, query_int(&query, 0), load->source_count);
		size_t node = load_index(load, query_int(&query, 1), rows->node_count);
		struct record_store store = {
			.engine = (enum store_engine)query_int(&query, 2),
			.driver = query_text(&query, 3),
			.namespace = text_or_null(&query, 4),
			.root = text_or_null(&query, 5),
			.sharing = (enum driver_sharing)query_int(&query, 6),
			.unit = (enum size_unit)query_int(&query, 7),
			.content_pool = text_or_null(&query, 8),
		};

		if (load->damaged)
			break;
		if (load->sources[source].newest != 0)
			rows->stores[source] = builder_store(load->builder,
			        load->sources[source].handle, rows->nodes[node], &store);
	}
	return query_end(&query, err);
}

static int
load_chains(struct load *load, struct error *err)
{
	struct query query = db_query(load->db, "SELECT digest, parent, diff_id FROM chain");

	while (query_next(&query))
		builder_chain(load->builder, digest_of_row(load, &query, 0),
		        digest_of_row(load, &query, 1), digest_of_row(load, &query, 2));
	return query_end(&query, err);
}

/* The first three columns are store, since, until: NONE unless the span is shown. */
static uint32_t
shown_store(struct load *load, const struct node_rows *rows, const struct query *query)
{
	size_t source = load_index(load, query_int(query, 0), load->source_count);
	int64_t shown = load->sources[source].shown;

	if (query_int(query, 1) > shown ||
	        (!query_is_null(query, 2) && query_int(query, 2) <= shown))
		return NONE;
	return rows->stores[source];
}

static int
load_layers(struct load *load, const struct node_rows *rows, struct error *err)
{
	struct query query = db_query(load->db,
	        "SELECT s.store, s.since, s.until, l.chain, l.size, l.build_cache, s.unpacked_at"
	        " FROM store_layer s JOIN layer l ON l.id = s.layer");

	while (query_next(&query)) {
		uint32_t store = shown_store(load, rows, &query);
		struct record_chain chain = {
			.chain_id = *digest_of_row(load, &query, 3),
			.size_bytes = query_int(&query, 4) < 0 ? BYTES_UNKNOWN
			                                       : (uint64_t)query_int(&query, 4),
			.build_cache = query_int(&query, 5) != 0,
			.unpacked_at = query_is_null(&query, 6) ? RECORD_TIME_UNKNOWN
			                                        : query_int(&query, 6),
		};

		if (store != NONE)
			builder_store_layer(load->builder, store, &chain);
	}
	return query_end(&query, err);
}

/* --- images ----------------------------------------------------------------------------- */

static void
read_labels(struct load *load, const char *text, struct record_node_image *image)
{
	json_auto_t *labels = json_loads(text, 0, NULL);
	const json_t *names = json_object_get(labels, "names");
	const json_t *manifests = json_object_get(labels, "manifests");
	struct arena *arena = &load->arena;
	const char **name = arena_new(arena, const char *, json_array_size(names));
	struct digest *digest = arena_new(arena, struct digest, json_array_size(manifests));

	load->damaged |= !json_is_array(names) || !json_is_array(manifests);
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *value = json_string_value(json_array_get(names, i));

		if (value != NULL)
			name[image->name_count++] = arena_strdup(arena, value);
	}
	for (size_t i = 0; i < json_array_size(manifests); i++) {
		const char *value = json_string_value(json_array_get(manifests, i));

		if (value != NULL && digest_parse(&digest[image->manifest_count], value))
			image->manifest_count++;
	}
	image->names = name;
	image->manifests = digest;
}

/* Which of them stores hold as shown. */
static int
mark_images(struct load *load, struct node_rows *rows, bool *held, struct error *err)
{
	struct query query =
	        db_query(load->db, "SELECT store, since, until, appearance FROM store_image");

	while (query_next(&query)) {
		if (shown_store(load, rows, &query) != NONE)
			held[load_index(load, query_int(&query, 3), rows->appearance_count)] = true;
	}
	return query_end(&query, err);
}

static int
load_appearances(struct load *load, struct node_rows *rows, struct error *err)
{
	bool *held;
	struct query query;

	if (load_count(load, "SELECT max(id) FROM appearance", &rows->appearance_count, err) != 0)
		return -1;
	rows->appearances = arena_new(&load->arena, uint32_t, rows->appearance_count);
	held = arena_new(&load->arena, bool, rows->appearance_count);
	if (mark_images(load, rows, held, err) != 0)
		return -1;
	query = db_query(
	        load->db, "SELECT id, config, chain, chain_unknown, labels FROM appearance");
	while (query_next(&query)) {
		size_t id = load_index(load, query_int(&query, 0), rows->appearance_count);
		size_t config = load_index(load, query_int(&query, 1), load->digest_count);
		struct record_node_image image = {
			.config = load->digests[config],
			.chain = *digest_of_row(load, &query, 2),
			.chain_unknown = query_int(&query, 3) != 0,
		};

		if (!held[id])
			continue;
		load->marks[config] |= MARK_CONFIG;
		read_labels(load, query_text(&query, 4), &image);
		rows->appearances[id] = builder_appearance(load->builder, &image);
	}
	return query_end(&query, err);
}

static int
load_images(struct load *load, const struct node_rows *rows, struct error *err)
{
	struct query query =
	        db_query(load->db, "SELECT store, since, until, appearance FROM store_image");

	while (query_next(&query)) {
		uint32_t store = shown_store(load, rows, &query);
		size_t id = load_index(load, query_int(&query, 3), rows->appearance_count);

		if (store != NONE)
			builder_store_image(load->builder, store, rows->appearances[id]);
	}
	return query_end(&query, err);
}

/* --- containers, extras ----------------------------------------------------------------- */

static int
load_containers(struct load *load, const struct node_rows *rows, struct error *err)
{
	struct query query = db_query(load->db,
	        "SELECT store, since, until, name, config, chain, running, writable, mapped, rss"
	        " FROM container");

	while (query_next(&query)) {
		uint32_t store = shown_store(load, rows, &query);
		struct record_container container = {
			.id = query_text(&query, 3),
			.config = *digest_of_row(load, &query, 4),
			.chain = *digest_of_row(load, &query, 5),
			.running = query_int(&query, 6) != 0,
			.writable_bytes = bytes_or_unknown(&query, 7),
			.mapped_file_bytes = bytes_or_unknown(&query, 8),
			.rss_file_bytes = bytes_or_unknown(&query, 9),
		};

		if (store != NONE)
			builder_container(load->builder, store, &container);
	}
	return query_end(&query, err);
}

static int
load_extras(struct load *load, const struct node_rows *rows, struct error *err)
{
	struct query query = db_query(
	        load->db, "SELECT store, since, until, part, unit, count, size FROM extra");

	while (query_next(&query)) {
		uint32_t store = shown_store(load, rows, &query);
		struct record_extra extra = {
			.part = query_text(&query, 3),
			.unit = (enum size_unit)query_int(&query, 4),
			.count = (uint64_t)query_int(&query, 5),
			.bytes = (uint64_t)query_int(&query, 6),
		};

		if (store != NONE)
			builder_extra(load->builder, store, &extra);
	}
	return query_end(&query, err);
}

/* --- blobs, facts, memory --------------------------------------------------------------- */

static int
load_blobs(struct load *load, const struct node_rows *rows, struct error *err)
{
	struct query query =
	        db_query(load->db, "SELECT s.store, s.since, s.until, k.digest, k.diff_id, k.kept"
	                           " FROM store_blob s JOIN kept_blob k ON k.id = s.blob");

	while (query_next(&query)) {
		uint32_t store = shown_store(load, rows, &query);
		struct record_store_blob blob = {
			.digest = *digest_of_row(load, &query, 3),
			.diff_id = *digest_of_row(load, &query, 4),
			.kept_bytes = query_int(&query, 5) < 0 ? BYTES_UNKNOWN
			                                       : (uint64_t)query_int(&query, 5),
		};

		if (store != NONE)
			builder_store_blob(load->builder, store, &blob);
	}
	return query_end(&query, err);
}

static int
load_facts(struct load *load, struct error *err)
{
	struct query query =
	        db_query(load->db, "SELECT chain, libc, os_id, os_version FROM chain_facts");

	while (query_next(&query)) {
		struct record_chain_facts facts = {
			.chain_id = *digest_of_row(load, &query, 0),
			.libc = (enum libc)query_int(&query, 1),
			.os_id = text_or_null(&query, 2),
			.os_version = text_or_null(&query, 3),
		};

		builder_chain_facts(load->builder, &facts);
	}
	if (query_end(&query, err) != 0)
		return -1;
	query = db_query(load->db, "SELECT config, entrypoint FROM image_facts");
	while (query_next(&query)) {
		struct record_image_facts facts = {
			.config = *digest_of_row(load, &query, 0),
			.entrypoint = (enum entrypoint_kind)query_int(&query, 1),
		};

		builder_image_facts(load->builder, &facts);
	}
	return query_end(&query, err);
}

/* Another scan than the shown one says nothing about that time. */
static int
load_resident(struct load *load, const struct node_rows *rows, struct error *err)
{
	struct query query = db_query(
	        load->db, "SELECT store, scan, chain, size, measured, resident FROM resident");

	while (query_next(&query)) {
		size_t source = load_index(load, query_int(&query, 0), load->source_count);
		struct record_resident resident = {
			.chain_id = *digest_of_row(load, &query, 2),
			.file_bytes = (uint64_t)query_int(&query, 3),
			.measured_bytes = (uint64_t)query_int(&query, 4),
			.resident_bytes = (uint64_t)query_int(&query, 5),
		};

		if (rows->stores[source] != NONE &&
		        load->sources[source].shown == query_int(&query, 1))
			builder_resident(load->builder, rows->stores[source], &resident);
	}
	return query_end(&query, err);
}

int
load_nodes(struct load *load, struct error *err)
{
	struct node_rows rows = { 0 };

	if (load_node_names(load, &rows, err) != 0 || load_stores(load, &rows, err) != 0 ||
	        load_chains(load, err) != 0 || load_layers(load, &rows, err) != 0 ||
	        load_appearances(load, &rows, err) != 0 || load_images(load, &rows, err) != 0 ||
	        load_containers(load, &rows, err) != 0 || load_extras(load, &rows, err) != 0)
		return -1;
	if (load_blobs(load, &rows, err) != 0 || load_facts(load, err) != 0)
		return -1;
	return load_resident(load, &rows, err);
}
