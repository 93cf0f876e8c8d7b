/* report: everything in one document, what repositories pay, a chat message. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#include "common/memory.h"
#include "tests/support/answered.h"

/* Their order is not the same. */
static json_t *
by_config(json_t *images)
{
	json_t *object = json_object(), *image;
	size_t i;

	json_array_foreach(images, i, image)
	        json_object_set(object, text_at(image, "config_digest"), image);
	assert_int_equal(json_object_size(object), json_array_size(images));
	return object;
}

/* The document holds what the single commands say, in whatever fleet. */
static void
test_same_as_commands(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct answered a = { 0 };

		fleet_random(&a.fleet, seed);
		assert_int_equal(answered_view(&a, ANSWER_JSON, view_report_json), 0);
		json_t *report = json_incref(a.json);
		assert_int_equal(answered_view(&a, ANSWER_JSON, view_usage), 0);
		assert_true(json_equal(
		        json_at(report, "usage/registries"), json_at(a.json, "registries")));
		assert_true(json_equal(json_at(report, "usage/stores"), json_at(a.json, "stores")));
		assert_true(json_equal(json_at(report, "usage/total"), json_at(a.json, "total")));
		assert_int_equal(answered_view(&a, ANSWER_JSON, view_images), 0);
		json_t *by_name = by_config(json_at(report, "images"));
		json_t *expected = by_config(json_at(a.json, "images"));
		assert_true(json_equal(by_name, expected));
		json_decref(by_name);
		json_decref(expected);
		assert_true(json_equal(json_at(report, "rest"), json_at(a.json, "rest")));
		json_decref(report);
		answered_release(&a);
	}
}

/* Repositories of registries pay for all of their images. */
static void
test_repositories_add_up(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct answered a = { 0 };
		long long sum = 0, expected = 0;
		json_t *row;
		size_t i;

		fleet_random(&a.fleet, seed);
		assert_int_equal(answered_view(&a, ANSWER_JSON, view_report_json), 0);
		json_array_foreach(json_at(a.json, "repositories"), i, row)
		{
			if (strncmp(text_at(row, "source"), "registry:", 9) == 0)
				sum += number_at(row, "attributed_bytes");
		}
		json_array_foreach(json_at(a.json, "images"), i, row) expected +=
		        number_at(row, "registry/attributed_bytes");
		assert_int_equal(sum, expected);
		answered_release(&a);
	}
}

static void
test_problems(void **state)
{
	struct answered a = { 0 };

	(void)state;
	fleet_image(&a.fleet, "reg/a:1", "x=1");
	*vec_push(&a.fleet.problems) = (struct fleet_problem){ 0,
		{ .place = "b:\x1b[1m", .message = "manifest: HTTP 403", .harmless = false },
		1700000000 };
	a.fleet.sources.at[0].state = SOURCE_PARTIAL;
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_report_json), 0);
	assert_string_equal(text_at(a.json, "problems/0/source"), "registry:reg");
	assert_string_equal(text_at(a.json, "problems/0/message"), "manifest: HTTP 403");
	assert_string_equal(text_at(a.json, "problems/0/since"), "2023-11-14T22:13:20Z");
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_report_markdown), 0);
	assert_non_null(strstr(a.text, "\nNot complete: "));
	assert_non_null(strstr(a.text, "| partial |"));
	answered_release(&a);
}

static void
test_markdown(void **state)
{
	struct answered a = { 0 };

	(void)state;
	fleet_image(&a.fleet, "reg/base:1", "base=1000");
	fleet_image(&a.fleet, "reg/a:1", "base=1000 a=1");
	fleet_image(&a.fleet, "reg/b:<b>|`x`", "base=1000 b=1");
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_report_markdown), 0);
	assert_ptr_equal(strstr(a.text, "**What our images share**\n\n| Source |"), a.text);
	assert_non_null(strstr(a.text, "\n| base:1 | 2 | 1.0 kB |\n"));
	assert_non_null(strstr(a.text, "b:\\<b\\>\\|\\`x\\`"));
	assert_null(strstr(a.text, "Not complete"));
	answered_release(&a);
}

static void
test_csv(void **state)
{
	struct answered a = { 0 };

	(void)state;
	fleet_name(&a.fleet, "reg/a:latest", fleet_image(&a.fleet, "reg/a:1", "x=1"));
	fleet_image(&a.fleet, "reg/a:2", "x=1 y=1");
	assert_int_equal(answered_view(&a, ANSWER_CSV, view_report_csv), 0);
	assert_ptr_equal(
	        strstr(a.text, "repository,source,tags,images,attributed\na,reg,3,2,"), a.text);
	assert_non_null(strstr(a.text, "\n(indexes),,,,0\n"));
	answered_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_commands),
		cmocka_unit_test(test_repositories_add_up),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
