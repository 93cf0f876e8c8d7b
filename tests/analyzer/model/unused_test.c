/* Images of registries that no node uses: since when that is known. */
#include "tests/support/unit.h"

#include "analyzer/model/unused.h"
#include "common/memory.h"
#include "tests/support/fleet.h"

#define NOW 1700000000 /* of fleets; their references are seen since 1600000000 */
#define DAY 86400

struct answer {
	struct fleet fleet;
	struct arena arena;
	struct snapshot *snapshot;
	struct report *report;
	struct digest images[4];
};

/* one is on a node, two left one 10 days ago, three was never on one, four is in a layout only. */
static void
make(struct answer *a, int64_t watched_since)
{
	static const struct report_options options;
	uint32_t store = fleet_store(&a->fleet, ENGINE_DOCKER, "n/docker", NULL);

	a->images[0] = fleet_image(&a->fleet, "reg/one:1", "base a");
	a->images[1] = fleet_image(&a->fleet, "reg/two:1", "base b");
	a->images[2] = fleet_image(&a->fleet, "reg/three:1", "base c");
	a->images[3] = fleet_image(&a->fleet, "/srv/four:1", "base d");
	fleet_put(&a->fleet, store, "one", a->images[0]);
	for (int days = 30; days >= 10; days -= 20)
		*vec_push(&a->fleet.left) =
		        (struct fleet_left){ a->fleet.manifests.at[1].config, NOW - days * DAY };
	a->fleet.watched_since = watched_since;
	a->snapshot = fleet_snapshot(&a->fleet, 0);
	a->report = report_build(a->snapshot, &options, &a->arena);
}

static void
release(struct answer *a)
{
	snapshot_free(a->snapshot);
	arena_release(&a->arena);
	fleet_release(&a->fleet);
}

static void
test_cases(void **state)
{
	static const struct {
		int64_t watched_since;
		uint64_t days;
		enum unused_basis basis;
		const char *images;
	} cases[] = {
		{ 0, 0, UNUSED_NO_NODES, "" },
		{ 0, 90, UNUSED_NO_NODES, "" },
		{ NOW - 100 * DAY, 0, UNUSED_KNOWN, "23" },
		{ NOW - 100 * DAY, 9, UNUSED_KNOWN, "23" },
		{ NOW - 100 * DAY, 10, UNUSED_KNOWN, "23" },
		{ NOW - 100 * DAY, 11, UNUSED_KNOWN, "3" },
		{ NOW - 100 * DAY, 100, UNUSED_KNOWN, "3" },
		{ NOW - 100 * DAY, 101, UNUSED_TOO_SHORT, "" },
		{ 1500000000, 1100, UNUSED_KNOWN, "3" },
		/* They came into the registry later. */
		{ 1500000000, 1200, UNUSED_KNOWN, "" },
		{ 1500000000, 1000000, UNUSED_TOO_SHORT, "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct answer a = { 0 };
		char found[5] = "";
		size_t count = 0;

		make(&a, cases[i].watched_since);
		const struct unused *unused = unused_build(a.report, cases[i].days * DAY, &a.arena);
		assert_int_equal(unused->basis, cases[i].basis);
		for (size_t k = 0; k < 4; k++)
			if (unused->images[snapshot_find_image(a.snapshot, &a.images[k])])
				found[count++] = (char)('1' + k);
		assert_string_equal(found, cases[i].images);
		assert_int_equal(unused->count, count);
		release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
