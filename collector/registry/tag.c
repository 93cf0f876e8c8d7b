/*
 * A tag → a digest. A known tag is asked by HEAD, as it most often points where it did; a new one
 * by GET, which brings the document along. Some registries do not answer HEAD, or without the
 * digest: then the rest of the scan asks by GET and takes the digest of what came.
 *
 *	known  HEAD ─┬─ digest ─▶ document.c ─▶ read, or unread with a cause
 *	             └─ 405, 501, no digest ─┐
 *	new    ──────────────────────────── GET ─▶ body ─▶ document.c
 */
#include "collector/registry/scan.h"

#include <stdio.h>
#include <string.h>

#include "collector/registry/manifest.h"

static bool
is_digest_name(const struct job *job)
{
	return strchr(job->name, ':') != NULL;
}

static int
emit_reference(
        struct scan *scan, const struct job *job, const struct digest *digest, struct error *err)
{
	struct record record = {
		.kind = RECORD_REFERENCE,
		.reference = { .repository = job->repository->name,
		        .tag = is_digest_name(job) ? "" : job->name,
		        .state = digest != NULL ? REFERENCE_READ : REFERENCE_UNREAD },
	};

	scan->result->progress.tags_done++;
	if (digest != NULL)
		record.reference.digest = *digest;
	else if (is_digest_name(job))
		return 0; /* it has no name that could stay */
	return scan_emit(scan, &record, err);
}

/* The job is gone afterwards, whatever happened. */
static int
finish(struct scan *scan, struct job *job, int status, struct error *err)
{
	if (status == 0)
		return job_end(scan, job, err);
	job_drop(job);
	return -1;
}

int
tag_read(struct scan *scan, struct job *job, const struct digest *digest, struct error *err)
{
	scan->references_read++;
	return finish(scan, job, emit_reference(scan, job, digest, err), err);
}

int
tag_unread(struct scan *scan, struct job *job, bool harmless, const char *cause, struct error *err)
{
	int status = scan_problem(scan, job, harmless, err, "%s", cause);

	if (status == 0)
		status = emit_reference(scan, job, NULL, err);
	return finish(scan, job, status, err);
}

/* Listed a moment ago and gone now, or a registry that has lost the manifest. */
static int
tag_gone(struct scan *scan, struct job *job, struct error *err)
{
	if (job->asked)
		return tag_unread(scan, job, false, "no such image (HTTP 404)", err);
	scan->result->progress.tags_done++;
	int status = scan_problem(scan, job, false, err,
	        "listed, but the registry has no manifest for it (HTTP 404)");
	return finish(scan, job, status, err);
}

static int
ask_by_get(struct scan *scan, struct job *job)
{
	scan->head_is_useless = true;
	job->get = true;
	job_push(&scan->retries, job);
	return 0;
}

/* The body that came by GET. */
static int
take_body(struct scan *scan, struct job *job, const struct http_reply *reply, struct error *err)
{
	struct mention mention = { .repository = job->repository, .tag = job->name };
	struct error why = { 0 };
	struct digest digest;
	bool harmless = false;

	if (!(is_digest_name(job) && digest_parse(&digest, job->name)) &&
	        !digest_parse(&digest, reply->docker_content_digest))
		digest_of(&digest, DIGEST_SHA256, reply->body, reply->body_length);
	if (verify_digest(&digest, reply, &why) != 0)
		return tag_unread(scan, job, false, why.message, err);
	mention.fresh = !digest_equal(&digest, &job->pointed_at);
	if (document_is_pending(scan, &digest))
		return document_want(scan, &digest, &mention, job, err);
	int taken = document_take(scan, &digest, &mention, reply, &why, &harmless, err);
	if (taken < 0)
		return finish(scan, job, -1, err);
	return taken ? tag_read(scan, job, &digest, err)
	             : tag_unread(scan, job, harmless, why.message, err);
}

static int
take_digest(struct scan *scan, struct job *job, const struct http_reply *reply, struct error *err)
{
	struct mention mention = { .repository = job->repository, .tag = job->name };
	struct digest digest;

	/* What the user asked for counts, not what the header says. */
	if (!(is_digest_name(job) && digest_parse(&digest, job->name)) &&
	        !digest_parse(&digest, reply->docker_content_digest))
		return ask_by_get(scan, job);
	mention.fresh = !digest_equal(&digest, &job->pointed_at);
	return document_want(scan, &digest, &mention, job, err);
}

int
tag_done(struct scan *scan, struct job *job, const struct http_reply *reply, struct error *err)
{
	char cause[CAUSE_SIZE];

	if (!job->get && (reply->status == 405 || reply->status == 501))
		return ask_by_get(scan, job);
	if (reply->status == 404)
		return tag_gone(scan, job, err);
	if (!answer_is_good(scan, reply, cause))
		return tag_unread(scan, job, false, cause, err);
	/* Its digest is not that of its body: it was signed inside. */
	if (media_type_parse(reply->content_type) == MEDIA_DOCKER_SCHEMA1)
		return tag_unread(scan, job, true, SCHEMA1_SKIPPED, err);
	return job->get ? take_body(scan, job, reply, err) : take_digest(scan, job, reply, err);
}
