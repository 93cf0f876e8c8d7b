/* Answers over a fleet, without a store: what a command prints, as text or parsed. */
#ifndef TESTS_SUPPORT_ANSWERED_H
#define TESTS_SUPPORT_ANSWERED_H

#include "analyzer/command/view.h"
#include "tests/support/fleet.h"

struct answered {
	struct fleet fleet;
	struct asked asked; /* the next question; the format is set below */
	char *text;         /* the last output */
	json_t *json;       /* the last document */
	struct error error;
};

typedef int view_function(struct answer *answer, FILE *out, struct error *err);

/* Asks; 0 or -1 with `error`. The output stays until the next one. */
int answered_view(struct answered *answered, enum answer_format format, view_function *view);
/* explain NAME, one name */
int answered_explain(struct answered *answered, enum answer_format format, const char *name);
void answered_release(struct answered *answered);

/* "images/0/registry/logical_bytes"; NULL if there is none. */
json_t *json_at(json_t *document, const char *path);
/* The integer there; fails the test otherwise. */
long long number_at(json_t *document, const char *path);
const char *text_at(json_t *document, const char *path);

#endif
