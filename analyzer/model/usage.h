/*
 * usage: logical and actual bytes per source (model.md 5). Pure.
 *
 *	logical  Σ over distinct image manifests of (layers + config + manifest) + other
 *	actual   Σ over distinct blobs, configs and manifests that references reach
 *	other    indexes, attestations, artifacts, referrers: distinct, in both
 *	ideal    unknown until the ladder is built: has_ideal false, and why
 */
#ifndef ANALYZER_MODEL_USAGE_H
#define ANALYZER_MODEL_USAGE_H

#include "analyzer/model/place.h"

struct usage_row {
	uint32_t source;                            /* NONE for the total */
	uint32_t repositories, tags, images, blobs; /* tags: references; images: distinct manifests;
	                                               blobs: as often as actual counts them */
	uint64_t other_bytes, logical_bytes, actual_bytes;
	uint32_t foreign_layers, absent_children;
};

struct usage {
	struct usage_row *registries; /* in source order */
	uint32_t registry_count;
	struct usage_row *layouts;
	uint32_t layout_count;
	struct usage_row total; /* over the registries only; blobs in two registries count twice */
};

struct usage *usage_build(
        const struct snapshot *snapshot, const struct places *places, struct arena *arena);

#endif
