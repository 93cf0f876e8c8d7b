/* A sink that writes every record as one line, so that a test compares a whole scan at once. */
#ifndef TESTS_SUPPORT_RECORD_LOG_H
#define TESTS_SUPPORT_RECORD_LOG_H

#include <stddef.h>

#include "common/buf.h"
#include "schema/record.h"

/*
 *	scan 2 /tmp/x
 *	manifest image a1b2c3d4e5f6 config 0123456789ab layers 1
 *	config 0123456789ab linux/amd64 diffs 1
 *	reference app:1.2 a1b2c3d4e5f6 | unread
 *	repository app complete
 *	problem app:1.2: …		(remark …: harmless)
 *	end complete catalogue
 *	node NAME | store ENGINE DRIVER sharing N unit N
 *	chain ID on PARENT diff ID bytes N	(-: the bottom; -1: unknown)
 *	node_image CONFIG chain ID manifests N NAME…
 *	container ID image CONFIG chain ID running bytes N
 *	extra PART unit N count N bytes N
 *	store_blob ID diff ID kept N	(-1: known only)
 *	chain_facts ID OS VERSION LIBC | image_facts CONFIG KIND
 *	resident ID files N measured N resident N
 *
 * Digests are short; full ones in problems are cut to "sha256:" and 12 digits.
 */
struct record_log {
	struct buf text;
	size_t count;
	size_t fail_at; /* the sink fails at this record, counted from 1; 0 = never */
};

/* The sink of this log; the log must outlive it. */
struct record_sink record_log_sink(struct record_log *log);
void record_log_release(struct record_log *log);

#endif
