/* The frame of a store's scan. */
#include "collector/node/store_scan.h"

#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>

#include "common/memory.h"

int
store_scan_emit(const struct store_scan *scan, const struct record *record, struct error *err)
{
	return scan->context->sink.emit(scan->context->sink.context, record, err);
}

/* MemTotal, as the kernel says it. */
static uint64_t
memory_bytes(void)
{
	struct sysinfo info;

	return sysinfo(&info) == 0 ? (uint64_t)info.totalram * info.mem_unit : BYTES_UNKNOWN;
}

int
store_scan_begin(
        struct store_scan *scan, const char *name, struct record_store store, struct error *err)
{
	const struct node_options *options = scan->options;

	store.node = options->node;
	const struct record records[] = {
		{ .kind = RECORD_SCAN,
		        .scan = { .source_kind = SOURCE_STORE,
		                .source_name = name,
		                .started_at = time(NULL) } },
		{ .kind = RECORD_NODE,
		        .node = { options->node, options->labels, options->label_count,
		                memory_bytes() } },
		{ .kind = RECORD_STORE, .store = store },
	};

	*scan->result = (struct collect_result){ .progress.stores = 1 };
	for (size_t i = 0; i < countof(records) - (store.driver == NULL); i++)
		if (store_scan_emit(scan, &records[i], err) != 0)
			return -1;
	return 0;
}

int
store_scan_end(
        struct store_scan *scan, const struct error *why, const char *needs, struct error *err)
{
	struct collect_result *result = scan->result;
	bool failed = why->code != ERROR_NONE;
	bool denied = strstr(why->message, "ermission denied") != NULL;
	struct record record = { .kind = RECORD_SCAN_END };

	if (failed && store_problem(scan, err, "", "%s%s%s", why->message,
	                      denied ? "; reading the store " : "", denied ? needs : "") != 0)
		return -1;
	result->state = failed                              ? SCAN_FAILED
	                : result->problems > 0 || scan->cut ? SCAN_PARTIAL
	                                                    : SCAN_COMPLETE;
	record.scan_end.state = result->state;
	record.scan_end.ended_at = time(NULL);
	record.scan_end.catalogue_complete = !failed && !scan->cut;
	return store_scan_emit(scan, &record, err);
}

bool
store_scan_is_stopped(struct store_scan *scan)
{
	if (scan->context->stop == NULL || *scan->context->stop == 0)
		return false;
	scan->cut = true;
	return true;
}

void
store_scan_show_progress(const struct store_scan *scan)
{
	if (scan->context->progress != NULL)
		scan->context->progress(scan->context->progress_context, &scan->result->progress);
}
