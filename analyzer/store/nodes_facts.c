/*
 * Blobs that stores keep or know, as spans; what files of chains and images say, for ever; what of
 * them is in memory, as of the newest scan.
 */
#include "analyzer/store/nodes.h"

/* --- blobs ------------------------------------------------------------------------------ */

struct kept_blob {
	int64_t digest, diff_id, kept;
};

static int
find_blob(struct ingest *ingest, const struct kept_blob *blob, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT id FROM kept_blob WHERE digest = :digest AND ifnull(diff_id, 0) = :diff_id"
	        " AND kept = :kept");

	query_bind_int(&query, ":digest", blob->digest);
	query_bind_int(&query, ":diff_id", blob->diff_id);
	query_bind_int(&query, ":kept", blob->kept);
	*id = query_next(&query) ? query_int(&query, 0) : 0;
	return query_end(&query, err);
}

static int
add_blob(struct ingest *ingest, const struct kept_blob *blob, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "INSERT INTO kept_blob (digest, diff_id, kept) VALUES (:digest, :diff_id, :kept)");

	query_bind_int(&query, ":digest", blob->digest);
	nodes_bind_id(&query, ":diff_id", blob->diff_id);
	query_bind_int(&query, ":kept", blob->kept);
	if (query_run(&query, err) != 0)
		return -1;
	*id = db_last_id(ingest->db);
	return 0;
}

static int
open_blob(struct ingest *ingest, int64_t blob, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "INSERT INTO store_blob (store, blob, since) SELECT :store, :blob, :scan"
	        " WHERE NOT EXISTS (SELECT 1 FROM store_blob WHERE store = :store"
	        " AND blob = :blob AND until IS NULL)");

	query_bind_int(&query, ":store", ingest->source);
	query_bind_int(&query, ":blob", blob);
	query_bind_int(&query, ":scan", ingest->scan);
	return query_run(&query, err);
}

int
nodes_store_blob(struct ingest *ingest, const struct record_store_blob *record, struct error *err)
{
	struct kept_blob blob = {
		.kept = record->kept_bytes <= INT64_MAX ? (int64_t)record->kept_bytes : -1,
	};
	int64_t id = 0;

	if (intern_digest(ingest->intern, &record->digest, &blob.digest, err) != 0 ||
	        nodes_intern(ingest, &record->diff_id, &blob.diff_id, err) != 0 ||
	        find_blob(ingest, &blob, &id, err) != 0)
		return -1;
	if (id == 0 && add_blob(ingest, &blob, &id, err) != 0)
		return -1;
	map_set(&ingest->said_blobs, &id, 1);
	return open_blob(ingest, id, err);
}

/* --- facts ------------------------------------------------------------------------------ */

/* A scan that could not look does not undo what another one saw. */
int
nodes_chain_facts(struct ingest *ingest, const struct record_chain_facts *facts, struct error *err)
{
	int64_t chain;
	struct query query;

	if (facts->os_id == NULL && facts->libc == LIBC_UNKNOWN)
		return 0;
	if (intern_digest(ingest->intern, &facts->chain_id, &chain, err) != 0)
		return -1;
	query = db_query_cached(ingest->db,
	        "INSERT INTO chain_facts (chain, os_id, os_version, libc)"
	        " VALUES (:chain, :os_id, :os_version, :libc) ON CONFLICT (chain) DO UPDATE SET"
	        " os_version = CASE WHEN excluded.os_id IS NULL THEN os_version"
	        " ELSE excluded.os_version END,"
	        " os_id = ifnull(excluded.os_id, os_id),"
	        " libc = CASE excluded.libc WHEN 0 THEN libc ELSE excluded.libc END"
	        " WHERE excluded.libc NOT IN (0, libc) OR excluded.os_id IS NOT NULL"
	        " AND (os_id IS NOT excluded.os_id OR os_version IS NOT excluded.os_version)");
	query_bind_int(&query, ":chain", chain);
	query_bind_text(&query, ":os_id", facts->os_id);
	query_bind_text(&query, ":os_version", facts->os_version);
	query_bind_int(&query, ":libc", facts->libc);
	return query_run(&query, err);
}

int
nodes_image_facts(struct ingest *ingest, const struct record_image_facts *facts, struct error *err)
{
	int64_t config;
	struct query query;

	if (facts->entrypoint == ENTRYPOINT_UNKNOWN)
		return 0;
	if (intern_digest(ingest->intern, &facts->config, &config, err) != 0)
		return -1;
	query = db_query_cached(ingest->db,
	        "INSERT INTO image_facts (config, entrypoint) VALUES (:config, :entrypoint)"
	        " ON CONFLICT (config) DO UPDATE SET entrypoint = excluded.entrypoint"
	        " WHERE entrypoint <> excluded.entrypoint");
	query_bind_int(&query, ":config", config);
	query_bind_int(&query, ":entrypoint", facts->entrypoint);
	return query_run(&query, err);
}

/* --- memory ----------------------------------------------------------------------------- */

static int
bad_bytes(struct error *err)
{
	return fail(err, ERROR_FAILED, "a record of memory without its sizes");
}

int
nodes_resident(struct ingest *ingest, const struct record_resident *resident, struct error *err)
{
	int64_t chain;
	struct query query;

	if (resident->file_bytes > INT64_MAX || resident->measured_bytes > INT64_MAX ||
	        resident->resident_bytes > INT64_MAX)
		return bad_bytes(err);
	if (intern_digest(ingest->intern, &resident->chain_id, &chain, err) != 0)
		return -1;
	query = db_query_cached(ingest->db,
	        "INSERT INTO resident (store, scan, chain, size, measured, resident)"
	        " VALUES (:store, :scan, :chain, :size, :measured, :resident)"
	        " ON CONFLICT DO UPDATE SET size = excluded.size, measured = excluded.measured,"
	        " resident = excluded.resident");
	query_bind_int(&query, ":store", ingest->source);
	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_int(&query, ":chain", chain);
	query_bind_int(&query, ":size", (int64_t)resident->file_bytes);
	query_bind_int(&query, ":measured", (int64_t)resident->measured_bytes);
	query_bind_int(&query, ":resident", (int64_t)resident->resident_bytes);
	return query_run(&query, err);
}

int
nodes_resident_end(struct ingest *ingest, enum scan_state state, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "DELETE FROM resident WHERE store = :store AND (scan = :scan) = :failed");

	query_bind_int(&query, ":store", ingest->source);
	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_int(&query, ":failed", state == SCAN_FAILED);
	return query_run(&query, err);
}
