/* What goes when a set of images is deleted: the rules are in explain.h. */
#ifndef ANALYZER_MODEL_DELETION_H
#define ANALYZER_MODEL_DELETION_H

#include "analyzer/model/snapshot.h"

struct deletion {
	bool *gone;            /* per manifest */
	uint64_t *frees_bytes; /* per source; summed up for both kinds: */
	uint64_t frees_registry_bytes, frees_layout_bytes;
};

/* `images`: per image, in the set or not. In the arena. Linear like places_build(). */
void deletion_build(struct deletion *deletion, const struct snapshot *snapshot, const bool *images,
        struct arena *arena);

#endif
