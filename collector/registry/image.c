/*
 * What belongs to one image beside its manifest: the config, which has the DiffIDs, and the
 * documents that refer to it (OCI 1.1), if asked for.
 */
#include "collector/registry/scan.h"

#include <stdio.h>

#include "collector/registry/manifest.h"

/* Values of configs_by_digest; others are the id of the repository where it could not be read. */
#define CONFIG_MET 0

int
config_want(struct scan *scan, const struct mention *mention,
        const struct record_manifest *manifest, struct error *err)
{
	const struct known *known = &scan->context->known;
	uint32_t value = map_get(&scan->configs_by_digest, &manifest->config);

	if (value == CONFIG_MET || value == mention->repository->id)
		return 0;
	map_set(&scan->configs_by_digest, &manifest->config, CONFIG_MET);
	int found =
	        known->config == NULL ? 0 : known->config(known->context, &manifest->config, err);
	if (found != 0)
		return found < 0 ? -1 : 0;
	struct job *job = job_new(JOB_CONFIG, mention->repository);
	job->digest = manifest->config;
	snprintf(job->name, sizeof(job->name), "%s", mention->tag);
	job->stated_bytes = manifest->config_size_bytes;
	job_push(&scan->configs, job);
	return 0;
}

static int
config_failed(struct scan *scan, const struct job *job, const char *cause, struct error *err)
{
	map_set(&scan->configs_by_digest, &job->digest, job->repository->id);
	return scan_problem(scan, job, false, err, "%s", cause);
}

int
config_done(struct scan *scan, struct job *job, const struct http_reply *reply, struct error *err)
{
	auto_arena arena = { 0 };
	struct record record = { .kind = RECORD_CONFIG };
	struct error why = { 0 };
	char cause[CAUSE_SIZE];

	if (!answer_is_good(scan, reply, cause))
		return config_failed(scan, job, cause, err);
	if (verify_digest(&job->digest, reply, &why) != 0 ||
	        config_decode(&record.config, &arena, &job->digest, reply->body, reply->body_length,
	                &why) != 0)
		return config_failed(scan, job, why.message, err);
	if (scan_emit(scan, &record, err) != 0)
		return -1;
	if (job->stated_bytes == reply->body_length)
		return 0;
	return scan_problem(scan, job, false, err, "it has %zu bytes, the manifest says %llu",
	        reply->body_length, (unsigned long long)job->stated_bytes);
}

void
referrers_want(struct scan *scan, const struct mention *mention, const struct digest *subject)
{
	if (!scan->options->referrers || scan->referrers_state == REFERRERS_NO)
		return;
	struct job *job = job_new(JOB_REFERRERS, mention->repository);
	job->digest = *subject;
	snprintf(job->name, sizeof(job->name), "%s", mention->tag);
	job_push(&scan->referrers, job);
}

/* The registry does not have them: nobody asks again. */
static int
referrers_give_up(struct scan *scan, struct error *err)
{
	int status = 0;

	scan->referrers_state = REFERRERS_NO;
	for (struct job *job; (job = job_pop(&scan->referrers)) != NULL;) {
		if (status == 0)
			status = job_end(scan, job, err);
		else
			job_drop(job);
	}
	return status;
}

static int
want_referrers(struct scan *scan, const struct job *job, const struct record_manifest *list,
        struct error *err)
{
	for (size_t i = list->child_count; i-- > 0;) {
		struct mention mention = { .repository = job->repository,
			.tag = job->name,
			.stated_bytes = list->children[i].size_bytes,
			.is_child = true,
			.is_referrer = true,
			.depth = 1 };

		if (document_want(scan, &list->children[i].digest, &mention, NULL, err) != 0)
			return -1;
	}
	return 0;
}

int
referrers_done(
        struct scan *scan, struct job *job, const struct http_reply *reply, struct error *err)
{
	static const struct digest made_up = { 0 }; /* the list is made for us: it has no digest */
	bool first = scan->referrers_state == REFERRERS_PROBED;
	auto_arena arena = { 0 };
	struct record_manifest list;
	struct error why = { 0 };
	char cause[CAUSE_SIZE];

	if (first)
		scan->referrers_state = REFERRERS_UNKNOWN;
	if (reply->outcome == HTTP_ANSWERED && reply->status >= 400 && reply->status < 500 && first)
		return referrers_give_up(scan, err);
	if (!answer_is_good(scan, reply, cause))
		return scan_problem(scan, job, false, err, "%s", cause);
	if (manifest_decode(&list, &arena, &made_up, reply->content_type, reply->body,
	            reply->body_length, &why) != MANIFEST_OK ||
	        list.kind != MANIFEST_INDEX) {
		if (first)
			return referrers_give_up(scan, err);
		return scan_problem(scan, job, false, err, "not an index: %s", why.message);
	}
	scan->referrers_state = REFERRERS_YES;
	if (*reply->link != '\0' &&
	        scan_problem(scan, job, false, err, "only the first page was read") != 0)
		return -1;
	return want_referrers(scan, job, &list, err);
}
