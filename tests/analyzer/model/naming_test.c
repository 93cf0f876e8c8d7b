/* Names: which references lead to an image, and of which repositories they are. */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/explain.h"
#include "analyzer/model/report.h"
#include "common/memory.h"
#include "tests/support/fleet.h"

/*	reg/app:1 ─▶ index ─▶ index ─▶ a, a recompressed (one image)
 *	reg/app:2 ─────────────────▶ a
 *	reg/base:1 ─▶ b              reg/base@sha256… ─▶ b
 */
static void
test_names(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	auto_arena arena = { 0 };
	struct digest a = fleet_image(&fleet, "reg/app:2", "x");
	struct fleet_child twins[] = { { a, "linux/amd64", NULL },
		{ fleet_add(&fleet, &(struct fleet_image){ .layers = "x~2" }), "linux/amd64",
		        NULL } };
	struct fleet_child nested[] = { { fleet_index(&fleet, twins, 2), NULL, NULL } };
	fleet_name(&fleet, "reg/app:1", fleet_index(&fleet, nested, 1));
	struct digest b = fleet_image(&fleet, "reg/base:1", "y");
	fleet_tag(&fleet, fleet_repository(&fleet, 0, "base"), "", b);
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	struct naming *names = naming_build(snapshot, &arena);
	uint32_t image = snapshot_find_image(snapshot, &a);
	uint32_t other = snapshot_find_image(snapshot, &b);
	char text[DIGEST_TEXT_SIZE];

	assert_int_equal(snapshot->image_count, 2);
	assert_int_equal(links_count(&names->references, image), 2);
	assert_int_equal(links_count(&names->references, other), 2);
	assert_int_equal(links_count(&names->repositories, image), 1);
	assert_int_equal(links_count(&names->repositories, other), 1);
	const uint32_t *references = names->references.at + names->references.start[image];
	assert_string_equal(naming_reference(snapshot, references[0], &arena), "reg/app:1");
	assert_string_equal(naming_reference(snapshot, references[1], &arena), "reg/app:2");
	references = names->references.at + names->references.start[other];
	assert_string_equal(naming_reference(snapshot, references[0], &arena),
	        arena_printf(&arena, "reg/base@%s", digest_format(&b, text)));
	assert_string_equal(naming_reference(snapshot, references[1], &arena), "reg/base:1");
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

/* One child named again and again is one. */
static void
test_repeated_children(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	auto_arena arena = { 0 };
	struct fleet_child children[100];
	struct digest image = fleet_add(&fleet, &(struct fleet_image){ .layers = "x" });
	for (size_t i = 0; i < countof(children); i++)
		children[i] = (struct fleet_child){ image, NULL, NULL };
	fleet_name(&fleet, "reg/app:1", fleet_index(&fleet, children, countof(children)));
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	struct naming *names = naming_build(snapshot, &arena);

	assert_int_equal(snapshot->child_count, 100);
	assert_int_equal(links_count(&names->references, 0), 1);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

/* Digests make this impossible; facts that were tampered with do not end in a circle either. */
static void
test_an_index_in_itself(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	auto_arena arena = { 0 };
	struct digest image = fleet_add(&fleet, &(struct fleet_image){ .layers = "x" });
	struct fleet_child child = { image, NULL, NULL };
	struct digest index = fleet_index(&fleet, &child, 1);
	struct record_child children[] = { { .digest = index }, { .digest = image } };
	fleet.manifests.at[1].children = children;
	fleet.manifests.at[1].child_count = 2;
	fleet.manifests.at[1].subject = index;
	fleet_name(&fleet, "reg/app:1", index);
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	struct report_options options = { 0 };
	struct report *report = report_build(snapshot, &options, &arena);
	uint32_t only = 0;
	struct explain *explain = explain_build(snapshot, report->trie, report->attribution, &only,
	        1, explain_manifests(snapshot, NULL, &arena), &arena);

	assert_int_equal(links_count(&report->names->references, 0), 1);
	assert_int_equal(report->usage->total.images, 1);
	assert_true(explain->frees_registry_bytes > 0);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_repeated_children),
		cmocka_unit_test(test_an_index_in_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
