/* What the files of a chain say about it: its distribution, its C library. */
#ifndef COLLECTOR_NODE_CHAIN_FACTS_H
#define COLLECTOR_NODE_CHAIN_FACTS_H

#include "collector/node/image_view.h"
#include "schema/record_node.h"

/* All but chain_id, texts in the arena. -1 if it cannot be told. */
int chain_facts_read(struct record_chain_facts *out, struct view *view, struct arena *arena,
        struct error *err) must_check;

#endif
