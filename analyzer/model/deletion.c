/*
 * Each index knows how many of its children still hold it: images and indexes that lead to images,
 * or, where it leads to none, everything it names. The last one to go takes it along. Children that
 * were not read hold it for ever, except attestations.
 *
 * Freed is what the places hold before and not after: the same code that answers `usage`.
 */
#include "analyzer/model/deletion.h"

#include <stdlib.h>

#include "analyzer/model/bytes.h"
#include "analyzer/model/place.h"
#include "analyzer/model/reach.h"
#include "common/memory.h"
#include "common/vec.h"

struct deleting {
	const struct snapshot *snapshot;
	struct links parents, about;
	bool *leads;       /* per manifest: an image, or an index that leads to one */
	uint32_t *holders; /* per index */
	bool *gone;
	uint32_t *queue, count;
};

static bool
holds(const struct deleting *deleting, uint32_t index, uint32_t child)
{
	return !deleting->leads[index] || deleting->leads[child];
}

static void
count_holders(struct deleting *deleting)
{
	const struct snapshot *snapshot = deleting->snapshot;

	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		const struct snap_manifest *manifest = &snapshot->manifests[m];

		for (uint32_t i = 0; i < manifest->child_count; i++) {
			const struct snap_child *child =
			        &snapshot->children[manifest->children + i];

			deleting->holders[m] += child->manifest == NONE
			                                ? !child->attestation
			                                : holds(deleting, m, child->manifest);
		}
	}
}

static void
go(struct deleting *deleting, uint32_t manifest)
{
	if (deleting->gone[manifest])
		return;
	deleting->gone[manifest] = true;
	deleting->queue[deleting->count++] = manifest;
}

static void
follow(struct deleting *deleting)
{
	for (uint32_t head = 0; head < deleting->count; head++) {
		uint32_t manifest = deleting->queue[head];

		links_each (parent, &deleting->parents, manifest) {
			if (holds(deleting, *parent, manifest) && --deleting->holders[*parent] == 0)
				go(deleting, *parent);
		}
		links_each (referrer, &deleting->about, manifest) {
			if (!deleting->leads[*referrer])
				go(deleting, *referrer);
		}
	}
}

static void
add_actual(const struct places *places, uint64_t *bytes)
{
	for (uint32_t g = 0; g < places->group_count; g++) {
		const struct place_group *group = &places->groups[g];
		uint64_t *sum = &bytes[group->source];

		*sum = bytes_add(*sum, group->image_bytes);
		*sum = bytes_add(*sum, bytes_add(group->index_bytes, group->artifact_bytes));
	}
}

static void
find_freed(struct deletion *deletion, const struct snapshot *snapshot, struct arena *arena)
{
	auto_arena scratch = { 0 };
	struct place_options without = { .exclude_manifest = deletion->gone };
	uint64_t *kept_bytes = arena_new(&scratch, uint64_t, snapshot->source_count);

	deletion->frees_bytes = arena_new(arena, uint64_t, snapshot->source_count);
	add_actual(places_build(snapshot, NULL, &scratch), deletion->frees_bytes);
	add_actual(places_build(snapshot, &without, &scratch), kept_bytes);
	for (uint32_t i = 0; i < snapshot->source_count; i++) {
		uint64_t *sum = snapshot->sources[i].kind == SOURCE_REGISTRY
		                        ? &deletion->frees_registry_bytes
		                        : &deletion->frees_layout_bytes;

		deletion->frees_bytes[i] -= kept_bytes[i];
		*sum = bytes_add(*sum, deletion->frees_bytes[i]);
	}
}

void
deletion_build(struct deletion *deletion, const struct snapshot *snapshot, const bool *images,
        struct arena *arena)
{
	auto_arena scratch = { 0 };
	uint32_t count = snapshot->manifest_count;
	struct deleting deleting = {
		.snapshot = snapshot,
		.leads = arena_new(&scratch, bool, count),
		.holders = arena_new(&scratch, uint32_t, count),
		.gone = arena_new(arena, bool, count),
		.queue = arena_new(&scratch, uint32_t, count),
	};

	reach_parents(&deleting.parents, snapshot, &scratch);
	reach_about(&deleting.about, snapshot, &scratch);
	reach_leading(snapshot, &deleting.parents, NULL, deleting.leads);
	count_holders(&deleting);
	for (uint32_t m = 0; m < count; m++) {
		uint32_t image = snapshot->manifests[m].image;

		if (image != NONE && images[image])
			go(&deleting, m);
	}
	follow(&deleting);
	*deletion = (struct deletion){ .gone = deleting.gone };
	find_freed(deletion, snapshot, arena);
}
