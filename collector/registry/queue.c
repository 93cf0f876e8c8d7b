/*
 * What to ask next: the deepest first.
 *
 *	config ◀ manifest ◀ referrers ◀ tag ◀ tag list ◀ next repository ◀ catalogue page
 *
 * So an image is finished before the next is begun, and a repository before the next is opened:
 * what is held in memory does not grow with the registry. Stacks, not queues, for the same reason
 * (an index of indexes is walked depth first).
 */
#include "collector/registry/scan.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/memory.h"
#include "schema/media_type.h"

struct job *
job_new(enum job_kind kind, struct repository *repository)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->kind = kind;
	job->repository = repository;
	if (repository != NULL)
		repository->jobs++;
	return job;
}

void
job_push(struct job **stack, struct job *job)
{
	job->next = *stack;
	*stack = job;
}

struct job *
job_pop(struct job **stack)
{
	struct job *job = *stack;

	if (job != NULL) {
		*stack = job->next;
		job->next = NULL;
	}
	return job;
}

static bool
has_tags(const struct repository *repository)
{
	return repository->cursor < repository->names.length;
}

static bool
has_page(const struct pages *pages)
{
	return pages->url != NULL && !pages->under_way;
}

int
job_end(struct scan *scan, struct job *job, struct error *err)
{
	struct repository *repository = job->repository;

	free(job);
	if (repository == NULL || --repository->jobs > 0 || has_tags(repository) ||
	        repository->tags.url != NULL)
		return 0;
	return repository_close(scan, repository, err);
}

void
job_drop(struct job *job)
{
	if (job->repository != NULL)
		job->repository->jobs--;
	free(job);
}

/* A new tag's answer to GET is its document, so it needs no second request; for a known one HEAD
 * is enough. A failure of the store is seen when the next record is emitted: asking again is never
 * wrong. */
static void
choose_method(struct scan *scan, struct job *job)
{
	const struct known *known = &scan->context->known;
	struct error ignored = { 0 };

	if (known->reference == NULL || known->reference(known->context, job->repository->name,
	                                        job->name, &job->pointed_at, &ignored) <= 0)
		job->pointed_at = (struct digest){ 0 };
	job->get = scan->head_is_useless || !digest_is_set(&job->pointed_at);
}

static struct job *
take_tag(struct scan *scan, struct repository *repository)
{
	struct job *job = job_new(JOB_TAG, repository);
	const char *name = repository->names.data + repository->cursor;
	size_t length = strlen(name) + 1;

	job->asked = repository->cursor < repository->asked_end;
	memcpy(job->name, name, length < sizeof(job->name) ? length : sizeof(job->name) - 1);
	choose_method(scan, job);
	repository->cursor += length;
	if (!has_tags(repository)) {
		buf_reset(&repository->names);
		repository->cursor = repository->asked_end = 0;
	}
	return job;
}

static struct job *
take_page(struct pages *pages, enum job_kind kind, struct repository *repository)
{
	pages->under_way = true;
	return job_new(kind, repository);
}

static struct job *
take_from_repository(struct scan *scan, struct repository *repository)
{
	if (has_tags(repository))
		return take_tag(scan, repository);
	if (has_page(&repository->tags))
		return take_page(&repository->tags, JOB_TAGS, repository);
	return NULL;
}

/* Jobs of a repository that was given up go by the way. */
static struct job *
take_from(struct scan *scan, struct job **stack)
{
	for (struct job *job; (job = job_pop(stack)) != NULL; scan_forget(scan, job)) {
		if (job->repository == NULL || !repository_is_given_up(job->repository))
			return job;
	}
	return NULL;
}

/* Only one question until we know whether the registry answers it. */
static struct job *
take_referrers(struct scan *scan)
{
	if (scan->referrers_state == REFERRERS_PROBED)
		return NULL;
	struct job *job = take_from(scan, &scan->referrers);
	if (job != NULL && scan->referrers_state == REFERRERS_UNKNOWN)
		scan->referrers_state = REFERRERS_PROBED;
	return job;
}

static struct job *
take_open(struct scan *scan)
{
	for (struct repository *at = scan->open; at != NULL; at = at->next) {
		if (repository_is_given_up(at))
			repository_forget_rest(at);
	}
	for (struct repository *at = scan->open; at != NULL; at = at->next) {
		if (has_tags(at))
			return take_tag(scan, at);
	}
	for (struct repository *at = scan->open; at != NULL; at = at->next) {
		if (has_page(&at->tags))
			return take_page(&at->tags, JOB_TAGS, at);
	}
	return NULL;
}

static struct job *
take(struct scan *scan)
{
	struct job *job;

	if ((job = take_from(scan, &scan->retries)) != NULL ||
	        (job = take_from(scan, &scan->configs)) != NULL ||
	        (job = take_from(scan, &scan->manifests)) != NULL ||
	        (job = take_referrers(scan)) != NULL || (job = take_open(scan)) != NULL)
		return job;
	struct repository *opened = plan_open_next(scan);
	if (opened != NULL)
		return take_from_repository(scan, opened);
	if (has_page(&scan->catalogue))
		return take_page(&scan->catalogue, JOB_CATALOGUE, NULL);
	return NULL;
}

static void
repository_url(struct scan *scan, const struct job *job, const char *what, const char *name)
{
	struct buf *url = &scan->url;

	buf_reset(url);
	buf_puts(url, scan->base);
	buf_puts(url, "/v2/");
	buf_puts(url, job->repository->name);
	buf_puts(url, what);
	buf_puts(url, name);
}

static void
fill_request(struct scan *scan, const struct job *job, struct http_request *request)
{
	char text[DIGEST_TEXT_SIZE];

	*request = (struct http_request){
		.method = "GET",
		.accept = MEDIA_ACCEPT_MANIFESTS,
		.authorization = *scan->authorization != '\0' ? scan->authorization : NULL,
		.body_limit_bytes = REGISTRY_MAX_MANIFEST_BYTES,
	};
	switch (job->kind) {
	case JOB_NONE:
		break;
	case JOB_CATALOGUE:
	case JOB_TAGS:
		buf_reset(&scan->url);
		buf_puts(&scan->url,
		        job->repository ? job->repository->tags.url : scan->catalogue.url);
		request->accept = "application/json";
		request->body_limit_bytes = REGISTRY_MAX_LIST_BYTES;
		break;
	case JOB_TAG:
		request->method = job->get ? "GET" : "HEAD";
		repository_url(scan, job, "/manifests/", job->name);
		break;
	case JOB_MANIFEST:
		request->method = job->head ? "HEAD" : "GET";
		repository_url(scan, job, "/manifests/", digest_format(&job->digest, text));
		break;
	case JOB_CONFIG:
		request->accept = NULL;
		request->body_limit_bytes = REGISTRY_MAX_CONFIG_BYTES;
		repository_url(scan, job, "/blobs/", digest_format(&job->digest, text));
		break;
	case JOB_REFERRERS:
		request->accept = "application/vnd.oci.image.index.v1+json";
		repository_url(scan, job, "/referrers/", digest_format(&job->digest, text));
		break;
	}
	request->url = buf_text(&scan->url);
}

int
queue_next(void *context, struct http_request *request, void **out)
{
	struct scan *scan = context;

	if (!scan->over && clock_ms() - scan->started_ms > REGISTRY_MAX_SCAN_SECONDS * 1000LL)
		scan_stop(scan, "the scan took longer than %d hours",
		        REGISTRY_MAX_SCAN_SECONDS / 3600);
	struct job *job = scan->over ? NULL : take(scan);
	if (job == NULL)
		return 0;
	job->login = scan->login;
	fill_request(scan, job, request);
	*out = job;
	return 1;
}
