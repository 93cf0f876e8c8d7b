/* What an answer covers: which sources answered, how old that is, what was cut (model.md 9). */
#ifndef ANALYZER_COMMAND_COVERAGE_H
#define ANALYZER_COMMAND_COVERAGE_H

#include <jansson.h>
#include <stdio.h>

#include "analyzer/model/snapshot.h"
#include "schema/platform.h"

const char *coverage_state_name(enum source_state state); /* "partial" */
/* "registry:127.0.0.1:5000", "layout:/srv/images": the id of a source in every output. */
json_t *coverage_source_id(const struct snap_source *source);
json_t *coverage_json(const struct snapshot *snapshot);
/* Open problems, those of each source in a row. */
json_t *coverage_problems_json(const struct snapshot *snapshot);
/* False if a source failed, was cut or is older, and for a store that knows no source. */
bool coverage_is_complete(const struct snapshot *snapshot);
/* For people: which sources are not complete and why; nothing when all are. */
void coverage_note(const struct snapshot *snapshot, FILE *out);
/* For people: that no image is of the wanted platform, and which there are; else nothing. */
void coverage_note_platform(
        const struct snapshot *snapshot, const struct platform *wanted, FILE *out);

#endif
