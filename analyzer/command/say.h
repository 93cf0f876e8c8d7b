/* Sentences for people: printf whose result is cleaned line by line, because names and messages
 * from outside are in it (common/text.h). */
#ifndef ANALYZER_COMMAND_SAY_H
#define ANALYZER_COMMAND_SAY_H

#include <stdio.h>

/* A line end in an argument becomes U+FFFD; those of the format stay if it ends with them. */
void say(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
