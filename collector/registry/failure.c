/*
 * What went wrong, in words, and when to stop asking. A registry that is down makes one problem
 * for each of the first failures and one for all the rest, not one for every tag.
 */
#include "collector/registry/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "collector/registry/manifest.h"

static const char *
outcome_text(enum http_outcome outcome)
{
	switch (outcome) {
	case HTTP_UNREACHABLE:
		return "unreachable: ";
	case HTTP_BROKEN:
		return "the connection broke: ";
	case HTTP_SLOW:
		return "too slow: ";
	case HTTP_ANSWERED:
	case HTTP_TOO_LARGE:
	case HTTP_REFUSED:
	case HTTP_STOPPED:
		break;
	}
	return "";
}

/* What OpenSSL says when it is answered in plain text, and curl on a machine without trusted roots.
 */
static const char *
hint(const struct http_reply *reply)
{
	if (reply->outcome == HTTP_UNREACHABLE &&
	        strstr(reply->cause, "wrong version number") != NULL)
		return "; if it speaks plain http, say so in the configuration (plain_http: true)";
	if (reply->outcome == HTTP_UNREACHABLE &&
	        strstr(reply->cause, "setting certificate file") != NULL)
		return "; install the package ca-certificates";
	return "";
}

bool
answer_is_good(const struct scan *scan, const struct http_reply *reply, char cause[CAUSE_SIZE])
{
	char detail[256];

	if (reply->outcome != HTTP_ANSWERED) {
		snprintf(cause, CAUSE_SIZE, "%s%.500s%s", outcome_text(reply->outcome),
		        reply->cause, hint(reply));
		return false;
	}
	if (reply->status >= 200 && reply->status < 300)
		return true;
	if (reply->status == 401) {
		snprintf(cause, CAUSE_SIZE, "%s", scan->refusal);
		return false;
	}
	registry_error_text(detail, sizeof(detail), reply->body, reply->body_length);
	snprintf(cause, CAUSE_SIZE, "HTTP %ld%s%s%s", reply->status, *detail != '\0' ? " (" : "",
	        detail, *detail != '\0' ? ")" : "");
	return false;
}

/* The host or what stands before it is not well; other statuses are about one thing only. */
static bool
is_failure(const struct scan *scan, const struct http_reply *reply)
{
	switch (reply->outcome) {
	case HTTP_UNREACHABLE:
	case HTTP_BROKEN:
	case HTTP_SLOW:
		return true;
	case HTTP_ANSWERED:
		return reply->status == 429 || (reply->status >= 502 && reply->status <= 504) ||
		       (reply->status == 401 && !scan->let_in);
	case HTTP_TOO_LARGE:
	case HTTP_REFUSED:
	case HTTP_STOPPED:
		break;
	}
	return false;
}

void
failure_note(struct scan *scan, const struct http_reply *reply)
{
	if (reply->status >= 200 && reply->status < 300)
		scan->let_in = true;
	if (!is_failure(scan, reply))
		scan->failures = 0;
	else if (++scan->failures >= REGISTRY_MAX_FAILURES_IN_ROW)
		scan_stop(scan, "given up after %u failures in a row", scan->failures);
}

void
scan_stop(struct scan *scan, const char *format, ...)
{
	va_list arguments;

	if (scan->over)
		return;
	scan->over = true;
	va_start(arguments, format);
	vsnprintf(scan->why_over, sizeof(scan->why_over), format, arguments);
	va_end(arguments);
}

bool
repository_is_given_up(const struct repository *repository)
{
	return repository->failures >= REGISTRY_MAX_FAILURES_IN_REPOSITORY;
}

static void
forget_stack(struct scan *scan, struct job **stack)
{
	for (struct job *job; (job = job_pop(stack)) != NULL;)
		scan_forget(scan, job);
}

void
scan_forget(struct scan *scan, struct job *job)
{
	struct repository *repository = job->repository;

	if (job->kind == JOB_MANIFEST) {
		struct document *document = &scan->documents.at[job->document];
		document->failed_in = repository->id;
		forget_stack(scan, &document->waiting);
	}
	if (repository != NULL) {
		repository->tags_left += job->kind == JOB_TAG;
		repository->documents_left += job->kind == JOB_MANIFEST || job->kind == JOB_CONFIG;
		repository->cut = true;
	}
	job_drop(job);
}

void
repository_forget_rest(struct repository *repository)
{
	for (; repository->cursor < repository->names.length; repository->tags_left++)
		repository->cursor += strlen(repository->names.data + repository->cursor) + 1;
	buf_release(&repository->names);
	repository->cursor = repository->asked_end = 0;
	/* The answer to a page that is under way needs what is known of the list. */
	if (!repository->tags.under_way)
		pages_release(&repository->tags);
	repository->cut = true;
}

void
scan_forget_all(struct scan *scan)
{
	forget_stack(scan, &scan->retries);
	forget_stack(scan, &scan->configs);
	forget_stack(scan, &scan->manifests);
	forget_stack(scan, &scan->referrers);
	for (struct repository *at = scan->open; at != NULL; at = at->next)
		repository_forget_rest(at);
}

int
scan_drain(struct scan *scan, struct error *err)
{
	size_t repositories = plan_left(scan);
	uint64_t tags = 0, documents = 0;

	scan_forget_all(scan);
	while (scan->open != NULL) {
		repositories++;
		tags += scan->open->tags_left;
		documents += scan->open->documents_left;
		if (repository_close(scan, scan->open, err) != 0)
			return -1;
	}
	if (!scan->over)
		return 0;
	struct job everywhere = { .kind = JOB_NONE };
	return scan_problem(scan, &everywhere, false, err,
	        "%s; not read: %llu tags of %zu repositories, %llu manifests and configs",
	        scan->why_over, (unsigned long long)tags, repositories,
	        (unsigned long long)documents);
}
