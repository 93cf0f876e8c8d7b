/*
 * A candidate is a node that images own, or a branch point. Those that stand on it are one range of
 * the trie's images, so each candidate is judged by going through its range: all together as many
 * steps as the images have layers.
 */
#include "analyzer/model/bases.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/bytes.h"
#include "analyzer/model/owners.h"
#include "common/memory.h"
#include "common/vec.h"

/* What the current candidate knows of a repository. */
struct repository_mark {
	uint32_t owner; /* = mark: owns the chain */
	uint32_t user;  /* = mark: has users */
	uint32_t users; /* how many */
};

struct finding {
	const struct snapshot *snapshot;
	const struct trie *trie;
	const struct naming *names;
	const bool *takes_part; /* per image */
	uint32_t *counted; /* per position of trie.images: how many of those before it take part */
	uint32_t *solid;   /* per node: the highest node up to it with a layer that is not empty */
	bool *unnamed;     /* per node: a branch point, perhaps of empty layers above it */
	struct repository_mark *marks; /* per repository */
	uint32_t mark;                 /* of the current candidate */
	struct link_list users;        /* from image to node, nodes ascending */
	VEC(struct base) bases;        /* nodes ascending */
};

const char *
base_evidence_name(enum base_evidence evidence)
{
	static const char *const names[] = {
		[BASE_CERTAIN] = "certain",
		[BASE_PROVEN] = "proven",
		[BASE_UNNAMED] = "unnamed",
		[BASE_CLAIMED] = "claimed",
		[BASE_GUESSED] = "guessed",
	};

	return names[evidence];
}

static void
count_images(struct finding *finding)
{
	const struct trie *trie = finding->trie;
	uint32_t total = trie->first_image[trie->node_count];

	for (uint32_t k = 0; k < total; k++)
		finding->counted[k + 1] =
		        finding->counted[k] + finding->takes_part[trie->images[k]];
}

/* Images that take part, from node `from` to before node `to`. */
static uint32_t
images_between(const struct finding *finding, uint32_t from, uint32_t to)
{
	const uint32_t *first = finding->trie->first_image;

	return finding->counted[first[to]] - finding->counted[first[from]];
}

static bool
is_owned(const struct finding *finding, uint32_t node)
{
	return images_between(finding, node, node + 1) > 0;
}

static void
find_branch_points(struct finding *finding)
{
	const struct trie *trie = finding->trie;
	auto_free uint32_t *branches = xcalloc(trie->node_count, sizeof(*branches));

	for (uint32_t n = 0; n < trie->node_count; n++) {
		const struct trie_node *node = &trie->nodes[n];

		if (!node->empty_layer)
			finding->solid[n] = n;
		else
			finding->solid[n] =
			        node->parent == NONE ? NONE : finding->solid[node->parent];
		if (node->parent != NONE && images_between(finding, n, node->end) > 0)
			branches[node->parent]++;
	}
	for (uint32_t n = 0; n < trie->node_count; n++) {
		if (branches[n] > 1 && finding->solid[n] != NONE && !is_owned(finding, n))
			finding->unnamed[finding->solid[n]] = true;
	}
}

/* Notes the repositories that own the chain. Returns how many. */
static uint32_t
mark_owners(struct finding *finding, uint32_t node)
{
	const struct trie *trie = finding->trie;
	uint32_t owners = 0;

	for (uint32_t k = trie->first_image[node]; k < trie->first_image[node + 1]; k++) {
		if (!finding->takes_part[trie->images[k]])
			continue;
		links_each (repository, &finding->names->repositories, trie->images[k]) {
			owners += finding->marks[*repository].owner != finding->mark;
			finding->marks[*repository].owner = finding->mark;
		}
	}
	return owners;
}

/* Every repository that owns the base holds this image as well. */
static bool
is_self(const struct finding *finding, uint32_t image, uint32_t owners)
{
	uint32_t both = 0;

	links_each (repository, &finding->names->repositories, image)
		both += finding->marks[*repository].owner == finding->mark;
	return both == owners;
}

static void
add_user(struct finding *finding, struct base *base, uint32_t image)
{
	*vec_push(&finding->users) = (struct link){ image, base->node };
	base->users++;
	links_each (repository, &finding->names->repositories, image) {
		struct repository_mark *mark = &finding->marks[*repository];

		if (mark->user != finding->mark) {
			mark->user = finding->mark;
			mark->users = 0;
			base->repositories++;
		}
		mark->users++;
	}
}

/* Some repository has all the users of an unnamed base: one product, and perhaps its mirrors. */
static bool
one_repository_has_all(const struct finding *finding, const struct base *base, uint32_t image)
{
	links_each (repository, &finding->names->repositories, image) {
		if (finding->marks[*repository].users == base->users)
			return true;
	}
	return false;
}

/* Goes through what stands on the node, and keeps it if it is a base. */
static void
judge(struct finding *finding, uint32_t node)
{
	const struct trie *trie = finding->trie;
	const uint32_t *first = trie->first_image;
	size_t before = finding->users.count;
	struct base base = { .node = node };
	uint32_t lowest = NONE;

	finding->mark++;
	uint32_t owners = mark_owners(finding, node);
	for (uint32_t k = first[node + 1]; k < first[trie->nodes[node].end]; k++) {
		uint32_t image = trie->images[k];

		if (!finding->takes_part[image] || (owners && is_self(finding, image, owners)))
			continue;
		add_user(finding, &base, image);
		lowest = image < lowest ? image : lowest;
	}
	if (lowest == NONE || (!owners && one_repository_has_all(finding, &base, lowest))) {
		finding->users.count = before;
		return;
	}
	base.evidence = owners ? BASE_PROVEN : BASE_UNNAMED;
	base.platform = finding->snapshot->images[lowest].platform;
	base.bytes = trie->nodes[node].chain_compressed_bytes;
	base.saved_bytes = bytes_times(base.bytes, base.users - 1);
	*vec_push(&finding->bases) = base;
}

static void
find_bases(struct finding *finding)
{
	const struct trie *trie = finding->trie;

	count_images(finding);
	find_branch_points(finding);
	for (uint32_t n = 0; n < trie->node_count; n++) {
		if (finding->solid[n] != NONE && (is_owned(finding, n) || finding->unnamed[n]))
			judge(finding, n);
	}
}

static int
compare_bases(const void *left, const void *right)
{
	const struct base *a = left, *b = right;

	if (a->saved_bytes != b->saved_bytes)
		return a->saved_bytes > b->saved_bytes ? -1 : 1;
	return (a->node > b->node) - (a->node < b->node);
}

/* The next base below each, and from each node to its base. */
static void
link_parents(const struct trie *trie, struct bases *bases, uint32_t *base_of)
{
	auto_free uint32_t *nearest = xcalloc(trie->node_count, sizeof(*nearest));

	memset(base_of, 0xff, trie->node_count * sizeof(*base_of));
	for (uint32_t i = 0; i < bases->count; i++)
		base_of[bases->at[i].node] = i;
	for (uint32_t n = 0; n < trie->node_count; n++) {
		uint32_t parent = trie->nodes[n].parent;
		uint32_t below = parent == NONE ? NONE : nearest[parent];

		nearest[n] = base_of[n] == NONE ? below : base_of[n];
		if (base_of[n] != NONE)
			bases->at[base_of[n]].parent = below;
	}
}

/* Users were found base by base in the trie's order, so lower bases come first in each stack. */
static void
fill_stacks(
        struct finding *finding, struct bases *bases, const uint32_t *base_of, struct arena *arena)
{
	uint32_t count = finding->snapshot->image_count;
	struct links links;

	vec_each (struct link, user, &finding->users)
		user->to = base_of[user->to];
	links_build(&links, &finding->users, count, arena);
	bases->stack = links.at;
	bases->stack_start = arena_new(arena, uint32_t, (size_t)count + 1);
	for (uint32_t i = 0; i <= count; i++)
		bases->stack_start[i] = (uint32_t)links.start[i];
}

/* Images of the platform that some reference names. */
static bool *
choose_images(const struct snapshot *snapshot, const struct naming *names,
        const struct platform *platform, struct arena *arena)
{
	bool *takes_part = arena_new(arena, bool, snapshot->image_count);

	for (uint32_t i = 0; i < snapshot->image_count; i++)
		takes_part[i] =
		        links_count(&names->repositories, i) > 0 &&
		        (!platform || platform_matches(platform, &snapshot->images[i].platform));
	return takes_part;
}

struct bases *
bases_build(const struct snapshot *snapshot, const struct trie *trie, const struct naming *names,
        const struct base_options *options, struct arena *arena)
{
	struct bases *bases = arena_new(arena, struct bases, 1);
	auto_arena scratch = { 0 };
	struct finding finding = {
		.snapshot = snapshot,
		.trie = trie,
		.names = names,
		.takes_part = choose_images(snapshot, names, options->platform, &scratch),
		.counted = arena_new(&scratch, uint32_t, (size_t)snapshot->image_count + 1),
		.solid = arena_new(&scratch, uint32_t, trie->node_count),
		.unnamed = arena_new(&scratch, bool, trie->node_count),
		.marks = arena_new(&scratch, struct repository_mark, snapshot->repository_count),
	};
	uint32_t *base_of = arena_new(&scratch, uint32_t, trie->node_count);
	struct owners owners;

	find_bases(&finding);
	bases->count = (uint32_t)finding.bases.count;
	bases->at = arena_memdup(arena, finding.bases.at, bases->count, sizeof(*bases->at));
	if (bases->count)
		qsort(bases->at, bases->count, sizeof(*bases->at), compare_bases);
	link_parents(trie, bases, base_of);
	fill_stacks(&finding, bases, base_of, arena);
	owners_init(&owners, snapshot, trie, names, options, finding.takes_part, &scratch);
	for (uint32_t i = 0; i < bases->count; i++)
		owners_fill(&owners, &bases->at[i], arena);
	vec_release(&finding.users);
	vec_release(&finding.bases);
	return bases;
}
