/*
 * The definition of a base once more, by brute force on random fleets: chains are lists of digests,
 * repositories are sets found by walking from every reference.
 */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/report.h"
#include "common/memory.h"
#include "tests/support/fleet.h"

#define FLEETS 1000

struct brute {
	const struct snapshot *s;
	struct arena *arena;
	bool *named; /* per image × repository */
};

static void
name_images(struct brute *brute, uint32_t manifest, uint32_t repository, int depth)
{
	const struct snap_manifest *m = &brute->s->manifests[manifest];

	if (m->image != NONE)
		brute->named[m->image * brute->s->repository_count + repository] = true;
	for (uint32_t c = 0; c < m->child_count && depth < 20; c++) {
		uint32_t child = brute->s->children[m->children + c].manifest;
		if (child != NONE)
			name_images(brute, child, repository, depth + 1);
	}
}

/* Image a's first `length` layers are b's. */
static bool
same_chain(const struct brute *brute, uint32_t a, uint32_t b, uint32_t length)
{
	const struct snap_image *x = &brute->s->images[a], *y = &brute->s->images[b];

	if (x->blob_chain != y->blob_chain || x->chain_length < length || y->chain_length < length)
		return false;
	for (uint32_t i = 0; i < length; i++) {
		if (!digest_equal(
		            snapshot_diff_id(brute->s, x, i), snapshot_diff_id(brute->s, y, i)))
			return false;
	}
	return true;
}

static bool
is_empty(const struct brute *brute, uint32_t image, uint32_t position)
{
	const struct snap_image *i = &brute->s->images[image];

	return digest_is_empty_layer(snapshot_diff_id(brute->s, i, position));
}

static bool
in_repository(const struct brute *brute, uint32_t image, uint32_t repository)
{
	return brute->named[image * brute->s->repository_count + repository];
}

static bool
is_named(const struct brute *brute, uint32_t image)
{
	for (uint32_t r = 0; r < brute->s->repository_count; r++) {
		if (in_repository(brute, image, r))
			return true;
	}
	return false;
}

struct expected {
	bool base, proven;
	uint32_t users, repositories;
	bool *user;
};

/* The chain of the first `length` layers of `image`, judged. */
static struct expected
expect(const struct brute *brute, uint32_t image, uint32_t length)
{
	const struct snapshot *s = brute->s;
	struct expected e = { .user = arena_new(brute->arena, bool, s->image_count) };
	bool *owner = arena_new(brute->arena, bool, s->repository_count);
	bool solid = false;

	for (uint32_t i = 0; i < length; i++)
		solid = solid || !is_empty(brute, image, i);
	for (uint32_t i = 0; i < s->image_count; i++) {
		if (s->images[i].chain_length != length || !same_chain(brute, i, image, length))
			continue;
		for (uint32_t r = 0; r < s->repository_count; r++) {
			owner[r] = owner[r] || in_repository(brute, i, r);
			e.proven = e.proven || in_repository(brute, i, r);
		}
	}
	for (uint32_t i = 0; i < s->image_count; i++) {
		bool foreign_owner = false;
		if (!is_named(brute, i) || s->images[i].chain_length <= length ||
		        !same_chain(brute, i, image, length))
			continue;
		for (uint32_t r = 0; r < s->repository_count; r++)
			foreign_owner = foreign_owner || (owner[r] && !in_repository(brute, i, r));
		e.user[i] = !e.proven || foreign_owner;
		e.users += e.user[i];
	}
	for (uint32_t r = 0; r < s->repository_count; r++) {
		bool any = false, all = true;
		for (uint32_t i = 0; i < s->image_count; i++) {
			any = any || (e.user[i] && in_repository(brute, i, r));
			all = all && (!e.user[i] || in_repository(brute, i, r));
		}
		e.repositories += any;
		if (all && !e.proven)
			solid = false; /* all in one repository */
	}
	if (!solid || !e.users)
		return e;
	if (e.proven) {
		e.base = true;
		return e;
	}
	/* A branch point, looking through empty layers; its own top layer is not empty. */
	if (is_empty(brute, image, length - 1))
		return e;
	for (uint32_t a = 0; a < s->image_count; a++) {
		uint32_t top = length;
		if (!is_named(brute, a) || !same_chain(brute, a, image, length))
			continue;
		while (top < s->images[a].chain_length && is_empty(brute, a, top))
			top++;
		for (uint32_t at = length; at <= top; at++) {
			bool owned = false, branches = false;
			for (uint32_t b = 0; b < s->image_count; b++) {
				if (!is_named(brute, b) || !same_chain(brute, a, b, at))
					continue;
				owned = owned || s->images[b].chain_length == at;
				branches = branches || (s->images[a].chain_length > at &&
				                               s->images[b].chain_length > at &&
				                               !same_chain(brute, a, b, at + 1));
			}
			e.base = e.base || (branches && !owned);
		}
	}
	return e;
}

static const struct base *
find_base(const struct report *report, uint32_t node)
{
	for (uint32_t i = 0; i < report->bases->count; i++) {
		if (report->bases->at[i].node == node)
			return &report->bases->at[i];
	}
	return NULL;
}

static bool
has_in_stack(const struct bases *bases, uint32_t image, const struct base *base)
{
	uint32_t times = 0;

	for (uint32_t k = bases->stack_start[image]; k < bases->stack_start[image + 1]; k++)
		times += &bases->at[bases->stack[k]] == base;
	assert_true(times <= 1);
	return times == 1;
}

static uint32_t
check_chain(const struct brute *brute, const struct report *report, uint32_t image, uint32_t length,
        uint32_t node)
{
	struct expected e = expect(brute, image, length);
	const struct base *base = find_base(report, node);

	if (e.base != (base != NULL))
		fail_msg("image %u, %u layers: base %d", image, length, base != NULL);
	if (!base)
		return 0;
	assert_int_equal(base->evidence, e.proven ? BASE_PROVEN : BASE_UNNAMED);
	assert_int_equal(base->users, e.users);
	assert_int_equal(base->repositories, e.repositories);
	for (uint32_t i = 0; i < brute->s->image_count; i++)
		assert_int_equal(has_in_stack(report->bases, i, base), e.user[i]);
	return 1;
}

static void
check_order(const struct report *report)
{
	const struct bases *bases = report->bases;

	for (uint32_t i = 0; i < bases->count; i++) {
		const struct base *base = &bases->at[i];
		const struct trie_node *node = &report->trie->nodes[base->node];

		if (i)
			assert_true(base[-1].saved_bytes >= base->saved_bytes);
		assert_int_equal(base->saved_bytes, base->bytes * (base->users - 1));
		assert_int_equal(base->bytes, node->chain_compressed_bytes);
		if (base->parent != NONE)
			assert_true(trie_stands_on(
			        report->trie, base->node, bases->at[base->parent].node));
	}
	for (uint32_t i = 0; i < report->snapshot->image_count; i++) {
		for (uint32_t k = bases->stack_start[i] + 1; k < bases->stack_start[i + 1]; k++)
			assert_true(bases->at[bases->stack[k - 1]].node <
			            bases->at[bases->stack[k]].node);
	}
}

static void
test_random_fleets(void **state)
{
	uint32_t found = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= FLEETS; seed++) {
		struct fleet fleet = { 0 };
		fleet_random(&fleet, seed);
		struct snapshot *s = fleet_snapshot(&fleet, 0);
		auto_arena arena = { 0 };
		struct report_options options = { 0 };
		struct report *report = report_build(s, &options, &arena);
		struct brute brute = { s, &arena,
			arena_new(&arena, bool, (size_t)s->image_count * s->repository_count) };

		for (uint32_t r = 0; r < s->reference_count; r++)
			name_images(
			        &brute, s->references[r].manifest, s->references[r].repository, 0);
		for (uint32_t i = 0; i < s->image_count; i++) {
			uint32_t node = report->trie->image_node[i];
			for (uint32_t length = s->images[i].chain_length; length > 0; length--) {
				found += check_chain(&brute, report, i, length, node);
				node = report->trie->nodes[node].parent;
			}
		}
		check_order(report);
		snapshot_free(s);
		fleet_release(&fleet);
	}
	assert_true(found > FLEETS); /* the fleets are worth the effort */
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random_fleets) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
