/*
 * Group by group: which manifests are reached, then which blobs these use. What is known of a blob
 * within the current group is one entry of a table that all groups share; its `group` says whether
 * the entry is of now or of an earlier group, so nothing is cleared in between.
 *
 * Images are gone through in order, each with all its manifests, so the users of a blob come out
 * sorted and a repeated one is the last one.
 */
#include "analyzer/model/place.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/blobs.h"
#include "analyzer/model/bytes.h"
#include "analyzer/model/reach.h"
#include "analyzer/model/sort.h"
#include "common/memory.h"

struct blob_state {
	uint32_t group;    /* the rest is of this group */
	uint32_t manifest; /* the last one that counted it in the logical sum */
	uint32_t user;     /* the last image that uses it */
	uint32_t user_count, filled;
	uint32_t use; /* into group.uses */
	enum blob_class class;
	bool kept;
};

struct placing {
	const struct snapshot *snapshot;
	const struct place_options *options;
	struct arena *arena;
	struct reach reach;
	struct blob_state *blobs;
	uint32_t *touched, touched_count; /* the blobs of the current group */
	uint32_t *absent_groups;          /* per absent digest: the last group that saw it */
	uint32_t *foreign_groups;         /* per blob */
	uint32_t group, manifest;         /* current, counted from 1 */
};

/* One repository, and the group that it belongs to. */
struct membership {
	uint32_t source;
	uint32_t repository;
	const char *group;
};

static const char *
group_name(const struct snapshot *snapshot, uint32_t repository, struct arena *arena)
{
	const struct snap_repository *repo = &snapshot->repositories[repository];
	const struct snap_source *source = &snapshot->sources[repo->source];

	if (source->kind != SOURCE_REGISTRY || source->scope == SCOPE_REGISTRY)
		return "";
	if (source->scope == SCOPE_REPOSITORY)
		return repo->name;
	return arena_strndup(arena, repo->name, strcspn(repo->name, "/"));
}

static int
compare_groups(const struct membership *a, const struct membership *b)
{
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	return strcmp(a->group, b->group);
}

static int
compare_memberships(const void *left, const void *right)
{
	const struct membership *a = left, *b = right;
	int order = compare_groups(a, b);

	return order ? order : (a->repository > b->repository) - (a->repository < b->repository);
}

static void
use_blob(struct placing *placing, uint32_t blob, enum blob_class class)
{
	struct blob_state *state = &placing->blobs[blob];

	if (state->group != placing->group) {
		*state = (struct blob_state){
			.group = placing->group,
			.user = NONE,
			.class = class,
		};
		placing->touched[placing->touched_count++] = blob;
	}
	if (class < state->class)
		state->class = class;
	state->kept = state->kept || class != BLOB_IMAGE;
}

static enum blob_class
class_of(const struct snap_manifest *manifest)
{
	if (manifest->image != NONE)
		return BLOB_IMAGE;
	return manifest->kind == MANIFEST_INDEX ? BLOB_INDEX : BLOB_ARTIFACT;
}

static bool
is_asked_for(const struct placing *placing, const struct platform *platform)
{
	const struct platform *wanted = placing->options->platform;

	return !wanted || platform_is_unknown(platform) || !platform->os[0] ||
	       platform_matches(wanted, platform);
}

static void
count_absent(
        struct placing *placing, struct place_group *group, const struct snap_manifest *manifest)
{
	for (uint32_t i = 0; i < manifest->child_count; i++) {
		uint32_t child = manifest->children + i;
		uint32_t absent = placing->reach.child_absent[child];

		if (!reach_lacks(&placing->reach, child) ||
		        placing->absent_groups[absent] == placing->group ||
		        !is_asked_for(placing, &placing->snapshot->children[child].platform))
			continue;
		placing->absent_groups[absent] = placing->group;
		group->absent_children++;
	}
}

/* A foreign layer that another manifest holds as its own is there. */
static void
count_foreign(
        struct placing *placing, struct place_group *group, const struct snap_manifest *manifest)
{
	for (uint32_t i = 0; i < manifest->layer_count; i++) {
		const struct snap_layer *layer = &placing->snapshot->layers[manifest->layers + i];

		if (!layer->foreign || placing->blobs[layer->blob].group == placing->group ||
		        placing->foreign_groups[layer->blob] == placing->group)
			continue;
		placing->foreign_groups[layer->blob] = placing->group;
		group->foreign_layers++;
	}
}

static void
find_blobs(struct placing *placing, struct place_group *group)
{
	const struct snapshot *snapshot = placing->snapshot;

	placing->touched_count = 0;
	for (uint32_t i = 0; i < group->manifest_count; i++) {
		const struct snap_manifest *manifest = &snapshot->manifests[group->manifests[i]];
		enum blob_class class = class_of(manifest);

		group->image_manifest_count += class == BLOB_IMAGE;
		blobs_each (blob, snapshot, manifest)
			use_blob(placing, blob, class);
		count_absent(placing, group, manifest);
	}
	for (uint32_t i = 0; i < group->manifest_count; i++)
		count_foreign(placing, group, &snapshot->manifests[group->manifests[i]]);

	sort_numbers(placing->touched, placing->touched_count);
	group->use_count = placing->touched_count;
	group->uses = arena_new(placing->arena, struct place_use, group->use_count);
	for (uint32_t i = 0; i < group->use_count; i++) {
		uint32_t blob = placing->touched[i];
		struct blob_state *state = &placing->blobs[blob];
		uint64_t size_bytes = snapshot->blobs[blob].size_bytes;
		uint64_t *sum = state->class == BLOB_IMAGE   ? &group->image_bytes
		                : state->class == BLOB_INDEX ? &group->index_bytes
		                                             : &group->artifact_bytes;

		state->use = i;
		*sum = bytes_add(*sum, size_bytes);
		group->uses[i] = (struct place_use){
			.blob = blob,
			.class = state->class,
			.kept = state->kept,
		};
	}
}

/* The reached manifests of images as image << 32 | manifest, ascending. */
static uint64_t *
order_by_image(const struct snapshot *snapshot, const struct place_group *group)
{
	uint64_t *order = xcalloc(group->image_manifest_count, sizeof(*order));
	uint32_t count = 0;

	for (uint32_t i = 0; i < group->manifest_count; i++) {
		uint32_t image = snapshot->manifests[group->manifests[i]].image;

		if (image != NONE)
			order[count++] = (uint64_t)image << 32 | group->manifests[i];
	}
	sort_long_numbers(order, count);
	return order;
}

static void
count_users(struct placing *placing, struct place_group *group, uint64_t image_and_manifest)
{
	const struct snapshot *snapshot = placing->snapshot;
	uint32_t image = (uint32_t)(image_and_manifest >> 32);

	placing->manifest++;
	blobs_each (blob, snapshot, &snapshot->manifests[(uint32_t)image_and_manifest]) {
		struct blob_state *state = &placing->blobs[blob];

		if (state->manifest != placing->manifest)
			group->image_logical_bytes = bytes_add(
			        group->image_logical_bytes, snapshot->blobs[blob].size_bytes);
		state->manifest = placing->manifest;
		state->user_count += state->user != image;
		state->user = image;
	}
}

static void
fill_users(struct placing *placing, struct place_group *group, uint64_t image_and_manifest)
{
	const struct snapshot *snapshot = placing->snapshot;
	uint32_t image = (uint32_t)(image_and_manifest >> 32);

	blobs_each (blob, snapshot, &snapshot->manifests[(uint32_t)image_and_manifest]) {
		struct blob_state *state = &placing->blobs[blob];
		uint32_t *users = group->users + group->uses[state->use].users;

		if (!state->filled || users[state->filled - 1] != image)
			users[state->filled++] = image;
	}
}

static void
find_users(struct placing *placing, struct place_group *group)
{
	auto_free uint64_t *order = order_by_image(placing->snapshot, group);
	uint32_t total = 0;

	for (uint32_t i = 0; i < group->image_manifest_count; i++)
		count_users(placing, group, order[i]);
	for (uint32_t i = 0; i < group->use_count; i++) {
		group->uses[i].users = total;
		group->uses[i].user_count = placing->blobs[group->uses[i].blob].user_count;
		total += group->uses[i].user_count;
	}
	group->users = arena_new(placing->arena, uint32_t, total);
	for (uint32_t i = 0; i < group->image_manifest_count; i++)
		fill_users(placing, group, order[i]);
}

static void
reach_repository(struct placing *placing, struct place_group *group, uint32_t repository)
{
	const struct snapshot *snapshot = placing->snapshot;
	const struct snap_repository *repo = &snapshot->repositories[repository];

	for (uint32_t i = 0; i < repo->reference_count; i++) {
		uint32_t manifest = snapshot->references[repo->references + i].manifest;

		reach_from(&placing->reach, manifest);
		group->reference_count += reach_has(&placing->reach, manifest);
	}
}

/* The group of these repositories. */
static void
fill_group(struct placing *placing, struct place_group *group, const struct membership *members,
        uint32_t count)
{
	struct reach *reach = &placing->reach;

	group->source = members->source;
	group->name = members->group;
	group->repositories = arena_new(placing->arena, uint32_t, count);
	group->repository_count = count;
	placing->group++;
	reach_begin(reach, group->source);
	for (uint32_t i = 0; i < count; i++) {
		group->repositories[i] = members[i].repository;
		reach_repository(placing, group, members[i].repository);
	}
	group->manifest_count = reach->found_count;
	group->manifests = arena_memdup(
	        placing->arena, reach->found, reach->found_count, sizeof(*reach->found));
	sort_numbers(group->manifests, group->manifest_count);
	find_blobs(placing, group);
	find_users(placing, group);
}

static struct membership *
sort_repositories(const struct snapshot *snapshot, struct arena *arena)
{
	struct membership *members = xcalloc(snapshot->repository_count, sizeof(*members));

	for (uint32_t i = 0; i < snapshot->repository_count; i++)
		members[i] = (struct membership){
			.source = snapshot->repositories[i].source,
			.repository = i,
			.group = group_name(snapshot, i, arena),
		};
	qsort(members, snapshot->repository_count, sizeof(*members), compare_memberships);
	return members;
}

struct places *
places_build(
        const struct snapshot *snapshot, const struct place_options *options, struct arena *arena)
{
	static const struct place_options everything;
	struct places *places = arena_new(arena, struct places, 1);
	auto_arena scratch = { 0 };
	struct placing placing = {
		.snapshot = snapshot,
		.options = options ? options : &everything,
		.arena = arena,
		.blobs = arena_new(&scratch, struct blob_state, snapshot->blob_count),
		.touched = arena_new(&scratch, uint32_t, snapshot->blob_count),
		.foreign_groups = arena_new(&scratch, uint32_t, snapshot->blob_count),
	};
	auto_free struct membership *members = sort_repositories(snapshot, arena);
	uint32_t count = snapshot->repository_count, end;

	places->options = *placing.options;
	reach_init(&placing.reach, snapshot, options, &scratch);
	placing.absent_groups = arena_new(&scratch, uint32_t, placing.reach.absent_count);
	for (uint32_t i = 0; i < count; i++)
		places->group_count += i == 0 || compare_groups(&members[i - 1], &members[i]);
	places->groups = arena_new(arena, struct place_group, places->group_count);
	for (uint32_t start = 0, g = 0; start < count; start = end) {
		for (end = start + 1; end < count; end++) {
			if (compare_groups(&members[start], &members[end]))
				break;
		}
		fill_group(&placing, &places->groups[g++], members + start, end - start);
	}
	return places;
}
