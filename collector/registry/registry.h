/*
 * The registry collector: OCI distribution-spec v2 over collector/http.h.
 *
 * The way of one image, each arrow one request, each box one file or function:
 *
 *	target ─▶ catalogue pages ─▶ tag pages ─▶ HEAD tag ─▶ GET manifest ─▶ GET config ─▶ records
 *	              (list)           (list)      digest       unless known    unless known
 *	                                                 └── index ─▶ its children, nested ≤ 3
 *
 * Requests for an unchanged registry: the lists and one HEAD per tag. For a new image: two more.
 */
#ifndef COLLECTOR_REGISTRY_REGISTRY_H
#define COLLECTOR_REGISTRY_REGISTRY_H

#include "collector/collector.h"
#include "schema/platform.h"

/* Limits of one scan; beyond them the scan is partial and says so. */
#define REGISTRY_MAX_PAGES          10000 /* of the catalogue, and of each tag list */
#define REGISTRY_MAX_BARREN_PAGES   100   /* in a row that bring nothing new */
#define REGISTRY_MAX_REPOSITORIES   1000000
#define REGISTRY_MAX_TAGS           100000 /* per repository */
#define REGISTRY_MAX_LIST_BYTES     (4 << 20)
#define REGISTRY_MAX_MANIFEST_BYTES (4 << 20)
#define REGISTRY_MAX_CONFIG_BYTES   (4 << 20)
#define REGISTRY_MAX_INDEX_DEPTH    3
#define REGISTRY_MAX_SCAN_SECONDS   (12 * 3600)
/* Unreachable, broken, slow, 429, 502-504, or never let in (401): then the host is given up. */
#define REGISTRY_MAX_FAILURES_IN_ROW 5
/* Then the rest of that repository is left out, in one sentence. */
#define REGISTRY_MAX_FAILURES_IN_REPOSITORY 100

enum target_kind {
	TARGET_CATALOGUE,  /* HOST */
	TARGET_NAMESPACE,  /* HOST/NS/ : the catalogue, restricted to that prefix */
	TARGET_REPOSITORY, /* HOST/REPO : all its tags */
	TARGET_REFERENCE,  /* HOST/REPO:TAG or HOST/REPO@DIGEST */
};

/* One line of the command or of an @FILE, parsed. */
struct target {
	enum target_kind kind;
	char host[256];
	char repository[256]; /* a namespace without its last '/' for TARGET_NAMESPACE */
	char tag[129];        /* "" unless TARGET_REFERENCE by tag */
	struct digest digest; /* set iff TARGET_REFERENCE by digest */
};

/* HOST, HOST/NS/, HOST/REPO, HOST/REPO:TAG, HOST/REPO@DIGEST. A missing host is an error that
 * says so ("'ubuntu' names no registry; write HOST/ubuntu"); a scheme too ("leave out http://"). */
int target_parse(struct target *target, const char *text, struct error *err) must_check;

struct registry_options {
	const char *host;             /* "127.0.0.1:5000": the source's name */
	const struct target *targets; /* all of this host */
	size_t target_count;
	const char *const *include; /* globs over repository names; none = all */
	size_t include_count;
	const char *const *exclude;
	size_t exclude_count;
	const char *tags;                /* glob over tag names; NULL = all */
	const struct platform *platform; /* children of indexes to read; NULL = all */
	bool plain_http;                 /* loopback hosts are plain http anyway */
	/* Ask the OCI 1.1 referrers API about every image (signatures, bills of material). One
	 * request more per image and scan, so off by default; a registry that does not have it is
	 * asked once. What lies under tags (cosign's sha256-….sig) is read anyway. */
	bool referrers;
	unsigned connections;   /* 0 = 6 */
	long timeout_ms;        /* of a whole request; 0 = 60,000 */
	long low_speed_seconds; /* slower than 1 KiB/s for so long is given up; 0 = 30 */
};

/*
 * Emits one whole scan. -1 only for sink and misuse errors. include and exclude are about every
 * repository, however it came in; tags only about lists (a tag that was named is read).
 */
int registry_collect(const struct registry_options *options, const struct collect_context *context,
        struct collect_result *result, struct error *err) must_check;

#endif
