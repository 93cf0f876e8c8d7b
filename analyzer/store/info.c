/* What doctor asks. */
#include <stdio.h>
#include <string.h>

#include "analyzer/store/handle.h"
#include "analyzer/store/migrate.h"

static const char *
journal_mode(struct db *db, struct error *err)
{
	static const char *const modes[] = { "delete", "truncate", "persist", "memory", "wal",
		"off" };
	struct query query = db_query(db, "PRAGMA journal_mode");
	const char *mode = "unknown";

	if (query_next(&query))
		for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
			if (strcmp(query_text(&query, 0), modes[i]) == 0)
				mode = modes[i];
	return query_end(&query, err) == 0 ? mode : NULL;
}

static int
count_things(struct db *db, struct store_info *info, struct error *err)
{
	int64_t pages, page_bytes, version;

	if (db_int(db, "PRAGMA user_version", &version, 0, err) != 0 ||
	        db_int(db, "PRAGMA page_count", &pages, 0, err) != 0 ||
	        db_int(db, "PRAGMA page_size", &page_bytes, 0, err) != 0 ||
	        db_int(db, "SELECT count(*) FROM scan", &info->scans, 0, err) != 0 ||
	        db_int(db, "SELECT count(*) FROM manifest", &info->manifests, 0, err) != 0 ||
	        db_int(db, "SELECT count(*) FROM reference WHERE until IS NULL", &info->references,
	                0, err) != 0)
		return -1;
	info->version = (int)version;
	info->file_bytes = pages * page_bytes;
	return 0;
}

int
store_info(struct store *store, struct store_info *info, struct error *err)
{
	size_t newest;

	migrations(&newest);
	*info = (struct store_info){
		.newest_version = (int)newest,
		.sqlite_version = sqlite3_libversion(),
		.journal_mode = journal_mode(&store->db, err),
	};
	if (info->journal_mode == NULL)
		return -1;
	return count_things(&store->db, info, err);
}

static int
verify_integrity(struct db *db, struct error *err)
{
	struct query query = db_query(db, "PRAGMA integrity_check(1)");
	char complaint[512] = "no answer";

	if (query_next(&query))
		snprintf(complaint, sizeof(complaint), "%s", query_text(&query, 0));
	if (query_end(&query, err) != 0)
		return -1;
	return strcmp(complaint, "ok") == 0
	               ? 0
	               : fail(err, ERROR_FAILED, "%s: damaged: %s", db->path, complaint);
}

static int
verify_references(struct db *db, struct error *err)
{
	struct query query = db_query(db, "PRAGMA foreign_key_check");
	char complaint[128] = "";

	if (query_next(&query))
		snprintf(complaint, sizeof(complaint), "row %lld of table %s points at nothing",
		        (long long)query_int(&query, 1), query_text(&query, 0));
	if (query_end(&query, err) != 0)
		return -1;
	return complaint[0] == '\0'
	               ? 0
	               : fail(err, ERROR_FAILED, "%s: damaged: %s", db->path, complaint);
}

int
store_verify(struct store *store, struct error *err)
{
	if (verify_integrity(&store->db, err) != 0)
		return -1;
	return verify_references(&store->db, err);
}

const char *
store_library(void)
{
	return sqlite3_libversion();
}
