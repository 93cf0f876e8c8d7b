/*
 * Who names which image: the references that lead to it, directly or through indexes, and the
 * repositories of these.
 */
#ifndef ANALYZER_MODEL_NAMING_H
#define ANALYZER_MODEL_NAMING_H

#include "analyzer/model/links.h"
#include "analyzer/model/snapshot.h"

struct naming {
	struct links references;   /* per image, ascending */
	struct links repositories; /* per image, ascending, each once */
};

/* "host/repo:tag" or "host/repo@sha256:…", in the arena. */
const char *naming_reference(
        const struct snapshot *snapshot, uint32_t reference, struct arena *arena);

/* In the arena. Linear in references × images that each leads to. */
struct naming *naming_build(const struct snapshot *snapshot, struct arena *arena);

#endif
