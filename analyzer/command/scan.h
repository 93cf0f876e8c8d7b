/*
 * What all scan commands share: the store opened for writing, signals, one source after another
 * with its progress and its line at the end, the exit status.
 */
#ifndef ANALYZER_COMMAND_SCAN_H
#define ANALYZER_COMMAND_SCAN_H

#include "analyzer/command/command.h"
#include "analyzer/command/progress.h"
#include "collector/collector.h"

struct scan_run {
	const struct session *session;
	struct store *store;
	struct record_sink store_sink;
	struct progress_view view; /* of the source that is being scanned */
	unsigned complete, partial, failed;
};

#define auto_scan __attribute__((cleanup(scan_close))) struct scan_run

/* Opens the store and catches SIGINT and SIGTERM: the first one ends the scan as partial, the
 * second one the program. */
int scan_open(struct scan_run *run, const struct session *session, struct error *err) must_check;
void scan_close(struct scan_run *run);

/* True once a signal came: the remaining sources are left out. */
bool scan_is_stopped(void);
/* One source: begin, the driver's own collect with this context, end. */
struct collect_context scan_begin(struct scan_run *run, const char *label);
void scan_end(struct scan_run *run, const struct collect_result *result);
/* After all sources: 0, 3 or 1. */
int scan_status(const struct scan_run *run);

#endif
