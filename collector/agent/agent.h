/* layershare-agent: the node collector as a program of its own, which writes an inventory. */
#ifndef COLLECTOR_AGENT_AGENT_H
#define COLLECTOR_AGENT_AGENT_H

#include "common/buf.h"
#include "common/options.h"

/* The whole program: the exit status. */
int agent_main(int argc, char **argv);

/* From one table (agent_options.c). */
struct option_sets agent_option_sets(void);
void agent_help(struct buf *out);
/* scdoc source of layershare-agent(1). */
void agent_man(struct buf *out);
/* "bash", "zsh", "fish". */
void agent_completion(struct buf *out, const char *shell);

#endif
