/*
 * What to read. Targets that name repositories come first, grouped by repository; then what the
 * catalogue brings. So when its pages arrive, every named repository has been met already, and
 * one that was met is never opened twice.
 *
 * Names wait as text, one behind the other: a repository becomes a struct only when its turn has
 * come (queue.c sees to it that few are open).
 */
#include "collector/registry/scan.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "common/text.h"

bool
name_set_add(struct map *set, const char *text)
{
	struct digest digest;

	digest_of(&digest, DIGEST_SHA256, text, strlen(text));
	return map_add(set, digest.bytes, 0) == MAP_NONE;
}

static bool
any_glob(const char *const *globs, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (text_glob(globs[i], name))
			return true;
	}
	return false;
}

static bool
passes_globs(const struct registry_options *options, const char *name)
{
	if (options->include_count > 0 && !any_glob(options->include, options->include_count, name))
		return false;
	return !any_glob(options->exclude, options->exclude_count, name);
}

/* Does a target cover it that stands for many repositories? */
static bool
is_covered(const struct registry_options *options, const char *name)
{
	for (size_t i = 0; i < options->target_count; i++) {
		const struct target *target = &options->targets[i];
		size_t length = strlen(target->repository);

		if (target->kind == TARGET_CATALOGUE)
			return true;
		if (target->kind == TARGET_NAMESPACE &&
		        strncmp(name, target->repository, length) == 0 && name[length] == '/')
			return true;
	}
	return false;
}

bool
plan_wants(const struct scan *scan, const char *repository)
{
	return is_covered(scan->options, repository) && passes_globs(scan->options, repository);
}

bool
plan_wants_catalogue(const struct scan *scan)
{
	for (size_t i = 0; i < scan->options->target_count; i++) {
		enum target_kind kind = scan->options->targets[i].kind;

		if (kind == TARGET_CATALOGUE || kind == TARGET_NAMESPACE)
			return true;
	}
	return false;
}

static int
compare_targets(const void *a, const void *b)
{
	const struct target *const *left = a, *const *right = b;
	int order = strcmp((*left)->repository, (*right)->repository);

	/* Pointers into one array: as the user wrote them. */
	return order != 0 ? order : (*left > *right) - (*left < *right);
}

/* The end of the group of targets that name the same repository as targets[start]. */
static size_t
group_end(const struct scan *scan, size_t start)
{
	size_t end = start;

	while (end < scan->target_count &&
	        strcmp(scan->targets[end]->repository, scan->targets[start]->repository) == 0)
		end++;
	return end;
}

int
plan_begin(struct scan *scan, struct error *err)
{
	const struct registry_options *options = scan->options;
	size_t kept = 0;

	scan->targets = xcalloc(options->target_count + 1, sizeof(*scan->targets));
	for (size_t i = 0; i < options->target_count; i++) {
		enum target_kind kind = options->targets[i].kind;

		if (kind == TARGET_REPOSITORY || kind == TARGET_REFERENCE)
			scan->targets[scan->target_count++] = &options->targets[i];
	}
	qsort(scan->targets, scan->target_count, sizeof(*scan->targets), compare_targets);
	for (size_t i = 0, end; i < scan->target_count; i = end) {
		const char *name = scan->targets[i]->repository;

		end = group_end(scan, i);
		name_set_add(&scan->repositories, name);
		if (!passes_globs(options, name)) {
			if (scan_skip(scan, name, err) != 0)
				return -1;
			continue;
		}
		scan->result->progress.repositories_total++;
		while (i < end)
			scan->targets[kept++] = scan->targets[i++];
	}
	scan->target_count = kept;
	return 0;
}

static struct repository *
repository_new(struct scan *scan, const char *name)
{
	struct repository *repository = xcalloc(1, sizeof(*repository));

	repository->name = xstrdup(name);
	repository->id = ++scan->last_repository_id;
	map_init(&repository->seen, NAME_KEY_BYTES);
	map_init(&repository->tags.seen, NAME_KEY_BYTES);
	repository->next = scan->open;
	scan->open = repository;
	return repository;
}

static void
want_list(struct scan *scan, struct repository *repository)
{
	auto_free char *url = xprintf("%s/v2/%s/tags/list?n=1000", scan->base, repository->name);

	repository->wants_list = true;
	pages_begin(&repository->tags, url);
}

static struct repository *
open_targets(struct scan *scan)
{
	size_t end = group_end(scan, scan->target_cursor);
	const char *name = scan->targets[scan->target_cursor]->repository;
	struct repository *repository = repository_new(scan, name);

	for (; scan->target_cursor < end; scan->target_cursor++) {
		const struct target *target = scan->targets[scan->target_cursor];
		char text[DIGEST_TEXT_SIZE];

		if (target->kind == TARGET_REPOSITORY && !repository->wants_list)
			want_list(scan, repository);
		if (target->kind != TARGET_REFERENCE)
			continue;
		const char *tag =
		        *target->tag != '\0' ? target->tag : digest_format(&target->digest, text);
		repository_add_tag(scan, repository, tag);
	}
	repository->asked_end = repository->names.length;
	if (!repository->wants_list && is_covered(scan->options, name))
		want_list(scan, repository);
	return repository;
}

struct repository *
plan_open_next(struct scan *scan)
{
	if (scan->target_cursor < scan->target_count)
		return open_targets(scan);
	if (scan->waiting_cursor == scan->waiting.length)
		return NULL;
	const char *name = scan->waiting.data + scan->waiting_cursor;
	struct repository *repository = repository_new(scan, name);
	scan->waiting_cursor += strlen(name) + 1;
	if (scan->waiting_cursor == scan->waiting.length) {
		buf_reset(&scan->waiting);
		scan->waiting_cursor = 0;
	}
	repository->from_list = true;
	want_list(scan, repository);
	return repository;
}

void
plan_add(struct scan *scan, const char *repository)
{
	buf_append(&scan->waiting, repository, strlen(repository) + 1);
	scan->result->progress.repositories_total++;
}

size_t
plan_left(const struct scan *scan)
{
	size_t left = 0;

	for (size_t i = scan->target_cursor; i < scan->target_count; i = group_end(scan, i))
		left++;
	for (size_t at = scan->waiting_cursor; at < scan->waiting.length; left++)
		at += strlen(scan->waiting.data + at) + 1;
	return left;
}
