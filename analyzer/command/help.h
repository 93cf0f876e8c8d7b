/* Help from the command table, for the terminal and as scdoc source of the man pages. Pure. */
#ifndef ANALYZER_COMMAND_HELP_H
#define ANALYZER_COMMAND_HELP_H

#include "analyzer/command/command.h"
#include "common/manual.h"

/* All commands by group. */
void help_overview(struct buf *out, const struct manual_style *style);
/* The commands that begin with a word, as "scan". */
void help_family(struct buf *out, const char *word, const struct manual_style *style);
void help_command(struct buf *out, const struct command *command, const struct manual_style *style);

/* scdoc source: layershare(1) for NULL, layershare-COMMAND(1) for a command. */
void help_man(struct buf *out, const struct command *command);

#endif
