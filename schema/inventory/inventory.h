/*
 * Inventories: what an agent saw, as JSON Lines (schema/json/inventory.schema.json). The records of
 * schema/record.h, one a line, between a header and an end that counts and hashes them, so that a
 * file that was cut or changed is seen before anything of it is believed:
 *
 *	{"schema":"layershare/inventory/v1","revision":0,"version":…,"node":…,"created_at":…}
 *	{"record":"scan",…}
 *	 …
 *	{"end":"complete","lines":N,"sha256":…}		of the N lines above, line ends included
 *
 * Members that are not known are passed over. Records that are not known are passed over if the
 * header says that a later revision wrote them; otherwise the file is refused.
 *
 * The checks are for accidents and for foreign files: whoever may write an inventory is believed
 * about its node, and about no other.
 */
#ifndef SCHEMA_INVENTORY_INVENTORY_H
#define SCHEMA_INVENTORY_INVENTORY_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/error.h"
#include "schema/record.h"

#define INVENTORY_SCHEMA          "layershare/inventory/v1"
#define INVENTORY_REVISION        0
#define INVENTORY_MAX_BYTES       ((size_t)1 << 30)
#define INVENTORY_MAX_LINE_BYTES  ((size_t)1 << 20)
#define INVENTORY_MAX_DEPTH       8 /* brackets open at once; nothing of ours is deeper */
#define INVENTORY_MAX_NODE_BYTES  253
#define INVENTORY_MAX_NAME_BYTES  1024 /* of an image, a driver, a container */
#define INVENTORY_MAX_LABEL_BYTES 1024

/* --- writing ---------------------------------------------------------------------------- */

/* Where the bytes go, a line at a time. */
struct inventory_output {
	int (*write)(void *context, const char *data, size_t length, struct error *err);
	void *context;
};

struct inventory_writer;

/* Writes the header. NULL on failure. */
struct inventory_writer *inventory_writer_new(const struct inventory_output *output,
        const char *node, int64_t created_at, struct error *err);
/*
 * Takes records. One that exceeds a limit of this format is left out: a problem stands in its
 * place, and its scan ends as partial.
 */
struct record_sink inventory_writer_sink(struct inventory_writer *writer);
/* The last line: without it the file counts as cut. */
int inventory_writer_end(
        struct inventory_writer *writer, enum scan_state state, struct error *err) must_check;
void inventory_writer_free(struct inventory_writer *writer);

/* --- reading ---------------------------------------------------------------------------- */

struct inventory_info {
	char node[INVENTORY_MAX_NODE_BYTES + 1];
	char version[64]; /* of the program that wrote it */
	int64_t created_at;
	uint64_t revision;
	enum scan_state state; /* of the whole run, as its end says */
	size_t lines;          /* without the last one */
	size_t passed_over;    /* records that a later revision knows */
};

/*
 * Checks a whole file and emits its records, in their order. With `sink` NULL nothing is emitted:
 * so a file is checked before its first record is believed. Errors of the file are "line N: …";
 * those of the sink are its own.
 */
int inventory_read(const char *data, size_t length, const struct record_sink *sink,
        struct inventory_info *info, struct error *err) must_check;

/* "complete", "partial", "failed"; NULL for others. */
const char *inventory_state_name(enum scan_state state);

#endif
