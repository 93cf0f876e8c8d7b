/* How large each chain's own layer is on nodes: the distinct sizes that stores measured, by unit.
 */
#ifndef ANALYZER_MODEL_UNPACKED_H
#define ANALYZER_MODEL_UNPACKED_H

#include "analyzer/model/snapshot.h"

struct unpacked_size {
	uint32_t chain;
	enum size_unit unit;
	bool cumulative; /* a copy of all below is in it */
	uint64_t bytes;
};

struct unpacked {
	struct unpacked_size *sizes; /* by chain, unit, size */
	uint32_t *first;             /* per chain, and one behind the last */
};

struct unpacked *unpacked_build(const struct snapshot *snapshot, struct arena *arena);

#endif
