/* A fleet, its snapshot, and what is counted in it. */
#ifndef TESTS_SUPPORT_COUNTED_H
#define TESTS_SUPPORT_COUNTED_H

#include "analyzer/model/attribution.h"
#include "analyzer/model/usage.h"
#include "tests/support/fleet.h"

struct counted {
	struct fleet fleet;
	struct snapshot *snapshot;
	struct arena arena;
	struct places *places;
	struct usage *usage;
	struct attribution *attribution;
};

/* Counts what the fleet holds. */
static inline void
count_fleet(struct counted *counted, const struct place_options *options)
{
	struct arena *arena = &counted->arena;

	counted->snapshot = fleet_snapshot(&counted->fleet, 0);
	counted->places = places_build(counted->snapshot, options, arena);
	counted->usage = usage_build(counted->snapshot, counted->places, arena);
	counted->attribution = attribution_build(counted->snapshot, counted->places, arena);
}

static inline void
counted_release(struct counted *counted)
{
	snapshot_free(counted->snapshot);
	arena_release(&counted->arena);
	fleet_release(&counted->fleet);
}

#endif
