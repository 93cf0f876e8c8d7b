/*
 * What every collector has in common: it reads one source and emits records (schema/record.h).
 *
 *	registry ─┐
 *	layout   ─┼─ struct driver ── records ──▶ struct record_sink
 *	…        ─┘         ▲
 *	                    └── struct known: what the receiver has already
 *
 * A driver never prints, never exits, and turns everything that goes wrong with a part of its
 * source into a problem record. It fails (-1) only when the sink does, or on our own misuse; a
 * source that cannot be read at all is a scan that ends as SCAN_FAILED.
 */
#ifndef COLLECTOR_COLLECTOR_H
#define COLLECTOR_COLLECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/error.h"
#include "schema/record.h"

/*
 * What the receiver knows: content is immutable, so what is known is never fetched again. NULL
 * functions mean "nothing". `manifest` returns 1 and fills *out from the arena, 0 when unknown, -1
 * on failure of the store. `reference` is about the source of the running scan: 1 and what a name
 * (a tag, or a digest as text) pointed at when it was last read; so is `absent`: 1 when that was
 * asked for as the child of an index and was not there.
 */
struct known {
	int (*manifest)(void *context, const struct digest *digest, struct arena *arena,
	        struct record_manifest *out, struct error *err);
	int (*config)(void *context, const struct digest *digest, struct error *err);
	int (*reference)(void *context, const char *repository, const char *name,
	        struct digest *digest, struct error *err);
	int (*absent)(void *context, const struct digest *digest, struct error *err);
	void *context;
};

/* Numbers for a progress line; totals grow while lists are still being read. */
struct progress {
	uint64_t repositories_done, repositories_total;
	uint64_t tags_done, tags_total;
	uint64_t stores;   /* of a node; then the four above are 0 */
	uint64_t images;   /* distinct image manifests met */
	uint64_t requests; /* sent so far */
	uint64_t received_bytes;
};

/* What a collector is given beside its own options. */
struct collect_context {
	struct record_sink sink;
	struct known known;
	/* Called now and then (at most every 100 ms); may be NULL. */
	void (*progress)(void *context, const struct progress *progress);
	void *progress_context;
	/* For -v: one line of text without credentials; may be NULL. */
	void (*trace)(void *context, const char *line);
	void *trace_context;
	/* Set by a signal handler: finish what runs, end as partial. May be NULL. */
	const volatile int *stop;
};

/* How a scan ended; the same numbers that the store got as records. */
struct collect_result {
	enum scan_state state;
	uint64_t problems;       /* without the harmless ones */
	char first_problem[512]; /* "place: message" of the first that is not harmless */
	struct progress progress;
};

/*
 * Emits a problem and counts it; a helper for drivers. The text is cleaned for people, so causes
 * from outside may go in as they are. -1 when the sink failed; `err` is not last, as the format's
 * arguments are.
 */
int collect_problem(const struct collect_context *context, struct collect_result *result,
        struct error *err, bool harmless, const char *place, const char *format, ...)
        __attribute__((format(printf, 6, 7)));

#endif
