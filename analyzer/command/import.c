/*
 * import: inventories of agents into the store. Each file is read into memory and checked to its
 * last line before its first record goes to the store, through the same sink as a scan of this
 * machine. What the store has seen later stays as it is.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/command/say.h"
#include "analyzer/command/scan.h"
#include "analyzer/command/table.h"
#include "analyzer/store/store.h"
#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "schema/inventory/inventory.h"

#define MAX_FUTURE_S 86400 /* how far a node's clock may be ahead */

/* One file on its way into the store. */
struct import {
	struct record_sink sink;
	struct store *store;
	struct collect_result result;
	struct buf remarks;
	int64_t started_at; /* of the running scan */
	bool skipping;      /* the running scan is not new */
	unsigned taken, complete, failed;
};

static int
read_file(const char *path, struct buf *out, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	auto_fclose FILE *opened = is_stdin ? NULL : fopen(path, "rbe");
	FILE *file = is_stdin ? stdin : opened;
	char chunk[65536];
	size_t count;

	if (file == NULL)
		return fail_errno(err, "open");
	buf_init(out, INVENTORY_MAX_BYTES);
	while ((count = fread(chunk, 1, sizeof(chunk), file)) > 0)
		if (buf_append(out, chunk, count) != 0)
			return fail(err, ERROR_LIMIT, "more than %zu bytes", INVENTORY_MAX_BYTES);
	return ferror(file) ? fail_errno(err, "read") : 0;
}

/* A scan of the year 9999 would keep all later ones out. */
static int
check_time(void *context, const struct record *record, struct error *err)
{
	const int64_t *now = context;
	char text[32];

	if (record->kind != RECORD_SCAN || record->scan.started_at <= *now + MAX_FUTURE_S)
		return 0;
	return fail(err, ERROR_FAILED,
	        "the scan of %.200s began in the future (%s): is the clock of "
	        "that node right?",
	        record->scan.source_name, text_time(record->scan.started_at, text));
}

static int
check_file(const struct buf *file, struct inventory_info *info, struct error *err)
{
	int64_t now = clock_unix();
	const struct record_sink sink = { check_time, &now };

	return inventory_read(buf_text(file), file->length, &sink, info, err);
}

static int
begin_scan(struct import *import, const struct record_scan *scan, struct error *err)
{
	struct store_newest newest;
	char ours[32], theirs[32];

	import->started_at = scan->started_at;
	if (store_newest_scan(import->store, scan->source_kind, scan->source_name, &newest, err) !=
	        0)
		return -1;
	import->result.progress.stores += scan->source_kind == SOURCE_STORE;
	import->skipping = newest.started_at > scan->started_at ||
	                   (newest.started_at == scan->started_at && newest.ended);
	if (!import->skipping)
		return 0;
	buf_puts(&import->remarks, "  ");
	text_clean(&import->remarks, scan->source_name, strlen(scan->source_name));
	text_time(scan->started_at, ours);
	if (newest.started_at == scan->started_at)
		buf_printf(&import->remarks, ": left out: the scan of %s is in the store\n", ours);
	else
		buf_printf(&import->remarks,
		        ": left out: the scan of %s is older than the store's of %s\n", ours,
		        text_time(newest.started_at, theirs));
	return 0;
}

/* Labels of an older scan must not replace newer ones that came with another store. */
static int
take_node(struct import *import, const struct record *record, struct error *err)
{
	int64_t newest;

	if (store_newest_of_node(import->store, record->node.name, &newest, err) != 0)
		return -1;
	return newest > import->started_at ? 0
	                                   : import->sink.emit(import->sink.context, record, err);
}

static int
emit(void *context, const struct record *record, struct error *err)
{
	struct import *import = context;

	import->result.progress.images += record->kind == RECORD_NODE_IMAGE;
	if (record->kind == RECORD_SCAN && begin_scan(import, &record->scan, err) != 0)
		return -1;
	if (import->skipping)
		return 0;
	if (record->kind == RECORD_NODE)
		return take_node(import, record, err);
	if (record->kind == RECORD_PROBLEM)
		import->result.problems += !record->problem.harmless;
	if (record->kind == RECORD_SCAN_END) {
		import->taken++;
		import->complete += record->scan_end.state == SCAN_COMPLETE;
		import->failed += record->scan_end.state == SCAN_FAILED;
	}
	return import->sink.emit(import->sink.context, record, err);
}

/* What was not taken over is no fault; what the agent could not find is. */
static enum scan_state
state_of(const struct import *import, const struct inventory_info *info)
{
	if (import->taken == 0)
		return SCAN_COMPLETE;
	if (import->failed == import->taken)
		return SCAN_FAILED;
	return import->complete == import->taken && info->state == SCAN_COMPLETE ? SCAN_COMPLETE
	                                                                         : SCAN_PARTIAL;
}

static int
import_file(struct scan_run *scan, const char *name, const struct buf *file,
        const struct inventory_info *checked, struct error *err)
{
	struct collect_context context = scan_begin(scan, name);
	struct import import = { .sink = context.sink, .store = scan->store };
	const struct record_sink sink = { emit, &import };
	struct inventory_info info;
	int status = inventory_read(buf_text(file), file->length, &sink, &info, err);

	if (status == 0) {
		import.result.state = state_of(&import, checked);
		scan_end(scan, &import.result);
		if (scan->session->verbosity >= 0)
			fputs(buf_text(&import.remarks), stderr);
		if (checked->passed_over > 0 && scan->session->verbosity >= 0)
			say(stderr,
			        "  %zu records of a kind that only a newer version knows were "
			        "passed over; layershare-agent %s wrote them\n",
			        checked->passed_over, checked->version);
	}
	buf_release(&import.remarks);
	return status;
}

/* Nothing of it was written. */
static void
refuse(struct scan_run *scan, const char *name, const struct error *why)
{
	struct collect_result result = { .state = SCAN_FAILED, .problems = 1 };

	(void)scan_begin(scan, name);
	progress_problem(&scan->view,
	        &(struct record_problem){ .place = "refused", .message = why->message });
	scan_end(scan, &result);
}

/* Not before the first good file, so that a bad one leaves no empty store behind. */
static int
open_store(struct scan_run *scan, struct error *err)
{
	unsigned failed = scan->failed;

	if (scan->store != NULL)
		return 0;
	progress_release(&scan->view);
	if (scan_open(scan, scan->session, err) != 0)
		return -1;
	scan->failed = failed;
	return 0;
}

static int
run(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_scan scan = { .session = session };

	(void)options;
	for (int i = 0; i < argc && !scan_is_stopped(); i++) {
		const char *name = strcmp(argv[i], "-") == 0 ? "stdin" : argv[i];
		struct inventory_info info;
		struct error why = { 0 };
		auto_buf file = { 0 };

		if (read_file(argv[i], &file, &why) != 0 || check_file(&file, &info, &why) != 0)
			refuse(&scan, name, &why);
		else if (open_store(&scan, err) != 0 ||
		         import_file(&scan, name, &file, &info, err) != 0)
			return fail_in(err, "import %s", name);
	}
	return scan_status(&scan);
}

const struct command command_import = {
	.name = "import",
	.group = "collect",
	.arguments = "FILE...|-",
	.min_arguments = 1,
	.max_arguments = UINT_MAX,
	.flags = COMMAND_CONFIG | COMMAND_STORE,
	.summary = "take over inventories that layershare-agent wrote on other machines",
	.description =
	        "Reads inventories into the store, as if this machine had scanned those nodes "
	        "itself. *-* is the standard input.\n\n"
	        "A file that was cut, changed on its way, or is something else is refused as a "
	        "whole, with the line and the reason, before anything of it is written; the other "
	        "files are still read. Importing a file twice changes nothing, and a scan that is "
	        "older than what the store knows of the same source is left out: both are said, "
	        "and "
	        "are no failure.\n\n"
	        "An inventory is believed about its own node, and about no other.",
	.examples = "layershare import node-1.jsonl node-2.jsonl\n"
	            "layershare import - <node-1.jsonl",
	.run = run,
};
