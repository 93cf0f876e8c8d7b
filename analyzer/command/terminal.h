/* What the output can show. */
#ifndef ANALYZER_COMMAND_TERMINAL_H
#define ANALYZER_COMMAND_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Columns: $COLUMNS, else those of the terminal; 0 = no limit (a pipe, a file). */
unsigned terminal_width(FILE *out);
/* By LC_ALL, LC_CTYPE, LANG: the first that is set decides. */
bool terminal_takes_utf8(void);

#endif
