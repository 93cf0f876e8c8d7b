/*
 * What a scan says on stderr while it runs and when it ended: on a terminal one line that is
 * rewritten, otherwise nothing until the one line at the end. The only writer of stderr during a
 * scan, because every other line must first take the rewritten one away.
 */
#ifndef ANALYZER_COMMAND_PROGRESS_H
#define ANALYZER_COMMAND_PROGRESS_H

#include "analyzer/command/command.h"
#include "collector/collector.h"
#include "common/buf.h"

#define PROGRESS_PROBLEMS 5 /* shown per source; the rest is in the store */

struct progress_view {
	const struct session *session;
	const char *label; /* the source */
	int64_t started_ms;
	unsigned width;      /* of the terminal on stderr; 0 = none: no line while it runs */
	bool shown;          /* the line is on the terminal */
	struct buf problems; /* the first ones, a line each */
	unsigned problem_count;
};

void progress_begin(struct progress_view *view, const struct session *session, const char *label);
void progress_release(struct progress_view *view);
/* For struct collect_context: context is the view. */
void progress_show(void *view, const struct progress *progress);
void progress_trace(void *view, const char *line);
/* A problem that is not harmless came by. */
void progress_problem(struct progress_view *view, const struct record_problem *problem);
/* The line of the end, with the problems below it. */
void progress_end(struct progress_view *view, const struct collect_result *result);

/* Pure parts, for tests: the line while it runs, and the one at the end. */
void progress_line(
        struct buf *out, const char *label, const struct progress *progress, int64_t elapsed_ms);
void progress_summary(struct buf *out, const char *label, const struct collect_result *result,
        int64_t elapsed_ms);

#endif
