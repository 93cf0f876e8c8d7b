/* Sums over the groups of each source; what is where was decided in place.c. */
#include "analyzer/model/usage.h"

#include <stdlib.h>

#include "analyzer/model/bytes.h"
#include "common/memory.h"

static void
add_group(struct usage_row *row, const struct place_group *group)
{
	uint64_t other_bytes = bytes_add(group->index_bytes, group->artifact_bytes);

	row->tags += group->reference_count;
	row->blobs += group->use_count;
	row->foreign_layers += group->foreign_layers;
	row->absent_children += group->absent_children;
	row->other_bytes = bytes_add(row->other_bytes, other_bytes);
	row->logical_bytes =
	        bytes_add(row->logical_bytes, bytes_add(group->image_logical_bytes, other_bytes));
	row->actual_bytes =
	        bytes_add(row->actual_bytes, bytes_add(group->image_bytes, other_bytes));
}

/* An image in two groups of a source is one image there. */
static void
count_images(struct usage_row *row, const struct snapshot *snapshot,
        const struct place_group *group, uint32_t *seen_in)
{
	for (uint32_t i = 0; i < group->manifest_count; i++) {
		uint32_t manifest = group->manifests[i];

		if (snapshot->manifests[manifest].image == NONE ||
		        seen_in[manifest] == group->source + 1)
			continue;
		seen_in[manifest] = group->source + 1;
		row->images++;
	}
}

static void
add_to_total(struct usage_row *total, const struct usage_row *row)
{
	total->repositories += row->repositories;
	total->tags += row->tags;
	total->images += row->images;
	total->blobs += row->blobs;
	total->foreign_layers += row->foreign_layers;
	total->absent_children += row->absent_children;
	total->other_bytes = bytes_add(total->other_bytes, row->other_bytes);
	total->logical_bytes = bytes_add(total->logical_bytes, row->logical_bytes);
	total->actual_bytes = bytes_add(total->actual_bytes, row->actual_bytes);
}

struct usage *
usage_build(const struct snapshot *snapshot, const struct places *places, struct arena *arena)
{
	struct usage *usage = arena_new(arena, struct usage, 1);
	uint32_t count = snapshot->source_count;
	auto_free struct usage_row **row_of = xcalloc(count, sizeof(*row_of));
	auto_free uint32_t *seen_in = xcalloc(snapshot->manifest_count, sizeof(*seen_in));

	usage->registries = arena_new(arena, struct usage_row, count);
	usage->layouts = arena_new(arena, struct usage_row, count);
	usage->total.source = NONE;
	for (uint32_t i = 0; i < count; i++) {
		if (snapshot->sources[i].kind == SOURCE_STORE)
			continue; /* has no repositories: store_usage.h */
		row_of[i] = snapshot->sources[i].kind == SOURCE_REGISTRY
		                    ? &usage->registries[usage->registry_count++]
		                    : &usage->layouts[usage->layout_count++];
		row_of[i]->source = i;
	}
	for (uint32_t i = 0; i < snapshot->repository_count; i++)
		row_of[snapshot->repositories[i].source]->repositories++;
	for (uint32_t g = 0; g < places->group_count; g++) {
		const struct place_group *group = &places->groups[g];

		add_group(row_of[group->source], group);
		count_images(row_of[group->source], snapshot, group, seen_in);
	}
	for (uint32_t i = 0; i < usage->registry_count; i++)
		add_to_total(&usage->total, &usage->registries[i]);
	return usage;
}
