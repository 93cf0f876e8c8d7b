/* The builder: canonical order, duplicates, what nothing reaches, twins, chains without configs. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/model/builder.h"
#include "common/buf.h"
#include "common/memory.h"
#include "tests/support/dump.h"
#include "tests/support/fleet.h"

#define FLEETS 300

static void
test_order_of_facts_does_not_matter(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= FLEETS; seed++) {
		struct fleet fleet = { 0 };
		fleet_random(&fleet, seed);
		struct snapshot *first = fleet_snapshot(&fleet, 0);
		auto_buf expected = { 0 };
		snapshot_dump(first, &expected);

		for (uint64_t order = 1; order <= 4; order++) {
			struct snapshot *again = fleet_snapshot(&fleet, seed * 10 + order);
			auto_buf text = { 0 };
			snapshot_dump(again, &text);
			assert_string_equal(buf_text(&expected), buf_text(&text));
			snapshot_free(again);
		}
		snapshot_free(first);
		fleet_release(&fleet);
	}
}

/* Every index points into its list, lists are ascending, and nothing unreached is left. */
static void
check_snapshot(const struct snapshot *s)
{
	auto_free bool *blob_used = xcalloc(s->blob_count, sizeof(*blob_used));

	for (uint32_t i = 1; i < s->blob_count; i++)
		assert_true(digest_compare(&s->blobs[i - 1].digest, &s->blobs[i].digest) < 0);
	for (uint32_t i = 1; i < s->image_count; i++)
		assert_true(digest_compare(&s->images[i - 1].config_digest,
		                    &s->images[i].config_digest) < 0);
	for (uint32_t i = 1; i < s->diff_id_count; i++)
		assert_true(digest_compare(&s->diff_ids[i - 1], &s->diff_ids[i]) < 0);
	for (uint32_t m = 0; m < s->manifest_count; m++) {
		const struct snap_manifest *manifest = &s->manifests[m];

		if (m)
			assert_true(manifest[-1].blob < manifest->blob);
		blob_used[manifest->blob] = true;
		if (manifest->config != NONE)
			blob_used[manifest->config] = true;
		for (uint32_t i = 0; i < manifest->layer_count; i++)
			blob_used[s->layers[manifest->layers + i].blob] = true;
		assert_int_equal(manifest->kind == MANIFEST_IMAGE, manifest->image != NONE);
		if (manifest->image != NONE)
			assert_true(digest_equal(&s->images[manifest->image].config_digest,
			        &s->blobs[manifest->config].digest));
	}
	for (uint32_t i = 0; i < s->blob_count; i++)
		assert_true(blob_used[i]);
	for (uint32_t i = 0; i < s->image_count; i++) {
		const struct snap_image *image = &s->images[i];

		assert_true(image->manifest_count > 0);
		assert_int_equal(image->chain_length, s->manifests[image->manifest].layer_count);
		for (uint32_t k = 0; k < image->manifest_count; k++)
			assert_int_equal(
			        s->manifests[s->image_manifests[image->manifests + k]].image, i);
		for (uint32_t k = 0; image->blob_chain && k < image->chain_length; k++) {
			const struct snap_manifest *m = &s->manifests[image->manifest];
			assert_true(digest_equal(snapshot_diff_id(s, image, k),
			        &s->blobs[s->layers[m->layers + k].blob].digest));
		}
	}
	for (uint32_t i = 0; i < s->reference_count; i++)
		assert_true(s->references[i].manifest < s->manifest_count);
}

static void
test_snapshots_are_sound(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= FLEETS; seed++) {
		struct fleet fleet = { 0 };
		fleet_random(&fleet, seed);
		struct snapshot *snapshot = fleet_snapshot(&fleet, seed);
		check_snapshot(snapshot);
		snapshot_free(snapshot);
		fleet_release(&fleet);
	}
}

static void
test_what_nothing_reaches_is_dropped(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	struct digest kept = fleet_image(&fleet, "reg/app:1", "a b");
	struct digest dropped = fleet_add(&fleet, &(struct fleet_image){ .layers = "x y" });
	struct digest referrer = fleet_artifact(&fleet, MANIFEST_ARTIFACT, "sig", &kept);
	struct digest of_referrer = fleet_artifact(&fleet, MANIFEST_ARTIFACT, "sig2", &referrer);
	struct digest stray = fleet_artifact(&fleet, MANIFEST_ARTIFACT, "sig3", &dropped);
	fleet_name(&fleet, "reg/app:unknown", fleet_digest("never given"));
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);

	assert_int_equal(snapshot->reference_count, 1);
	assert_int_equal(snapshot->repository_count, 1);
	assert_int_equal(snapshot->image_count, 1);
	assert_int_equal(snapshot->manifest_count, 3);
	assert_int_not_equal(snapshot_find_manifest(snapshot, &kept), NONE);
	assert_int_equal(snapshot_find_manifest(snapshot, &dropped), NONE);
	assert_int_equal(snapshot_find_manifest(snapshot, &stray), NONE);
	uint32_t r = snapshot_find_manifest(snapshot, &referrer);
	uint32_t rr = snapshot_find_manifest(snapshot, &of_referrer);
	assert_int_equal(snapshot->manifests[r].subject, snapshot_find_manifest(snapshot, &kept));
	assert_int_equal(snapshot->manifests[rr].subject, r);
	/* 2 layers, 2 signatures, 3 documents, a config, the artifacts' shared config */
	assert_int_equal(snapshot->blob_count, 9);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

static void
test_twins_are_one_image(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	struct digest a = fleet_image(&fleet, "reg/app:1", "a b c");
	struct digest b = fleet_image(&fleet, "mirror/app:1", "a~2 b~2 c");
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);

	assert_int_equal(snapshot->image_count, 1);
	assert_int_equal(snapshot->manifest_count, 2);
	assert_int_equal(snapshot->images[0].manifest_count, 2);
	assert_int_equal(snapshot->images[0].manifest, 0);
	assert_int_equal(snapshot->images[0].chain_length, 3);
	assert_int_equal(snapshot->diff_id_count, 3);
	assert_int_equal(snapshot_find_image(snapshot, &a), 0);
	assert_int_equal(snapshot_find_image(snapshot, &b), 0);
	/* c is one blob, a and b are two each. */
	assert_int_equal(snapshot->blob_count, 5 + 2 + 1);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

static void
test_chains(void **state)
{
	static const struct {
		struct fleet_image image;
		uint32_t length;
		bool blob_chain;
	} cases[] = {
		{ { .layers = "a b" }, 2, false },
		{ { .layers = "a b", .config_unknown = true }, 2, true },
		{ { .layers = "a b", .diff_ids_missing = 1 }, 2, true },
		{ { .layers = "a b", .diff_ids_missing = 2 }, 2,
		        true }, /* no rootfs in the config */
		{ { .layers = "a a EMPTY a" }, 4, false },
		{ { .layers = "" }, 0, false },
		{ { .layers = "", .config_unknown = true }, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct fleet fleet = { 0 };
		fleet_name(&fleet, "reg/app:1", fleet_add(&fleet, &cases[i].image));
		struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
		const struct snap_image *image = &snapshot->images[0];

		assert_int_equal(snapshot->image_count, 1);
		assert_int_equal(image->chain_length, cases[i].length);
		assert_int_equal(image->blob_chain, cases[i].blob_chain);
		if (cases[i].length) {
			struct digest bottom =
			        fleet_digest(cases[i].blob_chain ? "blob:a" : "diff:a");
			assert_true(digest_equal(snapshot_diff_id(snapshot, image, 0), &bottom));
		}
		snapshot_free(snapshot);
		fleet_release(&fleet);
	}
}

/* A manifest that lies about the number of layers does not take the diff IDs away, whatever its
 * digest is. */
static void
test_the_manifest_that_fits_the_config_stands(void **state)
{
	(void)state;
	for (int lower = 0; lower < 2; lower++) {
		struct fleet fleet = { 0 };
		struct digest good = fleet_image(&fleet, "reg/app:good", "a b");
		struct record_manifest liar = fleet.manifests.at[0];
		memset(liar.digest.bytes, lower ? 0 : 0xff, liar.digest.length);
		liar.layer_count = 1;
		*vec_push(&fleet.manifests) = liar;
		fleet_name(&fleet, "reg/app:liar", liar.digest);
		struct snapshot *snapshot = fleet_snapshot(&fleet, 0);

		assert_int_equal(snapshot->image_count, 1);
		assert_int_equal(snapshot->images[0].manifest_count, 2);
		assert_int_equal(
		        snapshot->images[0].manifest, snapshot_find_manifest(snapshot, &good));
		assert_false(snapshot->images[0].blob_chain);
		assert_int_equal(snapshot->images[0].manifest, lower);
		snapshot_free(snapshot);
		fleet_release(&fleet);
	}
}

static void
test_sizes(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	/* Two claims about one layer: the manifest with the lower digest is believed. */
	struct digest a = fleet_image(&fleet, "reg/app:1", "x=100 y=1");
	struct digest b = fleet_image(&fleet, "reg/app:2", "x=200 z=1");
	struct digest x = fleet_digest("blob:x");
	/* A config that was read has its real size, whatever the manifest says. */
	fleet.manifests.at[0].config_size_bytes = 999999;
	/* One that was not read has the claimed size. */
	struct digest c =
	        fleet_add(&fleet, &(struct fleet_image){ .layers = "w", .config_unknown = true });
	fleet_name(&fleet, "reg/app:3", c);

	for (uint64_t order = 0; order < 8; order++) {
		struct snapshot *s = fleet_snapshot(&fleet, order);
		uint64_t expected = digest_compare(&a, &b) < 0 ? 100 : 200;

		for (uint32_t i = 0; i < s->blob_count; i++) {
			if (digest_equal(&s->blobs[i].digest, &x))
				assert_int_equal(s->blobs[i].size_bytes, expected);
		}
		for (size_t i = 0; i < fleet.manifests.count; i++) {
			uint32_t m = snapshot_find_manifest(s, &fleet.manifests.at[i].digest);
			assert_int_equal(s->blobs[s->manifests[m].blob].size_bytes,
			        fleet.manifests.at[i].size_bytes);
			assert_in_range(s->blobs[s->manifests[m].config].size_bytes, 100, 150);
		}
		snapshot_free(s);
	}
	fleet_release(&fleet);
}

static void
test_platform_of_an_unread_config(void **state)
{
	/* Indexes disagree: the lowest platform counts, wherever it stands. */
	static const char *const stated[] = { "linux/s390y", "linux/riscv64", "linux/s390x" };

	(void)state;
	struct fleet fleet = { 0 };
	for (int i = 0; i < 10; i++) {
		char layers[16];
		snprintf(layers, sizeof(layers), "l%d", i);
		struct fleet_image image = { .layers = layers, .config_unknown = true };
		struct fleet_child child = { .digest = fleet_add(&fleet, &image) };

		for (size_t k = 0; k < countof(stated); k++) {
			child.platform = stated[k];
			fleet_name(&fleet, "reg/app:1", fleet_index(&fleet, &child, 1));
		}
	}
	/* What a config says is not overruled by an index. */
	struct fleet_child read = { fleet_add(&fleet, &(struct fleet_image){ .layers = "b" }),
		"linux/s390x", NULL };
	fleet_name(&fleet, "reg/app:2", fleet_index(&fleet, &read, 1));
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	uint32_t known = snapshot_find_image(snapshot, &read.digest);

	assert_int_equal(snapshot->image_count, 11);
	for (uint32_t i = 0; i < snapshot->image_count; i++)
		assert_string_equal(snapshot->images[i].platform.architecture,
		        i == known ? "amd64" : "riscv64");
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

static void
test_duplicates(void **state)
{
	(void)state;
	struct builder *builder = builder_new(5);
	struct snap_source old = {
		.kind = SOURCE_REGISTRY, .name = "reg", .scanned_at = 10, .state = SOURCE_STALE
	};
	struct snap_source new = {
		.kind = SOURCE_REGISTRY, .name = "reg", .scanned_at = 20, .state = SOURCE_PARTIAL
	};
	struct record_manifest manifest = { .digest = fleet_digest("m"),
		.size_bytes = 1,
		.kind = MANIFEST_IMAGE,
		.config = fleet_digest("c") };
	struct record_problem problem = { "place", "message", false };
	uint32_t a = builder_source(builder, &new), b = builder_source(builder, &old);
	uint32_t ra = builder_repository(builder, a, "app");
	uint32_t rb = builder_repository(builder, b, "app");
	builder_manifest(builder, &manifest);
	builder_manifest(builder, &manifest);
	builder_reference(builder, ra, "1", &manifest.digest, 8);
	builder_reference(builder, rb, "1", &manifest.digest, 6);
	builder_problem(builder, a, &problem, 4);
	builder_problem(builder, b, &problem, 3);
	struct error err = { 0 };
	struct snapshot *snapshot = builder_finish(builder, &err);

	assert_non_null(snapshot);
	assert_int_equal(snapshot->at, 5);
	assert_int_equal(snapshot->source_count, 1);
	assert_int_equal(snapshot->sources[0].scanned_at, 20);
	assert_int_equal(snapshot->sources[0].state, SOURCE_PARTIAL);
	assert_int_equal(snapshot->repository_count, 1);
	assert_int_equal(snapshot->manifest_count, 1);
	assert_int_equal(snapshot->reference_count, 1);
	assert_int_equal(snapshot->references[0].since, 6);
	assert_int_equal(snapshot->problem_count, 1);
	assert_int_equal(snapshot->problems[0].since, 3);
	snapshot_free(snapshot);
}

static void
test_nothing(void **state)
{
	(void)state;
	struct snapshot *snapshot = builder_finish(builder_new(0), NULL);

	assert_non_null(snapshot);
	assert_int_equal(snapshot->blob_count, 0);
	snapshot_free(snapshot);
	snapshot_free(NULL);
	builder_free(builder_new(0));
	builder_free(NULL);
}

/* What a careless caller might give: no digests where there must be some. */
static void
test_missing_digests(void **state)
{
	(void)state;
	struct builder *builder = builder_new(0);
	struct snap_source source = { .kind = SOURCE_REGISTRY, .name = "reg" };
	uint32_t repository = builder_repository(builder, builder_source(builder, &source), "app");
	struct record_layer layers[] = { { .size_bytes = 7 }, { fleet_digest("l"), 3, false } };
	struct record_child children[2] = { 0 };
	struct record_manifest manifest = { .digest = fleet_digest("m"),
		.kind = MANIFEST_IMAGE,
		.layers = layers,
		.layer_count = 2,
		.children = children,
		.child_count = 2 };
	builder_manifest(builder, &manifest);
	builder_manifest(builder, &(struct record_manifest){ .kind = MANIFEST_IMAGE });
	builder_config(builder, &(struct record_config){ .details_json = "{}" });
	builder_reference(builder, repository, "1", &manifest.digest, 0);
	builder_reference(builder, repository, "2", &(struct digest){ 0 }, 0);
	struct snapshot *snapshot = builder_finish(builder, NULL);

	assert_int_equal(snapshot->reference_count, 1);
	assert_int_equal(snapshot->layer_count, 1);
	assert_int_equal(snapshot->child_count, 0);
	assert_int_equal(snapshot->image_count, 0); /* an image is known by its config */
	assert_int_equal(snapshot->manifests[0].kind, MANIFEST_ARTIFACT);
	snapshot_free(snapshot);
}

/* Digests that differ in one byte only, and of both algorithms. */
static void
test_digests_that_start_alike(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	for (uint32_t i = 0; i < 200; i++) {
		struct digest digest = { .length = i % 3 ? DIGEST_SHA256 : DIGEST_SHA512 };
		char tag[16];

		digest.bytes[i % 40 < digest.length ? i % 40 : 0] = (uint8_t)(i * 7);
		snprintf(tag, sizeof(tag), "t%u", i);
		*vec_push(&fleet.manifests) = (struct record_manifest){
			.digest = digest, .kind = MANIFEST_ARTIFACT, .size_bytes = i
		};
		fleet_tag(&fleet,
		        fleet_repository(&fleet,
		                fleet_source(&fleet, SOURCE_REGISTRY, "reg", SCOPE_REGISTRY),
		                "app"),
		        tag, digest);
	}
	/* The same digest twice would say two sizes: only the order is of interest here. */
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	check_snapshot(snapshot);
	assert_true(snapshot->manifest_count > 150);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_of_facts_does_not_matter),
		cmocka_unit_test(test_snapshots_are_sound),
		cmocka_unit_test(test_what_nothing_reaches_is_dropped),
		cmocka_unit_test(test_twins_are_one_image),
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_the_manifest_that_fits_the_config_stands),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_platform_of_an_unread_config),
		cmocka_unit_test(test_digests_that_start_alike),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_missing_digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
