/* Attribution adds up to the byte, and is what the definition says. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "tests/support/counted.h"
#include "tests/support/slow.h"

#define FLEETS 1500

static void
check_image(const struct image_bytes *row)
{
	assert_true(row->unique_bytes <= row->attributed_bytes);
	assert_true(row->attributed_bytes <= row->logical_bytes);
}

static void
check_sums(const struct counted *a)
{
	const struct snapshot *s = a->snapshot;
	const struct attribution *attribution = a->attribution;
	uint64_t images = 0, layouts = 0, repositories = 0, layout_repositories = 0;
	uint64_t layout_actual = 0, layout_other = 0;

	for (uint32_t i = 0; i < s->image_count; i++) {
		check_image(&attribution->registry[i]);
		check_image(&attribution->layout[i]);
		images += attribution->registry[i].attributed_bytes;
		layouts += attribution->layout[i].attributed_bytes;
	}
	for (uint32_t r = 0; r < s->repository_count; r++)
		*(s->sources[s->repositories[r].source].kind == SOURCE_REGISTRY
		                ? &repositories
		                : &layout_repositories) += attribution->repository_bytes[r];
	for (uint32_t i = 0; i < a->usage->layout_count; i++) {
		layout_actual += a->usage->layouts[i].actual_bytes;
		layout_other += a->usage->layouts[i].other_bytes;
	}
	uint64_t rest = attribution->index_bytes + attribution->artifact_bytes;
	assert_int_equal(images + rest, a->usage->total.actual_bytes);
	assert_int_equal(repositories + rest, a->usage->total.actual_bytes);
	assert_int_equal(rest, a->usage->total.other_bytes);
	assert_int_equal(attribution->total_bytes, a->usage->total.actual_bytes);
	assert_int_equal(layouts + layout_other, layout_actual);
	assert_int_equal(layout_repositories, layouts);
}

static void
check_against_slow(const struct counted *a, const struct place_options *options)
{
	const struct snapshot *s = a->snapshot;
	struct slow slow;

	slow_build(&slow, s, options);
	for (int kind = 0; kind < 2; kind++) {
		const struct image_bytes *rows =
		        kind ? a->attribution->layout : a->attribution->registry;
		for (uint32_t i = 0; i < s->image_count; i++) {
			assert_int_equal(rows[i].logical_bytes, slow.logical[kind][i]);
			assert_int_equal(rows[i].attributed_bytes, slow.attributed[kind][i]);
			assert_int_equal(rows[i].unique_bytes, slow.unique[kind][i]);
		}
	}
	for (uint32_t r = 0; r < s->repository_count; r++)
		assert_int_equal(a->attribution->repository_bytes[r], slow.repositories[r]);
	arena_release(&slow.arena);
}

static void
test_random_fleets(void **state)
{
	struct platform platform;

	(void)state;
	platform_parse(&platform, "linux/amd64");
	for (uint64_t seed = 1; seed <= FLEETS; seed++) {
		struct counted a = { 0 };
		struct place_options options = { .platform = seed % 4 == 1 ? &platform : NULL };

		fleet_random(&a.fleet, seed);
		count_fleet(&a, &options);
		check_sums(&a);
		/* The slow one takes its time. */
		if (seed % 5 == 1)
			check_against_slow(&a, &options);
		counted_release(&a);
	}
}

/* The division by hand: 100 bytes among three, the lowest digest takes the remainder. */
static void
test_division(void **state)
{
	(void)state;
	struct counted a = { 0 };
	fleet_image(&a.fleet, "reg/x:1", "base=100 x=7");
	fleet_image(&a.fleet, "reg/y:1", "base=100 y=7");
	fleet_image(&a.fleet, "reg/z:1", "base=100 z=7");
	count_fleet(&a, NULL);
	for (uint32_t i = 0; i < 3; i++) {
		const struct image_bytes *row = &a.attribution->registry[i];
		uint64_t own = row->unique_bytes;

		assert_int_equal(row->attributed_bytes - own, i == 0 ? 34 : 33);
		assert_int_equal(row->logical_bytes - own, 100);
	}
	counted_release(&a);
}

/* One image that two repositories name: half each, the odd byte to the first. */
static void
test_repositories(void **state)
{
	(void)state;
	struct counted a = { 0 };
	struct digest image = fleet_image(&a.fleet, "reg/b:1", "x=1000");
	fleet_name(&a.fleet, "reg/b:2", image);
	fleet_name(&a.fleet, "reg/a:1", image);
	fleet_name(&a.fleet, "other/c:1", image);
	count_fleet(&a, NULL);
	uint64_t bytes = a.usage->registries[0].actual_bytes;

	assert_string_equal(a.snapshot->repositories[0].name, "c");
	assert_int_equal(a.attribution->repository_bytes[0], bytes);
	assert_int_equal(a.attribution->repository_bytes[1], bytes - bytes / 2);
	assert_int_equal(a.attribution->repository_bytes[2], bytes / 2);
	assert_int_equal(a.attribution->registry[0].logical_bytes, 2 * bytes);
	assert_int_equal(a.attribution->registry[0].unique_bytes, 2 * bytes);
	counted_release(&a);
}

/* What an artifact uses as well is not the image's alone. */
static void
test_unique_is_what_nothing_else_keeps(void **state)
{
	(void)state;
	struct counted a = { 0 };
	fleet_image(&a.fleet, "reg/app:1", "x=1000 y=2000");
	fleet_name(&a.fleet, "reg/model:1",
	        fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "x=1000", NULL));
	count_fleet(&a, NULL);
	const struct image_bytes *row = &a.attribution->registry[0];

	assert_int_equal(row->attributed_bytes - row->unique_bytes, 1000);
	assert_int_equal(row->attributed_bytes, row->logical_bytes);
	counted_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_division),
		cmocka_unit_test(test_repositories),
		cmocka_unit_test(test_unique_is_what_nothing_else_keeps),
		cmocka_unit_test(test_random_fleets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
