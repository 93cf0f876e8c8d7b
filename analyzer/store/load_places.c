/*
 * Which scan of a source is shown, and what is said about it. The references are those of the
 *newest scan that ended with data, whatever it asked for: it changed only what it asked for. State
 *and age come from the base, the newest scan with data that asked for everything; if there was
 *none, the newest selection with data, and then the selection is named.
 *
 *	base           after the base, of the same range         state
 *	complete       -                                         complete
 *	partial        -                                         partial
 *	either         one failed, or has not ended              stale
 *	none           one has not ended, and saw references     partial, stale if another failed
 *after none           anything else                             failed
 *
 * A selection after a whole base says nothing about the whole. Its problems do: with an open one no
 * source is complete.
 *
 * Spans make an older state exact: what scan S saw is since <= S and not until <= S.
 */
#include "analyzer/store/load.h"

#include <stdio.h>
#include <string.h>

#include "common/text.h"

static void
note_scan(struct load_source *source, int64_t id, const struct load_scan *scan)
{
	bool good = scan->state == SCAN_COMPLETE || scan->state == SCAN_PARTIAL;

	source->newest = id;
	if (good)
		source->good = id;
	else if (scan->state == SCAN_RUNNING)
		source->interrupted = id;
	if (scan->selection != NULL)
		return;
	source->whole = id;
	if (good)
		source->good_whole = id;
}

static int
load_scans(struct load *load, struct error *err)
{
	int64_t at = load->options->at != 0 ? load->options->at : INT64_MAX;
	struct query query;

	if (load_count(load, "SELECT max(id) FROM scan", &load->scan_count, err) != 0 ||
	        load_count(load, "SELECT max(id) FROM source", &load->source_count, err) != 0)
		return -1;
	load->scans = arena_new(&load->arena, struct load_scan, load->scan_count);
	load->sources = arena_new(&load->arena, struct load_source, load->source_count);
	query = db_query(
	        load->db, "SELECT id, source, started_at, state, selection FROM scan ORDER BY id");
	while (query_next(&query)) {
		size_t id = load_index(load, query_int(&query, 0), load->scan_count);
		struct load_scan *scan = &load->scans[id];
		struct load_source *source;

		scan->source = query_int(&query, 1);
		scan->started_at = query_int(&query, 2);
		scan->state = (enum scan_state)query_int(&query, 3);
		if (!query_is_null(&query, 4))
			scan->selection = arena_strdup(&load->arena, query_text(&query, 4));
		if (scan->started_at > at)
			continue;
		source = &load->sources[load_index(load, scan->source, load->source_count)];
		note_scan(source, (int64_t)id, scan);
	}
	return query_end(&query, err);
}

static int
saw_references(struct load *load, int64_t source, int64_t scan, bool *saw, struct error *err)
{
	struct query query = db_query(load->db,
	        "SELECT 1 FROM repository p JOIN reference r ON r.repository = p.id"
	        " WHERE p.source = :source AND r.since <= :scan"
	        " AND (r.until IS NULL OR r.until > :scan) LIMIT 1");

	query_bind_int(&query, ":source", source);
	query_bind_int(&query, ":scan", scan);
	*saw = query_next(&query);
	return query_end(&query, err);
}

/* Is there a scan after the base that should have renewed it, and gave nothing? */
static bool
is_outdated(const struct load *load, int64_t id, const struct load_source *source)
{
	const char *selection = load->scans[source->base].selection;

	for (int64_t i = source->base + 1; i <= source->newest; i++) {
		const struct load_scan *scan = &load->scans[i];
		bool gave_none = scan->state == SCAN_FAILED || scan->state == SCAN_RUNNING;

		if (scan->source != id || !gave_none)
			continue;
		if (scan->selection == NULL ||
		        (selection != NULL && strcmp(scan->selection, selection) == 0))
			return true;
	}
	return false;
}

static int
choose_base(struct load *load, int64_t id, struct load_source *source, struct error *err)
{
	bool saw = true;

	source->shown = source->good != 0 ? source->good : source->interrupted;
	if (source->good == 0 && source->shown != 0 &&
	        saw_references(load, id, source->shown, &saw, err) != 0)
		return -1;
	if (!saw)
		source->shown = 0;
	source->base = source->good_whole != 0 ? source->good_whole : source->shown;
	if (load->scans[source->newest].state == SCAN_RUNNING)
		source->unended = source->newest;
	else if (source->whole != 0 && load->scans[source->whole].state == SCAN_RUNNING)
		source->unended = source->whole;
	return 0;
}

/* Follows the table above; the problems are counted by then. */
static void
choose_state(const struct load *load, int64_t id, struct load_source *source)
{
	const struct load_scan *base = &load->scans[source->base];
	struct snap_source *out = &source->source;

	out->scanned_at = source->base != 0 ? base->started_at : RECORD_TIME_UNKNOWN;
	out->selection = source->base != 0 ? base->selection : NULL;
	if (source->base == 0)
		out->state = SOURCE_FAILED;
	else if (is_outdated(load, id, source))
		out->state = SOURCE_STALE;
	else if (base->state == SCAN_COMPLETE && out->problems == 0)
		out->state = SOURCE_COMPLETE;
	else
		out->state = SOURCE_PARTIAL;
}

static enum dedup_scope
scope_of(const struct load *load, const struct snap_source *source)
{
	for (size_t i = 0; i < load->options->scope_count; i++)
		if (source->kind == SOURCE_REGISTRY &&
		        strcmp(load->options->scopes[i].registry, source->name) == 0)
			return load->options->scopes[i].scope;
	return SCOPE_REGISTRY;
}

static int
count_problems(struct load *load, int64_t id, struct load_source *source, struct error *err)
{
	struct query query = db_query(load->db,
	        "SELECT count(*) FROM problem WHERE source = :source AND harmless = 0"
	        " AND since <= :scan AND (until IS NULL OR until > :scan)");

	query_bind_int(&query, ":source", id);
	query_bind_int(&query, ":scan", source->newest);
	if (query_next(&query))
		source->source.problems = (uint32_t)query_int(&query, 0);
	if (source->unended != 0)
		source->source.problems++;
	return query_end(&query, err);
}

/* A scan that did not end could not say so itself. */
static void
add_interruption(struct load *load, const struct load_source *source)
{
	const struct load_scan *scan = &load->scans[source->unended];
	char when[32], message[128];
	struct record_problem problem = { .place = "", .message = message };

	if (source->unended == 0)
		return;
	snprintf(message, sizeof(message),
	        "the scan of %s has not ended: it still runs, or was interrupted",
	        text_time(scan->started_at, when));
	builder_problem(load->builder, source->handle, &problem, scan->started_at);
}

static int
add_problems(struct load *load, int64_t id, const struct load_source *source, struct error *err)
{
	struct query query = db_query(load->db,
	        "SELECT place, message, harmless, since FROM problem WHERE source = :source"
	        " AND since <= :scan AND (until IS NULL OR until > :scan)");

	query_bind_int(&query, ":source", id);
	query_bind_int(&query, ":scan", source->newest);
	while (query_next(&query)) {
		struct record_problem problem = {
			.place = query_text(&query, 0),
			.message = query_text(&query, 1),
			.harmless = query_int(&query, 2) != 0,
		};
		size_t since = load_index(load, query_int(&query, 3), load->scan_count);

		builder_problem(
		        load->builder, source->handle, &problem, load->scans[since].started_at);
	}
	return query_end(&query, err);
}

static int
add_source(struct load *load, int64_t id, struct load_source *source, struct error *err)
{
	source->source.scope = scope_of(load, &source->source);
	if (choose_base(load, id, source, err) != 0 || count_problems(load, id, source, err) != 0)
		return -1;
	choose_state(load, id, source);
	source->handle = builder_source(load->builder, &source->source);
	add_interruption(load, source);
	return add_problems(load, id, source, err);
}

static int
add_sources(struct load *load, struct error *err)
{
	struct query query = db_query(load->db, "SELECT id, kind, name FROM source");
	int result = 0;

	while (result == 0 && query_next(&query)) {
		int64_t id = query_int(&query, 0);
		struct load_source *source =
		        &load->sources[load_index(load, id, load->source_count)];

		if (source->newest == 0)
			continue; /* not scanned yet at that time */
		source->source.kind = (enum source_kind)query_int(&query, 1);
		source->source.name = arena_strdup(&load->arena, query_text(&query, 2));
		result = add_source(load, id, source, err);
	}
	if (result != 0)
		err = NULL; /* the first failure is the one to report */
	return query_end(&query, err) == 0 ? result : -1;
}

static int
load_repositories(struct load *load, struct error *err)
{
	struct query query;

	if (load_count(load, "SELECT max(id) FROM repository", &load->repository_count, err) != 0)
		return -1;
	load->repositories =
	        arena_new(&load->arena, struct load_repository, load->repository_count);
	query = db_query(load->db, "SELECT id, source, name FROM repository");
	while (query_next(&query)) {
		size_t id = load_index(load, query_int(&query, 0), load->repository_count);

		load->repositories[id] = (struct load_repository){
			.name = arena_strdup(&load->arena, query_text(&query, 2)),
			.source = query_int(&query, 1),
			.handle = NONE,
		};
	}
	return query_end(&query, err);
}

static void
add_reference(struct load *load, struct load_repository *repository,
        const struct load_source *source, const char *tag, size_t digest, size_t since)
{
	if (repository->handle == NONE)
		repository->handle =
		        builder_repository(load->builder, source->handle, repository->name);
	load_hold(load, digest);
	builder_reference(load->builder, repository->handle, tag, &load->digests[digest],
	        load->scans[since].started_at);
}

static int
add_references(struct load *load, struct error *err)
{
	struct query query =
	        db_query(load->db, "SELECT repository, tag, digest, since, until FROM reference");

	while (query_next(&query)) {
		size_t id = load_index(load, query_int(&query, 0), load->repository_count);
		struct load_repository *repository = &load->repositories[id];
		const struct load_source *source =
		        &load->sources[load_index(load, repository->source, load->source_count)];
		size_t digest = load_index(load, query_int(&query, 2), load->digest_count);
		size_t since = load_index(load, query_int(&query, 3), load->scan_count);

		if (load->damaged)
			break;
		load->marks[digest] |= MARK_NAMED;
		if ((int64_t)since > source->shown ||
		        (!query_is_null(&query, 4) && query_int(&query, 4) <= source->shown))
			continue;
		add_reference(load, repository, source, query_text(&query, 1), digest, since);
	}
	return query_end(&query, err);
}

static int
add_absent(struct load *load, struct error *err)
{
	struct query query = db_query(load->db, "SELECT source, digest, since, until FROM absent");

	while (query_next(&query)) {
		const struct load_source *source =
		        &load->sources[load_index(load, query_int(&query, 0), load->source_count)];
		size_t digest = load_index(load, query_int(&query, 1), load->digest_count);

		if (!load->damaged && query_int(&query, 2) <= source->shown &&
		        (query_is_null(&query, 3) || query_int(&query, 3) > source->shown))
			builder_absent(load->builder, source->handle, &load->digests[digest]);
	}
	return query_end(&query, err);
}

int
load_places(struct load *load, struct error *err)
{
	if (load_scans(load, err) != 0 || add_sources(load, err) != 0 ||
	        load_repositories(load, err) != 0)
		return -1;
	return add_references(load, err) == 0 ? add_absent(load, err) : -1;
}
