/*
 * What a pull transfers (model.md 4), by the rule of the engine that pulls. Bodies only: a HEAD
 * costs nothing. Pure, over numbers of digests (pull_catalog.h hands them out).
 *
 *	pull_state_clear(&state, rule);         nothing is there
 *	pull_put(&state, number, PULL_CHAIN);   or what a store has: pull_catalog_fill()
 *	pull_ask(&state, image, fetched);       what a pull would transfer; changes nothing
 *	pull_do(&state, image);                 the same, and then it is there
 *
 * The rules
 *
 *	docker       Documents and config are kept while an image holds them. Of the layers the
 *	             longest prefix is there whose blob digests it has a diff ID for and whose
 *	             ChainID exists; everything above is fetched, known elsewhere or not.
 *	containerd   A layer is there if its ChainID is, in this namespace, with all below it; else
 *	             if the blob is in the content pool, whoever put it there. Documents and configs
 *	             are blobs like others.
 *	storage      containers/storage: index, manifest and config are fetched again each time. A
 *	             layer is there if its blob digest is known. If only its diff ID is, the
 *engine's cache of blob digests may know better: an upper bound.
 */
#ifndef ANALYZER_MODEL_PULL_H
#define ANALYZER_MODEL_PULL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/vec.h"

enum pull_rule { PULL_DOCKER, PULL_CONTAINERD, PULL_STORAGE };

struct pull_document {
	uint32_t digest;
	uint64_t size_bytes;
};

struct pull_layer {
	uint32_t blob, diff_id, chain; /* the last two NONE if the config is not known */
	uint64_t size_bytes;
	bool again; /* this blob is below already */
};

/* One way to one image. */
struct pull_image {
	const struct pull_document *documents; /* indexes on the way, then the manifest */
	uint32_t document_count;
	uint32_t config;
	uint64_t config_bytes;
	const struct pull_layer *layers; /* bottom first */
	uint32_t layer_count;
};

/* What is known of a digest in a store. */
enum pull_mark {
	PULL_BLOB = 1,    /* a document, config or layer that is kept, or known by its digest */
	PULL_CHAIN = 2,   /* a ChainID that is unpacked */
	PULL_DIFF_ID = 4, /* of a layer that is unpacked, whatever is below it */
	PULL_IMAGE = 8,   /* the config of an image */
};

struct pull_known {
	uint32_t stamp;
	uint32_t diff_id; /* docker: what the engine maps this blob to */
	uint32_t marks;
};

/* Zeroed, then pull_state_clear(). */
struct pull_state {
	enum pull_rule rule;
	bool discards; /* containerd throws blobs away once they are unpacked */
	/* The engine knows more blobs than we could read, so it may fetch less. */
	bool partly_known;
	VEC(struct pull_known) known; /* per number */
	uint32_t now;
	VEC(bool) fetched;
};

struct pull {
	uint64_t blob_bytes;     /* layers and config */
	uint64_t manifest_bytes; /* documents: indexes, manifest */
	uint32_t layers;         /* fetched */
	bool upper_bound;        /* else exact */
};

#define auto_pull_state __attribute__((cleanup(pull_state_release))) struct pull_state

/* Sets `again`. */
void pull_mark_repeated(struct pull_layer *layers, uint32_t count);

void pull_state_clear(struct pull_state *state, enum pull_rule rule);
void pull_state_release(struct pull_state *state);
void pull_put(struct pull_state *state, uint32_t number, enum pull_mark mark);
/* docker: this blob has that diff ID. */
void pull_put_mapping(struct pull_state *state, uint32_t blob, uint32_t diff_id);

/* `fetched`, if not NULL, is set per layer. Of a blob that is twice in the image, the lower one. */
struct pull pull_ask(const struct pull_state *state, const struct pull_image *image, bool *fetched);
struct pull pull_do(struct pull_state *state, const struct pull_image *image);

#endif
