/*
 * What this scan said is remembered in memory, by row id, and not in the rows: so a night without
 * changes changes no row.
 *
 *	said again      nothing to do, only remembered
 *	said anew       a span opens at this scan
 *	said otherwise  the old span closes at this scan, a new one opens
 *	not said        closes at this scan, if the scan was in a position to know
 */
#include "analyzer/store/observe.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/store/solved.h"
#include "common/memory.h"
#include "common/vec.h"

void
observe_start(struct ingest *ingest)
{
	map_init(&ingest->said_repositories, sizeof(int64_t));
	map_init(&ingest->said_references, sizeof(int64_t));
	map_init(&ingest->said_problems, sizeof(int64_t));
}

void
observe_forget(struct ingest *ingest)
{
	map_release(&ingest->said_repositories);
	map_release(&ingest->said_references);
	map_release(&ingest->said_problems);
	free(ingest->repository_name);
	ingest->repository_name = NULL;
}

static void
say(struct map *said, int64_t id)
{
	map_add(said, &id, SAID);
}

static void
say_read(struct map *said, int64_t id)
{
	map_set(said, &id, SAID_READ);
}

static bool
was_said(const struct map *said, int64_t id)
{
	return map_get(said, &id) != MAP_NONE;
}

static int
find_repository(struct ingest *ingest, const char *name, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(
	        ingest->db, "SELECT id FROM repository WHERE source = :source AND name = :name");

	query_bind_int(&query, ":source", ingest->source);
	query_bind_text(&query, ":name", name);
	*id = query_next(&query) ? query_int(&query, 0) : 0;
	return query_end(&query, err);
}

static int
insert_repository(struct ingest *ingest, const char *name, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(
	        ingest->db, "INSERT INTO repository (source, name) VALUES (:source, :name)");

	query_bind_int(&query, ":source", ingest->source);
	query_bind_text(&query, ":name", name);
	if (query_run(&query, err) != 0)
		return -1;
	*id = db_last_id(ingest->db);
	return 0;
}

/* The row of a repository, made when it is new. Naming it is saying that it is there. */
static int
say_repository(struct ingest *ingest, const char *name, int64_t *id, struct error *err)
{
	*id = ingest->repository;
	if (ingest->repository_name != NULL && strcmp(ingest->repository_name, name) == 0)
		return 0;
	if (find_repository(ingest, name, id, err) != 0)
		return -1;
	if (*id == 0 && insert_repository(ingest, name, id, err) != 0)
		return -1;
	say(&ingest->said_repositories, *id);
	free(ingest->repository_name);
	ingest->repository_name = xstrdup(name);
	ingest->repository = *id;
	return 0;
}

/* Listed, but not resolved: all that is open under this name stays so. */
static int
keep_reference(struct ingest *ingest, int64_t repository, const char *tag, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT id FROM reference WHERE repository = :repository AND tag = :tag"
	        " AND until IS NULL");

	query_bind_int(&query, ":repository", repository);
	query_bind_text(&query, ":tag", tag);
	while (query_next(&query))
		say(&ingest->said_references, query_int(&query, 0));
	return query_end(&query, err);
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
	struct query query = tag[0] != '\0'
	                             ? db_query_cached(ingest->db,
	                                       "SELECT id, digest, since FROM reference"
	                                       " WHERE repository = :repository AND tag = :tag"
	                                       " AND until IS NULL")
	                             : db_query_cached(ingest->db,
	                                       "SELECT id, digest, since FROM reference"
	                                       " WHERE repository = :repository AND tag = :tag"
	                                       " AND digest = :digest AND until IS NULL");

	query_bind_int(&query, ":repository", repository);
	query_bind_text(&query, ":tag", tag);
	if (tag[0] == '\0')
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
	say_read(&ingest->said_references, db_last_id(ingest->db));
	return 0;
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
	if (span.since == ingest->scan && span.digest != digest)
		return correct_span(ingest, span.id, digest, err);
	if (span.digest == digest) {
		say_read(&ingest->said_references, span.id);
		return 0;
	}
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

/* The ids are taken first: closing a span while walking the open ones would move the walk. */
static int
close_unsaid_tags(struct ingest *ingest, int64_t repository, struct error *err)
{
	VEC(int64_t) gone = { 0 };
	struct query query = db_query_cached(ingest->db,
	        "SELECT id FROM reference WHERE repository = :repository AND until IS NULL");
	int result;

	query_bind_int(&query, ":repository", repository);
	while (query_next(&query))
		if (!was_said(&ingest->said_references, query_int(&query, 0)))
			*vec_push(&gone) = query_int(&query, 0);
	result = query_end(&query, err);
	for (size_t i = 0; result == 0 && i < gone.count; i++)
		result = close_span(ingest, gone.at[i], err);
	vec_release(&gone);
	return result;
}

int
observe_repository(
        struct ingest *ingest, const struct record_repository *repository, struct error *err)
{
	int64_t id = 0;

	if (say_repository(ingest, repository->name, &id, err) != 0)
		return -1;
	if (repository->state != REPOSITORY_COMPLETE)
		return 0;
	say_read(&ingest->said_repositories, id);
	return close_unsaid_tags(ingest, id, err);
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
	say(&ingest->said_problems, id);
	return 0;
}

int
observe_problem(struct ingest *ingest, const struct record_problem *problem, struct error *err)
{
	return observe_content_problem(ingest, problem, 0, err);
}

static int
close_repository(struct ingest *ingest, int64_t repository, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "UPDATE reference SET until = :scan WHERE repository = :repository"
	        " AND until IS NULL");

	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_int(&query, ":repository", repository);
	return query_run(&query, err);
}

static int
close_unsaid_repositories(struct ingest *ingest, struct error *err)
{
	struct query query =
	        db_query_cached(ingest->db, "SELECT id FROM repository WHERE source = :source");
	int result = 0;

	query_bind_int(&query, ":source", ingest->source);
	while (result == 0 && query_next(&query))
		if (!was_said(&ingest->said_repositories, query_int(&query, 0)))
			result = close_repository(ingest, query_int(&query, 0), err);
	return query_end(&query, result == 0 ? err : NULL) == 0 ? result : -1;
}

int
observe_end(struct ingest *ingest, const struct record_scan_end *end, struct error *err)
{
	/* A scan that failed as a whole knows nothing about what is gone. */
	if (end->state == SCAN_FAILED)
		return 0;
	if (end->catalogue_complete && close_unsaid_repositories(ingest, err) != 0)
		return -1;
	return solved_close(ingest, end, err);
}
