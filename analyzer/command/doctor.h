/* doctor: one line for each thing looked at. */
#ifndef ANALYZER_COMMAND_DOCTOR_H
#define ANALYZER_COMMAND_DOCTOR_H

#include "analyzer/command/command.h"

enum verdict { VERDICT_GOOD, VERDICT_NOTE, VERDICT_BROKEN };

struct doctor {
	const struct session *session;
	unsigned broken;
};

/* Prints a line; what comes from outside in it is cleaned. */
void doctor_say(struct doctor *doctor, enum verdict verdict, const char *subject,
        const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Asks each configured registry for /v2/, all at once, without credentials. */
void doctor_registries(struct doctor *doctor, const struct config *config);

#endif
