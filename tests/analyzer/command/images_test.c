/* images: rows that add up whatever is cut, names, chains, and what hostile names look like. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "tests/support/answered.h"

#define FLEETS 150

static long long
sum_of(json_t *rows, const char *path)
{
	long long sum = 0;
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) sum += number_at(row, path);
	return sum;
}

/* Σ of what images or rest rows have in this store. */
static long long
sum_in_store(json_t *rows, const char *store)
{
	long long sum = 0;
	json_t *row, *part;
	size_t i, k;

	json_array_foreach(rows, i, row)
	{
		json_array_foreach(json_at(row, "disk"), k, part)
		{
			if (strcmp(text_at(part, "store"), store) == 0)
				sum += number_at(part, "attributed_bytes");
		}
	}
	return sum;
}

static void
check_sums(json_t *images, json_t *usage, uint64_t seed)
{
	json_t *rows = json_at(images, "images"), *rest = json_at(images, "rest"), *store;
	long long sum =
	        sum_of(rows, "registry/attributed_bytes") + sum_of(rest, "attributed_bytes");
	size_t i;

	if (sum != number_at(usage, "total/registry/actual_bytes"))
		fail_msg("fleet %llu: %lld in rows", (unsigned long long)seed, sum);
	json_array_foreach(json_at(usage, "stores"), i, store)
	{
		const char *id = text_at(store, "id");

		sum = sum_in_store(rows, id) + sum_in_store(rest, id);
		if (sum != number_at(store, "disk/0/actual_bytes"))
			fail_msg("fleet %llu, %s: %lld in rows", (unsigned long long)seed, id, sum);
	}
}

/* Everything that a registry can be, cut at random: still the totals of usage. */
static void
test_rows_add_up(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= FLEETS; seed++) {
		struct answered a = { 0 };
		struct random random = { seed };

		fleet_random(&a.fleet, seed);
		a.asked.has_platform = random_percent(&random, 30);
		platform_set(&a.asked.platform, "linux", "amd64", NULL);
		assert_int_equal(answered_view(&a, ANSWER_JSON, view_usage), 0);
		json_t *usage = json_incref(a.json);

		a.asked.has_limit = random_percent(&random, 70);
		a.asked.limit = random_below(&random, 8);
		assert_int_equal(answered_view(&a, ANSWER_JSON, view_images), 0);
		check_sums(a.json, usage, seed);
		if (a.asked.has_limit)
			assert_true(json_array_size(json_at(a.json, "images")) <= a.asked.limit);
		json_decref(usage);
		answered_release(&a);
	}
}

/* The table's last row says the same as usage. */
static void
test_table_adds_up(void **state)
{
	struct answered a = { .asked.style.exact_bytes = true };
	char expected[64];

	(void)state;
	fleet_image(&a.fleet, "reg/a:1", "base=1000 a=10");
	fleet_image(&a.fleet, "reg/b:1", "base=1000 b=20");
	fleet_image(&a.fleet, "reg/c:1", "base=1000 c=30");
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_usage), 0);
	snprintf(expected, sizeof(expected), "%lld",
	        number_at(a.json, "total/registry/actual_bytes"));
	a.asked.has_limit = true;
	a.asked.limit = 1;
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_images), 0);
	char *sum = strstr(a.text, "\nall that is stored");
	assert_non_null(sum);
	assert_non_null(strstr(a.text, "\n(not shown)"));
	assert_non_null(strstr(sum, expected));
	assert_int_equal(answered_view(&a, ANSWER_CSV, view_images), 0);
	assert_non_null(strstr(a.text, "\n(not shown)"));
	assert_null(strstr(a.text, "all that is stored"));
	answered_release(&a);
}

static void
test_members(void **state)
{
	struct answered a = { 0 };
	char text[DIGEST_TEXT_SIZE];

	(void)state;
	struct digest base = fleet_image(&a.fleet, "reg/base:1", "base=1000");
	fleet_image(&a.fleet, "reg/app:1", "base=1000 app=10 far=7!");
	struct digest app = fleet_image(&a.fleet, "reg/app:1", "base=1000 app=10 far=7!");
	fleet_name(&a.fleet, "reg/app:latest", app);
	fleet_image(&a.fleet, "reg/tool:1", "base=1000 tool=20");
	fleet_name(&a.fleet, "/srv/l/app:1", app);
	struct fleet_child child = { app, "linux/amd64", false };
	struct digest index = fleet_index(&a.fleet, &child, 1);
	fleet_name(&a.fleet, "reg/multi:1", index);

	const char *filter = "multi";
	a.asked.filters = &filter;
	a.asked.filter_count = 1;
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_images), 0);
	assert_true(json_is_true(json_at(a.json, "truncated")));
	json_t *image = json_at(a.json, "images/0");
	assert_int_equal(json_array_size(json_at(a.json, "images")), 1);
	assert_int_equal(json_array_size(json_at(image, "references")), 4);
	assert_string_equal(text_at(image, "references/2"), "reg/multi:1");
	assert_string_equal(text_at(image, "manifest_digests/0"), digest_format(&app, text));
	assert_string_equal(text_at(image, "index_digests/0"), digest_format(&index, text));
	assert_string_equal(text_at(image, "platform"), "linux/amd64");
	assert_true(json_is_null(json_at(image, "movable")));
	assert_int_equal(json_array_size(json_at(image, "layers")), 3);
	assert_int_equal(number_at(image, "layers/1/compressed_bytes"), 10);
	assert_true(json_is_true(json_at(image, "layers/2/foreign")));
	assert_int_equal(json_array_size(json_at(image, "layers/0/unpacked")), 0);
	assert_string_equal(
	        text_at(image, "layers/0/diff_id"), text_at(image, "layers/0/chain_id"));

	struct digest diff = fleet_digest("diff:app"), below = fleet_digest("diff:base"), chain;
	digest_chain(&chain, &below, &diff);
	assert_string_equal(text_at(image, "layers/1/chain_id"), digest_format(&chain, text));
	assert_string_equal(text_at(image, "bases/0/name"), "reg/base:1");
	assert_string_equal(text_at(image, "bases/0/evidence"), "proven");
	assert_true(json_is_null(json_at(image, "bases/0/line")));
	assert_string_equal(text_at(image, "disk/0/store"), "layout:/srv/l");
	assert_int_equal(number_at(image, "disk/0/attributed_bytes"),
	        number_at(image, "disk/0/logical_bytes"));
	(void)base;
	answered_release(&a);
}

/* Indexes that name indexes are listed too, in order. */
static void
test_indexes(void **state)
{
	(void)state;
	for (int turn = 0; turn < 8; turn++) {
		struct answered a = { 0 };
		char layers[32], last[DIGEST_TEXT_SIZE] = "";
		json_t *digest;
		size_t i;

		snprintf(layers, sizeof(layers), "x%d=1", turn);
		struct fleet_child child = { fleet_image(&a.fleet, "reg/x:1", layers), NULL,
			false };
		for (int depth = 0; depth < 3; depth++)
			child.digest = fleet_index(&a.fleet, &child, 1);
		fleet_name(&a.fleet, "reg/y:1", child.digest);
		assert_int_equal(answered_view(&a, ANSWER_JSON, view_images), 0);
		json_t *indexes = json_at(a.json, "images/0/index_digests");
		assert_int_equal(json_array_size(indexes), 3);
		json_array_foreach(indexes, i, digest)
		{
			assert_true(strcmp(last, json_string_value(digest)) < 0);
			snprintf(last, sizeof(last), "%s", json_string_value(digest));
		}
		answered_release(&a);
	}
}

/* Without its config an image has a chain of blobs, and no diff IDs. */
static void
test_blob_chain(void **state)
{
	struct answered a = { 0 };

	(void)state;
	struct digest image = fleet_add(
	        &a.fleet, &(struct fleet_image){ .layers = "x=1 y=2", .config_unknown = true });
	fleet_name(&a.fleet, "reg/x:1", image);
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_images), 0);
	assert_true(json_is_true(json_at(a.json, "images/0/blob_chain")));
	assert_true(json_is_null(json_at(a.json, "images/0/layers/0/diff_id")));
	assert_string_equal(text_at(a.json, "images/0/layers/0/chain_id"),
	        text_at(a.json, "images/0/layers/0/blob"));
	answered_release(&a);
}

/* The name that was asked for is the one that is shown. */
static void
test_names(void **state)
{
	static const struct {
		const char *filter, *shown;
	} cases[] = {
		{ "stable", "\nb:stable (+2 more)" },
		{ "reference=*b:1", "\nb:1 (+2 more)" },
		{ "reference!=*c:*", "\na:1 (+2 more)" },
		{ "reg/a", "\na:1 (+2 more)" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct answered a = { 0 };
		struct digest image = fleet_image(&a.fleet, "reg/a:1", "x=1");

		fleet_name(&a.fleet, "reg/b:1", image);
		fleet_name(&a.fleet, "reg/b:stable", image);
		fleet_image(&a.fleet, "reg/c:1", "z=1");
		a.asked.filters = &cases[i].filter;
		a.asked.filter_count = 1;
		assert_int_equal(answered_view(&a, ANSWER_TABLE, view_images), 0);
		if (strstr(a.text, cases[i].shown) == NULL)
			fail_msg("%s:\n%s", cases[i].filter, a.text);
		assert_null(strstr(a.text, "\nc:1"));
		answered_release(&a);
	}
}

/* Two sources: then names say which. */
static void
test_names_of_two_sources(void **state)
{
	struct answered a = { 0 };

	(void)state;
	fleet_image(&a.fleet, "reg:1/a:1", "x=1");
	fleet_image(&a.fleet, "reg:2/b:1", "y=1");
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_images), 0);
	assert_non_null(strstr(a.text, "\nreg:1/a:1"));
	assert_non_null(strstr(a.text, "\nreg:2/b:1"));
	answered_release(&a);
}

static void
test_hostile_names(void **state)
{
	struct answered a = { 0 };

	(void)state;
	fleet_image(&a.fleet, "=reg/a:\x1b[31m\r\xe2\x80\xae", "x=1");
	fleet_image(&a.fleet, "reg:2/b:1", "y=1");
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_images), 0);
	assert_null(strpbrk(a.text, "\x1b\r"));
	assert_null(strstr(a.text, "\xe2\x80\xae"));
	assert_int_equal(answered_view(&a, ANSWER_CSV, view_images), 0);
	assert_null(strpbrk(a.text, "\x1b\r"));
	assert_null(strstr(a.text, "\n=reg"));
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_images), 0);
	assert_null(strchr(a.text, '\x1b'));
	answered_release(&a);
}

/* What stores hold sums up too, with images that only nodes have. */
static void
test_stores(void **state)
{
	struct answered a = { 0 };
	long long sum = 0;
	size_t index;
	json_t *image, *part;

	(void)state;
	struct digest one = fleet_image(&a.fleet, "reg/one:1", "base=1000 x=10");
	struct digest own = fleet_add(&a.fleet, &(struct fleet_image){ .layers = "base=1000 y=1" });
	uint32_t store = fleet_store(&a.fleet, ENGINE_DOCKER, "n/docker", NULL);
	fleet_put(&a.fleet, store, "reg/one:1", one);
	fleet_put(&a.fleet, store, "localhost/own:1", own);
	fleet_run(&a.fleet, store,
	        fleet_add(&a.fleet, &(struct fleet_image){ .layers = "base=1000 z=2" }), false);
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_images), 0);
	assert_int_equal(json_array_size(json_at(a.json, "images")), 2);
	json_array_foreach(json_at(a.json, "images"), index, image)
	{
		assert_string_equal(text_at(image, "disk/0/store"), "n/docker");
		sum += number_at(image, "disk/0/attributed_bytes");
	}
	json_array_foreach(json_at(a.json, "rest"), index, part)
	{
		if (strcmp(text_at(part, "row"), "(no image)") == 0) {
			assert_int_equal(
			        number_at(part, "disk/0/attributed_bytes"), FLEET_UNPACKED * 2);
			sum += FLEET_UNPACKED * 2;
		}
	}
	assert_int_equal(sum, FLEET_UNPACKED * 1013);

	a.asked.has_limit = true;
	a.asked.limit = 1;
	assert_int_equal(answered_view(&a, ANSWER_JSON, view_images), 0);
	sum = number_at(a.json, "images/0/disk/0/attributed_bytes");
	assert_string_equal(text_at(a.json, "rest/0/row"), "(not shown)");
	sum += number_at(a.json, "rest/0/disk/0/attributed_bytes");
	assert_int_equal(sum, FLEET_UNPACKED * 1011);
	assert_int_equal(answered_view(&a, ANSWER_TABLE, view_images), 0);
	assert_non_null(strstr(a.text, "NODES"));
	answered_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_add_up),
		cmocka_unit_test(test_table_adds_up),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_indexes),
		cmocka_unit_test(test_blob_chain),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_of_two_sources),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_stores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
