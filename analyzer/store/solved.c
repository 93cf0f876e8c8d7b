/*
 * Silence about a problem proves something only if the scan looked there. One that was not repeated
 * is closed if
 *
 *	its document is no longer held by the source, for a problem of a document's content
 *	the scan was complete, and asked for everything, or for the same as the one that met it
 *	it is about the source or its catalogue, and the scan asked for everything, or for the same
 *	its repository was read completely, or exactly its reference was read
 *	the catalogue is complete without its repository
 *	nothing shown depends on it: only a selection ever asked for that repository, no whole scan
 *	since, this scan neither, and no reference of it is known (a misspelt target)
 *
 * and stays open in every other case.
 */
#include "analyzer/store/solved.h"

#include <string.h>

#include "common/memory.h"
#include "common/vec.h"

struct open_problem {
	int64_t id;
	int64_t manifest; /* 0 = not of a document's content */
	char *place;
	bool same_selection; /* as the scan that met it first; both whole counts too */
	bool of_selection;   /* a selection met it, and no whole scan gave data since */
};

struct open_problems {
	struct open_problem *at;
	size_t count, capacity;
};

static enum said
said_of(const struct map *said, int64_t id)
{
	uint32_t value = map_get(said, &id);

	return value == MAP_NONE ? 0 : (enum said)value;
}

/* The documents that the source holds now: what its references lead to, directly, through indexes,
 * or as referrers, and in an image store those of its images. UNION drops what was met before, so
 * no knot makes it endless. */
static int
find_held(struct ingest *ingest, struct map *held, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "WITH RECURSIVE held (digest) AS ("
	        " SELECT r.digest FROM repository p JOIN reference r ON r.repository = p.id"
	        " WHERE p.source = :source AND r.until IS NULL"
	        " UNION SELECT m.digest FROM store_image i"
	        " JOIN appearance a ON a.id = i.appearance JOIN manifest m ON m.config = a.config"
	        " WHERE i.store = :source AND i.until IS NULL"
	        " UNION SELECT c.child FROM held JOIN index_child c ON c.manifest = held.digest"
	        " UNION SELECT m.digest FROM held JOIN manifest m ON m.subject = held.digest)"
	        "SELECT digest FROM held");

	query_bind_int(&query, ":source", ingest->source);
	while (query_next(&query)) {
		int64_t digest = query_int(&query, 0);

		map_set(held, &digest, SAID);
	}
	return query_end(&query, err);
}

static int
close_problem(struct ingest *ingest, int64_t id, struct error *err)
{
	struct query query =
	        db_query_cached(ingest->db, "UPDATE problem SET until = :scan WHERE id = :id");

	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_int(&query, ":id", id);
	return query_run(&query, err);
}

static int
find_unsaid(
        struct ingest *ingest, struct open_problems *unsaid, bool *of_content, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT p.id, p.manifest, p.place, s.selection IS nullif(:selection, ''),"
	        " s.selection IS NOT NULL AND NOT EXISTS (SELECT 1 FROM scan w"
	        "  WHERE w.source = :source AND w.id > p.since AND w.id < :scan"
	        "  AND w.selection IS NULL AND w.state IN (1, 2))"
	        " FROM problem p JOIN scan s ON s.id = p.since"
	        " WHERE p.source = :source AND p.until IS NULL");

	query_bind_int(&query, ":source", ingest->source);
	query_bind_int(&query, ":scan", ingest->scan);
	query_bind_text(&query, ":selection", ingest->selection != NULL ? ingest->selection : "");
	while (query_next(&query)) {
		int64_t id = query_int(&query, 0);

		if (said_of(&ingest->said_problems, id) != 0)
			continue;
		*vec_push(unsaid) = (struct open_problem){
			.id = id,
			.manifest = query_int(&query, 1),
			.place = xstrdup(query_text(&query, 2)),
			.same_selection = query_int(&query, 3) != 0,
			.of_selection = query_int(&query, 4) != 0,
		};
		*of_content |= unsaid->at[unsaid->count - 1].manifest != 0;
	}
	return query_end(&query, err);
}

/* The row of the repository that a place is in ("team/app:1", "team/app@sha256:…", "team/app"), and
 * whether anything is known to lie there. Without a row, 0. */
static int
find_repository(struct ingest *ingest, const char *place, int64_t *id, bool *has_references,
        struct error *err)
{
	auto_free char *name = xprintf("%.*s", (int)strcspn(place, ":@"), place);
	struct query query = db_query_cached(ingest->db,
	        "SELECT p.id, EXISTS (SELECT 1 FROM reference r WHERE r.repository = p.id"
	        " AND r.until IS NULL) FROM repository p"
	        " WHERE p.source = :source AND p.name = :name");

	query_bind_int(&query, ":source", ingest->source);
	query_bind_text(&query, ":name", name);
	*id = 0;
	*has_references = false;
	if (query_next(&query)) {
		*id = query_int(&query, 0);
		*has_references = query_int(&query, 1) != 0;
	}
	return query_end(&query, err);
}

/* Was exactly the reference read that the place names? */
static int
was_read(
        struct ingest *ingest, int64_t repository, const char *place, bool *read, struct error *err)
{
	const char *mark = strpbrk(place, ":@");
	struct digest digest = { 0 };
	bool by_digest = mark != NULL && *mark == '@' && digest_parse(&digest, mark + 1);

	*read = false;
	if (mark == NULL || (*mark == '@' && !by_digest))
		return 0;
	struct query query =
	        by_digest ? db_query_cached(ingest->db,
	                            "SELECT r.id FROM reference r JOIN digest d ON"
	                            " d.id = r.digest WHERE r.repository = :repository"
	                            " AND r.tag = '' AND d.bytes = :digest"
	                            " AND r.until IS NULL")
	                  : db_query_cached(ingest->db, "SELECT id FROM reference WHERE"
	                                                " repository = :repository AND tag = :tag"
	                                                " AND until IS NULL");
	query_bind_int(&query, ":repository", repository);
	if (by_digest)
		query_bind_digest(&query, ":digest", &digest);
	else
		query_bind_text(&query, ":tag", mark + 1);
	if (query_next(&query))
		*read = said_of(&ingest->said_references, query_int(&query, 0)) == SAID_READ;
	return query_end(&query, err);
}

static int
is_solved_place(struct ingest *ingest, const struct record_scan_end *end,
        const struct open_problem *problem, bool *solved, struct error *err)
{
	int64_t repository = 0;
	bool has_references = false;

	if (find_repository(ingest, problem->place, &repository, &has_references, err) != 0)
		return -1;
	switch (said_of(&ingest->said_repositories, repository)) {
	case SAID_READ:
		*solved = !ingest->some_platforms || problem->same_selection;
		return 0;
	case SAID:
		if (ingest->some_platforms && !problem->same_selection)
			return 0;
		return was_read(ingest, repository, problem->place, solved, err);
	default:
		*solved = end->catalogue_complete || (problem->of_selection && !has_references);
		return 0;
	}
}

static int
is_solved(struct ingest *ingest, const struct record_scan_end *end,
        const struct open_problem *problem, bool *solved, struct error *err)
{
	bool looked_there = ingest->selection == NULL || problem->same_selection;

	if (problem->place[0] == '\0') {
		*solved = looked_there;
		return 0;
	}
	if (strcmp(problem->place, "catalogue") == 0) {
		*solved = looked_there || end->catalogue_complete;
		return 0;
	}
	*solved = looked_there && end->state == SCAN_COMPLETE;
	return *solved ? 0 : is_solved_place(ingest, end, problem, solved, err);
}

static int
close_one(struct ingest *ingest, const struct record_scan_end *end, const struct map *held,
        const struct open_problem *problem, struct error *err)
{
	bool solved = said_of(held, problem->manifest) == 0;

	if (problem->manifest == 0 && is_solved(ingest, end, problem, &solved, err) != 0)
		return -1;
	return solved ? close_problem(ingest, problem->id, err) : 0;
}

int
solved_close(struct ingest *ingest, const struct record_scan_end *end, struct error *err)
{
	struct open_problems unsaid = { 0 };
	struct map held;
	bool of_content = false;
	int result = find_unsaid(ingest, &unsaid, &of_content, err);

	map_init(&held, sizeof(int64_t));
	if (result == 0 && of_content)
		result = find_held(ingest, &held, err);
	for (size_t i = 0; result == 0 && i < unsaid.count; i++)
		result = close_one(ingest, end, &held, &unsaid.at[i], err);
	for (size_t i = 0; i < unsaid.count; i++)
		free(unsaid.at[i].place);
	map_release(&held);
	vec_release(&unsaid);
	return result;
}
