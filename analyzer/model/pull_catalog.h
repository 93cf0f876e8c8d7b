/*
 * What can be pulled, and what stores have of it: digests as numbers, for pull.h.
 *
 * Of the ways to one image the cheapest counts: the manifest that a reference of a registry or
 * layout leads to, directly or through the smallest indexes, or that a store has documents of.
 */
#ifndef ANALYZER_MODEL_PULL_CATALOG_H
#define ANALYZER_MODEL_PULL_CATALOG_H

#include "analyzer/model/pull.h"
#include "analyzer/model/snapshot.h"
#include "common/map.h"

struct pull_catalog {
	const struct snapshot *snapshot;
	struct arena arena;
	struct map numbers;               /* per digest */
	VEC(struct digest) digests;       /* per number */
	struct pull_way *ways;            /* per manifest */
	const struct pull_image **images; /* per image of the snapshot the cheapest, once asked */
};

#define auto_pull_catalog __attribute__((cleanup(pull_catalog_release))) struct pull_catalog

void pull_catalog_init(struct pull_catalog *catalog, const struct snapshot *snapshot);
void pull_catalog_release(struct pull_catalog *catalog);

/* The number of a digest; NONE for no digest. */
uint32_t pull_number(struct pull_catalog *catalog, const struct digest *digest);
const struct digest *pull_digest(const struct pull_catalog *catalog, uint32_t number);
/* By this manifest, through what the reference points at (NONE: by the smallest documents). */
const struct pull_image *pull_image_by(
        struct pull_catalog *catalog, uint32_t manifest, uint32_t reference);
/* By the cheapest known manifest; NULL if none is known. */
const struct pull_image *pull_image_cheapest(
        struct pull_catalog *catalog, const struct snap_appearance *appearance);

/* What the engine of a store does (pull_store.c). */
enum pull_rule pull_rule_of(const struct snap_store *store);
/* The state of a store as it is now. */
void pull_catalog_fill(struct pull_catalog *catalog, uint32_t store, struct pull_state *state);

#endif
