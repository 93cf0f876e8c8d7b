/*
 * A registry without a network: a table of answers, and a transport over it. What is asked is
 * written down, and the n-th question can go wrong.
 */
#ifndef TESTS_SUPPORT_ANSWERS_H
#define TESTS_SUPPORT_ANSWERS_H

#include "collector/registry/scan.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/vec.h"
#include "tests/support/random.h"

struct answer {
	const char *request; /* "GET /v2/_catalog?n=1000" */
	long status;
	const char *type, *digest, *link, *challenge, *body;
	const char *authorization; /* without it the answer is 401 and the challenge */
};

struct answers {
	struct arena arena;
	VEC(struct answer) table;
	size_t parallel;      /* questions at once; 0 = 1 */
	size_t fail_at;       /* this question breaks the connection, from 1; 0 = none */
	bool stay_down;       /* and so do all behind it */
	bool shuffled;        /* answers come in any order, and each tenth breaks the connection */
	struct random random; /* for that: its state is the seed */
	volatile int *stop_at_failure; /* set instead of failing */
	size_t count;
	struct buf asked; /* one line a question, without "/v2/" */
};

void answers_release(struct answers *answers);
struct transport answers_transport(struct answers *answers);
/* Adds or replaces. Strings are copied; %-formats in the request. */
struct answer *answers_add(struct answers *answers, long status, const char *body,
        const char *request, ...) __attribute__((format(printf, 4, 5)));

/* "sha256:…" of a text, in the arena. */
const char *answers_digest(struct answers *answers, const char *body);
/* A document under its digest, and under a tag unless that is NULL (HEAD and GET). Its digest. */
const char *answers_document(struct answers *answers, const char *repository, const char *tag,
        const char *type, const char *body);
/* An image of one layer named by `seed`, with its config. */
const char *answers_image(
        struct answers *answers, const char *repository, const char *tag, const char *seed);
/* A descriptor: {"mediaType":…,"digest":…,"size":…EXTRA}. */
const char *answers_descriptor(struct answers *answers, const char *type, const char *digest,
        size_t size_bytes, const char *extra);
/* What was asked since the last call. */
const char *answers_asked(struct answers *answers);

#define OCI_INDEX    "application/vnd.oci.image.index.v1+json"
#define OCI_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define OCI_CONFIG   "application/vnd.oci.image.config.v1+json"
#define OCI_LAYER    "application/vnd.oci.image.layer.v1.tar+gzip"

#endif
