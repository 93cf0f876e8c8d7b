/*
 * The report: every answer over one snapshot, as numbers and findings without display strings.
 * Commands, the HTML page and later the TUI render it; none of them computes. A pure function:
 * same snapshot and options, same bytes out.
 */
#ifndef ANALYZER_MODEL_REPORT_H
#define ANALYZER_MODEL_REPORT_H

#include "analyzer/model/attribution.h"
#include "analyzer/model/bases.h"
#include "analyzer/model/content_usage.h"
#include "analyzer/model/memory_usage.h"
#include "analyzer/model/naming.h"
#include "analyzer/model/network_usage.h"
#include "analyzer/model/node_images.h"
#include "analyzer/model/store_usage.h"
#include "analyzer/model/usage.h"

struct report_options {
	const struct platform *platform; /* NULL = all */
	struct base_options bases;
	uint32_t resident_permille; /* memory_usage.h; 0 = the usual */
};

struct report {
	const struct snapshot *snapshot;
	struct trie *trie;
	struct naming *names;
	struct places *places;
	struct usage *usage;
	struct store_usage *stores;  /* of nodes */
	struct content_row *content; /* per store */
	struct memory_usage *memory;
	struct network_usage *network;
	struct node_images *node_images;
	struct attribution *attribution;
	struct bases *bases;
};

/* In the arena; refers to the snapshot, which must live as long. */
struct report *report_build(
        const struct snapshot *snapshot, const struct report_options *options, struct arena *arena);

/* "host/repo:tag" or "host/repo@sha256:…" of a reference, in the arena. */
const char *report_reference_name(
        const struct snapshot *snapshot, uint32_t reference, struct arena *arena);
/* The references that lead to an image, directly or through an index, in order. Returns how many.
 * The list belongs to the report. */
uint32_t report_image_references(const struct report *report, uint32_t image, struct arena *arena,
        const uint32_t **references);
/* True if a source is older, failed or partial: an answer over it is not complete. */
bool report_is_incomplete(const struct snapshot *snapshot);

#endif
