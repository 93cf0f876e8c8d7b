/* Names: which references lead to an image, and of which repositories they are. */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/naming.h"
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

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
