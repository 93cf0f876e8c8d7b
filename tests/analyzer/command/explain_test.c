/* explain: which images a name means here, what is said of them, and names that nothing has. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#include "common/memory.h"
#include "tests/support/answered.h"

static void
shop(struct answered *answered)
{
	struct fleet *fleet = &answered->fleet;

	fleet_image(fleet, "reg:5000/base/debian:12", "debian=1000");
	struct digest app =
	        fleet_image(fleet, "reg:5000/shop/api:1.4", "debian=1000 python=500 api=10");
	fleet_name(fleet, "reg:5000/shop/api:latest", app);
	fleet_image(fleet, "reg:5000/shop/web:2", "debian=1000 web=20");
	/* The same python blob on another base: shared in the registry, not on a disk. */
	fleet_image(fleet, "reg:5000/data/etl:3", "alpine=100 python=500 etl=30");
}

static void
test_members(void **state)
{
	struct answered a = { 0 };

	(void)state;
	shop(&a);
	fleet_name(&a.fleet, "/srv/l/api:1", a.fleet.manifests.at[1].digest);
	assert_int_equal(answered_explain(&a, ANSWER_JSON, "reg:5000/shop/api:1.4"), 0);
	assert_string_equal(text_at(a.json, "schema"), "layershare/explain/v1");
	assert_int_equal(json_array_size(json_at(a.json, "images")), 1);
	json_t *image = json_at(a.json, "images/0");
	assert_int_equal(number_at(image, "layers/0/shared/images"), 2);
	assert_int_equal(number_at(image, "layers/0/shared/repositories"), 2);
	assert_int_equal(number_at(image, "layers/1/shared/images"), 1);
	assert_int_equal(number_at(image, "layers/1/shared/chain_images"), 0);
	assert_int_equal(number_at(image, "layers/2/shared/images"), 0);
	assert_int_equal(json_array_size(json_at(image, "nodes")), 0);
	assert_int_equal(json_array_size(json_at(a.json, "pull")), 0);
	assert_int_equal(number_at(a.json, "set/images"), 1);
	assert_int_equal(number_at(a.json, "set/attributed_bytes"),
	        number_at(image, "registry/attributed_bytes"));
	/* Of its own are one layer and its documents. */
	assert_int_equal(number_at(a.json, "frees/registry_bytes"),
	        number_at(image, "registry/unique_bytes"));
	assert_string_equal(text_at(a.json, "frees/disk/0/store"), "layout:/srv/l");
	assert_int_equal(
	        number_at(a.json, "frees/disk/0/bytes"), number_at(image, "disk/0/logical_bytes"));
	answered_release(&a);
}

/* On nodes, and one that only a node has. */
static void
test_nodes(void **state)
{
	struct answered a = { 0 };
	uint32_t docker, empty;

	(void)state;
	shop(&a);
	docker = fleet_store(&a.fleet, ENGINE_DOCKER, "node-1/docker", NULL);
	empty = fleet_store(&a.fleet, ENGINE_CONTAINERD, "node-2/containerd", "pool");
	assert_true(empty != docker);
	fleet_pull(&a.fleet, docker, "reg:5000/shop/api:1.4", a.fleet.manifests.at[1].digest);
	struct digest built =
	        fleet_add(&a.fleet, &(struct fleet_image){ .layers = "debian=1000 own=5" });
	fleet_put(&a.fleet, docker, "localhost/own:1", built);

	assert_int_equal(answered_explain(&a, ANSWER_JSON, "reg:5000/shop/api:1.4"), 0);
	assert_string_equal(text_at(a.json, "images/0/nodes/0/node"), "node-1");
	assert_string_equal(text_at(a.json, "images/0/nodes/0/store"), "node-1/docker");
	assert_int_equal(number_at(a.json, "images/0/layers/1/unpacked/0/bytes"), 1500);
	assert_string_equal(text_at(a.json, "images/0/layers/1/unpacked/0/unit"), "apparent");
	assert_true(json_is_true(json_at(a.json, "images/0/layers/1/unpacked/0/verified")));
	assert_int_equal(json_array_size(json_at(a.json, "frees/disk")), 1);
	assert_int_equal(number_at(a.json, "frees/disk/0/bytes"), 1530);
	assert_int_equal(json_array_size(json_at(a.json, "pull")), 2);
	assert_int_equal(number_at(a.json, "pull/0/blob_bytes"), 0);
	assert_string_equal(text_at(a.json, "pull/0/exactness"), "exact");
	assert_string_equal(text_at(a.json, "pull/1/engine"), "containerd");
	assert_int_equal(json_array_size(json_at(a.json, "pull/1/layers")), 3);
	assert_int_equal(number_at(a.json, "pull/1/layers/0/bytes"), 1000);

	assert_int_equal(answered_explain(&a, ANSWER_JSON, "localhost/own:1"), 0);
	assert_string_equal(text_at(a.json, "images/0/references/0"), "localhost/own:1");
	assert_true(json_is_null(json_at(a.json, "images/0/layers/0/blob")));
	assert_int_equal(number_at(a.json, "images/0/layers/0/shared/chain_images"), 1);
	assert_int_equal(number_at(a.json, "images/0/layers/1/unpacked/0/bytes"), 15);
	assert_int_equal(number_at(a.json, "frees/disk/0/bytes"), 15);
	assert_true(json_is_null(json_at(a.json, "pull/0/blob_bytes")));
	assert_int_equal(number_at(a.json, "pull/0/unknown_images"), 1);
	assert_int_equal(number_at(a.json, "set/images"), 1);

	assert_int_equal(answered_explain(&a, ANSWER_TABLE, "shop/api:1.4"), 0);
	assert_non_null(strstr(a.text, "on nodes      node-1"));
	assert_non_null(strstr(a.text, "1.5 kB apparent"));
	assert_non_null(strstr(a.text, "node-2/containerd"));
	assert_int_equal(answered_explain(&a, ANSWER_TABLE, "localhost/own:1"), 0);
	assert_non_null(strstr(a.text, "no registry or layout"));
	assert_non_null(strstr(a.text, "not known"));
	assert_int_equal(answered_explain(&a, ANSWER_CSV, "localhost/own:1"), 0);
	answered_release(&a);
}

/* Several registries and a layout hold the image, each under names of its own. */
static void
test_where(void **state)
{
	struct answered a = { 0 };
	struct digest app;
	char blob[64];

	(void)state;
	shop(&a);
	app = fleet_image(&a.fleet, "reg:5000/old/os:1", "os=700");
	fleet_name(&a.fleet, "reg:5000/base/os:1", app);
	fleet_name(&a.fleet, "reg:6000/base/os:1", app);
	fleet_image(&a.fleet, "/srv/l/os:1", "os~2=800");
	assert_int_equal(answered_explain(&a, ANSWER_TABLE, "base/os:1"), 0);
	assert_int_equal(strncmp(a.text, "reg:5000/base/os:1\n", 19), 0);
	assert_non_null(strstr(a.text, "also named    reg:5000/old/os:1\n"));
	assert_null(strstr(a.text + 1, " reg:5000/base/os:1\n"));
	assert_non_null(strstr(a.text, " kB in reg:5000\n"));
	assert_non_null(strstr(a.text, " kB in reg:6000\n"));
	assert_non_null(strstr(a.text, "In the layout /srv/l it frees"));
	assert_int_equal(answered_explain(&a, ANSWER_TABLE, "shop/web:2"), 0);
	assert_non_null(strstr(a.text, " in reg:5000\n"));
	assert_null(strstr(a.text, " in reg:6000\n"));
	assert_int_equal(answered_explain(&a, ANSWER_TABLE, "reg:6000/base/os:1"), 0);
	assert_int_equal(strncmp(a.text, "reg:6000/base/os:1\n", 19), 0);

	assert_int_equal(answered_explain(&a, ANSWER_JSON, "reg:6000/base/os:1"), 0);
	assert_int_equal(json_array_size(json_at(a.json, "frees/registries")), 2);
	assert_string_equal(text_at(a.json, "frees/registries/1/source"), "registry:reg:6000");
	assert_int_equal(number_at(a.json, "frees/registries/0/bytes") +
	                         number_at(a.json, "frees/registries/1/bytes"),
	        number_at(a.json, "frees/registry_bytes"));
	assert_int_equal(number_at(a.json, "images/0/layers/0/compressed_bytes"), 700);
	snprintf(blob, sizeof(blob), "%.60s", text_at(a.json, "images/0/layers/0/blob"));
	assert_int_equal(answered_explain(&a, ANSWER_JSON, "/srv/l/os:1"), 0);
	assert_int_equal(number_at(a.json, "images/0/layers/0/compressed_bytes"), 800);
	assert_int_not_equal(strncmp(blob, text_at(a.json, "images/0/layers/0/blob"), 60), 0);
	assert_int_equal(answered_explain(&a, ANSWER_CSV, "/srv/l/os:1"), 0);
	assert_non_null(strstr(a.text, "\n/srv/l/os:1,1,"));
	assert_non_null(strstr(a.text, ",800,"));
	answered_release(&a);
}

/* The set's numbers are of all images, also of those that are not shown. */
static void
test_set(void **state)
{
	struct answered a = { 0 };

	(void)state;
	shop(&a);
	fleet_image(&a.fleet, "reg:5000/shop/api:1.5", "debian=1000 python=500 api2=10");
	assert_int_equal(answered_explain(&a, ANSWER_JSON, "shop/api"), 0);
	assert_int_equal(number_at(a.json, "set/images"), 2);
	long long frees = number_at(a.json, "frees/registry_bytes");
	a.asked.has_limit = true;
	a.asked.limit = 1;
	assert_int_equal(answered_explain(&a, ANSWER_JSON, "shop/api"), 0);
	assert_true(json_is_true(json_at(a.json, "truncated")));
	assert_int_equal(json_array_size(json_at(a.json, "images")), 1);
	assert_int_equal(number_at(a.json, "set/images"), 2);
	assert_int_equal(number_at(a.json, "frees/registry_bytes"), frees);
	answered_release(&a);
}

static void
test_for_people(void **state)
{
	static const char *const lines[] = { "reg:5000/shop/api:1.4\n",
		"  also named    shop/api:latest\n", "  platform      linux/amd64\n",
		"  manifest      sha256:",
		"  stands on     base/debian:12: proven, 1 layer, 1.0 kB\n",
		"    1  1.0 kB  base/debian:12  2 images in 2 repositories             2  ",
		"    2   500 B  itself          1 image in 1 repository                0  ",
		"    3    10 B  itself          nobody                                 0  ",
		"\nDeleting it frees " };
	struct answered a = { 0 };

	(void)state;
	shop(&a);
	assert_int_equal(answered_explain(&a, ANSWER_TABLE, "shop/api:1.4"), 0);
	for (size_t i = 0; i < countof(lines); i++) {
		if (strstr(a.text, lines[i]) == NULL)
			fail_msg("not said: %s\n%s", lines[i], a.text);
	}
	assert_null(strstr(a.text, "together"));
	answered_release(&a);
}

/* Many images are a table. */
static void
test_many(void **state)
{
	struct answered a = { 0 };

	(void)state;
	for (int i = 0; i < 12; i++) {
		char name[32], layers[32];

		snprintf(name, sizeof(name), "reg/app:%d", i);
		snprintf(layers, sizeof(layers), "base=100 own%d=1", i);
		fleet_image(&a.fleet, name, layers);
	}
	assert_int_equal(answered_explain(&a, ANSWER_TABLE, "reg/app"), 0);
	assert_null(strstr(a.text, "manifest "));
	assert_true(strstr(a.text, "\napp:9 ") < strstr(a.text, "\napp:10 "));
	assert_non_null(strstr(a.text, "All 12 images together: "));
	assert_int_equal(answered_explain(&a, ANSWER_CSV, "reg/app"), 0);
	size_t lines = 0;
	for (const char *c = a.text; *c != '\0'; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 1 + 12 * 2);
	answered_release(&a);
}

static void
test_unknown_names(void **state)
{
	static const struct {
		const char *name, *said;
		enum error_code code;
	} cases[] = {
		{ "shop/apu:1.4", "did you mean reg:5000/shop/api:1.4?", ERROR_FAILED },
		{ "other:1/shop/web:2", "did you mean reg:5000/shop/web:2?", ERROR_FAILED },
		{ "etl:3", "did you mean reg:5000/data/etl:3?", ERROR_FAILED },
		{ "shop/api:1.5", "did you mean reg:5000/shop/api:1.4?", ERROR_FAILED },
		{ "nothing/like/it", "no such image; `layershare images` lists", ERROR_FAILED },
		{ "nosuch:1", "no such image; `layershare images` lists", ERROR_FAILED },
		{ "db/nosuch:1", "no such image; `layershare images` lists", ERROR_FAILED },
		{ "db/couchbd:2", "did you mean reg:5000/db/couchdb:1?", ERROR_FAILED },
		{ "dbcouchdb:1", "did you mean reg:5000/db/couchdb:1?", ERROR_FAILED },
		{ "", "no such image", ERROR_FAILED },
		{ "charts/shop:1", "not an image but an artifact", ERROR_FAILED },
		{ "twice:1", "several images fit", ERROR_USAGE },
	};
	struct answered a = { 0 };

	(void)state;
	shop(&a);
	fleet_name(&a.fleet, "reg:5000/charts/shop:1",
	        fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "chart=5", NULL));
	fleet_image(&a.fleet, "reg:5000/db/couchdb:1", "debian=1000 couchdb=1");
	fleet_image(&a.fleet, "reg:5000/twice:1", "debian=1000 t=1");
	fleet_image(&a.fleet, "reg:6000/twice:1", "debian=1000 u=1");
	for (size_t i = 0; i < countof(cases); i++) {
		assert_int_equal(answered_explain(&a, ANSWER_TABLE, cases[i].name), -1);
		if (strstr(a.error.message, cases[i].said) == NULL)
			fail_msg("%s: %s", cases[i].name, a.error.message);
		assert_int_equal(a.error.code, cases[i].code);
		assert_string_equal(a.text, "");
	}
	answered_release(&a);
}

static void
test_platform(void **state)
{
	struct answered a = { 0 };

	(void)state;
	shop(&a);
	a.asked.has_platform = true;
	platform_set(&a.asked.platform, "linux", "arm64", NULL);
	assert_int_equal(answered_explain(&a, ANSWER_TABLE, "shop/web:2"), -1);
	assert_non_null(strstr(a.error.message, "linux/arm64"));
	platform_set(&a.asked.platform, "linux", "amd64", NULL);
	assert_int_equal(answered_explain(&a, ANSWER_JSON, "shop/web:2"), 0);
	assert_string_equal(text_at(a.json, "platform"), "linux/amd64");
	answered_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_for_people),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_platform),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
