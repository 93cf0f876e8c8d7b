/* The trie: its shape, its order, chain IDs against an independent computation. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/model/trie.h"
#include "common/memory.h"
#include "tests/support/fleet.h"

#define FLEETS 400

static void
test_shape(void **state)
{
	(void)state;
	/*	app-a   app-b   other
	 *	    \    /       |
	 *	    python      scratch
	 *	       |
	 *	    debian
	 */
	struct fleet fleet = { 0 };
	struct digest debian = fleet_image(&fleet, "reg/debian:12", "debian=50");
	struct digest a = fleet_image(&fleet, "reg/a:1", "debian=50 python=20 a=1");
	struct digest b = fleet_image(&fleet, "reg/b:1", "debian=50 python=20 b=2");
	struct digest other = fleet_image(&fleet, "reg/other:1", "tool=7");
	struct digest none = fleet_image(&fleet, "reg/none:1", "");
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	auto_arena arena = { 0 };
	struct trie *trie = trie_build(snapshot, &arena);
	uint32_t on_debian = trie->image_node[snapshot_find_image(snapshot, &debian)];
	uint32_t on_a = trie->image_node[snapshot_find_image(snapshot, &a)];
	uint32_t on_b = trie->image_node[snapshot_find_image(snapshot, &b)];
	uint32_t on_other = trie->image_node[snapshot_find_image(snapshot, &other)];
	uint32_t python = trie->nodes[on_a].parent;

	assert_int_equal(trie->node_count, 5);
	assert_int_equal(trie->image_node[snapshot_find_image(snapshot, &none)], NONE);
	assert_int_equal(trie->nodes[on_b].parent, python);
	assert_int_equal(trie->nodes[python].parent, on_debian);
	assert_int_equal(trie->nodes[on_debian].parent, NONE);
	assert_int_equal(trie->nodes[on_debian].children, 1);
	assert_int_equal(trie->nodes[python].children, 2);
	assert_int_equal(trie->nodes[on_a].children, 0);
	assert_int_equal(trie->nodes[on_a].depth, 3);
	assert_int_equal(trie->nodes[on_a].compressed_bytes, 1);
	assert_int_equal(trie->nodes[on_b].chain_compressed_bytes, 72);
	assert_int_equal(trie->nodes[on_other].chain_compressed_bytes, 7);
	assert_true(trie_stands_on(trie, on_a, on_debian));
	assert_true(trie_stands_on(trie, on_a, on_a));
	assert_false(trie_stands_on(trie, on_debian, on_a));
	assert_false(trie_stands_on(trie, on_a, on_b));
	assert_false(trie_stands_on(trie, on_other, on_debian));
	assert_int_equal(
	        trie->first_image[trie->nodes[on_debian].end] - trie->first_image[on_debian], 3);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

static void
test_sizes_of_chains(void **state)
{
	static const struct {
		const char *layers;
		uint64_t bytes;
	} cases[] = {
		{ "a=5 b=7", 12 },
		{ "a=5 b=7!", 5 },
		{ "a=5 b=7 a=5", 12 }, /* a blob twice counts once */
		{ "a=5 a~2=6", 11 },   /* but two blobs of one diff ID lie there twice */
		{ "EMPTY=3 EMPTY=3 a=1", 4 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct fleet fleet = { 0 };
		fleet_image(&fleet, "reg/a:1", cases[i].layers);
		struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
		auto_arena arena = { 0 };
		struct trie *trie = trie_build(snapshot, &arena);
		assert_int_equal(
		        trie->nodes[trie->image_node[0]].chain_compressed_bytes, cases[i].bytes);
		snapshot_free(snapshot);
		fleet_release(&fleet);
	}
}

/* Recompressed twins meet on one chain; its size is that of the lowest manifest. */
static void
test_size_of_twins(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	struct digest a = fleet_image(&fleet, "reg/app:1", "a=10 b=20");
	struct digest b = fleet_image(&fleet, "reg/app:2", "a~2=11 b~2=22");
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	auto_arena arena = { 0 };
	struct trie *trie = trie_build(snapshot, &arena);

	assert_int_equal(trie->node_count, 2);
	assert_int_equal(
	        trie->nodes[1].chain_compressed_bytes, digest_compare(&a, &b) < 0 ? 30 : 33);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

/* Whoever recompresses a base does not change what the base weighs. */
static void
test_size_of_recompressed_base(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 8; i++) {
		struct fleet fleet = { 0 };
		auto_arena arena = { 0 };
		fleet_image(&fleet, "reg/base:1", "a=10 b=20");
		fleet_image(&fleet, "reg/app:1", arena_printf(&arena, "a~2=11 b=20 c%u=1", i));
		struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
		struct trie *trie = trie_build(snapshot, &arena);

		assert_int_equal(trie->nodes[1].chain_compressed_bytes, 30);
		assert_int_equal(trie->nodes[2].chain_compressed_bytes, 32);
		snapshot_free(snapshot);
		fleet_release(&fleet);
	}
}

static void
test_blob_chains_are_apart(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	fleet_image(&fleet, "reg/a:1", "x y");
	struct fleet_image unread = { .layers = "x z", .config_unknown = true };
	fleet_name(&fleet, "reg/a:2", fleet_add(&fleet, &unread));
	unread.layers = "x w";
	fleet_name(&fleet, "reg/a:3", fleet_add(&fleet, &unread));
	/* An uncompressed layer: its blob digest is a diff ID of the other kind of chain. */
	struct fleet_image plain = { .layers = "q", .config_unknown = true };
	fleet_name(&fleet, "reg/a:4", fleet_add(&fleet, &plain));
	struct record_layer *layer = arena_new(&fleet.arena, struct record_layer, 1);
	*layer = (struct record_layer){ fleet_digest("diff:x"), 1, false };
	fleet.manifests.at[fleet.manifests.count - 1].layers = layer;

	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	auto_arena arena = { 0 };
	struct trie *trie = trie_build(snapshot, &arena);
	uint32_t roots = 0, blob_roots = 0;
	for (uint32_t n = 0; n < trie->node_count; n++) {
		roots += trie->nodes[n].parent == NONE;
		blob_roots += trie->nodes[n].parent == NONE && trie->nodes[n].blob_chain;
		if (n)
			assert_true(trie->nodes[n - 1].blob_chain <= trie->nodes[n].blob_chain);
	}
	assert_int_equal(trie->node_count, 2 + 3 + 1);
	assert_int_equal(roots, 3);
	assert_int_equal(blob_roots, 2);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

/* The last chain over diff IDs and the first over blobs are neighbours when they are sorted. */
static void
test_the_border_between_kinds_of_chains(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	struct record_layer layer = { fleet_digest("diff:x"), 1, false };
	fleet_image(&fleet, "reg/a:1", "x");
	struct fleet_image plain = { .layers = "q", .config_unknown = true };
	fleet_name(&fleet, "reg/a:2", fleet_add(&fleet, &plain));
	fleet.manifests.at[1].layers = &layer;
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	auto_arena arena = { 0 };
	struct trie *trie = trie_build(snapshot, &arena);

	assert_int_equal(snapshot->diff_id_count, 1);
	assert_int_equal(trie->node_count, 2);
	assert_int_equal(trie->nodes[1].parent, NONE);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

static void
test_empty_layers(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	fleet_image(&fleet, "reg/a:1", "a EMPTY");
	struct fleet_image unread = { .layers = "b c", .config_unknown = true };
	fleet_name(&fleet, "reg/a:2", fleet_add(&fleet, &unread));
	/* gzip of 1,024 zero bytes, as Docker wrote it */
	struct record_layer *layers = arena_new(&fleet.arena, struct record_layer, 2);
	layers[0] = fleet.manifests.at[1].layers[0];
	digest_parse(&layers[1].digest,
	        "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4");
	fleet.manifests.at[1].layers = layers;
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	auto_arena arena = { 0 };
	struct trie *trie = trie_build(snapshot, &arena);

	assert_int_equal(trie->node_count, 4);
	for (uint32_t n = 0; n < trie->node_count; n++)
		assert_int_equal(trie->nodes[n].empty_layer, trie->nodes[n].depth == 2);
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

/* ChainID by the text of the specification, with sha256 over the joined texts. */
static struct digest
chain_id_by_text(const struct snapshot *snapshot, const struct snap_image *image, uint32_t depth)
{
	struct digest chain = *snapshot_diff_id(snapshot, image, 0);

	for (uint32_t i = 1; i < depth; i++) {
		char text[2 * DIGEST_TEXT_SIZE], below[DIGEST_TEXT_SIZE], own[DIGEST_TEXT_SIZE];
		int length = snprintf(text, sizeof(text), "%s %s", digest_format(&chain, below),
		        digest_format(snapshot_diff_id(snapshot, image, i), own));
		digest_of(&chain, DIGEST_SHA256, text, (size_t)length);
	}
	return chain;
}

static void
check_image(const struct snapshot *snapshot, const struct trie *trie, uint32_t i)
{
	const struct snap_image *image = &snapshot->images[i];
	uint32_t node = trie->image_node[i];

	if (!image->chain_length) {
		assert_int_equal(node, NONE);
		return;
	}
	for (uint32_t depth = image->chain_length; depth > 0; depth--) {
		struct digest expected = chain_id_by_text(snapshot, image, depth), chain_id;

		assert_int_equal(trie->nodes[node].depth, depth);
		assert_int_equal(trie->nodes[node].blob_chain, image->blob_chain);
		trie_chain_id(trie, snapshot, node, &chain_id);
		assert_true(digest_equal(&chain_id, &expected));
		node = trie->nodes[node].parent;
	}
	assert_int_equal(node, NONE);
}

/* What the layers up to this one take, each blob once. */
static uint64_t
slow_chain_bytes(const struct snapshot *snapshot, const struct snap_layer *layers, uint32_t count)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < count; i++) {
		bool again = layers[i].foreign;
		for (uint32_t below = 0; below < i; below++)
			again = again ||
			        (layers[below].blob == layers[i].blob && !layers[below].foreign);
		if (!again)
			bytes += snapshot->blobs[layers[i].blob].size_bytes;
	}
	return bytes;
}

/* The blobs of a chain are those of the lowest manifest of its images, or else of those on it. */
static void
check_blobs(const struct snapshot *snapshot, const struct trie *trie, uint32_t n)
{
	const struct trie_node *node = &trie->nodes[n];
	uint32_t lowest = NONE, lowest_owner = NONE;

	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		uint32_t chain = trie->image_node[i], manifest = snapshot->images[i].manifest;
		if (chain != NONE && trie_stands_on(trie, chain, n) && manifest < lowest)
			lowest = manifest;
		if (chain == n && manifest < lowest_owner)
			lowest_owner = manifest;
	}
	lowest = lowest_owner != NONE ? lowest_owner : lowest;
	const struct snap_layer *layers = &snapshot->layers[snapshot->manifests[lowest].layers];
	const struct snap_layer *layer = &layers[node->depth - 1];
	assert_int_equal(
	        node->chain_compressed_bytes, slow_chain_bytes(snapshot, layers, node->depth));
	assert_int_equal(node->blob, layer->blob);
	assert_int_equal(node->compressed_bytes,
	        layer->foreign ? 0 : snapshot->blobs[layer->blob].size_bytes);
}

static void
check_trie(const struct snapshot *snapshot, const struct trie *trie)
{
	uint32_t with_layers = 0;

	for (uint32_t n = 0; n < trie->node_count; n++) {
		const struct trie_node *node = &trie->nodes[n];
		uint32_t children = 0;

		if (node->parent != NONE) {
			assert_true(node->parent < n);
			assert_int_equal(node->depth, trie->nodes[node->parent].depth + 1);
		}
		for (uint32_t m = 0; m < trie->node_count; m++) {
			bool stands = false;
			for (uint32_t up = m; up != NONE; up = trie->nodes[up].parent)
				stands = stands || up == n;
			assert_int_equal(trie_stands_on(trie, m, n), stands);
			children += trie->nodes[m].parent == n;
			/* No two nodes are the same chain. */
			assert_false(m != n && trie->nodes[m].parent == node->parent &&
			             trie->nodes[m].layer == node->layer &&
			             trie->nodes[m].blob_chain == node->blob_chain);
		}
		assert_int_equal(node->children, children);
		check_blobs(snapshot, trie, n);
		for (uint32_t k = trie->first_image[n]; k < trie->first_image[n + 1]; k++)
			assert_int_equal(trie->image_node[trie->images[k]], n);
	}
	for (uint32_t i = 0; i < snapshot->image_count; i++)
		with_layers += snapshot->images[i].chain_length > 0;
	assert_int_equal(trie->first_image[trie->node_count], with_layers);
}

static void
test_random_fleets(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= FLEETS; seed++) {
		struct fleet fleet = { 0 };
		fleet_random(&fleet, seed);
		struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
		auto_arena arena = { 0 };
		struct trie *trie = trie_build(snapshot, &arena);

		for (uint32_t i = 0; i < snapshot->image_count; i++)
			check_image(snapshot, trie, i);
		check_trie(snapshot, trie);
		snapshot_free(snapshot);
		fleet_release(&fleet);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_sizes_of_chains),
		cmocka_unit_test(test_size_of_twins),
		cmocka_unit_test(test_size_of_recompressed_base),
		cmocka_unit_test(test_blob_chains_are_apart),
		cmocka_unit_test(test_the_border_between_kinds_of_chains),
		cmocka_unit_test(test_empty_layers),
		cmocka_unit_test(test_random_fleets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
