/*
 * The list of what was found is the queue of what is to be looked at. A platform is a set of
 * closed doors, found once: images of others, then upwards the indexes that lead to such images
 * only, then the artifacts about any of these.
 */
#include "analyzer/model/reach.h"

#include <stdlib.h>
#include <string.h>

#include "common/map.h"
#include "common/memory.h"
#include "common/vec.h"

void
reach_begin(struct reach *reach, uint32_t source)
{
	const struct snapshot *snapshot = reach->snapshot;

	reach->now++;
	reach->found_count = 0;
	if (source == reach->source)
		return;
	reach->source = source;
	for (uint32_t i = 0; i < snapshot->absent_count; i++) {
		if (snapshot->absent[i].source == source)
			reach->absent_in[reach->absent_numbers[i]] = source + 1;
	}
}

static void
find(struct reach *reach, uint32_t manifest)
{
	if (manifest == NONE || reach->closed[manifest] || reach_has(reach, manifest))
		return;
	reach->stamps[manifest] = reach->now;
	reach->found[reach->found_count++] = manifest;
}

void
reach_from(struct reach *reach, uint32_t manifest)
{
	uint32_t head = reach->found_count;

	for (find(reach, manifest); head < reach->found_count; head++) {
		uint32_t from = reach->found[head];
		const struct snap_manifest *document = &reach->snapshot->manifests[from];

		for (uint32_t i = 0; i < document->child_count; i++) {
			uint32_t child = document->children + i;

			if (!reach_lacks(reach, child))
				find(reach, reach->snapshot->children[child].manifest);
		}
		links_each (referrer, &reach->about, from) {
			if (!reach->by_reference[*referrer])
				find(reach, *referrer);
		}
	}
}

void
reach_about(struct links *about, const struct snapshot *snapshot, struct arena *arena)
{
	struct link_list list = { 0 };

	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		if (snapshot->manifests[m].subject != NONE)
			*vec_push(&list) = (struct link){ snapshot->manifests[m].subject, m };
	}
	links_build(about, &list, snapshot->manifest_count, arena);
	vec_release(&list);
}

void
reach_parents(struct links *parents, const struct snapshot *snapshot, struct arena *arena)
{
	struct link_list list = { 0 };

	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		const struct snap_manifest *manifest = &snapshot->manifests[m];

		for (uint32_t i = 0; i < manifest->child_count; i++) {
			uint32_t child = snapshot->children[manifest->children + i].manifest;

			if (child != NONE)
				*vec_push(&list) = (struct link){ child, m };
		}
	}
	links_build(parents, &list, snapshot->manifest_count, arena);
	vec_release(&list);
}

void
reach_leading(const struct snapshot *snapshot, const struct links *parents,
        const struct platform *platform, bool *leads)
{
	auto_free uint32_t *queue = xcalloc(snapshot->manifest_count, sizeof(*queue));
	uint32_t count = 0;

	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		uint32_t image = snapshot->manifests[m].image;

		leads[m] = image != NONE &&
		           (!platform ||
		                   platform_matches(platform, &snapshot->images[image].platform));
		if (leads[m])
			queue[count++] = m;
	}
	for (uint32_t head = 0; head < count; head++) {
		links_each (parent, parents, queue[head]) {
			if (!leads[*parent])
				queue[count++] = *parent;
			leads[*parent] = true;
		}
	}
}

static void
close_other_platforms(struct reach *reach, const struct platform *platform)
{
	const struct snapshot *snapshot = reach->snapshot;
	auto_arena arena = { 0 };
	struct links parents;
	bool *to_images = arena_new(&arena, bool, snapshot->manifest_count);
	bool *to_ours = arena_new(&arena, bool, snapshot->manifest_count);
	uint32_t *queue = arena_new(&arena, uint32_t, snapshot->manifest_count);
	uint32_t count = 0;

	reach_parents(&parents, snapshot, &arena);
	reach_leading(snapshot, &parents, NULL, to_images);
	reach_leading(snapshot, &parents, platform, to_ours);
	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		reach->closed[m] = to_images[m] && !to_ours[m];
		if (reach->closed[m])
			queue[count++] = m;
	}
	for (uint32_t head = 0; head < count; head++) {
		links_each (referrer, &reach->about, queue[head]) {
			if (reach->closed[*referrer] || to_ours[*referrer])
				continue;
			reach->closed[*referrer] = true;
			queue[count++] = *referrer;
		}
	}
}

/* The first walk of all: every reference, subjects ignored. */
static void
find_by_reference(struct reach *reach)
{
	const struct snapshot *snapshot = reach->snapshot;

	memset(reach->by_reference, true, snapshot->manifest_count);
	reach_begin(reach, NONE);
	for (uint32_t i = 0; i < snapshot->reference_count; i++)
		reach_from(reach, snapshot->references[i].manifest);
	for (uint32_t m = 0; m < snapshot->manifest_count; m++)
		reach->by_reference[m] = reach_has(reach, m);
}

/* What is absent may be nowhere: then it has no index of its own, so digests are numbered. */
static void
number_absent(struct reach *reach, struct arena *arena)
{
	const struct snapshot *snapshot = reach->snapshot;
	struct map map;

	map_init(&map, sizeof(struct digest));
	reach->absent_numbers = arena_new(arena, uint32_t, snapshot->absent_count);
	for (uint32_t i = 0; i < snapshot->absent_count; i++) {
		uint32_t known = map_add(&map, &snapshot->absent[i].digest, reach->absent_count);

		reach->absent_numbers[i] = known == MAP_NONE ? reach->absent_count++ : known;
	}
	reach->absent_in = arena_new(arena, uint32_t, reach->absent_count);
	reach->child_absent = arena_new(arena, uint32_t, snapshot->child_count);
	for (uint32_t i = 0; i < snapshot->child_count; i++) {
		uint32_t known = reach->absent_count == 0
		                         ? MAP_NONE
		                         : map_get(&map, &snapshot->children[i].digest);

		reach->child_absent[i] = known == MAP_NONE ? NONE : known;
	}
	map_release(&map);
}

void
reach_init(struct reach *reach, const struct snapshot *snapshot,
        const struct place_options *options, struct arena *arena)
{
	uint32_t count = snapshot->manifest_count;

	*reach = (struct reach){
		.snapshot = snapshot,
		.by_reference = arena_new(arena, bool, count),
		.closed = arena_new(arena, bool, count),
		.stamps = arena_new(arena, uint32_t, count),
		.found = arena_new(arena, uint32_t, count),
		.source = NONE,
	};
	number_absent(reach, arena);
	reach_about(&reach->about, snapshot, arena);
	find_by_reference(reach);
	if (options && options->platform)
		close_other_platforms(reach, options->platform);
	for (uint32_t m = 0; options && options->exclude_manifest && m < count; m++)
		reach->closed[m] = reach->closed[m] || options->exclude_manifest[m];
}
