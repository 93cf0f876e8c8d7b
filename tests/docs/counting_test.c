/* The example of docs/counting.md, counted by the code: what the page says must come out. In MB,
 * rounded: the page leaves configs and manifests of some hundred bytes out. */
#include "tests/support/unit.h"

#include "analyzer/model/explain.h"
#include "analyzer/model/report.h"
#include "common/memory.h"
#include "tests/support/fleet.h"

#define MB(bytes) (((bytes) + 500000) / 1000000)

struct example {
	struct arena arena;
	struct snapshot *snapshot;
	struct report *report;
};

static struct example
example_make(enum dedup_scope scope)
{
	struct example example = { 0 };
	struct fleet fleet = { .scope = scope };

	fleet_image(&fleet, "reg/shop:1", "debian=48000000 runtime=20000000 shop=5000000");
	fleet_image(&fleet, "reg/blog:1", "debian=48000000 runtime=20000000 blog=2000000");
	fleet_image(&fleet, "reg/debian:12", "debian=48000000");
	example.snapshot = fleet_snapshot(&fleet, 0);
	example.report =
	        report_build(example.snapshot, &(struct report_options){ 0 }, &example.arena);
	fleet_release(&fleet);
	return example;
}

static void
example_release(struct example *example)
{
	snapshot_free(example->snapshot);
	arena_release(&example->arena);
}

static void
test_logical_and_actual(void **state)
{
	struct example example = example_make(SCOPE_REGISTRY);
	struct example apart = example_make(SCOPE_REPOSITORY);

	(void)state;
	assert_int_equal(MB(example.report->usage->total.logical_bytes), 191);
	assert_int_equal(MB(example.report->usage->total.actual_bytes), 75);
	assert_int_equal(MB(apart.report->usage->total.logical_bytes), 191);
	assert_int_equal(MB(apart.report->usage->total.actual_bytes), 191);
	example_release(&apart);
	example_release(&example);
}

static void
test_attribution(void **state)
{
	static const struct {
		const char *name;
		unsigned attributed_mb, unique_mb, logical_mb;
	} rows[] = { { "reg/shop:1", 31, 5, 73 }, { "reg/blog:1", 28, 2, 70 },
		{ "reg/debian:12", 16, 0, 48 } };
	struct example example = example_make(SCOPE_REGISTRY);

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		uint32_t images[3];

		assert_int_equal(explain_find(example.snapshot, rows[i].name, images), 1);
		const struct image_bytes *bytes = &example.report->attribution->registry[images[0]];

		assert_int_equal(MB(bytes->attributed_bytes), rows[i].attributed_mb);
		assert_int_equal(MB(bytes->unique_bytes), rows[i].unique_mb);
		assert_int_equal(MB(bytes->logical_bytes), rows[i].logical_mb);
	}
	example_release(&example);
}

static uint64_t
frees(struct example *example, const char *first, const char *second)
{
	uint32_t images[6], count = explain_find(example->snapshot, first, images);
	const struct explain *explain;

	if (second)
		count += explain_find(example->snapshot, second, images + count);
	explain = explain_build(example->snapshot, example->report->trie,
	        example->report->attribution, images, count,
	        explain_manifests(example->snapshot, NULL, &example->arena), &example->arena);
	return MB(explain->frees_registry_bytes);
}

static void
test_deleting(void **state)
{
	struct example example = example_make(SCOPE_REGISTRY);

	(void)state;
	assert_int_equal(frees(&example, "reg/shop:1", NULL), 5);
	assert_int_equal(frees(&example, "reg/blog:1", NULL), 2);
	assert_int_equal(frees(&example, "reg/shop:1", "reg/blog:1"), 27);
	example_release(&example);
}

static void
test_bases(void **state)
{
	struct example example = example_make(SCOPE_REGISTRY);
	const struct bases *bases = example.report->bases;

	(void)state;
	assert_int_equal(bases->count, 2);
	for (uint32_t i = 0; i < bases->count; i++) {
		const struct base *base = &bases->at[i];

		assert_int_equal(base->users, 2);
		if (base->evidence == BASE_PROVEN) {
			assert_string_equal(base->names[0], "reg/debian:12");
			assert_int_equal(MB(base->saved_bytes), 48);
		} else {
			assert_int_equal(base->evidence, BASE_UNNAMED);
			assert_int_equal(MB(base->saved_bytes), 68);
			assert_int_equal(bases->at[base->parent].evidence, BASE_PROVEN);
		}
	}
	example_release(&example);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logical_and_actual),
		cmocka_unit_test(test_attribution),
		cmocka_unit_test(test_deleting),
		cmocka_unit_test(test_bases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
