/*
 * Sources, repositories, references and problems: each list is sorted and its duplicates joined;
 * where the elements of one list went tells the next list what its handles mean.
 */
#include "analyzer/model/facts.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

/* Where the handles went: index in the snapshot per handle. */
struct moved {
	uint32_t *source, *repository;
};

struct source_row {
	struct snap_source source;
	uint32_t handle;
};

static int
compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* NULL first. */
static int
compare_texts(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int
compare_source_keys(const struct snap_source *a, const struct snap_source *b)
{
	int order = compare_numbers(a->kind, b->kind);

	return order ? order : strcmp(a->name, b->name);
}

/* Of two statements about one source the one with the newest data comes last. */
static int
compare_sources(const void *left, const void *right)
{
	const struct snap_source *a = &((const struct source_row *)left)->source;
	const struct snap_source *b = &((const struct source_row *)right)->source;
	int order = compare_source_keys(a, b);

	if (!order)
		order = compare_numbers(a->scanned_at, b->scanned_at);
	if (!order)
		order = compare_numbers(a->state, b->state);
	if (!order)
		order = compare_numbers(a->scope, b->scope);
	if (!order)
		order = compare_numbers(a->problems, b->problems);
	if (!order)
		order = compare_texts(a->selection, b->selection);
	return order;
}

static void
resolve_sources(struct snapshot *snapshot, const struct facts *facts, struct moved *moved)
{
	size_t count = facts->sources.count;
	auto_free struct source_row *rows = xcalloc(count, sizeof(*rows));

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct source_row){ facts->sources.at[i], (uint32_t)i };
	qsort(rows, count, sizeof(*rows), compare_sources);

	struct snap_source *sources = arena_new(&snapshot->arena, struct snap_source, count);
	uint32_t n = 0;
	for (size_t i = 0; i < count; i++) {
		if (n == 0 || compare_source_keys(&sources[n - 1], &rows[i].source))
			n++;
		sources[n - 1] = rows[i].source;
		moved->source[rows[i].handle] = n - 1;
	}
	snapshot->sources = sources;
	snapshot->source_count = n;
}

struct repository_row {
	struct snap_repository repository;
	uint32_t handle;
};

static int
compare_repositories(const void *left, const void *right)
{
	const struct snap_repository *a = &((const struct repository_row *)left)->repository;
	const struct snap_repository *b = &((const struct repository_row *)right)->repository;
	int order = compare_numbers(a->source, b->source);

	return order ? order : strcmp(a->name, b->name);
}

static void
resolve_repositories(struct snapshot *snapshot, const struct facts *facts, struct moved *moved)
{
	size_t count = facts->repositories.count;
	auto_free struct repository_row *rows = xcalloc(count, sizeof(*rows));

	for (size_t i = 0; i < count; i++) {
		const struct fact_repository *fact = &facts->repositories.at[i];

		rows[i].repository.source = moved->source[fact->source];
		rows[i].repository.name = fact->name;
		rows[i].handle = (uint32_t)i;
	}
	qsort(rows, count, sizeof(*rows), compare_repositories);

	struct snap_repository *repositories =
	        arena_new(&snapshot->arena, struct snap_repository, count);
	uint32_t n = 0;
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || compare_repositories(&rows[i - 1], &rows[i]))
			repositories[n++] = rows[i].repository;
		moved->repository[rows[i].handle] = n - 1;
	}
	snapshot->repositories = repositories;
	snapshot->repository_count = n;
}

/* Manifests are numbered by digest, so comparing the numbers compares the digests. */
static int
compare_reference_keys(const struct snap_reference *a, const struct snap_reference *b)
{
	int order = compare_numbers(a->repository, b->repository);

	if (!order)
		order = strcmp(a->tag, b->tag);
	return order ? order : compare_numbers(a->manifest, b->manifest);
}

static int
compare_references(const void *left, const void *right)
{
	const struct snap_reference *a = left, *b = right;
	int order = compare_reference_keys(a, b);

	return order ? order : compare_numbers(a->since, b->since);
}

static void
resolve_references(struct snapshot *snapshot, const struct facts *facts, const struct moved *moved,
        const uint32_t *manifest_of)
{
	size_t count = facts->references.count;
	struct snap_reference *rows = arena_new(&snapshot->arena, struct snap_reference, count);
	uint32_t known = 0, n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct fact_reference *fact = &facts->references.at[i];
		uint32_t manifest = manifest_of[fact->digest];

		if (manifest != NONE)
			rows[known++] = (struct snap_reference){
				.repository = moved->repository[fact->repository],
				.manifest = manifest,
				.tag = fact->tag,
				.since = fact->since,
			};
	}
	qsort(rows, known, sizeof(*rows), compare_references);
	for (uint32_t i = 0; i < known; i++) {
		if (n == 0 || compare_reference_keys(&rows[n - 1], &rows[i]))
			rows[n++] = rows[i];
	}
	snapshot->references = rows;
	snapshot->reference_count = n;
	for (uint32_t i = n; i-- > 0;) {
		struct snap_repository *repository = &snapshot->repositories[rows[i].repository];

		repository->references = i;
		repository->reference_count++;
	}
}

static int
compare_absent(const void *left, const void *right)
{
	const struct snap_absent *a = left, *b = right;
	int order = compare_numbers(a->source, b->source);

	return order ? order : digest_compare(&a->digest, &b->digest);
}

static void
resolve_absent(struct snapshot *snapshot, const struct facts *facts, const struct moved *moved)
{
	size_t count = facts->absent.count;
	struct snap_absent *rows = arena_new(&snapshot->arena, struct snap_absent, count);
	uint32_t n = 0;

	for (size_t i = 0; i < count; i++) {
		rows[i] = facts->absent.at[i];
		rows[i].source = moved->source[rows[i].source];
	}
	qsort(rows, count, sizeof(*rows), compare_absent);
	for (size_t i = 0; i < count; i++) {
		if (n == 0 || compare_absent(&rows[n - 1], &rows[i]))
			rows[n++] = rows[i];
	}
	snapshot->absent = rows;
	snapshot->absent_count = n;
}

static int
compare_problem_keys(const struct snap_problem *a, const struct snap_problem *b)
{
	int order = compare_numbers(a->source, b->source);

	if (!order)
		order = strcmp(a->place, b->place);
	return order ? order : strcmp(a->message, b->message);
}

static int
compare_problems(const void *left, const void *right)
{
	const struct snap_problem *a = left, *b = right;
	int order = compare_problem_keys(a, b);

	if (!order)
		order = compare_numbers(a->since, b->since);
	return order ? order : compare_numbers(a->harmless, b->harmless);
}

static void
resolve_problems(struct snapshot *snapshot, const struct facts *facts, const struct moved *moved)
{
	size_t count = facts->problems.count;
	struct snap_problem *rows = arena_new(&snapshot->arena, struct snap_problem, count);
	uint32_t n = 0;

	for (size_t i = 0; i < count; i++) {
		rows[i] = facts->problems.at[i];
		rows[i].source = moved->source[rows[i].source];
	}
	qsort(rows, count, sizeof(*rows), compare_problems);
	for (size_t i = 0; i < count; i++) {
		if (n == 0 || compare_problem_keys(&rows[n - 1], &rows[i]))
			rows[n++] = rows[i];
	}
	snapshot->problems = rows;
	snapshot->problem_count = n;
}

uint32_t *
resolve_names(struct snapshot *snapshot, const struct facts *facts, const uint32_t *manifest_of)
{
	uint32_t *source = xcalloc(facts->sources.count, sizeof(*source));
	auto_free uint32_t *repository = xcalloc(facts->repositories.count, sizeof(*repository));
	struct moved moved = { source, repository };

	resolve_sources(snapshot, facts, &moved);
	resolve_repositories(snapshot, facts, &moved);
	resolve_references(snapshot, facts, &moved, manifest_of);
	resolve_absent(snapshot, facts, &moved);
	resolve_problems(snapshot, facts, &moved);
	return source;
}
