/*
 * Transactions and the life of a scan; what each record means is in content.c (immutable things),
 * observe.c (spans) and nodes.c (spans of image stores).
 *
 *	scan ──▶ row in state 0, committed at once: if nothing follows, it was interrupted
 *	 …  ──▶ batches, each true and complete in itself
 *	scan_end ──▶ what was not said again is closed, the state set, the last batch committed
 */
#include "analyzer/store/ingest.h"

#include <stdlib.h>
#include <time.h>

#include "analyzer/store/content.h"
#include "analyzer/store/handle.h"
#include "analyzer/store/nodes.h"
#include "analyzer/store/observe.h"
#include "analyzer/store/observe_absent.h"
#include "common/memory.h"

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct ingest *
ingest_new(struct db *db)
{
	struct ingest *ingest = xcalloc(1, sizeof(*ingest));

	ingest->db = db;
	ingest->intern = intern_new(db);
	observe_start(ingest);
	nodes_start(ingest);
	return ingest;
}

void
ingest_free(struct ingest *ingest)
{
	if (ingest == NULL)
		return;
	intern_free(ingest->intern);
	observe_forget(ingest);
	nodes_forget(ingest);
	free(ingest->selection);
	free(ingest);
}

static int
begin(struct ingest *ingest, struct error *err)
{
	if (db_in_transaction(ingest->db))
		return 0;
	ingest->batch_records = 0;
	ingest->batch_began_ms = now_ms();
	if (db_fit_cache(ingest->db, &ingest->batch_limit, err) != 0)
		return -1;
	return db_run(ingest->db, "BEGIN IMMEDIATE", err);
}

static int
commit(struct ingest *ingest, struct error *err)
{
	return db_in_transaction(ingest->db) ? db_run(ingest->db, "COMMIT", err) : 0;
}

static int
commit_if_due(struct ingest *ingest, struct error *err)
{
	if (++ingest->batch_records < ingest->batch_limit &&
	        now_ms() - ingest->batch_began_ms < INGEST_BATCH_MS)
		return 0;
	return commit(ingest, err);
}

void
ingest_abandon(struct ingest *ingest)
{
	struct error ignored = { 0 };

	/* Nothing to do about a failure: closing the connection rolls back as well. */
	if (db_in_transaction(ingest->db) && db_run(ingest->db, "ROLLBACK", &ignored) != 0)
		return;
}

static int
break_off(struct ingest *ingest, struct error *err)
{
	if (err != NULL)
		ingest->failure = *err;
	if (ingest->failure.code == ERROR_NONE)
		fail(&ingest->failure, ERROR_FAILED, "%s: an earlier write failed",
		        ingest->db->path);
	ingest_abandon(ingest);
	return -1;
}

static int
refuse_broken(const struct ingest *ingest, struct error *err)
{
	if (err != NULL)
		*err = ingest->failure;
	return -1;
}

static int
find_source(struct ingest *ingest, const struct record_scan *scan, struct error *err)
{
	struct query insert = db_query_cached(ingest->db,
	        "INSERT INTO source (kind, name) VALUES (:kind, :name) ON CONFLICT DO NOTHING");
	struct query select;

	query_bind_int(&insert, ":kind", scan->source_kind);
	query_bind_text(&insert, ":name", scan->source_name);
	if (query_run(&insert, err) != 0)
		return -1;
	select = db_query_cached(
	        ingest->db, "SELECT id FROM source WHERE kind = :kind AND name = :name");
	query_bind_int(&select, ":kind", scan->source_kind);
	query_bind_text(&select, ":name", scan->source_name);
	if (query_next(&select))
		ingest->source = query_int(&select, 0);
	return query_end(&select, err);
}

static int
start_scan(struct ingest *ingest, const struct record_scan *scan, struct error *err)
{
	struct query insert;

	observe_forget(ingest);
	nodes_forget(ingest);
	observe_start(ingest);
	nodes_start(ingest);
	free(ingest->selection);
	ingest->selection = scan->selection != NULL ? xstrdup(scan->selection) : NULL;
	ingest->some_platforms = scan->some_platforms;
	if (find_source(ingest, scan, err) != 0 || observe_absent_start(ingest, err) != 0)
		return -1;
	insert = db_query_cached(ingest->db,
	        "INSERT INTO scan (source, started_at, selection)"
	        " VALUES (:source, :started_at, nullif(:selection, ''))");
	query_bind_text(&insert, ":selection", scan->selection != NULL ? scan->selection : "");
	query_bind_int(&insert, ":source", ingest->source);
	query_bind_int(&insert, ":started_at", scan->started_at);
	if (query_run(&insert, err) != 0)
		return -1;
	ingest->scan = db_last_id(ingest->db);
	return commit(ingest, err);
}

static int
end_scan(struct ingest *ingest, const struct record_scan_end *end, struct error *err)
{
	struct query update;

	/* Images first: which problems are solved depends on what the store still holds. */
	if (nodes_end(ingest, end, err) != 0 || observe_end(ingest, end, err) != 0 ||
	        (end->state != SCAN_FAILED && observe_absent_end(ingest, err) != 0))
		return -1;
	update = db_query_cached(ingest->db,
	        "UPDATE scan SET state = :state, ended_at = :ended_at WHERE id = :scan");
	query_bind_int(&update, ":state", end->state);
	query_bind_int(&update, ":ended_at", end->ended_at);
	query_bind_int(&update, ":scan", ingest->scan);
	if (query_run(&update, err) != 0)
		return -1;
	ingest->scan = 0;
	return commit(ingest, err);
}

/* What was read, or is pointed at, is there. */
static int
take_manifest(struct ingest *ingest, const struct record_manifest *manifest, struct error *err)
{
	if (content_manifest(ingest, manifest, err) != 0)
		return -1;
	return observe_present(ingest, &manifest->digest, err);
}

static int
take_reference(struct ingest *ingest, const struct record_reference *reference, struct error *err)
{
	if (observe_reference(ingest, reference, err) != 0)
		return -1;
	return reference->state == REFERENCE_READ ? observe_present(ingest, &reference->digest, err)
	                                          : 0;
}

static int
take(struct ingest *ingest, const struct record *record, struct error *err)
{
	switch (record->kind) {
	case RECORD_SCAN:
		return start_scan(ingest, &record->scan, err);
	case RECORD_MANIFEST:
		return take_manifest(ingest, &record->manifest, err);
	case RECORD_CONFIG:
		return content_config(ingest, &record->config, err);
	case RECORD_REFERENCE:
		return take_reference(ingest, &record->reference, err);
	case RECORD_REPOSITORY:
		return observe_repository(ingest, &record->repository, err);
	case RECORD_ABSENT:
		return observe_absent(ingest, &record->absent, err);
	case RECORD_PROBLEM:
		return observe_problem(ingest, &record->problem, err);
	case RECORD_SCAN_END:
		return end_scan(ingest, &record->scan_end, err);
	default:
		return nodes_record(ingest, record, err);
	}
}

int
ingest_emit(struct ingest *ingest, const struct record *record, struct error *err)
{
	struct error own = { 0 };
	struct error *why = err != NULL ? err : &own;

	if (ingest->failure.code != ERROR_NONE)
		return refuse_broken(ingest, why);
	if (ingest->scan == 0 && record->kind != RECORD_SCAN)
		return fail(why, ERROR_FAILED, "a record outside of a scan");
	if (begin(ingest, why) != 0 || take(ingest, record, why) != 0 ||
	        commit_if_due(ingest, why) != 0)
		return break_off(ingest, why);
	return 0;
}

int
ingest_flush(struct ingest *ingest, struct error *err)
{
	struct error own = { 0 };
	struct error *why = err != NULL ? err : &own;

	if (ingest->failure.code != ERROR_NONE)
		return refuse_broken(ingest, why);
	return commit(ingest, why) == 0 ? 0 : break_off(ingest, why);
}

static int
emit(void *context, const struct record *record, struct error *err)
{
	struct store *store = context;

	if (store->ingest == NULL)
		return fail(err, ERROR_FAILED, "%s: opened for reading only", store->db.path);
	return ingest_emit(store->ingest, record, err);
}

struct record_sink
store_sink(struct store *store)
{
	return (struct record_sink){ .emit = emit, .context = store };
}

int
store_flush(struct store *store, struct error *err)
{
	return store->ingest != NULL ? ingest_flush(store->ingest, err) : 0;
}
