/*
 * What references reach: the children of indexes, and what refers to something reached. One walk
 * after the other over the same tables, each linear in what it finds:
 *
 *	reach_begin(&reach, source);
 *	reach_from(&reach, reference.manifest);
 *	... reach.found[0 … found_count − 1], reach_has(&reach, manifest)
 *
 * A referrer that some reference reaches is found by that way only; the others, which we know from
 * the referrers API alone, are wherever their subject is.
 */
#ifndef ANALYZER_MODEL_REACH_H
#define ANALYZER_MODEL_REACH_H

#include "analyzer/model/links.h"
#include "analyzer/model/place.h"

struct reach {
	const struct snapshot *snapshot;
	struct links about; /* per manifest those that have it as subject */
	bool *by_reference; /* per manifest: some reference reaches it without its subject */
	bool *closed;       /* per manifest: not entered */
	uint32_t *stamps, now;
	uint32_t *found, found_count;
	/* What the source of the walk does not have is not entered through an index. */
	uint32_t source;          /* NONE = has everything */
	uint32_t *child_absent;   /* per child: its number among absent digests, or NONE */
	uint32_t *absent_numbers; /* the same per row of snapshot.absent */
	uint32_t *absent_in;   /* per number: 1 + the source that lacks it, if that is `source` */
	uint32_t absent_count; /* numbers */
};

/* Everything in the arena, which must live as long. `options` as in place.h, NULL = none. */
void reach_init(struct reach *reach, const struct snapshot *snapshot,
        const struct place_options *options, struct arena *arena);
/* A walk in one source; NONE = wherever documents are. */
void reach_begin(struct reach *reach, uint32_t source);
/* Adds what this manifest leads to, itself included, unless it is closed or already found. */
void reach_from(struct reach *reach, uint32_t manifest);

/* Does the source of the walk lack this child (an index into snapshot.children)? */
static inline bool
reach_lacks(const struct reach *reach, uint32_t child)
{
	uint32_t number = reach->child_absent[child];

	return number != NONE && reach->source != NONE &&
	       reach->absent_in[number] == reach->source + 1;
}

static inline bool
reach_has(const struct reach *reach, uint32_t manifest)
{
	return reach->stamps[manifest] == reach->now;
}

/* Per manifest those that have it as subject. */
void reach_about(struct links *about, const struct snapshot *snapshot, struct arena *arena);
/* Per manifest the indexes that name it, as often as they do. */
void reach_parents(struct links *parents, const struct snapshot *snapshot, struct arena *arena);
/* Marks in `leads`, per manifest, the images of the platform (all, if NULL) and every index that
 * leads to one. */
void reach_leading(const struct snapshot *snapshot, const struct links *parents,
        const struct platform *platform, bool *leads);

#endif
