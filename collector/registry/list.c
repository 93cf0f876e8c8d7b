/*
 * Lists in pages: the catalogue and the tags of a repository. The end of a list is a page without
 * a next link, never a count: servers ignore n, and return fewer or more. Names may come unsorted
 * and twice. A list that could not be read to its end is cut, and says so: what it did not name
 * may still be there.
 */
#include "collector/registry/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/registry/link.h"
#include "collector/registry/manifest.h"
#include "common/memory.h"
#include "common/text.h"
#include "schema/reference.h"

#define MAX_URL_BYTES 4096
#define NAME_THEM                                                                                  \
	"; if this registry does not list its repositories, name them: HOST/REPO, or @FILE with "  \
	"one a line"

void
pages_begin(struct pages *pages, const char *url)
{
	pages->url = xstrdup(url);
	name_set_add(&pages->seen, url);
}

void
pages_release(struct pages *pages)
{
	free(pages->url);
	map_release(&pages->seen);
	*pages = (struct pages){ 0 };
}

/* No more pages: the last one was read, or the list is cut. */
static void
pages_end(struct pages *pages, bool complete)
{
	free(pages->url);
	pages->url = NULL;
	pages->under_way = false;
	pages->complete = complete;
}

/* After a page that was read: on to the next, or the end. -1 if the list is cut here. */
static int
pages_turn(struct pages *pages, bool brought_new, const char *header, struct error *why)
{
	char next[MAX_URL_BYTES];
	int more = link_next(next, sizeof(next), header, pages->url, why);

	pages->count++;
	pages_end(pages, more == 0);
	if (more <= 0)
		return more;
	pages->barren = brought_new ? 0 : pages->barren + 1;
	if (pages->barren >= REGISTRY_MAX_BARREN_PAGES)
		return fail(
		        why, ERROR_LIMIT, "%u pages in a row brought nothing new", pages->barren);
	if (pages->count >= REGISTRY_MAX_PAGES)
		return fail(why, ERROR_LIMIT, "more than %d pages", REGISTRY_MAX_PAGES);
	if (!name_set_add(&pages->seen, next))
		return fail(why, ERROR_FAILED, "the next page is one that was read before");
	pages->url = xstrdup(next);
	return 0;
}

static int
report_invalid(struct scan *scan, const struct job *job, const struct name_list *list,
        const char *what, struct error *err)
{
	if (list->invalid == 0)
		return 0;
	return scan_problem(scan, job, false, err,
	        "%zu %s left out, as their names are not valid: '%s'%s", list->invalid, what,
	        list->invalid_example, list->invalid > 1 ? ", …" : "");
}

static int
report_cut(struct scan *scan, const struct job *job, const struct pages *pages, const char *cause,
        struct error *err)
{
	if (pages->count == 0)
		return scan_problem(scan, job, false, err, "%s", cause);
	return scan_problem(
	        scan, job, false, err, "the list is cut after page %u: %s", pages->count, cause);
}

/* --- the catalogue ---------------------------------------------------------------------- */

static int
add_repositories(struct scan *scan, const struct name_list *list, struct error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->names[i];

		scan->catalogue_names++;
		if (!name_set_add(&scan->repositories, name))
			continue; /* named by the user, or twice */
		if (plan_wants(scan, name))
			plan_add(scan, name);
		else if (scan_skip(scan, name, err) != 0)
			return -1;
	}
	return 0;
}

/* The list ends here, and not as it should. */
static int
catalogue_cut(struct scan *scan, const struct job *job, const char *cause, struct error *err)
{
	pages_end(&scan->catalogue, false);
	return report_cut(scan, job, &scan->catalogue, cause, err);
}

static int
catalogue_page(
        struct scan *scan, const struct job *job, const struct http_reply *reply, struct error *err)
{
	auto_arena arena = { 0 };
	struct name_list list;
	struct error why = { 0 };
	size_t met = scan->repositories.count;

	if (name_list_decode(&list, &arena, "repositories", reference_is_repository, reply->body,
	            reply->body_length, &why) != 0) {
		fail_in(&why, "not a catalogue");
		return catalogue_cut(scan, job, why.message, err);
	}
	if (add_repositories(scan, &list, err) != 0 ||
	        report_invalid(scan, job, &list, "repositories", err) != 0)
		return -1;
	if (pages_turn(&scan->catalogue, scan->repositories.count > met, reply->link, &why) != 0)
		return catalogue_cut(scan, job, why.message, err);
	if (scan->repositories.count > REGISTRY_MAX_REPOSITORIES && !scan->catalogue.complete) {
		fail(&why, ERROR_LIMIT, "more than %d repositories", REGISTRY_MAX_REPOSITORIES);
		return catalogue_cut(scan, job, why.message, err);
	}
	if (scan->catalogue.complete && scan->catalogue_names == 0) {
		/* Some registries say so to everybody: it proves nothing gone. */
		scan->catalogue.complete = false;
		if (list.invalid == 0)
			return scan_problem(
			        scan, job, false, err, "the catalogue is empty" NAME_THEM);
	}
	return 0;
}

int
catalogue_done(
        struct scan *scan, struct job *job, const struct http_reply *reply, struct error *err)
{
	char cause[CAUSE_SIZE], advice[CAUSE_SIZE + sizeof(NAME_THEM)];
	bool not_offered = reply->status >= 400 && reply->status < 500 && reply->status != 429;

	if (answer_is_good(scan, reply, cause))
		return catalogue_page(scan, job, reply, err);
	snprintf(advice, sizeof(advice), "%s%s", cause, not_offered ? NAME_THEM : "");
	return catalogue_cut(scan, job, advice, err);
}

/* --- tags ------------------------------------------------------------------------------- */

bool
repository_add_tag(struct scan *scan, struct repository *repository, const char *tag)
{
	if (!name_set_add(&repository->seen, tag))
		return false;
	buf_append(&repository->names, tag, strlen(tag) + 1);
	scan->result->progress.tags_total++;
	return true;
}

/* A tag that the pattern leaves out exists all the same. */
static int
mention_tag(struct scan *scan, struct repository *repository, const char *tag, struct error *err)
{
	struct record record = {
		.kind = RECORD_REFERENCE,
		.reference = { .repository = repository->name,
		        .tag = tag,
		        .state = REFERENCE_UNREAD },
	};

	if (!name_set_add(&repository->seen, tag))
		return 0;
	scan->tags_filtered++;
	return scan_emit(scan, &record, err);
}

static int
add_tags(struct scan *scan, struct repository *repository, const struct name_list *list,
        struct error *err)
{
	const char *pattern = scan->options->tags;

	for (size_t i = 0; i < list->count && repository->seen.count <= REGISTRY_MAX_TAGS; i++) {
		if (pattern == NULL || text_glob(pattern, list->names[i]))
			repository_add_tag(scan, repository, list->names[i]);
		else if (mention_tag(scan, repository, list->names[i], err) != 0)
			return -1;
	}
	return 0;
}

static int
tags_cut(struct scan *scan, const struct job *job, const char *cause, struct error *err)
{
	job->repository->cut = true;
	pages_end(&job->repository->tags, false);
	return report_cut(scan, job, &job->repository->tags, cause, err);
}

static int
tags_page(
        struct scan *scan, const struct job *job, const struct http_reply *reply, struct error *err)
{
	struct repository *repository = job->repository;
	size_t met = repository->seen.count;
	auto_arena arena = { 0 };
	struct name_list list;
	struct error why = { 0 };

	if (name_list_decode(&list, &arena, "tags", reference_is_tag, reply->body,
	            reply->body_length, &why) != 0) {
		fail_in(&why, "not a list of tags");
		return tags_cut(scan, job, why.message, err);
	}
	if (add_tags(scan, repository, &list, err) != 0 ||
	        report_invalid(scan, job, &list, "tags", err) != 0)
		return -1;
	if (pages_turn(&repository->tags, repository->seen.count > met, reply->link, &why) != 0)
		return tags_cut(scan, job, why.message, err);
	if (repository->seen.count > REGISTRY_MAX_TAGS) {
		fail(&why, ERROR_LIMIT, "more than %d tags", REGISTRY_MAX_TAGS);
		return tags_cut(scan, job, why.message, err);
	}
	return 0;
}

/* The registry says by the specification's own word that there is no such repository. A bare 404
 * may also be a proxy's, or hide what one may not see. */
static bool
is_unknown_name(const struct http_reply *reply)
{
	char text[64];

	if (reply->outcome != HTTP_ANSWERED || reply->status != 404)
		return false;
	registry_error_text(text, sizeof(text), reply->body, reply->body_length);
	return text_starts_with(text, "NAME_UNKNOWN");
}

int
tags_done(struct scan *scan, struct job *job, const struct http_reply *reply, struct error *err)
{
	struct repository *repository = job->repository;
	char cause[CAUSE_SIZE];

	if (answer_is_good(scan, reply, cause))
		return tags_page(scan, job, reply, err);
	if (!is_unknown_name(reply) || repository->tags.count > 0)
		return tags_cut(scan, job, cause, err);
	if (!repository->from_list) {
		char missing[CAUSE_SIZE + 32];
		snprintf(missing, sizeof(missing), "no such repository: %s", cause);
		return tags_cut(scan, job, missing, err);
	}
	/* Deleted, or never filled: catalogues go on naming it, some for ever. It has no tags. */
	pages_end(&repository->tags, true);
	return scan_problem(scan, job, true, err, "has no list of tags: %s", cause);
}
