/* Containers and extras, which have numbers that change; and the end of spans of stores. */
#include <stdlib.h>

#include "analyzer/store/nodes.h"
#include "common/vec.h"

/* --- containers ------------------------------------------------------------------------- */

struct container {
	int64_t config, chain;
	const struct record_container *record;
};

static void
bind_container(struct query *query, const struct container *container)
{
	nodes_bind_id(query, ":config", container->config);
	nodes_bind_id(query, ":chain", container->chain);
	query_bind_int(query, ":running", container->record->running);
	nodes_bind_bytes(query, ":writable", container->record->writable_bytes);
	nodes_bind_bytes(query, ":mapped", container->record->mapped_file_bytes);
	nodes_bind_bytes(query, ":rss", container->record->rss_file_bytes);
}

static int
find_container(struct ingest *ingest, const char *name, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT id FROM container WHERE store = :store AND name = :name AND until IS NULL");

	query_bind_int(&query, ":store", ingest->source);
	query_bind_text(&query, ":name", name);
	*id = query_next(&query) ? query_int(&query, 0) : 0;
	return query_end(&query, err);
}

static int
add_container(
        struct ingest *ingest, const struct container *container, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "INSERT INTO container (store, name, config, chain, since, running, writable, "
	        "mapped,"
	        " rss) VALUES (:store, :name, :config, :chain, :scan, :running, :writable, :mapped,"
	        " :rss)");

	query_bind_int(&query, ":store", ingest->source);
	query_bind_text(&query, ":name", container->record->id);
	query_bind_int(&query, ":scan", ingest->scan);
	bind_container(&query, container);
	if (query_run(&query, err) != 0)
		return -1;
	*id = db_last_id(ingest->db);
	return 0;
}

static int
correct_container(
        struct ingest *ingest, const struct container *container, int64_t id, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "UPDATE container SET config = :config, chain = :chain, running = :running,"
	        " writable = :writable, mapped = :mapped, rss = :rss WHERE id = :id AND"
	        " (config IS NOT :config OR chain IS NOT :chain OR running IS NOT :running OR"
	        " writable IS NOT :writable OR mapped IS NOT :mapped OR rss IS NOT :rss)");

	query_bind_int(&query, ":id", id);
	bind_container(&query, container);
	return query_run(&query, err);
}

int
nodes_container(struct ingest *ingest, const struct record_container *record, struct error *err)
{
	struct container container = { .record = record };
	int64_t id = 0;
	int result;

	if (nodes_intern(ingest, &record->config, &container.config, err) != 0 ||
	        nodes_intern(ingest, &record->chain, &container.chain, err) != 0 ||
	        find_container(ingest, record->id, &id, err) != 0)
		return -1;
	result = id == 0 ? add_container(ingest, &container, &id, err)
	                 : correct_container(ingest, &container, id, err);
	map_set(&ingest->said_containers, &id, 1);
	return result;
}

/* --- extras ----------------------------------------------------------------------------- */

static int
find_extra(struct ingest *ingest, const struct record_extra *extra, int64_t *id, bool *same,
        struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT id, count = :count AND size = :size FROM extra WHERE store = :store"
	        " AND part = :part AND unit = :unit AND until IS NULL");

	query_bind_int(&query, ":store", ingest->source);
	query_bind_text(&query, ":part", extra->part);
	query_bind_int(&query, ":unit", extra->unit);
	query_bind_int(&query, ":count", (int64_t)extra->count);
	query_bind_int(&query, ":size", (int64_t)extra->bytes);
	*id = 0;
	if (query_next(&query)) {
		*id = query_int(&query, 0);
		*same = query_int(&query, 1) != 0;
	}
	return query_end(&query, err);
}

static int
close_row(struct ingest *ingest, const char *sql, int64_t id, struct error *err)
{
	struct query query = db_query_cached(ingest->db, sql);

	query_bind_int(&query, ":store", ingest->source);
	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_int(&query, ":id", id);
	return query_run(&query, err);
}

static const char close_extra[] =
        "UPDATE extra SET until = :scan WHERE id = :id AND store = :store";

int
nodes_extra(struct ingest *ingest, const struct record_extra *extra, struct error *err)
{
	int64_t id = 0;
	bool same = false;
	struct query query;

	if (find_extra(ingest, extra, &id, &same, err) != 0)
		return -1;
	if (id != 0 && !same && close_row(ingest, close_extra, id, err) != 0)
		return -1;
	if (!same) {
		query = db_query_cached(ingest->db,
		        "INSERT INTO extra (store, part, unit, count, size, since)"
		        " VALUES (:store, :part, :unit, :count, :size, :scan)");
		query_bind_int(&query, ":store", ingest->source);
		query_bind_text(&query, ":part", extra->part);
		query_bind_int(&query, ":unit", extra->unit);
		query_bind_int(&query, ":count", (int64_t)extra->count);
		query_bind_int(&query, ":size", (int64_t)extra->bytes);
		query_bind_int(&query, ":scan", ingest->scan);
		if (query_run(&query, err) != 0)
			return -1;
		id = db_last_id(ingest->db);
	}
	map_set(&ingest->said_extras, &id, 1);
	return 0;
}

/* --- the end ---------------------------------------------------------------------------- */

/* The ids are taken first: closing a span while walking the open ones would move the walk. */
static int
close_unsaid(struct ingest *ingest, const struct map *said, const char *open, const char *close,
        struct error *err)
{
	VEC(int64_t) gone = { 0 };
	struct query query = db_query_cached(ingest->db, open);
	int result;

	query_bind_int(&query, ":store", ingest->source);
	while (query_next(&query)) {
		int64_t id = query_int(&query, 0);

		if (map_get(said, &id) == MAP_NONE)
			*vec_push(&gone) = id;
	}
	result = query_end(&query, err);
	for (size_t i = 0; result == 0 && i < gone.count; i++)
		result = close_row(ingest, close, gone.at[i], err);
	vec_release(&gone);
	return result;
}

int
nodes_end(struct ingest *ingest, const struct record_scan_end *end, struct error *err)
{
	if (!ingest->in_store)
		return 0;
	if (nodes_resident_end(ingest, end->state, err) != 0)
		return -1;
	if (end->state == SCAN_FAILED || !end->catalogue_complete)
		return 0;
	if (close_unsaid(ingest, &ingest->said_layers,
	            "SELECT layer FROM store_layer WHERE store = :store AND until IS NULL",
	            "UPDATE store_layer SET until = :scan WHERE store = :store AND layer = :id"
	            " AND until IS NULL",
	            err) != 0 ||
	        close_unsaid(ingest, &ingest->said_images,
	                "SELECT appearance FROM store_image WHERE store = :store AND until IS NULL",
	                "UPDATE store_image SET until = :scan WHERE store = :store"
	                " AND appearance = :id AND until IS NULL",
	                err) != 0 ||
	        close_unsaid(ingest, &ingest->said_blobs,
	                "SELECT blob FROM store_blob WHERE store = :store AND until IS NULL",
	                "UPDATE store_blob SET until = :scan WHERE store = :store AND blob = :id"
	                " AND until IS NULL",
	                err) != 0)
		return -1;
	if (close_unsaid(ingest, &ingest->said_containers,
	            "SELECT id FROM container WHERE store = :store AND until IS NULL",
	            "UPDATE container SET until = :scan WHERE id = :id AND store = :store",
	            err) != 0)
		return -1;
	return close_unsaid(ingest, &ingest->said_extras,
	        "SELECT id FROM extra WHERE store = :store AND until IS NULL", close_extra, err);
}
