/*
 * What every driver does around its own reading: one store is one scan.
 *
 *	store_scan_begin ─▶ store_scan_emit, store_problem, store_remark … ─▶ store_scan_end
 */
#ifndef COLLECTOR_NODE_STORE_SCAN_H
#define COLLECTOR_NODE_STORE_SCAN_H

#include "collector/node/node.h"

struct store_scan {
	const struct node_options *options;
	const struct collect_context *context;
	struct collect_result *result;
	bool cut; /* not everything was said: what was not mentioned is not gone */
};

/* Emits scan, node and store; `store->node` is filled in. `name` is the source's, "NODE/ENGINE…":
 * it must never depend on what else is there. Without a driver no store is said: one that does not
 * answer keeps what was known of it. *result begins anew, as one store. */
int store_scan_begin(struct store_scan *scan, const char *name, struct record_store store,
        struct error *err) must_check;
int store_scan_emit(
        const struct store_scan *scan, const struct record *record, struct error *err) must_check;
/* `why` is what kept the store as a whole from being read, or empty. If it is for lack of
 * permission the problem ends with `needs` ("needs root or …"). */
int store_scan_end(struct store_scan *scan, const struct error *why, const char *needs,
        struct error *err) must_check;
/* True once the user wants to stop; then the scan is cut. */
bool store_scan_is_stopped(struct store_scan *scan);
void store_scan_show_progress(const struct store_scan *scan);

/* (scan, err, place, format, …) */
#define store_problem(scan, err, ...)                                                              \
	collect_problem((scan)->context, (scan)->result, err, false, __VA_ARGS__)
#define store_remark(scan, err, ...)                                                               \
	collect_problem((scan)->context, (scan)->result, err, true, __VA_ARGS__)

#endif
