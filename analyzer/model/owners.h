/* The names that own a base's chain, best first: the rule is in bases.h. */
#ifndef ANALYZER_MODEL_OWNERS_H
#define ANALYZER_MODEL_OWNERS_H

#include "analyzer/model/bases.h"

struct owner {
	uint32_t reference;
	uint32_t image; /* the oldest, then lowest, that it leads to */
	bool marked, official, layout;
	int64_t created_at; /* INT64_MAX = unknown */
	const char *name;
};

struct owners {
	const struct snapshot *snapshot;
	const struct trie *trie;
	const struct naming *names;
	const struct base_options *options;
	const bool *takes_part; /* per image */
	struct owner *rows;     /* of the current base */
	uint32_t row_count;
	uint32_t *row_of; /* per reference, if that row is of this reference */
};

/* Tables for all bases, in the arena. */
void owners_init(struct owners *owners, const struct snapshot *snapshot, const struct trie *trie,
        const struct naming *names, const struct base_options *options, const bool *takes_part,
        struct arena *arena);
/* Fills owners, names, platform and several_owners of a base; an unnamed one stays as it is. */
void owners_fill(struct owners *owners, struct base *base, struct arena *arena);

#endif
