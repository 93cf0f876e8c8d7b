/*
 * Two divisions, group by group: each blob among the images that use it, then each image's share
 * among the repositories of the group that reach it. Whole bytes, nothing lost: in a division the
 * first one takes the remainder.
 */
#include "analyzer/model/attribution.h"

#include <stdlib.h>

#include "analyzer/model/blobs.h"
#include "analyzer/model/bytes.h"
#include "analyzer/model/reach.h"
#include "common/memory.h"
#include "common/vec.h"

/* Of one image in the current group. */
struct share {
	uint64_t bytes;
	uint32_t repositories, repositories_served;
};

struct dividing {
	const struct snapshot *snapshot;
	struct attribution *attribution;
	struct reach reach;
	uint32_t *blob_manifests; /* per blob the last manifest that was summed with it, from 1 */
	uint32_t manifest;
	struct share *shares;         /* per image */
	uint32_t *image_repositories; /* per image the last repository that named it, from 1 */
};

static struct image_bytes *
rows(const struct dividing *dividing, const struct place_group *group)
{
	return dividing->snapshot->sources[group->source].kind == SOURCE_REGISTRY
	               ? dividing->attribution->registry
	               : dividing->attribution->layout;
}

static void
add_logical(struct dividing *dividing, const struct place_group *group)
{
	const struct snapshot *snapshot = dividing->snapshot;

	for (uint32_t i = 0; i < group->manifest_count; i++) {
		const struct snap_manifest *manifest = &snapshot->manifests[group->manifests[i]];

		if (manifest->image == NONE)
			continue;
		struct image_bytes *row = &rows(dividing, group)[manifest->image];
		dividing->manifest++;
		blobs_each (blob, snapshot, manifest) {
			if (dividing->blob_manifests[blob] != dividing->manifest)
				row->logical_bytes = bytes_add(
				        row->logical_bytes, snapshot->blobs[blob].size_bytes);
			dividing->blob_manifests[blob] = dividing->manifest;
		}
	}
}

static void
divide_among_images(struct dividing *dividing, const struct place_group *group)
{
	struct image_bytes *images = rows(dividing, group);

	for (uint32_t i = 0; i < group->use_count; i++) {
		const struct place_use *use = &group->uses[i];
		uint64_t bytes = dividing->snapshot->blobs[use->blob].size_bytes;

		for (uint32_t u = 0; u < use->user_count; u++) {
			uint32_t image = group->users[use->users + u];
			uint64_t part = bytes / use->user_count;

			if (u == 0)
				part += bytes % use->user_count;
			if (use->user_count == 1 && !use->kept)
				images[image].unique_bytes =
				        bytes_add(images[image].unique_bytes, bytes);
			images[image].attributed_bytes =
			        bytes_add(images[image].attributed_bytes, part);
			dividing->shares[image].bytes =
			        bytes_add(dividing->shares[image].bytes, part);
		}
	}
}

/* A repository and an image of the group that it reaches. */
struct named {
	uint32_t repository, image;
};

struct named_list {
	struct named *at;
	size_t count, capacity;
};

static void
find_named(struct dividing *dividing, uint32_t repository, struct named_list *list)
{
	const struct snapshot *snapshot = dividing->snapshot;
	const struct snap_repository *repo = &snapshot->repositories[repository];
	struct reach *reach = &dividing->reach;

	reach_begin(reach, repo->source);
	for (uint32_t i = 0; i < repo->reference_count; i++)
		reach_from(reach, snapshot->references[repo->references + i].manifest);
	for (uint32_t i = 0; i < reach->found_count; i++) {
		uint32_t image = snapshot->manifests[reach->found[i]].image;

		if (image == NONE || dividing->image_repositories[image] == repository + 1)
			continue;
		dividing->image_repositories[image] = repository + 1;
		dividing->shares[image].repositories++;
		*vec_push(list) = (struct named){ repository, image };
	}
}

static void
divide_among_repositories(struct dividing *dividing, const struct place_group *group)
{
	uint64_t *rows_of_repositories = dividing->attribution->repository_bytes;
	struct named_list list = { 0 };

	for (uint32_t i = 0; i < group->repository_count; i++)
		find_named(dividing, group->repositories[i], &list);
	vec_each (struct named, named, &list) {
		struct share *share = &dividing->shares[named->image];
		uint64_t part = share->bytes / share->repositories;

		if (share->repositories_served++ == 0)
			part += share->bytes % share->repositories;
		rows_of_repositories[named->repository] =
		        bytes_add(rows_of_repositories[named->repository], part);
	}
	/* For the next group. */
	vec_each (struct named, named, &list)
		dividing->shares[named->image] = (struct share){ 0 };
	vec_release(&list);
}

struct attribution *
attribution_build(const struct snapshot *snapshot, const struct places *places, struct arena *arena)
{
	struct attribution *attribution = arena_new(arena, struct attribution, 1);
	auto_arena scratch = { 0 };
	struct dividing dividing = {
		.snapshot = snapshot,
		.attribution = attribution,
		.blob_manifests = arena_new(&scratch, uint32_t, snapshot->blob_count),
		.shares = arena_new(&scratch, struct share, snapshot->image_count),
		.image_repositories = arena_new(&scratch, uint32_t, snapshot->image_count),
	};

	attribution->registry = arena_new(arena, struct image_bytes, snapshot->image_count);
	attribution->layout = arena_new(arena, struct image_bytes, snapshot->image_count);
	attribution->repository_bytes = arena_new(arena, uint64_t, snapshot->repository_count);
	reach_init(&dividing.reach, snapshot, &places->options, &scratch);
	for (uint32_t g = 0; g < places->group_count; g++) {
		const struct place_group *group = &places->groups[g];

		add_logical(&dividing, group);
		divide_among_images(&dividing, group);
		divide_among_repositories(&dividing, group);
		if (snapshot->sources[group->source].kind != SOURCE_REGISTRY)
			continue;
		attribution->index_bytes = bytes_add(attribution->index_bytes, group->index_bytes);
		attribution->artifact_bytes =
		        bytes_add(attribution->artifact_bytes, group->artifact_bytes);
		attribution->total_bytes = bytes_add(attribution->total_bytes,
		        bytes_add(group->image_bytes,
		                bytes_add(group->index_bytes, group->artifact_bytes)));
	}
	return attribution;
}
