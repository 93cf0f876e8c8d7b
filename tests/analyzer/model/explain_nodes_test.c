/* explain on nodes: who has it, what a pull fetches, what deleting frees; and names of nodes. */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/explain_nodes.h"
#include "analyzer/model/report.h"
#include "common/memory.h"
#include "tests/support/fleet.h"

#define FLEETS 300

struct answer {
	struct fleet fleet;
	struct arena arena;
	struct snapshot *snapshot;
	struct node_images *images;
};

static void
answer(struct answer *answer)
{
	answer->snapshot = fleet_snapshot(&answer->fleet, 0);
	answer->images = node_images_build(answer->snapshot, &answer->arena);
}

static void
answer_release(struct answer *answer)
{
	snapshot_free(answer->snapshot);
	arena_release(&answer->arena);
	fleet_release(&answer->fleet);
}

static int
compare_indices(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* By manifests; those that are not in the snapshot are not asked about. */
static struct explain_nodes *
explain(struct answer *answer, const struct digest *manifests, uint32_t count)
{
	uint32_t numbers[8], found = 0;

	for (uint32_t i = 0; i < count; i++) {
		numbers[found] = snapshot_find_image(answer->snapshot, &manifests[i]);
		found += numbers[found] != NONE;
	}
	qsort(numbers, found, sizeof(*numbers), compare_indices);
	return explain_nodes_build(answer->snapshot, answer->images, numbers, found,
	        explain_manifests(answer->snapshot, NULL, &answer->arena), NULL, &answer->arena);
}

static void
test_frees(void **state)
{
	struct answer a = { 0 };
	struct digest one = fleet_image(&a.fleet, "reg/one:1", "base=1000 x=10");
	struct digest two = fleet_image(&a.fleet, "reg/two:1", "base=1000 y=20");
	struct digest deep = fleet_image(&a.fleet, "reg/deep:1", "base=1000 x=10 z=7");
	struct digest both[] = { one, two };
	/* One and two; with deep above one; one under a container; two is empty. */
	uint32_t plain = fleet_store(&a.fleet, ENGINE_DOCKER, "n/a", NULL);
	uint32_t under = fleet_store(&a.fleet, ENGINE_DOCKER, "n/b", NULL);
	uint32_t running = fleet_store(&a.fleet, ENGINE_DOCKER, "n/c", NULL);

	(void)state;
	fleet_store(&a.fleet, ENGINE_DOCKER, "n/d", NULL);
	fleet_put(&a.fleet, plain, "one", one);
	fleet_put(&a.fleet, plain, "two", two);
	fleet_put(&a.fleet, under, "one", one);
	fleet_put(&a.fleet, under, NULL, deep);
	fleet_put(&a.fleet, running, "one", one);
	fleet_run(&a.fleet, running, one, true);
	answer(&a);
	static const uint64_t alone[] = { 10, 0, 0, 0 }, set[] = { 1030, 0, 0, 0 };
	const struct explain_nodes *of_one = explain(&a, &one, 1), *of_both = explain(&a, both, 2);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(of_one->stores[i].frees_bytes, FLEET_UNPACKED * alone[i]);
		assert_int_equal(of_both->stores[i].frees_bytes, FLEET_UNPACKED * set[i]);
		assert_int_equal(of_one->stores[i].images, i < 3);
	}
	assert_int_equal(of_both->stores[0].images, 2);
	assert_int_equal(of_both->stores[0].freed_chains, 3);
	answer_release(&a);
}

static void
test_pull(void **state)
{
	struct answer a = { 0 };
	struct digest one = fleet_image(&a.fleet, "reg/one:1", "base=1000 x=10");
	struct digest two = fleet_image(&a.fleet, "reg/two:1", "base=1000 y=20");
	uint32_t filled = fleet_store(&a.fleet, ENGINE_CONTAINERD, "n/a", "pool");
	struct digest both[] = { one, two };

	(void)state;
	fleet_store(&a.fleet, ENGINE_CONTAINERD, "o/b", "pool");
	fleet_pull(&a.fleet, filled, "one", one);
	answer(&a);
	const struct explain_nodes *nodes = explain(&a, both, 2);
	assert_int_equal(nodes->stores[0].pull.layers, 1);
	assert_int_equal(nodes->stores[0].fetched[0].size_bytes, 20);
	assert_int_equal(nodes->stores[1].pull.layers, 3);
	assert_true(nodes->stores[1].pull.blob_bytes > 1030);
	nodes = explain(&a, &one, 1);
	assert_int_equal(nodes->stores[0].pull.blob_bytes, 0);
	assert_int_equal(nodes->stores[0].pull.manifest_bytes, 0);
	answer_release(&a);
}

/* Freeing the images one after the other frees as much as all at once: what is really left. */
static void
check_fleet(uint64_t seed)
{
	struct answer a = { 0 };
	auto_free uint32_t *numbers = NULL;

	fleet_random(&a.fleet, seed);
	fleet_random_stores(&a.fleet, seed);
	answer(&a);
	numbers = xcalloc((size_t)a.images->number_count + 1, sizeof(*numbers));
	for (uint32_t i = 0; i < a.images->number_count; i++)
		numbers[i] = i;
	const uint32_t *manifests = explain_manifests(a.snapshot, NULL, &a.arena);
	const struct explain_nodes *all = explain_nodes_build(
	        a.snapshot, a.images, numbers, a.images->number_count, manifests, NULL, &a.arena);
	const struct store_usage *usage = store_usage_build(a.snapshot, NULL, &a.arena);
	for (uint32_t s = 0; s < a.snapshot->store_count; s++) {
		uint64_t single = 0;

		assert_true(
		        all->stores[s].frees_bytes <= usage->rows[s].unpacked.actual_bytes +
		                                              usage->rows[s].dangling.actual_bytes);
		if (a.snapshot->stores[s].container_count == 0)
			assert_int_equal(all->stores[s].freed_chains, usage->rows[s].chains);
		for (uint32_t i = 0; i < a.images->number_count; i++)
			single += explain_nodes_build(
			        a.snapshot, a.images, &numbers[i], 1, manifests, NULL, &a.arena)
			                  ->stores[s]
			                  .frees_bytes;
		assert_true(single <= all->stores[s].frees_bytes);
	}
	answer_release(&a);
}

static void
test_fleets(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= FLEETS; seed++)
		check_fleet(seed);
}

static void
test_names_of_nodes(void **state)
{
	struct answer a = { 0 };
	struct digest known = fleet_image(&a.fleet, "reg/one:1", "base x");
	struct digest built = fleet_add(&a.fleet, &(struct fleet_image){ .layers = "base y" });
	uint32_t store = fleet_store(&a.fleet, ENGINE_DOCKER, "n/a", NULL);
	uint32_t numbers[4];
	char text[DIGEST_TEXT_SIZE];

	(void)state;
	fleet_put(&a.fleet, store, "localhost/mine:1", known);
	fleet_put(&a.fleet, store, "localhost/built:1", built);
	answer(&a);
	assert_int_equal(
	        explain_find_on_nodes(a.snapshot, a.images, "localhost/mine:1", numbers), 1);
	assert_int_equal(numbers[0], snapshot_find_image(a.snapshot, &known));
	assert_int_equal(
	        explain_find_on_nodes(a.snapshot, a.images, "localhost/built:1", numbers), 1);
	assert_int_equal(numbers[0], a.snapshot->image_count);
	const struct node_image *image = node_image_of(a.images, numbers[0]);
	assert_int_equal(image->store_count, 1);
	digest_format(&node_image_shown(a.snapshot, image)->config_digest, text);
	assert_int_equal(explain_find_on_nodes(a.snapshot, a.images, text, numbers), 1);
	text[strlen("sha256:") + 12] = '\0';
	assert_int_equal(explain_find_on_nodes(a.snapshot, a.images, text, numbers), 1);
	assert_int_equal(
	        explain_find_on_nodes(a.snapshot, a.images, text + strlen("sha256:"), numbers), 1);
	text[strlen("sha256:") + 11] = '\0';
	assert_int_equal(explain_find_on_nodes(a.snapshot, a.images, text, numbers), 0);
	assert_int_equal(
	        explain_find_on_nodes(a.snapshot, a.images, "localhost/built", numbers), 0);
	answer_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frees),
		cmocka_unit_test(test_pull),
		cmocka_unit_test(test_fleets),
		cmocka_unit_test(test_names_of_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
