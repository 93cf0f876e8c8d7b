/*
 * One scan of one registry, from inside: what the files of this folder share. Nobody outside
 * includes this.
 *
 *	plan.c      targets → which repositories, and which of their tags
 *	queue.c     what to ask next: deepest first, so that little is open at once
 *	list.c      catalogue and tag lists, page after page
 *	tag.c       a tag → a digest
 *	document.c  a digest → manifest or index, and what it names
 *	image.c     configs of images, referrers
 *	login.c     401 → credentials
 *	failure.c   what went wrong, in words; when to give up
 *	scan.c      begin, run, end
 */
#ifndef COLLECTOR_REGISTRY_SCAN_H
#define COLLECTOR_REGISTRY_SCAN_H

#include "collector/http.h"
#include "collector/registry/registry.h"
#include "common/buf.h"
#include "common/map.h"
#include "common/vec.h"

/* A set of names or URLs, kept as 16 bytes of their sha256. */
#define NAME_KEY_BYTES 16
/* True if the text was not in the set; it is now. */
bool name_set_add(struct map *set, const char *text);

/* The state of a list that comes in pages. */
struct pages {
	char *url;      /* of the page to ask for next, or under way; NULL = none */
	bool under_way; /* asked for, not answered */
	bool complete;  /* the last page was read, without error */
	unsigned count;
	unsigned barren; /* pages in a row without a new name */
	struct map seen; /* URLs that were asked for */
};

/* A repository while something of it is under way. */
struct repository {
	struct repository *next;
	char *name;
	uint32_t id;       /* never 0 */
	bool from_list;    /* found in the catalogue, not named by the user */
	bool wants_list;   /* all tags, not only those named */
	bool cut;          /* not every tag became known */
	unsigned failures; /* problems in it; from a limit on it is given up */
	uint64_t tags_left,
	        documents_left; /* not read because of that, or because the scan ended */
	unsigned jobs;          /* that refer to it; closed when the last one ends */
	struct buf names;       /* tags (and digests as text) to read, each ending in NUL */
	size_t cursor;          /* what is before it was begun */
	size_t asked_end;       /* names before it were named by the user */
	struct map seen;        /* tags met */
	struct pages tags;
};

#define CAUSE_SIZE 700

enum job_kind {
	JOB_NONE, /* never asked: a problem of the whole registry */
	JOB_CATALOGUE,
	JOB_TAGS,
	JOB_TAG,
	JOB_MANIFEST,
	JOB_CONFIG,
	JOB_REFERRERS,
};

/* One request, and behind a tag's answer the tag that waits for its manifest. */
struct job {
	struct job *next; /* in one of the stacks */
	enum job_kind kind;
	struct repository *repository; /* NULL for the catalogue */
	char name[DIGEST_TEXT_SIZE];   /* the tag that led here, or a digest as text */
	bool asked;                    /* the user named this tag */
	bool get;                      /* JOB_TAG by GET: new, or HEAD did not help */
	struct digest pointed_at;      /* JOB_TAG: at the last scan; not set = new */
	struct digest digest;          /* of the manifest or config, or the subject of referrers */
	uint64_t stated_bytes;         /* as its descriptor says */
	bool is_child;                 /* an index names it */
	bool is_referrer;              /* the referrers API does */
	bool head;                     /* JOB_MANIFEST: known, is it here as well? */
	unsigned depth;                /* indexes above it */
	uint32_t document;             /* JOB_MANIFEST: index in scan.documents */
	unsigned login;                /* scan.login when it was sent */
	unsigned attempts;
};

/* A document that is being fetched, or could not be. */
struct document {
	/* Tags that point at it, and indexes in other repositories that name it. */
	struct job *waiting;
	uint32_t asked_in;  /* id of the repository */
	uint32_t failed_in; /* id of the repository where it could not be read; 0 = pending */
	uint32_t next_free;
};

enum referrers_state {
	REFERRERS_UNKNOWN,
	REFERRERS_PROBED, /* the first question is under way */
	REFERRERS_YES,
	REFERRERS_NO,
};

struct scan {
	const struct registry_options *options;
	const struct collect_context *context;
	struct collect_result *result;
	struct http *http; /* for its counters; NULL in tests */
	char base[300];    /* "http://127.0.0.1:5000" */
	struct buf url;    /* of the request being made */
	int64_t started_ms, next_progress_ms;

	/* What is to be asked, most urgent first. All stacks but the lists of names. */
	struct job *retries, *configs, *manifests, *referrers;
	struct repository *open;
	const struct target **targets; /* repositories and references, sorted by repository */
	size_t target_count, target_cursor;
	struct buf waiting; /* names from the catalogue, each ending in NUL */
	size_t waiting_cursor;
	struct pages catalogue;
	size_t catalogue_names; /* that it listed */

	/* What was met. */
	struct map repositories; /* names */
	struct map documents_by_digest;
	struct map walked_in; /* per index the id of the repository that it was last walked in */
	VEC(struct document) documents;
	uint32_t free_document; /* MAP_NONE = none */
	struct map configs_by_digest;
	uint32_t last_repository_id;
	uint64_t references_read;
	uint64_t tags_filtered; /* by the pattern for tags */
	bool head_is_useless;
	enum referrers_state referrers_state;

	/* How it goes. */
	char authorization[6144]; /* "" = anonymous */
	char refusal[CAUSE_SIZE]; /* why the last 401 is final */
	unsigned login;           /* counts changes of it */
	bool let_in;              /* something was answered with 2xx */
	unsigned failures;        /* in a row */
	bool over;                /* nothing new is begun */
	char why_over[160];
};

/* --- plan.c --- */

/* Sorts the targets that name repositories; those that the globs leave out are mentioned. */
int plan_begin(struct scan *scan, struct error *err) must_check;
/* Whether the catalogue is needed at all. */
bool plan_wants_catalogue(const struct scan *scan);
/* Is this repository of the catalogue asked for? */
bool plan_wants(const struct scan *scan, const char *repository);
/* It waits for its turn. */
void plan_add(struct scan *scan, const char *repository);
/* Opens the next repository; NULL when none waits. */
struct repository *plan_open_next(struct scan *scan);
/* How many have not been opened. */
size_t plan_left(const struct scan *scan);

/* --- queue.c --- */

/* http_work.next: the most urgent request. */
int queue_next(void *context, struct http_request *request, void **job);
struct job *job_new(enum job_kind kind, struct repository *repository);
void job_push(struct job **stack, struct job *job);
struct job *job_pop(struct job **stack);
/* Frees it; closes its repository when this was the last and nothing is left to begin. */
int job_end(struct scan *scan, struct job *job, struct error *err) must_check;
/* Frees it and no more. */
void job_drop(struct job *job);

/* --- list.c --- */

void pages_begin(struct pages *pages, const char *url);
void pages_release(struct pages *pages);
int catalogue_done(struct scan *scan, struct job *job, const struct http_reply *reply,
        struct error *err) must_check;
int tags_done(struct scan *scan, struct job *job, const struct http_reply *reply,
        struct error *err) must_check;

/* Adds a tag to read, unless it was met already. */
bool repository_add_tag(struct scan *scan, struct repository *repository, const char *tag);

/* --- tag.c (these take over the job, also when they fail) --- */

#define SCHEMA1_SKIPPED "Docker schema 1, legacy: skipped"

int tag_done(struct scan *scan, struct job *job, const struct http_reply *reply,
        struct error *err) must_check;
/* The tag points at this document, which was read. */
int tag_read(struct scan *scan, struct job *job, const struct digest *digest,
        struct error *err) must_check;
/* The tag stays unread; the cause becomes a problem. */
int tag_unread(struct scan *scan, struct job *job, bool harmless, const char *cause,
        struct error *err) must_check;

/* --- document.c --- */

/* Where a document was named. */
struct mention {
	struct repository *repository;
	const char *tag;       /* that led there */
	uint64_t stated_bytes; /* 0 = not stated */
	bool is_child;
	bool is_referrer;
	/* By a tag that is new or has moved, or an index that was not known: what the receiver has
	 * from elsewhere need not be in this registry. */
	bool fresh;
	unsigned depth;
};

/* Wants it read and walked, once. `tag` (NULL = none) waits for it and is taken over, also when
 * this fails. */
int document_want(struct scan *scan, const struct digest *digest, const struct mention *mention,
        struct job *tag, struct error *err) must_check;
bool document_is_pending(const struct scan *scan, const struct digest *digest);
/* A verified body: 1 read, 0 not (the cause is in *why), -1 failure. */
int document_take(struct scan *scan, const struct digest *digest, const struct mention *mention,
        const struct http_reply *reply, struct error *why, bool *harmless,
        struct error *err) must_check;
int manifest_done(struct scan *scan, struct job *job, const struct http_reply *reply,
        struct error *err) must_check;
/* 0, or -1 and why the body is not what the digest says. */
int verify_digest(
        const struct digest *digest, const struct http_reply *reply, struct error *why) must_check;

/* --- image.c --- */

int config_want(struct scan *scan, const struct mention *mention,
        const struct record_manifest *manifest, struct error *err) must_check;
int config_done(struct scan *scan, struct job *job, const struct http_reply *reply,
        struct error *err) must_check;
void referrers_want(struct scan *scan, const struct mention *mention, const struct digest *subject);
int referrers_done(struct scan *scan, struct job *job, const struct http_reply *reply,
        struct error *err) must_check;

/* --- login.c --- */

/* After a 401: true if the request is to be sent again, with (other) credentials; else the cause
 * says what to do. */
bool login_again(struct scan *scan, struct job *job, const struct http_reply *reply, char *cause,
        size_t size);

/* --- failure.c --- */

/* True for an answer with status 2xx; else the cause in words. */
bool answer_is_good(
        const struct scan *scan, const struct http_reply *reply, char cause[CAUSE_SIZE]);
/* Counts failures in a row; sets scan.over when there are too many. */
void failure_note(struct scan *scan, const struct http_reply *reply);
/* Nothing new is begun from now on. The first reason stays. */
void scan_stop(struct scan *scan, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool repository_is_given_up(const struct repository *repository);
/* Drops a job that will not be done any more, with the tags that wait for it, and counts it. */
void scan_forget(struct scan *scan, struct job *job);
/* What has not been begun of this repository will not be. */
void repository_forget_rest(struct repository *repository);
/* The same for everything. */
void scan_forget_all(struct scan *scan);
/* After the run: counts what is left, closes what is open, and says so in one problem. */
int scan_drain(struct scan *scan, struct error *err) must_check;

/* --- scan.c --- */

/* What carries the requests: http_run(), or a table of answers in a test. */
struct transport {
	int (*run)(void *context, const struct http_work *work, struct error *err);
	void *context;
	struct http *http; /* may be NULL */
};
/* registry_collect() over any transport. */
int scan_over(const struct transport *transport, const struct registry_options *options,
        const struct collect_context *context, struct collect_result *result,
        struct error *err) must_check;

/* Emits the record of a repository, and forgets it. */
int repository_close(
        struct scan *scan, struct repository *repository, struct error *err) must_check;
/* Mentions a repository that exists and is not asked for. */
int scan_skip(struct scan *scan, const char *repository, struct error *err) must_check;

int scan_emit(struct scan *scan, const struct record *record, struct error *err) must_check;
/* A problem at "repository:tag", "repository@digest", "repository" or "catalogue"; which child or
 * config it is about stands before the message. */
int scan_problem(struct scan *scan, const struct job *job, bool harmless, struct error *err,
        const char *format, ...) __attribute__((format(printf, 5, 6))) must_check;

#endif
