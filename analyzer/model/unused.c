#include "analyzer/model/unused.h"

/* The time at which it must have been so already. */
static int64_t
limit_of(const struct snapshot *snapshot, uint64_t seconds)
{
	return snapshot->at > 0 && seconds < (uint64_t)snapshot->at
	               ? snapshot->at - (int64_t)seconds
	               : 0;
}

/* Is it in a registry for so long under any name? One that came yesterday has not been unused since
 * last month. */
static bool
is_old(const struct report *report, uint32_t image, int64_t limit)
{
	const struct snapshot *snapshot = report->snapshot;

	links_each (at, &report->names->references, image) {
		const struct snap_reference *reference = &snapshot->references[*at];
		uint32_t source = snapshot->repositories[reference->repository].source;

		if (snapshot->sources[source].kind == SOURCE_REGISTRY && reference->since <= limit)
			return true;
	}
	return false;
}

static bool
is_unused(const struct report *report, uint32_t image, int64_t limit)
{
	const struct snap_image *snap = &report->snapshot->images[image];

	return node_image_of(report->node_images, image) == NULL &&
	       report->attribution->registry[image].logical_bytes > 0 &&
	       (snap->left_nodes_at == RECORD_TIME_UNKNOWN || snap->left_nodes_at <= limit) &&
	       is_old(report, image, limit);
}

struct unused *
unused_build(const struct report *report, uint64_t seconds, struct arena *arena)
{
	const struct snapshot *snapshot = report->snapshot;
	struct unused *unused = arena_new(arena, struct unused, 1);
	int64_t limit = limit_of(snapshot, seconds);

	unused->watched_since = snapshot->nodes_watched_since;
	unused->images = arena_new(arena, bool, snapshot->image_count);
	if (unused->watched_since == RECORD_TIME_UNKNOWN)
		unused->basis = UNUSED_NO_NODES;
	else if (unused->watched_since > limit)
		unused->basis = UNUSED_TOO_SHORT;
	for (uint32_t i = 0; unused->basis == UNUSED_KNOWN && i < snapshot->image_count; i++) {
		unused->images[i] = is_unused(report, i, limit);
		unused->count += unused->images[i];
	}
	return unused;
}
