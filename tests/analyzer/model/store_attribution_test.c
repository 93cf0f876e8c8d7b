/* Shares on stores: by hand, and over fleets the sum that usage has. */
#include "tests/support/unit.h"

#include "analyzer/model/store_attribution.h"
#include "analyzer/model/store_usage.h"
#include "tests/support/fleet.h"

#define FLEETS 1000

struct answer {
	struct fleet fleet;
	struct arena arena;
	struct snapshot *snapshot;
	struct node_images *images;
	struct store_attribution *shares;
};

static void
answer(struct answer *answer, const struct platform *platform)
{
	answer->snapshot = fleet_snapshot(&answer->fleet, 0);
	answer->images = node_images_build(answer->snapshot, &answer->arena);
	answer->shares =
	        store_attribution_build(answer->snapshot, answer->images, platform, &answer->arena);
}

static void
answer_release(struct answer *answer)
{
	snapshot_free(answer->snapshot);
	arena_release(&answer->arena);
	fleet_release(&answer->fleet);
}

/* What an image has in the only store. */
static const struct image_bytes *
share_of(const struct answer *answer, struct digest manifest)
{
	uint32_t number = snapshot_find_image(answer->snapshot, &manifest);
	uint32_t image = answer->images->by_number[number];

	assert_int_equal(
	        answer->shares->first_share[image + 1], answer->shares->first_share[image] + 1);
	return &answer->shares->shares[answer->shares->first_share[image]].bytes;
}

static void
test_shares(void **state)
{
	struct answer a = { 0 };
	struct digest one = fleet_image(&a.fleet, "reg/one:1", "base=100 x=10");
	struct digest two = fleet_image(&a.fleet, "reg/two:1", "base=100 y=20");
	struct digest gone = fleet_image(&a.fleet, "reg/gone:1", "base=100 y=20 z=5");
	uint32_t store = fleet_store(&a.fleet, ENGINE_DOCKER, "n/s", NULL);

	(void)state;
	fleet_put(&a.fleet, store, "one", one);
	fleet_put(&a.fleet, store, "again", one);
	fleet_put(&a.fleet, store, NULL, two);
	fleet_run(&a.fleet, store, gone, false);
	answer(&a, NULL);
	assert_int_equal(share_of(&a, one)->logical_bytes, FLEET_UNPACKED * 110);
	assert_int_equal(share_of(&a, one)->attributed_bytes, FLEET_UNPACKED * 60);
	assert_int_equal(share_of(&a, one)->unique_bytes, FLEET_UNPACKED * 10);
	/* Its own layer is under a container too. */
	assert_int_equal(share_of(&a, two)->attributed_bytes, FLEET_UNPACKED * 70);
	assert_int_equal(share_of(&a, two)->unique_bytes, 0);
	assert_int_equal(a.shares->rest_bytes[0], FLEET_UNPACKED * 5);
	answer_release(&a);
}

/* Three of ten bytes: the lowest digest has the remainder. */
static void
test_remainder(void **state)
{
	struct answer a = { 0 };
	uint32_t store = fleet_store(&a.fleet, ENGINE_DOCKER, "n/s", NULL);
	struct digest of[4];

	(void)state;
	of[0] = fleet_image(&a.fleet, "reg/a:1", "base=1 a");
	of[1] = fleet_image(&a.fleet, "reg/b:1", "base=1 b");
	of[2] = fleet_image(&a.fleet, "reg/c:1", "base=1 c");
	of[3] = fleet_image(&a.fleet, "reg/d:1", "base=1 d");
	for (int i = 0; i < 4; i++)
		fleet_put(&a.fleet, store, "name", of[i]);
	answer(&a, NULL);
	for (uint32_t i = 0; i < a.images->count; i++)
		assert_int_equal(a.shares->shares[a.shares->first_share[i]].bytes.attributed_bytes,
		        FLEET_UNPACKED * 10 + (i == 0 ? FLEET_UNPACKED : 0));
	answer_release(&a);
}

static void
check_sums(const struct answer *a, const struct platform *platform)
{
	auto_arena arena = { 0 };
	const struct store_usage *usage = store_usage_build(a->snapshot, platform, &arena);
	uint64_t *sums = arena_new(&arena, uint64_t, a->snapshot->store_count);

	for (uint32_t s = 0; s < a->snapshot->store_count; s++)
		sums[s] = a->shares->rest_bytes[s];
	for (uint32_t i = 0; i < a->shares->first_share[a->images->count]; i++) {
		const struct store_share *share = &a->shares->shares[i];

		sums[share->store] += share->bytes.attributed_bytes;
		assert_true(share->bytes.unique_bytes <= share->bytes.attributed_bytes);
		assert_true(share->bytes.attributed_bytes <= share->bytes.logical_bytes);
	}
	for (uint32_t s = 0; s < a->snapshot->store_count; s++)
		assert_int_equal(sums[s], usage->rows[s].unpacked.actual_bytes +
		                                  usage->rows[s].dangling.actual_bytes);
}

static void
test_fleets(void **state)
{
	struct platform amd64;

	(void)state;
	assert_true(platform_parse(&amd64, "linux/amd64"));
	for (uint64_t seed = 1; seed <= FLEETS; seed++) {
		const struct platform *platform = seed % 3 == 0 ? &amd64 : NULL;
		struct answer a = { 0 };

		fleet_random(&a.fleet, seed);
		fleet_random_stores(&a.fleet, seed);
		answer(&a, platform);
		check_sums(&a, platform);
		answer_release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_remainder),
		cmocka_unit_test(test_fleets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
