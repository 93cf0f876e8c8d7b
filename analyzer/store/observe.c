/*
 * What this scan said again is remembered in temporary tables, by row id, and not in the rows
 * themselves: so a night without changes changes no row.
 *
 *	said again      nothing to do, only remembered
 *	said anew       a span opens at this scan
 *	said otherwise  the old span closes at this scan, a new one opens
 *	not said        closes at this scan, if the scan was in a position to know
 */
#include "analyzer/store/observe.h"

#include "analyzer/store/reach.h"

int
observe_prepare(struct ingest *ingest, struct error *err)
{
	return db_run(ingest->db,
	        "CREATE TEMP TABLE said_repository (id INTEGER PRIMARY KEY);"
	        "CREATE TEMP TABLE said_reference (id INTEGER PRIMARY KEY);"
	        "CREATE TEMP TABLE said_problem (id INTEGER PRIMARY KEY);",
	        err);
}

int
observe_start(struct ingest *ingest, struct error *err)
{
	return db_run(ingest->db,
	        "DELETE FROM said_repository; DELETE FROM said_reference; DELETE FROM "
	        "said_problem;",
	        err);
}

/* A statement without rows and with one parameter, :id. */
static int
run_with_id(struct ingest *ingest, const char *sql, int64_t id, struct error *err)
{
	struct query query = db_query_cached(ingest->db, sql);

	query_bind_int(&query, ":id", id);
	return query_run(&query, err);
}

/* The row of a repository, made when it is new. Naming it is saying that it is there. */
static int
say_repository(struct ingest *ingest, const char *name, int64_t *id, struct error *err)
{
	struct query select = db_query_cached(
	        ingest->db, "SELECT id FROM repository WHERE source = :source AND name = :name");
	struct query insert;

	query_bind_int(&select, ":source", ingest->source);
	query_bind_text(&select, ":name", name);
	*id = query_next(&select) ? query_int(&select, 0) : 0;
	if (query_end(&select, err) != 0)
		return -1;
	if (*id == 0) {
		insert = db_query_cached(ingest->db,
		        "INSERT INTO repository (source, name) VALUES (:source, :name)");
		query_bind_int(&insert, ":source", ingest->source);
		query_bind_text(&insert, ":name", name);
		if (query_run(&insert, err) != 0)
			return -1;
		*id = db_last_id(ingest->db);
	}
	return run_with_id(
	        ingest, "INSERT OR IGNORE INTO said_repository (id) VALUES (:id)", *id, err);
}

static int
say_reference(struct ingest *ingest, int64_t id, struct error *err)
{
	return run_with_id(
	        ingest, "INSERT OR IGNORE INTO said_reference (id) VALUES (:id)", id, err);
}

/* Listed, but not resolved: all that is open under this name stays so. */
static int
keep_reference(struct ingest *ingest, int64_t repository, const char *tag, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "INSERT OR IGNORE INTO said_reference (id) SELECT id FROM reference"
	        " WHERE repository = :repository AND tag = :tag AND until IS NULL");

	query_bind_int(&query, ":repository", repository);
	query_bind_text(&query, ":tag", tag);
	return query_run(&query, err);
}

struct span {
	int64_t id; /* 0 = none is open */
	int64_t digest;
	int64_t since;
};

/* The open span that this name continues. A tag has one; without a tag the digest is the name. */
static int
find_span(struct ingest *ingest, int64_t repository, const char *tag, int64_t digest,
        struct span *span, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT id, digest, since FROM reference WHERE repository = :repository"
	        " AND tag = :tag AND (:tag <> '' OR digest = :digest) AND until IS NULL");

	query_bind_int(&query, ":repository", repository);
	query_bind_text(&query, ":tag", tag);
	query_bind_int(&query, ":digest", digest);
	*span = (struct span){ 0 };
	if (query_next(&query))
		*span = (struct span){
			.id = query_int(&query, 0),
			.digest = query_int(&query, 1),
			.since = query_int(&query, 2),
		};
	return query_end(&query, err);
}

static int
open_span(struct ingest *ingest, int64_t repository, const char *tag, int64_t digest,
        struct error *err)
{
	struct query query =
	        db_query_cached(ingest->db, "INSERT INTO reference (repository, tag, digest, since)"
	                                    " VALUES (:repository, :tag, :digest, :scan)");

	query_bind_int(&query, ":repository", repository);
	query_bind_text(&query, ":tag", tag);
	query_bind_int(&query, ":digest", digest);
	query_bind_int(&query, ":scan", ingest->scan);
	if (query_run(&query, err) != 0)
		return -1;
	ingest->batch_rows++;
	return say_reference(ingest, db_last_id(ingest->db), err);
}

static int
close_span(struct ingest *ingest, int64_t id, struct error *err)
{
	struct query query =
	        db_query_cached(ingest->db, "UPDATE reference SET until = :scan WHERE id = :id");

	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_int(&query, ":id", id);
	return query_run(&query, err);
}

/* Said twice in one scan: the last word counts, and no span of no length remains. */
static int
correct_span(struct ingest *ingest, int64_t id, int64_t digest, struct error *err)
{
	struct query query =
	        db_query_cached(ingest->db, "UPDATE reference SET digest = :digest WHERE id = :id");

	query_bind_int(&query, ":digest", digest);
	query_bind_int(&query, ":id", id);
	return query_run(&query, err);
}

static int
read_reference(struct ingest *ingest, int64_t repository, const char *tag, int64_t digest,
        struct error *err)
{
	struct span span;

	if (find_span(ingest, repository, tag, digest, &span, err) != 0)
		return -1;
	if (span.id == 0)
		return open_span(ingest, repository, tag, digest, err);
	if (span.digest == digest)
		return say_reference(ingest, span.id, err);
	if (span.since == ingest->scan)
		return correct_span(ingest, span.id, digest, err);
	if (close_span(ingest, span.id, err) != 0)
		return -1;
	return open_span(ingest, repository, tag, digest, err);
}

int
observe_reference(
        struct ingest *ingest, const struct record_reference *reference, struct error *err)
{
	int64_t repository = 0, digest = 0;

	if (say_repository(ingest, reference->repository, &repository, err) != 0)
		return -1;
	if (reference->state == REFERENCE_UNREAD)
		return keep_reference(ingest, repository, reference->tag, err);
	if (intern_digest(ingest->intern, &reference->digest, &digest, err) != 0)
		return -1;
	return read_reference(ingest, repository, reference->tag, digest, err);
}

static int
close_unsaid_tags(struct ingest *ingest, int64_t repository, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "UPDATE reference SET until = :scan WHERE repository = :repository"
	        " AND until IS NULL AND id NOT IN (SELECT id FROM said_reference)");

	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_int(&query, ":repository", repository);
	return query_run(&query, err);
}

int
observe_repository(
        struct ingest *ingest, const struct record_repository *repository, struct error *err)
{
	int64_t id = 0;

	if (say_repository(ingest, repository->name, &id, err) != 0)
		return -1;
	return repository->state == REPOSITORY_COMPLETE ? close_unsaid_tags(ingest, id, err) : 0;
}

static int
find_problem(
        struct ingest *ingest, const struct record_problem *problem, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT id FROM problem WHERE source = :source AND place = :place"
	        " AND message = :message AND until IS NULL");

	query_bind_int(&query, ":source", ingest->source);
	query_bind_text(&query, ":place", problem->place);
	query_bind_text(&query, ":message", problem->message);
	*id = query_next(&query) ? query_int(&query, 0) : 0;
	return query_end(&query, err);
}

static int
insert_problem(struct ingest *ingest, const struct record_problem *problem, int64_t manifest,
        int64_t *id, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "INSERT INTO problem (source, place, message, harmless, manifest, since)"
	        " VALUES (:source, :place, :message, :harmless, nullif(:manifest, 0), :scan)");

	query_bind_int(&query, ":source", ingest->source);
	query_bind_text(&query, ":place", problem->place);
	query_bind_text(&query, ":message", problem->message);
	query_bind_int(&query, ":harmless", problem->harmless);
	query_bind_int(&query, ":manifest", manifest);
	query_bind_int(&query, ":scan", ingest->scan);
	if (query_run(&query, err) != 0)
		return -1;
	ingest->batch_rows++;
	*id = db_last_id(ingest->db);
	return 0;
}

int
observe_content_problem(struct ingest *ingest, const struct record_problem *problem,
        int64_t manifest, struct error *err)
{
	int64_t id = 0;

	if (find_problem(ingest, problem, &id, err) != 0)
		return -1;
	if (id == 0 && insert_problem(ingest, problem, manifest, &id, err) != 0)
		return -1;
	return run_with_id(ingest, "INSERT OR IGNORE INTO said_problem (id) VALUES (:id)", id, err);
}

int
observe_problem(struct ingest *ingest, const struct record_problem *problem, struct error *err)
{
	return observe_content_problem(ingest, problem, 0, err);
}

static int
close_unsaid_repositories(struct ingest *ingest, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "UPDATE reference SET until = :scan WHERE until IS NULL AND repository IN"
	        " (SELECT id FROM repository WHERE source = :source"
	        "  AND id NOT IN (SELECT id FROM said_repository))");

	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_int(&query, ":source", ingest->source);
	return query_run(&query, err);
}

static int
close_unsaid_problems(struct ingest *ingest, struct error *err)
{
	struct query query = db_query_cached(ingest->db, SQL_WITH_REACHED
	        "UPDATE problem SET until = :scan WHERE source = :source AND until IS NULL"
	        " AND id NOT IN (SELECT id FROM said_problem)"
	        " AND (manifest IS NULL OR manifest NOT IN (SELECT digest FROM reached))");

	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_int(&query, ":source", ingest->source);
	return query_run(&query, err);
}

int
observe_end(struct ingest *ingest, const struct record_scan_end *end, struct error *err)
{
	/* A scan that failed as a whole knows nothing about what is gone. */
	if (end->state == SCAN_FAILED)
		return 0;
	if (end->catalogue_complete && close_unsaid_repositories(ingest, err) != 0)
		return -1;
	return close_unsaid_problems(ingest, err);
}
