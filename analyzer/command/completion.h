/* Shell completion from the command table. Pure. */
#ifndef ANALYZER_COMMAND_COMPLETION_H
#define ANALYZER_COMMAND_COMPLETION_H

#include "common/buf.h"

void completion_bash(struct buf *out);
void completion_zsh(struct buf *out);
void completion_fish(struct buf *out);

#endif
