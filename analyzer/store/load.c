/*
 * SQL → builder. The tables are read from front to back, each once, into arrays by row id: what
 * points at a row is an index, and no lookup.
 *
 *	scans ─▶ which scan of each source is shown ─▶ references as of it ─▶ documents they hold
 *	                                                                          │
 *	                    builder ◀── configs ◀── manifests, layers, children ◀─┘
 */
#include "analyzer/store/load.h"

#include <stdlib.h>
#include <time.h>

#include "analyzer/store/handle.h"

/* The smallest row that has an id takes more than this. */
#define MIN_ROW_BYTES 4

int
load_count(struct load *load, const char *sql, size_t *count, struct error *err)
{
	int64_t highest;

	if (db_int(load->db, sql, &highest, 0, err) != 0)
		return -1;
	if (highest < 0 || highest > load->file_bytes / MIN_ROW_BYTES)
		return fail(err, ERROR_FAILED,
		        "%s: the file is damaged: row id %lld in so small a file", load->db->path,
		        (long long)highest);
	*count = (size_t)highest + 1;
	return 0;
}

size_t
load_index(struct load *load, int64_t id, size_t count)
{
	if (id > 0 && (uint64_t)id < count)
		return (size_t)id;
	load->damaged = true;
	return 0;
}

void
load_hold(struct load *load, size_t digest)
{
	if (load->marks[digest] & MARK_DOCUMENT)
		return;
	load->marks[digest] |= MARK_DOCUMENT;
	*vec_push(&load->held) = (int64_t)digest;
}

static int
load_digests(struct load *load, struct error *err)
{
	struct query query;

	if (load_count(load, "SELECT max(id) FROM digest", &load->digest_count, err) != 0)
		return -1;
	load->digests = arena_new(&load->arena, struct digest, load->digest_count);
	load->layer_bytes = arena_new(&load->arena, uint64_t, load->digest_count);
	load->marks = arena_new(&load->arena, uint8_t, load->digest_count);
	query = db_query(load->db, "SELECT id, bytes, layer_size FROM digest");
	while (query_next(&query)) {
		size_t id = load_index(load, query_int(&query, 0), load->digest_count);

		if (!query_digest(&query, 1, &load->digests[id]))
			load->damaged = true;
		load->layer_bytes[id] = (uint64_t)query_int(&query, 2);
	}
	return query_end(&query, err);
}

static int
file_bytes(struct db *db, int64_t *bytes, struct error *err)
{
	int64_t pages, page_bytes;

	if (db_int(db, "PRAGMA page_count", &pages, 0, err) != 0 ||
	        db_int(db, "PRAGMA page_size", &page_bytes, 0, err) != 0)
		return -1;
	*bytes = pages * page_bytes;
	return 0;
}

static int
load_all(struct load *load, struct error *err)
{
	if (file_bytes(load->db, &load->file_bytes, err) != 0 || load_digests(load, err) != 0 ||
	        load_places(load, err) != 0 || load_nodes(load, err) != 0 ||
	        load_left(load, err) != 0 || load_content(load, err) != 0)
		return -1;
	if (load->damaged)
		return fail(err, ERROR_FAILED,
		        "%s: the file is damaged: a row points at nothing; put back a copy, or "
		        "move it "
		        "away and scan again",
		        load->db->path);
	return 0;
}

/* All of it in one read transaction, so that a scan that commits meanwhile is not half seen. */
static int
load_at_once(struct load *load, struct error *err)
{
	struct error ignored = { 0 };
	bool own = !db_in_transaction(load->db);
	int result;

	if (own && db_run(load->db, "BEGIN", err) != 0)
		return -1;
	result = load_all(load, err);
	if (own && db_run(load->db, "COMMIT", result == 0 ? err : &ignored) != 0)
		return -1;
	return result;
}

struct snapshot *
store_load(struct store *store, const struct load_options *options, struct error *err)
{
	int64_t at = options->at != 0 ? options->at : (int64_t)time(NULL);
	struct load load = {
		.db = &store->db,
		.options = options,
		.builder = builder_new(at),
	};
	int result = load_at_once(&load, err);

	arena_release(&load.arena);
	vec_release(&load.held);
	if (result == 0)
		return builder_finish(load.builder, err);
	builder_free(load.builder);
	return NULL;
}
