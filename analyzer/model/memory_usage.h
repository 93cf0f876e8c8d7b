/*
 * usage of memory: page cache of the layers under running containers (model.md 3, 5 "RAM"). Pure.
 *
 *	logical   Σ over running containers of the bytes of all layers that each stands on
 *	actual    each layer of a store once; where containers do not read the same inodes (btrfs,
 *	          zfs, fuse-overlayfs, vfs) each container has pages of its own: the same as logical
 *
 * Measured: what the scan asked the kernel, and nothing for what it did not ask: the coverage says
 * how much of the files that was. Estimated: a share of the layers' sizes.
 */
#ifndef ANALYZER_MODEL_MEMORY_USAGE_H
#define ANALYZER_MODEL_MEMORY_USAGE_H

#include "analyzer/model/snapshot.h"

/* Of 1,000 bytes of layers under containers, in memory if nobody measured: 6.5 %. */
#define MEMORY_RESIDENT_PERMILLE 65

enum memory_basis {
	MEMORY_NONE, /* nothing can be said: the numbers mean nothing */
	MEMORY_MEASURED,
	MEMORY_ESTIMATED, /* of a total: at least in part */
};

struct memory_row {
	enum memory_basis basis;
	uint64_t logical_bytes, actual_bytes;
	uint64_t file_bytes, measured_bytes; /* of distinct layers under them; coverage */
	uint32_t containers;                 /* running, of those that the sums are of */
	uint32_t unknown_containers;         /* running, but nothing is known of their layers */
	uint32_t chains;                     /* distinct, under them */
	uint32_t unknown_chains;             /* of these: neither measured nor of known size */
	/* Unpacked less than 24 hours before the scan: of `actual`, much may be what the pull
	 * left. */
	uint32_t fresh_chains;
	uint64_t fresh_bytes;
	bool per_container; /* the driver shares no pages */
};

struct memory_usage {
	struct memory_row *rows; /* in store order */
	uint32_t row_count;
	struct memory_row total;
	uint32_t unknown_stores; /* with running containers, of which nothing can be said */
	uint32_t resident_permille;
};

/* `resident_permille` 0 = the usual. */
struct memory_usage *memory_usage_build(
        const struct snapshot *snapshot, uint32_t resident_permille, struct arena *arena);

#endif
