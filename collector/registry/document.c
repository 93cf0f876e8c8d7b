/*
 * Manifests and indexes. Each digest is looked at once in a scan, however many tags and indexes
 * name it; what the receiver knows is walked without being fetched.
 *
 *	want ─┬─ read before ─────────────────────────────▶ the tag is read
 *	      ├─ known ─▶ walk ───────────────────────────▶ the tag is read
 *	      └─ pending ─▶ GET ─▶ verify ─▶ emit ─▶ walk ─▶ all tags that wait are read
 *	                     └─ failed ────────────────────▶ they are unread
 *
 * A document that could not be read here is tried again where another repository names it. For that
 * an index is walked in each repository: one may have what another lacks.
 *
 * Content is known whatever registry it came from. So a known child of an index that is new here is
 * asked for by HEAD, once; what was absent is not asked for again until something new names it.
 */
#include "collector/registry/scan.h"

#include <stdio.h>

#include "collector/registry/manifest.h"

/* Values of documents_by_digest; others are 1 + an index into scan.documents. */
#define DOCUMENT_READ 0

int
verify_digest(const struct digest *digest, const struct http_reply *reply, struct error *why)
{
	struct digest actual;
	char text[DIGEST_TEXT_SIZE];

	digest_of(&actual, digest->length, reply->body, reply->body_length);
	if (digest_equal(&actual, digest))
		return 0;
	return fail(why, ERROR_FAILED, "the registry sent %zu bytes that have the digest %s",
	        reply->body_length, digest_format(&actual, text));
}

/* --- the table -------------------------------------------------------------------------- */

/* A place for a document that is to be fetched, perhaps once more. */
static uint32_t
document_begin(struct scan *scan, const struct digest *digest)
{
	uint32_t value = map_get(&scan->documents_by_digest, digest);
	uint32_t index = scan->free_document;

	if (value != MAP_NONE) {
		index = value - 1;
	} else if (index != MAP_NONE) {
		scan->free_document = scan->documents.at[index].next_free;
	} else {
		index = (uint32_t)scan->documents.count;
		vec_push(&scan->documents);
	}
	scan->documents.at[index] = (struct document){ 0 };
	map_set(&scan->documents_by_digest, digest, index + 1);
	return index;
}

/* Its place is free again; who waited has been taken from it. */
static void
document_mark_read(struct scan *scan, const struct digest *digest)
{
	uint32_t value = map_get(&scan->documents_by_digest, digest);

	if (value != MAP_NONE && value != DOCUMENT_READ) {
		scan->documents.at[value - 1].next_free = scan->free_document;
		scan->free_document = value - 1;
	}
	map_set(&scan->documents_by_digest, digest, DOCUMENT_READ);
}

bool
document_is_pending(const struct scan *scan, const struct digest *digest)
{
	uint32_t value = map_get(&scan->documents_by_digest, digest);

	return value != MAP_NONE && value != DOCUMENT_READ &&
	       scan->documents.at[value - 1].failed_in == 0;
}

/* --- what a document names -------------------------------------------------------------- */

static int
remark(struct scan *scan, const struct mention *mention, const struct digest *digest, bool harmless,
        const char *message, struct error *err)
{
	struct job place = { .kind = JOB_MANIFEST,
		.repository = mention->repository,
		.digest = *digest,
		.is_child = mention->is_child };

	snprintf(place.name, sizeof(place.name), "%s", mention->tag);
	return scan_problem(scan, &place, harmless, err, "%s", message);
}

/* Children of other platforms are not asked for. An attestation belongs to a platform only by
 * the image that it is about; a receiver that knows the index need not know that, but then the
 * attestation was read when the index was. */
static bool
child_is_wanted(const struct scan *scan, const struct record_manifest *index,
        const struct record_child *child)
{
	const struct platform *wanted = scan->options->platform;

	if (wanted == NULL)
		return true;
	if (child->attestation) {
		for (size_t i = 0; i < index->child_count; i++) {
			if (digest_is_set(&child->attests) &&
			        digest_equal(&index->children[i].digest, &child->attests))
				return platform_matches(wanted, &index->children[i].platform);
		}
		return false;
	}
	/* An index inside an index has no platform. */
	return (child->platform.os[0] == '\0' && child->platform.architecture[0] == '\0') ||
	       platform_matches(wanted, &child->platform);
}

static int
walk_index(struct scan *scan, const struct record_manifest *index, const struct mention *mention,
        struct error *err)
{
	if (mention->depth >= REGISTRY_MAX_INDEX_DEPTH)
		return remark(scan, mention, &index->digest, false,
		        "indexes are nested deeper than we follow", err);
	map_set(&scan->walked_in, &index->digest, mention->repository->id);
	/* Backwards, because the last one that is pushed is asked for first. */
	for (size_t i = index->child_count; i-- > 0;) {
		const struct record_child *child = &index->children[i];
		struct mention next = { .repository = mention->repository,
			.tag = mention->tag,
			.stated_bytes = child->size_bytes,
			.is_child = true,
			.fresh = mention->fresh,
			.depth = mention->depth + 1 };

		if (child_is_wanted(scan, index, child) &&
		        document_want(scan, &child->digest, &next, NULL, err) != 0)
			return -1;
	}
	return 0;
}

static int
walk(struct scan *scan, const struct record_manifest *manifest, const struct mention *mention,
        struct error *err)
{
	if (manifest->kind == MANIFEST_IMAGE || manifest->kind == MANIFEST_INDEX)
		referrers_want(scan, mention, &manifest->digest);
	if (manifest->kind == MANIFEST_INDEX)
		return walk_index(scan, manifest, mention, err);
	if (manifest->kind != MANIFEST_IMAGE)
		return 0;
	scan->result->progress.images++;
	return config_want(scan, mention, manifest, err);
}

/* 1 and walked if the receiver has it, 0 if not. */
static int
walk_known(struct scan *scan, const struct digest *digest, const struct mention *mention,
        struct error *err)
{
	const struct known *known = &scan->context->known;
	auto_arena arena = { 0 };
	struct record_manifest manifest = { 0 };

	if (known->manifest == NULL)
		return 0;
	int found = known->manifest(known->context, digest, &arena, &manifest, err);
	if (found <= 0)
		return found;
	document_mark_read(scan, digest);
	return walk(scan, &manifest, mention, err) == 0 ? 1 : -1;
}

/* --- reading ---------------------------------------------------------------------------- */

static bool
is_index_child(const struct mention *mention)
{
	return mention->is_child && !mention->is_referrer;
}

static struct job *
manifest_job(const struct digest *digest, const struct mention *mention, uint32_t document)
{
	struct job *job = job_new(JOB_MANIFEST, mention->repository);

	job->digest = *digest;
	snprintf(job->name, sizeof(job->name), "%s", mention->tag);
	job->stated_bytes = mention->stated_bytes;
	job->is_child = mention->is_child;
	job->is_referrer = mention->is_referrer;
	job->depth = mention->depth;
	job->document = document;
	return job;
}

static void
ask_for(struct scan *scan, const struct digest *digest, const struct mention *mention,
        uint32_t document, bool head)
{
	struct job *job = manifest_job(digest, mention, document);

	job->head = head;
	scan->documents.at[document].asked_in = mention->repository->id;
	job_push(&scan->manifests, job);
}

static int
has_manifest(struct scan *scan, const struct digest *digest, struct error *err)
{
	const struct known *known = &scan->context->known;
	auto_arena arena = { 0 };
	struct record_manifest manifest;

	return known->manifest == NULL
	               ? 0
	               : known->manifest(known->context, digest, &arena, &manifest, err);
}

/* A child that nobody has asked for in this scan: 1 when that is settled, 0 to go on as with any
 * document. */
static int
want_child(struct scan *scan, const struct digest *digest, const struct mention *mention,
        struct error *err)
{
	const struct known *known = &scan->context->known;
	int absent = known->absent == NULL ? 0 : known->absent(known->context, digest, err);

	if (absent < 0)
		return -1;
	if (absent > 0 && !mention->fresh)
		return 1;
	if (!mention->fresh)
		return 0;
	/* It may have come meanwhile: its body says so. */
	int head = absent > 0 ? 0 : has_manifest(scan, digest, err);
	if (head < 0 || (head == 0 && absent == 0))
		return head;
	ask_for(scan, digest, mention, document_begin(scan, digest),
	        head && !scan->head_is_useless);
	return 1;
}

static int
want_unseen(struct scan *scan, const struct digest *digest, const struct mention *mention,
        struct job *tag, struct error *err)
{
	int settled = is_index_child(mention) ? want_child(scan, digest, mention, err) : 0;

	if (settled != 0)
		return settled < 0 ? -1 : 0;
	int known = walk_known(scan, digest, mention, err);
	if (known < 0 && tag != NULL)
		job_drop(tag);
	if (known != 0)
		return known < 0 ? -1 : tag != NULL ? tag_read(scan, tag, digest, err) : 0;
	uint32_t index = document_begin(scan, digest);
	if (tag != NULL)
		job_push(&scan->documents.at[index].waiting, tag);
	ask_for(scan, digest, mention, index, false);
	return 0;
}

/* Read already, perhaps in another repository. */
static int
walk_again(struct scan *scan, const struct digest *digest, const struct mention *mention,
        struct error *err)
{
	const struct known *known = &scan->context->known;
	uint32_t walked_in = map_get(&scan->walked_in, digest);
	auto_arena arena = { 0 };
	struct record_manifest index = { 0 };

	if (walked_in == MAP_NONE || walked_in == mention->repository->id ||
	        known->manifest == NULL)
		return 0;
	int found = known->manifest(known->context, digest, &arena, &index, err);
	return found <= 0 ? found : walk_index(scan, &index, mention, err);
}

/* It is under way: who is not asked now may be asked if that one does not have it. */
static void
wait_for(struct scan *scan, const struct digest *digest, const struct mention *mention,
        uint32_t index, struct job *tag)
{
	struct document *document = &scan->documents.at[index];
	bool elsewhere = document->asked_in != mention->repository->id;

	if (tag != NULL)
		job_push(&document->waiting, tag);
	else if (elsewhere && is_index_child(mention))
		job_push(&document->waiting, manifest_job(digest, mention, index));
}

static int
want_read(struct scan *scan, const struct digest *digest, const struct mention *mention,
        struct job *tag, struct error *err)
{
	int status = walk_again(scan, digest, mention, err);

	if (tag == NULL)
		return status;
	if (status == 0)
		return tag_read(scan, tag, digest, err);
	job_drop(tag);
	return -1;
}

int
document_want(struct scan *scan, const struct digest *digest, const struct mention *mention,
        struct job *tag, struct error *err)
{
	uint32_t value = map_get(&scan->documents_by_digest, digest);

	if (value == MAP_NONE)
		return want_unseen(scan, digest, mention, tag, err);
	if (value == DOCUMENT_READ)
		return want_read(scan, digest, mention, tag, err);
	if (document_is_pending(scan, digest)) {
		wait_for(scan, digest, mention, value - 1, tag);
		return 0;
	}
	if (scan->documents.at[value - 1].failed_in != mention->repository->id) {
		struct mention news = *mention;

		news.fresh = true; /* what is not there may be here, where nothing has changed */
		return want_unseen(scan, digest, &news, tag, err);
	}
	char text[DIGEST_TEXT_SIZE], cause[DIGEST_TEXT_SIZE + 80];
	snprintf(cause, sizeof(cause), "its manifest %s could not be read",
	        digest_format(digest, text));
	return tag != NULL ? tag_unread(scan, tag, false, cause, err) : 0;
}

int
document_take(struct scan *scan, const struct digest *digest, const struct mention *mention,
        const struct http_reply *reply, struct error *why, bool *harmless, struct error *err)
{
	auto_arena arena = { 0 };
	struct record record = { .kind = RECORD_MANIFEST };

	if (map_get(&scan->documents_by_digest, digest) == DOCUMENT_READ)
		return walk_again(scan, digest, mention, err) == 0 ? 1 : -1;
	switch (manifest_decode(&record.manifest, &arena, digest, reply->content_type, reply->body,
	        reply->body_length, why)) {
	case MANIFEST_BAD:
		return 0;
	case MANIFEST_SCHEMA1:
		*harmless = true;
		fail(why, ERROR_FAILED, SCHEMA1_SKIPPED);
		return 0;
	case MANIFEST_OK:
		break;
	}
	document_mark_read(scan, digest);
	if (scan_emit(scan, &record, err) != 0 || walk(scan, &record.manifest, mention, err) != 0)
		return -1;
	if (mention->stated_bytes == 0 || mention->stated_bytes == reply->body_length)
		return 1;
	char message[120];
	snprintf(message, sizeof(message), "it has %zu bytes, the index says %llu",
	        reply->body_length, (unsigned long long)mention->stated_bytes);
	return remark(scan, mention, digest, false, message, err) == 0 ? 1 : -1;
}

/* Those that waited, when it is known how it ended: badly if there is a cause. */
static int
settle_tags(struct scan *scan, struct job *waiting, const struct digest *digest, bool harmless,
        const char *cause, struct error *err)
{
	int status = 0;

	/* All are taken from the list, also behind a failure of the sink. */
	for (struct job *tag; (tag = job_pop(&waiting)) != NULL;) {
		if (status != 0)
			job_drop(tag);
		else if (tag->kind != JOB_TAG)
			status = job_end(scan, tag, err);
		else if (cause != NULL)
			status = tag_unread(scan, tag, harmless, cause, err);
		else
			status = tag_read(scan, tag, digest, err);
	}
	return status;
}

static struct job *
take_waiting(struct scan *scan, const struct job *job)
{
	struct job *waiting = scan->documents.at[job->document].waiting;

	scan->documents.at[job->document].waiting = NULL;
	return waiting;
}

/* What a job was made of; nobody would ask if it were not fresh. */
static struct mention
mention_of(const struct job *job)
{
	return (struct mention){ .repository = job->repository,
		.tag = job->name,
		.stated_bytes = job->stated_bytes,
		.is_child = job->is_child,
		.is_referrer = job->is_referrer,
		.fresh = true,
		.depth = job->depth };
}

/* Not read in the repository of the job. Returns who waits there; the others are for
 * ask_elsewhere(). */
static struct job *
note_failure(struct scan *scan, const struct job *job, struct job **others)
{
	struct job *waiting = take_waiting(scan, job), *here = NULL;

	scan->documents.at[job->document].failed_in = job->repository->id;
	*others = NULL;
	for (struct job *each; (each = job_pop(&waiting)) != NULL;)
		job_push(each->repository == job->repository ? &here : others, each);
	return here;
}

/* `status` is that of what was done before. */
static int
ask_elsewhere(struct scan *scan, const struct digest *digest, struct job *others, int status,
        struct error *err)
{
	for (struct job *each; (each = job_pop(&others)) != NULL;) {
		struct mention mention = mention_of(each);
		bool is_tag = each->kind == JOB_TAG;

		if (status == 0) {
			status = document_want(scan, digest, &mention, is_tag ? each : NULL, err);
			if (is_tag)
				continue;
		}
		if (status == 0)
			status = job_end(scan, each, err);
		else
			job_drop(each);
	}
	return status;
}

static int
document_failed(struct scan *scan, const struct job *job, bool harmless, const char *cause,
        struct error *err)
{
	struct job *others, *here = note_failure(scan, job, &others);
	int status = here == NULL ? scan_problem(scan, job, harmless, err, "%s", cause)
	                          : settle_tags(scan, here, &job->digest, harmless, cause, err);

	return ask_elsewhere(scan, &job->digest, others, status, err);
}

static int
read_document(
        struct scan *scan, const struct job *job, const struct http_reply *reply, struct error *err)
{
	struct mention mention = mention_of(job);
	struct job *waiting = take_waiting(scan, job);
	struct error why = { 0 };
	bool harmless = false;
	int taken = document_take(scan, &job->digest, &mention, reply, &why, &harmless, err);

	if (taken > 0)
		return settle_tags(scan, waiting, &job->digest, false, NULL, err);
	if (taken < 0) {
		while (waiting != NULL)
			job_drop(job_pop(&waiting));
		return -1;
	}
	scan->documents.at[job->document].waiting = waiting;
	return document_failed(scan, job, harmless, why.message, err);
}

/* A known child is here. */
static int
known_is_here(struct scan *scan, const struct job *job, struct error *err)
{
	struct mention mention = mention_of(job);
	struct job *waiting = take_waiting(scan, job);
	int known = walk_known(scan, &job->digest, &mention, err);

	if (known > 0)
		return settle_tags(scan, waiting, &job->digest, false, NULL, err);
	while (waiting != NULL)
		job_drop(job_pop(&waiting));
	return known < 0 ? -1 : fail(err, ERROR_FAILED, "the store has lost a manifest");
}

static int
child_is_absent(struct scan *scan, const struct job *job, struct error *err)
{
	struct record record = { .kind = RECORD_ABSENT,
		.absent = { .repository = job->repository->name, .digest = job->digest } };

	struct job *others, *here = note_failure(scan, job, &others);
	int status = settle_tags(scan, here, &job->digest, false, NULL, err);

	if (status == 0)
		status = scan_emit(scan, &record, err);
	return ask_elsewhere(scan, &job->digest, others, status, err);
}

/* Does a tag of the same repository wait for it? */
static bool
has_tags(const struct scan *scan, const struct job *job)
{
	const struct job *each = scan->documents.at[job->document].waiting;

	while (each != NULL && (each->kind != JOB_TAG || each->repository != job->repository))
		each = each->next;
	return each != NULL;
}

int
manifest_done(struct scan *scan, struct job *job, const struct http_reply *reply, struct error *err)
{
	struct error why = { 0 };
	char cause[CAUSE_SIZE];

	/* Indexes are copied without all their children. */
	if (reply->status == 404 && job->is_child && !has_tags(scan, job))
		return job->is_referrer
		               ? document_failed(scan, job, true,
		                         "a referrer, but the registry does not have it (HTTP 404)",
		                         err)
		               : child_is_absent(scan, job, err);
	if (job->head && (reply->status == 405 || reply->status == 501)) {
		struct mention mention = mention_of(job);
		ask_for(scan, &job->digest, &mention, job->document, false);
		return 0;
	}
	if (!answer_is_good(scan, reply, cause))
		return document_failed(scan, job, false, cause, err);
	if (media_type_parse(reply->content_type) == MEDIA_DOCKER_SCHEMA1)
		return document_failed(scan, job, true, SCHEMA1_SKIPPED, err);
	if (job->head)
		return known_is_here(scan, job, err);
	if (verify_digest(&job->digest, reply, &why) != 0)
		return document_failed(scan, job, false, why.message, err);
	return read_document(scan, job, reply, err);
}
