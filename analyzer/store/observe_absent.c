/*
 * What a source does not have though an index there names it. Unlike a tag it is not said again by
 * each scan: a span stays open until the document is there, or nothing names it any more. A remark
 * for people goes with it.
 */
#include "analyzer/store/observe_absent.h"

#include <stdio.h>

#include "analyzer/store/observe.h"
#include "schema/reference.h"

#define REMARK "an index names it, but it is not there"

static int
bind_and_run(struct ingest *ingest, struct query *query, int64_t digest, struct error *err)
{
	query_bind_int(query, ":source", ingest->source);
	query_bind_int(query, ":scan", ingest->scan);
	query_bind_int(query, ":digest", digest);
	return query_run(query, err);
}

int
observe_absent_start(struct ingest *ingest, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT 1 FROM absent WHERE source = :source AND until IS NULL LIMIT 1");

	query_bind_int(&query, ":source", ingest->source);
	ingest->has_absent = query_next(&query);
	return query_end(&query, err);
}

static int
remark(struct ingest *ingest, const struct record_absent *absent, int64_t digest, struct error *err)
{
	char place[REFERENCE_REPOSITORY_MAX + 1 + DIGEST_TEXT_SIZE], text[DIGEST_TEXT_SIZE];
	struct record_problem problem = { .place = place, .message = REMARK, .harmless = true };

	snprintf(place, sizeof(place), "%s@%s", absent->repository,
	        digest_format(&absent->digest, text));
	return observe_content_problem(ingest, &problem, digest, err);
}

int
observe_absent(struct ingest *ingest, const struct record_absent *absent, struct error *err)
{
	struct query insert;
	int64_t digest = 0;

	if (intern_digest(ingest->intern, &absent->digest, &digest, err) != 0)
		return -1;
	insert = db_query_cached(ingest->db,
	        "INSERT INTO absent (source, digest, since) VALUES (:source, :digest, :scan)"
	        " ON CONFLICT DO NOTHING");
	if (bind_and_run(ingest, &insert, digest, err) != 0)
		return -1;
	ingest->has_absent = true;
	return db_changed(ingest->db) ? remark(ingest, absent, digest, err) : 0;
}

/* Said in this scan and taken back in it: no span of no length remains. */
int
observe_present(struct ingest *ingest, const struct digest *present, struct error *err)
{
	static const char *const statements[] = {
		"DELETE FROM absent WHERE source = :source AND digest = :digest AND since = :scan"
		" AND until IS NULL",
		"UPDATE absent SET until = :scan WHERE source = :source AND digest = :digest"
		" AND until IS NULL",
		"DELETE FROM problem WHERE source = :source AND manifest = :digest AND since = "
		":scan"
		" AND message = '" REMARK "' AND until IS NULL",
		"UPDATE problem SET until = :scan WHERE source = :source AND manifest = :digest"
		" AND message = '" REMARK "' AND until IS NULL",
	};
	int64_t digest = 0;

	if (!ingest->has_absent)
		return 0;
	if (intern_digest(ingest->intern, present, &digest, err) != 0)
		return -1;
	for (int i = 0; i < 4; i += 2) {
		struct query drop = db_query_cached(ingest->db, statements[i]);
		struct query close;

		if (bind_and_run(ingest, &drop, digest, err) != 0)
			return -1;
		close = db_query_cached(ingest->db, statements[i + 1]);
		if (bind_and_run(ingest, &close, digest, err) != 0)
			return -1;
	}
	return 0;
}

int
observe_absent_end(struct ingest *ingest, struct error *err)
{
	struct query query;

	if (!ingest->has_absent)
		return 0;
	query = db_query_cached(ingest->db,
	        "UPDATE absent SET until = :scan WHERE source = :source AND until IS NULL"
	        " AND digest NOT IN (WITH RECURSIVE held (digest) AS ("
	        " SELECT r.digest FROM repository p JOIN reference r ON r.repository = p.id"
	        " WHERE p.source = :source AND r.until IS NULL"
	        " UNION SELECT c.child FROM held JOIN index_child c ON c.manifest = held.digest)"
	        " SELECT digest FROM held)");
	query_bind_int(&query, ":source", ingest->source);
	query_bind_int(&query, ":scan", ingest->scan);
	return query_run(&query, err);
}
