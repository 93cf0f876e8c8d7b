/* What the command line says of a node: the same for `layershare scan node` and the agent. */
#ifndef COLLECTOR_NODE_COMMAND_LINE_H
#define COLLECTOR_NODE_COMMAND_LINE_H

#include "collector/node/node.h"
#include "common/options.h"

/* Tables of commands are constant, so its length is one as well. */
#define NODE_OPTION_COUNT 3
extern const struct option_spec node_option_specs[NODE_OPTION_COUNT];

/* Into *out: texts of argv and of the arena. ERROR_USAGE. */
int node_options_read(struct node_options *out, const struct options *options, struct arena *arena,
        struct error *err) must_check;

#endif
