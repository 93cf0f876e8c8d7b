/* What filling stores transfers, over fleets; and where the ways to images lead. */
#include "tests/support/unit.h"

#include "analyzer/model/network_usage.h"
#include "analyzer/model/pull_catalog.h"
#include "common/memory.h"
#include "tests/support/fleet.h"

#define FLEETS 300

struct answer {
	struct fleet fleet;
	struct arena arena;
	struct snapshot *snapshot;
	struct network_usage *usage;
};

static void
answer(struct answer *answer, uint64_t order)
{
	answer->snapshot = fleet_snapshot(&answer->fleet, order);
	answer->usage = network_usage_build(answer->snapshot, NULL, &answer->arena);
}

static void
answer_release(struct answer *answer)
{
	snapshot_free(answer->snapshot);
	arena_release(&answer->arena);
	fleet_release(&answer->fleet);
}

static const struct record_manifest *
manifest_of(const struct answer *answer, struct digest digest)
{
	vec_each (const struct record_manifest, manifest, &answer->fleet.manifests)
		if (digest_equal(&manifest->digest, &digest))
			return manifest;
	fail_msg("no such manifest");
	return NULL;
}

/* Of documents and config alone. */
static uint64_t
frame_bytes(const struct answer *answer, struct digest digest)
{
	const struct record_manifest *manifest = manifest_of(answer, digest);

	return manifest->size_bytes + manifest->config_size_bytes;
}

static void
test_by_engine(void **state)
{
	static const enum store_engine engines[] = { ENGINE_DOCKER, ENGINE_CONTAINERD,
		ENGINE_CONTAINERS_STORAGE };

	(void)state;
	for (size_t i = 0; i < countof(engines); i++) {
		struct answer a = { 0 };
		struct digest one = fleet_image(&a.fleet, "reg/one:1", "base=1000 lib=100 x=10");
		struct digest two = fleet_image(&a.fleet, "reg/two:1", "base=1000 y=20");
		struct digest three = fleet_image(&a.fleet, "reg/three:1", "other=500 lib=100");
		uint32_t store = fleet_store(&a.fleet, engines[i], "n/s", NULL);

		fleet_put(&a.fleet, store, "one", one);
		fleet_put(&a.fleet, store, "two", two);
		fleet_put(&a.fleet, store, "three", three);
		fleet_put(&a.fleet, store, "again", three);
		answer(&a, 0);
		const struct network_row *row = &a.usage->rows[0];
		uint64_t frames =
		        frame_bytes(&a, one) + frame_bytes(&a, two) + frame_bytes(&a, three);

		assert_int_equal(row->images, 3);
		assert_int_equal(row->unknown_images, 0);
		assert_int_equal(row->logical_bytes, frames + 1110 + 1020 + 600);
		/* docker fetches lib again, for it lies above another base. */
		assert_int_equal(row->actual_bytes,
		        frames + 1110 + 20 + 500 + (engines[i] == ENGINE_DOCKER ? 100 : 0));
		assert_false(row->upper_bound);
		assert_int_equal(a.usage->total.actual_bytes, row->actual_bytes);
		answer_release(&a);
	}
}

static void
test_unknown_images(void **state)
{
	struct answer a = { 0 };
	struct digest known = fleet_image(&a.fleet, "reg/one:1", "base=1000");
	struct digest built = fleet_add(&a.fleet, &(struct fleet_image){ .layers = "base=1000 x" });
	uint32_t store = fleet_store(&a.fleet, ENGINE_DOCKER, "n/s", NULL);

	(void)state;
	fleet_put(&a.fleet, store, "one", known);
	fleet_put(&a.fleet, store, "local/built:1", built);
	fleet_store(&a.fleet, ENGINE_DOCKER, "n/t", NULL);
	answer(&a, 0);
	assert_int_equal(a.usage->rows[0].images, 1);
	assert_int_equal(a.usage->rows[0].unknown_images, 1);
	assert_int_equal(a.usage->rows[0].actual_bytes, 1000 + frame_bytes(&a, known));
	assert_int_equal(a.usage->rows[1].images, 0);
	assert_int_equal(a.usage->rows[1].actual_bytes, 0);
	answer_release(&a);
}

/* Documents on the way, and the cheaper of two manifests. */
static void
test_cheapest(void **state)
{
	struct answer a = { 0 };
	struct digest large = fleet_image(&a.fleet, "reg/one:1", "base=1000");
	struct digest small = fleet_add(&a.fleet, &(struct fleet_image){ .layers = "base~2=300" });
	struct fleet_child child = { small, "linux/amd64", NULL };
	struct digest index = fleet_index(&a.fleet, &child, 1);
	uint32_t store = fleet_store(&a.fleet, ENGINE_CONTAINERD, "n/s", NULL);

	(void)state;
	fleet_name(&a.fleet, "reg/one:2", index);
	fleet_put(&a.fleet, store, "one", large);
	answer(&a, 0);
	uint64_t bytes = 300 + frame_bytes(&a, small) + manifest_of(&a, index)->size_bytes;
	assert_int_equal(a.usage->rows[0].logical_bytes, bytes);
	assert_int_equal(a.usage->rows[0].actual_bytes, bytes);
	answer_release(&a);
}

/* What a store has now: a docker that forgot its blobs, a pool of two namespaces. */
static void
test_fill(void **state)
{
	struct answer a = { 0 };
	struct digest one = fleet_image(&a.fleet, "reg/one:1", "base=1000 x=10");
	struct digest two = fleet_image(&a.fleet, "reg/two:1", "base=1000 y=20");
	uint32_t docker = fleet_store(&a.fleet, ENGINE_DOCKER, "n/a-docker", NULL);
	uint32_t loaded = fleet_store(&a.fleet, ENGINE_DOCKER, "n/b-loaded", NULL);
	uint32_t first = fleet_store(&a.fleet, ENGINE_CONTAINERD, "n/c-first", "pool");
	auto_pull_catalog catalog = { 0 };
	auto_pull_state known = { 0 };
	static const uint64_t expected[] = { 20, 1020, 20, 20, 1020 };

	(void)state;
	fleet_store(&a.fleet, ENGINE_CONTAINERD, "n/d-second", "pool");
	fleet_store(&a.fleet, ENGINE_CONTAINERD, "o/e-elsewhere", "pool");
	fleet_pull(&a.fleet, docker, "one", one);
	fleet_put(&a.fleet, loaded, "one", one);
	fleet_pull(&a.fleet, first, "one", one);
	answer(&a, 0);
	pull_catalog_init(&catalog, a.snapshot);
	const struct pull_image *image =
	        pull_image_by(&catalog, snapshot_find_manifest(a.snapshot, &two), NONE);
	for (uint32_t i = 0; i < countof(expected); i++) {
		pull_catalog_fill(&catalog, i, &known);
		struct pull pull = pull_ask(&known, image, NULL);

		assert_int_equal(
		        pull.blob_bytes, expected[i] + manifest_of(&a, two)->config_size_bytes);
		assert_int_equal(pull.manifest_bytes, manifest_of(&a, two)->size_bytes);
		assert_false(pull.upper_bound);
	}
	answer_release(&a);
}

/* Sums of whole fleets: order does not matter, sharing only saves. */
static void
check_fleet(uint64_t seed)
{
	struct answer a = { 0 };
	auto_arena arena = { 0 };

	fleet_random(&a.fleet, seed);
	fleet_random_stores(&a.fleet, seed);
	answer(&a, 0);
	struct snapshot *other = fleet_snapshot(&a.fleet, seed + 1);
	const struct network_usage *again = network_usage_build(other, NULL, &arena);
	uint64_t sum = 0;
	for (uint32_t i = 0; i < a.usage->row_count; i++) {
		const struct network_row *row = &a.usage->rows[i];

		assert_true(row->actual_bytes <= row->logical_bytes);
		assert_int_equal(row->actual_bytes, again->rows[i].actual_bytes);
		assert_int_equal(row->logical_bytes, again->rows[i].logical_bytes);
		sum += row->actual_bytes;
	}
	assert_int_equal(sum, a.usage->total.actual_bytes);
	snapshot_free(other);
	answer_release(&a);
}

static void
test_fleets(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= FLEETS; seed++)
		check_fleet(seed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_engine),
		cmocka_unit_test(test_unknown_images),
		cmocka_unit_test(test_cheapest),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_fleets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
