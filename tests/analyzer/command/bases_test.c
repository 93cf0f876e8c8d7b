/* bases: the tree, the list that sorting makes of it, and the objects. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#include "common/memory.h"
#include "tests/support/answered.h"

/* debian ◀ python ◀ two apps; debian ◀ a chain without a name ◀ two tools; alpine ◀ one. */
static void
forest(struct answered *answered)
{
	struct fleet *fleet = &answered->fleet;
	struct digest debian = fleet_image(fleet, "reg/debian:12", "debian=1000");

	fleet_name(fleet, "reg/debian:latest", debian);
	fleet_image(fleet, "reg/python:3", "debian=1000 python=500");
	fleet_image(fleet, "reg/app-a:1", "debian=1000 python=500 a=1");
	fleet_image(fleet, "reg/app-b:1", "debian=1000 python=500 b=1");
	fleet_image(fleet, "reg/tool-a:1", "debian=1000 tools=10 c=1");
	fleet_image(fleet, "reg/tool-b:1", "debian=1000 tools=10 d=1");
	fleet_image(fleet, "reg/alpine:3", "alpine=50");
	fleet_image(fleet, "reg/web:1", "alpine=50 e=1");
}

static void
test_tree(void **state)
{
	struct answered a = { 0 };

	(void)state;
	forest(&a);
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_bases), 0);
	char *debian = strstr(a.text, "\ndebian:12 (+1 more)");
	char *python = strstr(a.text, "\n  python:3 ");
	char *unnamed = strstr(a.text, "\n  (unnamed ");
	char *alpine = strstr(a.text, "\nalpine:3 ");
	assert_true(debian && python && unnamed && alpine);
	assert_true(debian < python && python < unnamed && unnamed < alpine);
	assert_non_null(strstr(a.text, "\n\nSaved: "));

	a.asked.sort = "bytes";
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_bases), 0);
	assert_non_null(strstr(a.text, "\npython:3 "));
	assert_true(strstr(a.text, "\npython:3 ") < strstr(a.text, "\ndebian:12"));
	answered_release(&a);
}

static void
test_members(void **state)
{
	struct answered a = { 0 };

	(void)state;
	forest(&a);
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_bases), 0);
	assert_string_equal(text_at(a.json, "schema"), "layershare/bases/v1");
	assert_int_equal(json_array_size(json_at(a.json, "bases")), 4);
	json_t *debian = json_at(a.json, "bases/0"), *python = json_at(a.json, "bases/1");
	assert_string_equal(text_at(debian, "names/1"), "reg/debian:latest");
	assert_string_equal(text_at(debian, "id"), text_at(debian, "chain_id"));
	assert_true(json_is_null(json_at(debian, "parent")));
	assert_true(json_is_null(json_at(debian, "line")));
	assert_true(json_is_null(json_at(debian, "newest")));
	assert_int_equal(number_at(debian, "images"), 5);
	assert_int_equal(number_at(debian, "repositories"), 5);
	assert_int_equal(number_at(debian, "bytes"), 1000);
	assert_int_equal(number_at(debian, "saved_bytes"), 4000);
	assert_int_equal(number_at(debian, "node_count"), 0);
	assert_string_equal(text_at(debian, "unit"), "compressed");
	assert_string_equal(text_at(python, "parent"), text_at(debian, "id"));
	assert_int_equal(number_at(python, "layers"), 2);
	assert_int_equal(json_array_size(json_at(a.json, "bases/2/names")), 0);
	assert_string_equal(text_at(a.json, "bases/2/evidence"), "unnamed");
	answered_release(&a);
}

static void
test_limit(void **state)
{
	struct answered a = { .asked = { .has_limit = true, .limit = 2 } };

	(void)state;
	forest(&a);
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_bases), 0);
	assert_int_equal(json_array_size(json_at(a.json, "bases")), 2);
	assert_true(json_is_true(json_at(a.json, "truncated")));
	answered_release(&a);
}

/* Every base comes once, below its parent, in whatever fleet. */
static void
test_all_come_once(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct answered a = { 0 };
		size_t i;
		json_t *base;

		fleet_random(&a.fleet, seed);
		assert_int_equal(answered_view(&a, ANSWER_JSON, view_bases), 0);
		json_t *seen = json_object();
		json_array_foreach(json_at(a.json, "bases"), i, base)
		{
			const char *id = text_at(base, "id");
			json_t *parent = json_at(base, "parent");

			assert_null(json_object_get(seen, id));
			if (!json_is_null(parent))
				assert_non_null(json_object_get(seen, json_string_value(parent)));
			json_object_set_new(seen, id, json_true());
		}
		size_t count = json_object_size(seen);
		json_decref(seen);
		assert_int_equal(answered_view(&a, ANSWER_JSON, view_report_json), 0);
		assert_int_equal(json_array_size(json_at(a.json, "bases")), count);
		answered_release(&a);
	}
}

static void
test_no_bases(void **state)
{
	struct answered a = { 0 };

	(void)state;
	fleet_image(&a.fleet, "reg/a:1", "x=1");
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_bases), 0);
	assert_ptr_equal(strstr(a.text, "No base: "), a.text);
	answered_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_all_come_once),
		cmocka_unit_test(test_no_bases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
