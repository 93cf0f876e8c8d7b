/*
 * One scan from begin to end. The loop is http_run(): it asks queue.c for requests, and each
 * answer goes to the function of its kind, which may make new work.
 *
 *	scan ─▶ { request ─▶ answer ─▶ records }… ─▶ what is left ─▶ scan_end
 */
#include "collector/registry/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "collector/registry/selection.h"
#include "common/memory.h"
#include "schema/reference.h"

#define PROGRESS_EVERY_MS 100

int
scan_emit(struct scan *scan, const struct record *record, struct error *err)
{
	return scan->context->sink.emit(scan->context->sink.context, record, err);
}

static void
write_place(char *out, size_t size, const struct job *job)
{
	switch (job->kind) {
	case JOB_NONE:
		snprintf(out, size, "%s", "");
		return;
	case JOB_CATALOGUE:
		snprintf(out, size, "catalogue");
		return;
	case JOB_TAGS:
		snprintf(out, size, "%s", job->repository->name);
		return;
	case JOB_TAG:
	case JOB_MANIFEST:
	case JOB_CONFIG:
	case JOB_REFERRERS:
		snprintf(out, size, "%s%c%s", job->repository->name,
		        strchr(job->name, ':') != NULL ? '@' : ':', job->name);
		return;
	}
}

/* The tag alone does not say which of its documents it is. */
static void
write_subject(char *out, size_t size, const struct job *job)
{
	const char *what = job->kind == JOB_CONFIG      ? "config"
	                   : job->kind == JOB_REFERRERS ? "referrers of"
	                   : job->is_child              ? "manifest"
	                                                : NULL;
	char text[DIGEST_TEXT_SIZE];

	snprintf(out, size, "%s", "");
	if (what != NULL)
		snprintf(out, size, "%s %s: ", what, digest_format(&job->digest, text));
}

int
scan_problem(struct scan *scan, const struct job *job, bool harmless, struct error *err,
        const char *format, ...)
{
	char place[REFERENCE_REPOSITORY_MAX + 1 + DIGEST_TEXT_SIZE];
	char subject[DIGEST_TEXT_SIZE + 16];
	char message[CAUSE_SIZE + 200];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	write_place(place, sizeof(place), job);
	write_subject(subject, sizeof(subject), job);
	if (job->repository != NULL && !harmless)
		job->repository->failures++;
	return collect_problem(
	        scan->context, scan->result, err, harmless, place, "%s%s", subject, message);
}

/* --- repositories ----------------------------------------------------------------------- */

static int
mention(struct scan *scan, const char *name, enum repository_state state, struct error *err)
{
	struct record record = {
		.kind = RECORD_REPOSITORY,
		.repository = { .name = name, .state = state },
	};

	return scan_emit(scan, &record, err);
}

int
scan_skip(struct scan *scan, const char *repository, struct error *err)
{
	return mention(scan, repository, REPOSITORY_SKIPPED, err);
}

static void
repository_forget(struct scan *scan, struct repository *repository)
{
	struct repository **link = &scan->open;

	while (*link != repository)
		link = &(*link)->next;
	*link = repository->next;
	buf_release(&repository->names);
	map_release(&repository->seen);
	pages_release(&repository->tags);
	free(repository->name);
	free(repository);
}

int
repository_close(struct scan *scan, struct repository *repository, struct error *err)
{
	bool complete = repository->wants_list && repository->tags.complete && !repository->cut &&
	                scan->options->tags == NULL;
	struct job place = { .kind = JOB_TAGS, .repository = repository };
	int status = 0;

	if (repository_is_given_up(repository) && !scan->over)
		status = scan_problem(scan, &place, false, err,
		        "given up after %u failures; not read: %llu tags, %llu manifests and "
		        "configs",
		        repository->failures, (unsigned long long)repository->tags_left,
		        (unsigned long long)repository->documents_left);
	if (status == 0)
		status = mention(scan, repository->name,
		        complete ? REPOSITORY_COMPLETE : REPOSITORY_PARTIAL, err);

	scan->result->progress.repositories_done++;
	repository_forget(scan, repository);
	return status;
}

/* --- answers ---------------------------------------------------------------------------- */

static void
show_progress(struct scan *scan, bool now)
{
	struct progress *progress = &scan->result->progress;

	if (scan->http != NULL) {
		progress->requests = http_requests(scan->http);
		progress->received_bytes = http_received_bytes(scan->http);
	}
	if (scan->context->progress == NULL || (!now && clock_ms() < scan->next_progress_ms))
		return;
	scan->next_progress_ms = clock_ms() + PROGRESS_EVERY_MS;
	scan->context->progress(scan->context->progress_context, progress);
}

static int
dispatch(struct scan *scan, struct job *job, const struct http_reply *reply, struct error *err)
{
	static int (*const handlers[])(
	        struct scan *, struct job *, const struct http_reply *, struct error *) = {
		[JOB_CATALOGUE] = catalogue_done,
		[JOB_TAGS] = tags_done,
		[JOB_MANIFEST] = manifest_done,
		[JOB_CONFIG] = config_done,
		[JOB_REFERRERS] = referrers_done,
	};

	if (job->kind == JOB_TAG)
		return tag_done(scan, job, reply, err);
	if (handlers[job->kind](scan, job, reply, err) == 0)
		return job_end(scan, job, err);
	job_drop(job);
	return -1;
}

/* http_work.done */
static int
on_answer(void *context, void *opaque, const struct http_reply *reply, struct error *err)
{
	struct scan *scan = context;
	struct job *job = opaque;
	bool failed = reply->outcome != HTTP_ANSWERED;

	/* Given up, or interrupted: the rest is told in one sentence. */
	if (reply->outcome == HTTP_STOPPED || (scan->over && failed)) {
		scan_forget(scan, job);
		return 0;
	}
	show_progress(scan, false);
	if (reply->status == 401 &&
	        login_again(scan, job, reply, scan->refusal, sizeof(scan->refusal))) {
		job_push(&scan->retries, job);
		return 0;
	}
	failure_note(scan, reply);
	return dispatch(scan, job, reply, err);
}

/* --- begin and end ---------------------------------------------------------------------- */

static void
choose_base(struct scan *scan)
{
	const char *host = scan->options->host;
	bool plain = scan->options->plain_http || reference_host_is_loopback(host);

	/* Docker Hub's API is not at the host of its names. */
	if (strcmp(host, "docker.io") == 0)
		host = "registry-1.docker.io";
	snprintf(scan->base, sizeof(scan->base), "%s://%s", plain ? "http" : "https", host);
}

static int
scan_begin(struct scan *scan, struct error *err)
{
	struct record record = {
		.kind = RECORD_SCAN,
		.scan = { .source_kind = SOURCE_REGISTRY,
		        .source_name = scan->options->host,
		        .started_at = clock_unix(),
		        .some_platforms = scan->options->platform != NULL },
	};
	auto_buf selection = { 0 };

	if (selection_write(&selection, scan->options))
		record.scan.selection = buf_text(&selection);

	if (scan_emit(scan, &record, err) != 0 || plan_begin(scan, err) != 0)
		return -1;
	if (plan_wants_catalogue(scan)) {
		auto_free char *url = xprintf("%s/v2/_catalog?n=1000", scan->base);
		pages_begin(&scan->catalogue, url);
	}
	return 0;
}

/* Nothing was read and nobody has said why: never a silent "0 images". */
static int
explain_nothing(struct scan *scan, struct error *err)
{
	struct job everywhere = { .kind = JOB_NONE };
	const struct progress *progress = &scan->result->progress;

	if (scan->references_read > 0 || scan->result->problems > 0)
		return 0;
	if (progress->repositories_total == 0)
		return scan_problem(scan, &everywhere, false, err,
		        "no repository is left to read: none of %zu in the catalogue is below the "
		        "wanted namespace and passes --include and --exclude",
		        scan->catalogue_names);
	if (scan->tags_filtered > 0)
		return scan_problem(scan, &everywhere, false, err, "none of %llu tags matches '%s'",
		        (unsigned long long)scan->tags_filtered, scan->options->tags);
	return scan_problem(scan, &everywhere, true, err, "no repository has a tag (%llu read)",
	        (unsigned long long)progress->repositories_total);
}

static int
scan_end(struct scan *scan, struct error *err)
{
	struct collect_result *result = scan->result;

	if (scan_drain(scan, err) != 0 || explain_nothing(scan, err) != 0)
		return -1;
	show_progress(scan, true);
	result->state = result->problems == 0       ? SCAN_COMPLETE
	                : scan->references_read > 0 ? SCAN_PARTIAL
	                                            : SCAN_FAILED;
	struct record record = {
		.kind = RECORD_SCAN_END,
		.scan_end = { .state = result->state,
		        .ended_at = clock_unix(),
		        .catalogue_complete = scan->catalogue.complete && !scan->over },
	};
	return scan_emit(scan, &record, err);
}

static void
scan_init(struct scan *scan)
{
	map_init(&scan->repositories, NAME_KEY_BYTES);
	map_init(&scan->catalogue.seen, NAME_KEY_BYTES);
	map_init(&scan->documents_by_digest, sizeof(struct digest));
	map_init(&scan->walked_in, sizeof(struct digest));
	map_init(&scan->configs_by_digest, sizeof(struct digest));
	scan->free_document = MAP_NONE;
	scan->started_ms = clock_ms();
	choose_base(scan);
}

static void
scan_release(struct scan *scan)
{
	scan_forget_all(scan);
	while (scan->open != NULL)
		repository_forget(scan, scan->open);
	free(scan->targets);
	buf_release(&scan->url);
	buf_release(&scan->waiting);
	pages_release(&scan->catalogue);
	map_release(&scan->repositories);
	map_release(&scan->documents_by_digest);
	map_release(&scan->walked_in);
	map_release(&scan->configs_by_digest);
	vec_release(&scan->documents);
	explicit_bzero(scan->authorization, sizeof(scan->authorization));
}

static int
scan_run(struct scan *scan, const struct transport *transport, struct error *err)
{
	struct http_work work = { .next = queue_next, .done = on_answer, .context = scan };
	const volatile int *stop = scan->context->stop;

	if (scan_begin(scan, err) != 0 || transport->run(transport->context, &work, err) != 0)
		return -1;
	if (stop != NULL && *stop != 0)
		scan_stop(scan, "interrupted");
	return scan_end(scan, err);
}

int
scan_over(const struct transport *transport, const struct registry_options *options,
        const struct collect_context *context, struct collect_result *result, struct error *err)
{
	struct scan scan = { .options = options, .context = context, .result = result };

	*result = (struct collect_result){ 0 };
	scan.http = transport->http;
	scan_init(&scan);
	int status = scan_run(&scan, transport, err);
	scan_release(&scan);
	return status;
}

static int
run_http(void *context, const struct http_work *work, struct error *err)
{
	return http_run(context, work, err);
}

int
registry_collect(const struct registry_options *options, const struct collect_context *context,
        struct collect_result *result, struct error *err)
{
	struct http_options how = {
		.connections_per_host = options->connections,
		.trace = context->trace,
		.trace_context = context->trace_context,
		.stop = context->stop,
		.timeout_ms = options->timeout_ms,
		.low_speed_seconds = options->low_speed_seconds,
	};
	struct http *http = http_new(&how, err);

	if (http == NULL)
		return -1;
	struct transport transport = { .run = run_http, .context = http, .http = http };
	int status = scan_over(&transport, options, context, result, err);
	http_free(http);
	return status;
}
