/* What a builder is. Private to builder.c and builder_nodes.c. */
#ifndef ANALYZER_MODEL_BUILDER_PRIVATE_H
#define ANALYZER_MODEL_BUILDER_PRIVATE_H

#include "analyzer/model/builder.h"
#include "analyzer/model/facts.h"

struct builder {
	struct snapshot *snapshot;
	struct facts facts;
	struct map digest_ids, platform_ids;
};

/* A copy in the arena of the snapshot; NULL for NULL. */
char *builder_keep(struct builder *builder, const char *text);
/* The number of a digest, into facts.digests; NONE for no digest. */
uint32_t builder_intern(struct builder *builder, const struct digest *digest);

#endif
