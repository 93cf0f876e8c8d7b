/*
 * Images of registries that no node uses, for so long: in a registry for at least that time, in no
 * store now, and found gone from the last one at least that long ago. Pure.
 *
 * It rests on nodes having been watched for as long: who scanned the first node yesterday does not
 * know what ran there last month. So the answer says since when they are watched, and that it
 * cannot tell if that is not long enough.
 */
#ifndef ANALYZER_MODEL_UNUSED_H
#define ANALYZER_MODEL_UNUSED_H

#include "analyzer/model/report.h"

enum unused_basis {
	UNUSED_KNOWN,
	UNUSED_NO_NODES,  /* none was scanned */
	UNUSED_TOO_SHORT, /* watched since `watched_since` only */
};

struct unused {
	enum unused_basis basis;
	int64_t watched_since; /* RECORD_TIME_UNKNOWN */
	bool *images;          /* per image of the snapshot; none unless UNUSED_KNOWN */
	uint32_t count;
};

struct unused *unused_build(const struct report *report, uint64_t seconds, struct arena *arena);

#endif
