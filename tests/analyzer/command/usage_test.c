/* usage: the members that scripts read, what is null, what is cut, what people see. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#include "common/memory.h"
#include "tests/support/answered.h"

/* Two registries and a layout; documents have sizes of their own, so sums are compared, not stated.
 */
static void
three_sources(struct answered *answered)
{
	struct fleet *fleet = &answered->fleet;
	struct digest shared = fleet_image(fleet, "reg:1/team/a:1", "base=1000 a=10");

	fleet_name(fleet, "reg:1/team/a:latest", shared);
	fleet_image(fleet, "reg:1/team/b:1", "base=1000 b=20");
	fleet_image(fleet, "reg:2/c:1", "other=500");
	fleet_name(fleet, "/srv/images/a:1", shared);
	fleet_image(fleet, "/srv/images/d:1", "base=1000 d=40");
}

static void
test_members(void **state)
{
	struct answered a = { 0 };

	(void)state;
	three_sources(&a);
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_usage), 0);
	assert_string_equal(text_at(a.json, "schema"), "layershare/usage/v1");
	assert_true(json_is_null(json_at(a.json, "ideal_rung")));
	assert_true(json_is_null(json_at(a.json, "platform")));
	assert_null(json_at(a.json, "truncated"));
	assert_int_equal(json_array_size(json_at(a.json, "coverage/sources")), 3);
	assert_string_equal(text_at(a.json, "coverage/sources/0/source"), "registry:reg:1");
	assert_string_equal(text_at(a.json, "coverage/sources/2/source"), "layout:/srv/images");
	assert_string_equal(
	        text_at(a.json, "coverage/sources/0/scanned_at"), "2023-11-14T22:13:20Z");

	assert_string_equal(text_at(a.json, "registries/0/name"), "reg:1");
	assert_int_equal(number_at(a.json, "registries/0/repositories"), 2);
	assert_int_equal(number_at(a.json, "registries/0/tags"), 3);
	assert_int_equal(number_at(a.json, "registries/0/images"), 2);
	assert_int_equal(number_at(a.json, "registries/0/blobs"), 3 + 2 + 2);
	assert_int_equal(number_at(a.json, "registries/0/logical_bytes") -
	                         number_at(a.json, "registries/0/actual_bytes"),
	        1000);
	assert_true(json_is_null(json_at(a.json, "registries/0/ideal_bytes")));
	assert_true(json_is_null(json_at(a.json, "registries/0/ideal_expired_bytes")));
	assert_true(strlen(text_at(a.json, "registries/0/ideal_reason")) > 10);

	assert_int_equal(json_array_size(json_at(a.json, "stores")), 1);
	assert_string_equal(text_at(a.json, "stores/0/id"), "layout:/srv/images");
	assert_string_equal(text_at(a.json, "stores/0/engine"), "layout");
	assert_int_equal(number_at(a.json, "stores/0/images"), 2);
	assert_int_equal(number_at(a.json, "stores/0/chains"), 3);
	assert_string_equal(text_at(a.json, "stores/0/disk/0/unit"), "compressed");
	assert_string_equal(text_at(a.json, "stores/0/disk/0/basis"), "measured");
	assert_true(json_is_null(json_at(a.json, "stores/0/network/actual_bytes")));
	assert_true(json_is_null(json_at(a.json, "stores/0/memory/actual_bytes")));

	assert_int_equal(number_at(a.json, "total/registry/actual_bytes"),
	        number_at(a.json, "registries/0/actual_bytes") +
	                number_at(a.json, "registries/1/actual_bytes"));
	assert_int_equal(number_at(a.json, "total/disk/0/actual_bytes"),
	        number_at(a.json, "stores/0/disk/0/actual_bytes"));
	assert_int_equal(number_at(a.json, "total/disk/0/logical_bytes"),
	        number_at(a.json, "stores/0/disk/0/logical_bytes"));
	answered_release(&a);
}

/* What is cut is said, and the totals stay. */
static void
test_cut(void **state)
{
	const char *filter = "kind=registry";
	struct answered a = { 0 };

	(void)state;
	three_sources(&a);
	a.asked.filters = &filter;
	a.asked.filter_count = 1;
	a.asked.sort = "+actual";
	a.asked.has_limit = true;
	a.asked.limit = 1;
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_usage), 0);
	assert_true(json_is_true(json_at(a.json, "truncated")));
	assert_int_equal(json_array_size(json_at(a.json, "registries")), 1);
	assert_string_equal(text_at(a.json, "registries/0/name"), "reg:2");
	assert_int_equal(json_array_size(json_at(a.json, "stores")), 0);
	assert_int_equal(number_at(a.json, "total/registry/images"), 3);
	assert_int_equal(json_array_size(json_at(a.json, "total/disk")), 1);
	answered_release(&a);
}

static void
test_states(void **state)
{
	struct answered a = { 0 };

	(void)state;
	three_sources(&a);
	a.fleet.sources.at[0].state = SOURCE_STALE;
	a.fleet.sources.at[0].problems = 2;
	a.fleet.sources.at[2].state = SOURCE_PARTIAL;
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_usage), 0);
	assert_true(json_is_false(json_at(a.json, "coverage/complete")));
	assert_string_equal(text_at(a.json, "coverage/sources/0/state"), "stale");
	assert_int_equal(number_at(a.json, "coverage/sources/0/problems"), 2);
	assert_string_equal(text_at(a.json, "stores/0/disk/0/basis"), "assumed");
	assert_string_equal(text_at(a.json, "total/disk/0/basis"), "assumed");
	answered_release(&a);
}

static void
test_for_people(void **state)
{
	struct answered a = { 0 };

	(void)state;
	three_sources(&a);
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_usage), 0);
	assert_non_null(strstr(a.text, "\nreg:1 "));
	assert_non_null(strstr(a.text, "\nall registries "));
	assert_non_null(strstr(a.text, "×"));
	assert_non_null(strstr(a.text, "\n\nLogical: "));
	assert_non_null(strstr(a.text, "\nIdeal: not known yet"));
	assert_int_equal(answered_view(&a, ANSWER_CSV, view_usage), 0);
	assert_null(strstr(a.text, "all registries"));
	assert_null(strstr(a.text, "Ideal"));
	answered_release(&a);
}

static void
test_nothing_yet(void **state)
{
	struct answered a = { 0 };

	(void)state;
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_usage), 0);
	assert_true(json_is_false(json_at(a.json, "coverage/complete")));
	assert_int_equal(json_array_size(json_at(a.json, "registries")), 0);
	assert_int_equal(number_at(a.json, "total/registry/actual_bytes"), 0);
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_usage), 0);
	answered_release(&a);
}

static void
test_unknown_column(void **state)
{
	struct answered a = { 0 };

	(void)state;
	three_sources(&a);
	a.asked.sort = "-aktual";
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_usage), -1);
	assert_int_equal(a.error.code, ERROR_USAGE);
	assert_non_null(strstr(a.error.message, "'actual'"));
	answered_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_for_people),
		cmocka_unit_test(test_nothing_yet),
		cmocka_unit_test(test_unknown_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
