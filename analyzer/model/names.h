/*
 * Who names which image: the references that lead to it, directly or through indexes, and the
 * repositories of these.
 */
#ifndef ANALYZER_MODEL_NAMES_H
#define ANALYZER_MODEL_NAMES_H

#include "analyzer/model/links.h"
#include "analyzer/model/snapshot.h"

struct names {
	struct links references;   /* per image, ascending */
	struct links repositories; /* per image, ascending, each once */
};

/* In the arena. Linear in references × images that each leads to. */
struct names *names_build(const struct snapshot *snapshot, struct arena *arena);

#endif
