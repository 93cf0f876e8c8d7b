/* Places and usage: what counts where, in the scopes, under a platform, without some documents. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "tests/support/counted.h"
#include "tests/support/slow.h"

#define FLEETS 1200

/* Bytes of all documents and configs of the fleet: what the tests below do not want to count. */
static uint64_t
document_bytes(const struct counted *answer)
{
	const struct snapshot *s = answer->snapshot;
	uint64_t sum = 0;
	auto_free bool *counted = xcalloc(s->blob_count, sizeof(*counted));

	for (uint32_t m = 0; m < s->manifest_count; m++) {
		counted[s->manifests[m].blob] = true;
		if (s->manifests[m].config != NONE)
			counted[s->manifests[m].config] = true;
	}
	for (uint32_t b = 0; b < s->blob_count; b++)
		sum += counted[b] ? s->blobs[b].size_bytes : 0;
	return sum;
}

/* Three images on one base, one of them named twice: what each scope stores of the layers. */
static void
test_scopes(void **state)
{
	static const struct {
		enum dedup_scope scope;
		uint32_t groups;
		uint64_t layers; /* stored bytes of layers */
	} cases[] = {
		{ SCOPE_REGISTRY, 1, 100 + 1 + 2 + 3 },
		/* team, team-b and tool */
		{ SCOPE_NAMESPACE, 3, (100 + 1 + 2) + (100 + 3) + (100 + 1) },
		{ SCOPE_REPOSITORY, 4, (100 + 1) + (100 + 2) + (100 + 3) + (100 + 1) },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct counted a = { .fleet.scope = cases[i].scope };
		struct digest x = fleet_image(&a.fleet, "reg/team/a:1", "base=100 x=1");
		fleet_image(&a.fleet, "reg/team/b:1", "base=100 y=2");
		fleet_image(&a.fleet, "reg/team-b/c:1", "base=100 z=3");
		fleet_name(&a.fleet, "reg/tool:1", x);
		count_fleet(&a, NULL);
		const struct usage_row *row = &a.usage->registries[0];
		uint64_t layers = 0;

		assert_int_equal(a.places->group_count, cases[i].groups);
		for (uint32_t g = 0; g < a.places->group_count; g++) {
			const struct place_group *group = &a.places->groups[g];
			for (uint32_t u = 0; u < group->use_count; u++) {
				uint64_t bytes = a.snapshot->blobs[group->uses[u].blob].size_bytes;
				layers += bytes <= 100 ? bytes : 0;
			}
		}
		assert_int_equal(layers, cases[i].layers);
		assert_int_equal(row->images, 3);
		assert_int_equal(row->tags, 4);
		assert_int_equal(row->repositories, 4);
		assert_true(row->logical_bytes >= row->actual_bytes);
		counted_release(&a);
	}
}

static void
test_namespaces_by_name(void **state)
{
	static const char *const expected[] = { "team", "team-a", "tool" };

	(void)state;
	struct counted a = { .fleet.scope = SCOPE_NAMESPACE };
	/* In the order of the names team-a/x stands between the two of team. */
	fleet_image(&a.fleet, "reg/team:1", "x");
	fleet_image(&a.fleet, "reg/team-a/x:1", "x");
	fleet_image(&a.fleet, "reg/team/x:1", "x");
	fleet_image(&a.fleet, "reg/tool:1", "x");
	count_fleet(&a, NULL);
	assert_int_equal(a.places->group_count, countof(expected));
	for (size_t i = 0; i < countof(expected); i++)
		assert_string_equal(a.places->groups[i].name, expected[i]);
	assert_int_equal(a.places->groups[0].repository_count, 2);
	counted_release(&a);
}

static void
test_layers_of_one_image(void **state)
{
	static const struct {
		const char *layers;
		uint64_t bytes; /* logical and actual */
		uint32_t foreign;
	} cases[] = {
		{ "", 0, 0 }, { "a=5 b=7", 12, 0 }, { "a=5 b=7 a=5 a=5", 12, 0 },
		{ "w=50! a=5", 5, 1 }, { "w=50! v=60! w=50! a=5", 5, 2 },
		{ "w=50 w=50!", 50, 0 }, /* it is there after all */
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct counted a = { 0 };
		fleet_image(&a.fleet, "reg/app:1", cases[i].layers);
		count_fleet(&a, NULL);
		uint64_t documents = document_bytes(&a);
		assert_int_equal(a.usage->total.logical_bytes - documents, cases[i].bytes);
		assert_int_equal(a.usage->total.actual_bytes - documents, cases[i].bytes);
		assert_int_equal(a.usage->total.foreign_layers, cases[i].foreign);
		counted_release(&a);
	}
}

/*	index ─▶ amd64, arm64, attestation, absent
 *	         ▲
 *	signature (subject amd64, no tag), its signature again
 */
static void
test_index_and_company(void **state)
{
	(void)state;
	struct counted a = { 0 };
	struct digest amd64 = fleet_add(&a.fleet, &(struct fleet_image){ .layers = "x=1000" });
	struct digest arm64 = fleet_add(
	        &a.fleet, &(struct fleet_image){ .layers = "y=2000", .platform = "linux/arm64" });
	struct digest attestation =
	        fleet_artifact(&a.fleet, MANIFEST_ATTESTATION, "provenance=30", NULL);
	struct digest signature = fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "sig=7", &amd64);
	fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "sigsig=9", &signature);
	struct digest arm_signature =
	        fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "armsig=11", &arm64);
	struct fleet_child children[] = {
		{ amd64, "linux/amd64", NULL },
		{ arm64, "linux/arm64", NULL },
		{ attestation, "unknown/unknown", &fleet_unstated },
		{ fleet_digest("absent"), "linux/s390x", NULL },
	};
	struct digest index = fleet_index(&a.fleet, children, countof(children));
	fleet_name(&a.fleet, "reg/app:1", index);
	fleet_name(&a.fleet, "reg/app:latest", index);
	fleet_name(&a.fleet, "reg/app:sha256-feed", arm_signature);
	fleet_absent(&a.fleet, 0, fleet_digest("absent"));
	count_fleet(&a, NULL);
	uint64_t documents = document_bytes(&a);
	const struct usage_row *row = &a.usage->total;

	assert_int_equal(row->tags, 3);
	assert_int_equal(row->images, 2);
	assert_int_equal(row->absent_children, 1);
	assert_int_equal(row->actual_bytes, documents + 3000 + 30 + 7 + 9 + 11);
	assert_int_equal(row->logical_bytes, row->actual_bytes);
	counted_release(&a);
}

/* A sparse copy of an index: what only the other registry has does not count here. A child that
 * was not read, but is not known to be absent, is neither. */
static void
test_sparse_copy(void **state)
{
	(void)state;
	struct counted a = { 0 };
	struct digest amd64 = fleet_add(&a.fleet, &(struct fleet_image){ .layers = "x=1000" });
	struct digest arm64 = fleet_add(
	        &a.fleet, &(struct fleet_image){ .layers = "y=2000", .platform = "linux/arm64" });
	struct fleet_child children[] = { { amd64, "linux/amd64", NULL },
		{ arm64, "linux/arm64", NULL }, { fleet_digest("unread"), "linux/s390x", NULL } };
	struct digest index = fleet_index(&a.fleet, children, countof(children));

	fleet_name(&a.fleet, "full/app:1", index);
	fleet_name(&a.fleet, "sparse/app:1", index);
	fleet_absent(&a.fleet, 1, arm64);
	count_fleet(&a, NULL);
	const struct usage_row *full = &a.usage->registries[0], *sparse = &a.usage->registries[1];
	assert_int_equal(full->images, 2);
	assert_int_equal(full->absent_children, 0);
	assert_int_equal(sparse->images, 1);
	assert_int_equal(sparse->absent_children, 1);
	assert_true(full->actual_bytes - sparse->actual_bytes > 2000);
	counted_release(&a);
}

static void
test_platform(void **state)
{
	(void)state;
	struct counted a = { 0 };
	struct platform platform;
	struct digest amd64 = fleet_add(&a.fleet, &(struct fleet_image){ .layers = "x=1000" });
	struct digest arm64 = fleet_add(
	        &a.fleet, &(struct fleet_image){ .layers = "y=2000", .platform = "linux/arm64" });
	struct digest arm_signature =
	        fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "armsig=11", &arm64);
	struct digest chart = fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "chart=13", NULL);
	struct fleet_child both[] = { { amd64, "linux/amd64", NULL },
		{ arm64, "linux/arm64", NULL }, { fleet_digest("absent"), "linux/s390x", NULL },
		{ fleet_digest("gone"), "linux/amd64", NULL },
		{ fleet_artifact(&a.fleet, MANIFEST_ATTESTATION, "p1=3", NULL), NULL, &amd64 },
		{ fleet_artifact(&a.fleet, MANIFEST_ATTESTATION, "p2=5", NULL), NULL, &arm64 } };
	struct fleet_child other[] = { { arm64, "linux/arm64", NULL } };
	fleet_name(&a.fleet, "reg/app:1", fleet_index(&a.fleet, both, countof(both)));
	fleet_name(&a.fleet, "reg/app:arm", fleet_index(&a.fleet, other, 1));
	fleet_name(&a.fleet, "reg/app:armsig", arm_signature);
	fleet_name(&a.fleet, "reg/chart:1", chart);
	fleet_absent(&a.fleet, 0, fleet_digest("absent"));
	fleet_absent(&a.fleet, 0, fleet_digest("gone"));
	platform_parse(&platform, "linux/amd64");
	count_fleet(&a, &(struct place_options){ .platform = &platform });
	const struct usage_row *row = &a.usage->total;

	assert_int_equal(row->tags, 2);
	assert_int_equal(row->images, 1);
	assert_int_equal(row->absent_children, 1);
	/* x, its config and manifest, the index, one attestation with layer and config; the chart
	 * with layer, which has the same config */
	assert_int_equal(row->blobs, 4 + 3 + 2);
	counted_release(&a);
}

/* A signature that is tagged in one registry is not in the other one, which has the image too;
 * one that nothing names is known by its subject only. */
static void
test_where_referrers_are(void **state)
{
	(void)state;
	struct counted a = { 0 };
	struct digest image = fleet_image(&a.fleet, "one/app:1", "x=1000");
	fleet_name(&a.fleet, "two/app:1", image);
	fleet_name(&a.fleet, "one/app:sig",
	        fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "tagged=10", &image));
	fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "untagged=20", &image);
	count_fleet(&a, NULL);
	uint64_t common = a.usage->registries[1].blobs;

	/* layer, config, manifest; the untagged one with its config and layer */
	assert_int_equal(common, 3 + 3);
	assert_int_equal(a.usage->registries[0].blobs, common + 2);
	counted_release(&a);
}

/* The same blob as layer of an image and of an artifact belongs to the image, but stays. */
static void
test_classes(void **state)
{
	(void)state;
	struct counted a = { 0 };
	fleet_image(&a.fleet, "reg/app:1", "x=1000 y=2000");
	fleet_name(&a.fleet, "reg/model:1",
	        fleet_artifact(&a.fleet, MANIFEST_ARTIFACT, "x=1000", NULL));
	count_fleet(&a, NULL);
	const struct place_group *group = &a.places->groups[0];
	uint32_t seen = 0;

	for (uint32_t i = 0; i < group->use_count; i++) {
		uint64_t bytes = a.snapshot->blobs[group->uses[i].blob].size_bytes;
		if (bytes < 1000)
			continue;
		assert_int_equal(group->uses[i].class, BLOB_IMAGE);
		assert_int_equal(group->uses[i].user_count, 1);
		assert_int_equal(group->uses[i].kept, bytes == 1000);
		seen++;
	}
	assert_int_equal(seen, 2);
	counted_release(&a);
}

static void
test_hostile_sums_do_not_wrap(void **state)
{
	(void)state;
	struct counted a = { 0 };
	struct record_layer *layers;
	fleet_image(&a.fleet, "reg/app:1", "x");
	fleet_image(&a.fleet, "reg/app:2", "y");
	fleet_image(&a.fleet, "reg/app:3", "z");
	for (size_t m = 0; m < 3; m++) {
		layers = arena_new(&a.fleet.arena, struct record_layer, 1000);
		for (uint32_t i = 0; i < 1000; i++)
			layers[i] = (struct record_layer){ fleet_digest("huge %zu %u", m, i),
				RECORD_MAX_SIZE_BYTES, false };
		a.fleet.manifests.at[m].layers = layers;
		a.fleet.manifests.at[m].layer_count = 1000;
	}
	count_fleet(&a, NULL);
	assert_true(a.usage->total.actual_bytes == UINT64_MAX);
	assert_true(a.usage->total.logical_bytes == UINT64_MAX);
	counted_release(&a);
}

static void
check_row(const struct usage_row *row, const struct slow_source *slow)
{
	assert_int_equal(row->tags, slow->tags);
	assert_int_equal(row->images, slow->images);
	assert_int_equal(row->blobs, slow->blobs);
	assert_int_equal(row->logical_bytes, slow->logical);
	assert_int_equal(row->actual_bytes, slow->actual);
	assert_int_equal(row->other_bytes, slow->index + slow->artifact);
	assert_int_equal(row->foreign_layers, slow->foreign);
	assert_int_equal(row->absent_children, slow->absent);
	assert_true(row->logical_bytes >= row->actual_bytes);
	assert_true(row->actual_bytes >= row->other_bytes);
}

static void
check_against_slow(const struct counted *a, const struct place_options *options)
{
	struct slow slow;

	slow_build(&slow, a->snapshot, options);
	for (uint32_t i = 0; i < a->usage->registry_count; i++)
		check_row(&a->usage->registries[i], &slow.sources[a->usage->registries[i].source]);
	for (uint32_t i = 0; i < a->usage->layout_count; i++)
		check_row(&a->usage->layouts[i], &slow.sources[a->usage->layouts[i].source]);
	arena_release(&slow.arena);
}

/* All, one platform, and with a third of the documents taken away. */
static void
test_random_fleets(void **state)
{
	struct platform platform;

	(void)state;
	platform_parse(&platform, "linux/amd64");
	for (uint64_t seed = 1; seed <= FLEETS; seed++) {
		struct counted a = { 0 };
		struct random random = { seed };
		bool exclude[200] = { 0 };
		struct place_options options = { 0 };

		for (size_t i = 0; i < countof(exclude); i++)
			exclude[i] = random_percent(&random, 33);
		if (seed % 3 == 1)
			options.platform = &platform;
		if (seed % 5 == 1)
			options.exclude_manifest = exclude;
		fleet_random(&a.fleet, seed);
		assert_true(a.fleet.manifests.count < countof(exclude));
		count_fleet(&a, &options);
		check_against_slow(&a, &options);
		counted_release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_namespaces_by_name),
		cmocka_unit_test(test_layers_of_one_image),
		cmocka_unit_test(test_index_and_company),
		cmocka_unit_test(test_sparse_copy),
		cmocka_unit_test(test_platform),
		cmocka_unit_test(test_where_referrers_are),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_hostile_sums_do_not_wrap),
		cmocka_unit_test(test_random_fleets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
