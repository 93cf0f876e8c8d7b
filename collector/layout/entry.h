/* The entries of index.json: what a layout says it holds, and under which names. Pure. */
#ifndef COLLECTOR_LAYOUT_ENTRY_H
#define COLLECTOR_LAYOUT_ENTRY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/error.h"
#include "schema/digest.h"

struct layout_entry {
	const char *repository;
	const char *tag; /* "" = by digest only */
	const char *media_type;
	struct digest digest;
	uint64_t size_bytes;
	const char *remark; /* why its name was not taken; NULL if all is well */
	size_t position;    /* in index.json */
};

/*
 * From one element of `manifests`, into the arena. The name is io.containerd.image.name (whole), or
 * else org.opencontainers.image.ref.name: "host/repo:tag" is split, without a tag it is "latest"; a
 * text that can be a tag is a tag of `folder`. An entry without a name, or with one that is no
 * name, is of `folder` with tag "".
 */
int layout_entry_decode(struct layout_entry *out, struct arena *arena, const json_t *value,
        size_t position, const char *folder, struct error *err) must_check;

/*
 * Sorts by repository, tag, position. A name has one image: of several entries with one name the
 * first keeps it, the others get tag "" and a remark.
 */
void layout_entries_settle(struct layout_entry *entries, size_t count);

#endif
