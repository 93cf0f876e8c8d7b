/* explain: what a name means, who shares a layer, what deleting frees. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/model/explain.h"
#include "analyzer/model/report.h"
#include "common/buf.h"
#include "common/memory.h"
#include "tests/support/fleet.h"
#include "tests/support/slow.h"

#define FLEETS 1000

/* A fleet, and the report on all of it. */
struct answer {
	struct fleet fleet;
	struct snapshot *snapshot;
	struct arena arena;
	struct report *report;
};

static void
answer(struct answer *answer)
{
	static const struct report_options options;

	answer->snapshot = fleet_snapshot(&answer->fleet, 0);
	answer->report = report_build(answer->snapshot, &options, &answer->arena);
}

static void
answer_release(struct answer *answer)
{
	snapshot_free(answer->snapshot);
	arena_release(&answer->arena);
	fleet_release(&answer->fleet);
}

static struct explain *
explain(struct answer *answer, const uint32_t *images, uint32_t count)
{
	return explain_build(answer->snapshot, answer->report->trie, answer->report->attribution,
	        images, count, explain_manifests(answer->snapshot, NULL, &answer->arena),
	        &answer->arena);
}

/*	reg:5000/app:1, :latest   a          other.io/app:1   c
 *	reg:5000/app:2            index ─▶ a, b
 *	reg:5000/team/api:1       d          /srv/layouts/x:1 a
 */
static void
find_fleet(struct answer *a, struct digest digests[5])
{
	struct fleet *fleet = &a->fleet;

	digests[0] = fleet_image(fleet, "reg:5000/app:1", "a");
	digests[1] =
	        fleet_add(fleet, &(struct fleet_image){ .layers = "b", .platform = "linux/arm64" });
	digests[2] = fleet_image(fleet, "other.io/app:1", "c");
	digests[3] = fleet_image(fleet, "reg:5000/team/api:1", "d");
	struct fleet_child children[] = { { digests[0], "linux/amd64", NULL },
		{ digests[1], "linux/arm64", NULL } };
	digests[4] = fleet_index(fleet, children, 2);
	fleet_name(fleet, "reg:5000/app:2", digests[4]);
	fleet_name(fleet, "reg:5000/app:latest", digests[0]);
	fleet_name(fleet, "/srv/layouts/x:1", digests[0]);
	answer(a);
}

/* `expected`: the letters of the images, "" = none, "?" = ambiguous. */
static void
check_find(struct answer *a, const struct digest digests[5], const char *name, const char *expected)
{
	auto_free uint32_t *images = xcalloc(a->snapshot->image_count, sizeof(*images));
	uint32_t count = explain_find(a->snapshot, name, images), wanted = 0;
	bool ambiguous = strcmp(expected, "?") == 0;

	if (explain_is_ambiguous(a->snapshot, name) != ambiguous)
		fail_msg("%s: ambiguous", name);
	for (uint32_t k = 0; k < 4 && !ambiguous; k++) {
		uint32_t image = snapshot_find_image(a->snapshot, &digests[k]);
		bool in = false;
		for (uint32_t i = 0; i < count; i++)
			in = in || images[i] == image;
		bool should = strchr(expected, "abcd"[k]) != NULL;
		if (in != should)
			fail_msg("%s: image %c: %d", name, "abcd"[k], in);
		wanted += should;
	}
	assert_int_equal(count, wanted);
	for (uint32_t i = 1; i < count; i++)
		assert_true(images[i - 1] < images[i]);
}

static void
test_find_by_name(void **state)
{
	static const struct {
		const char *name, *images;
	} cases[] = {
		{ "reg:5000/app:1", "a" },
		{ "reg:5000/app:latest", "a" },
		{ "reg:5000/app:2", "ab" },
		{ "reg:5000/app", "ab" },
		{ "reg:5000/app:3", "" },
		{ "reg:5000/ap", "" },
		{ "reg:5000/app/", "" },
		{ "reg:5000/", "" },
		{ "reg:5000", "" },
		{ "other.io/app:1", "c" },
		{ "app:1", "?" },
		{ "app", "?" },
		{ "app:2", "ab" },
		{ "team/api:1", "d" },
		{ "team/api", "d" },
		{ "api", "" },
		{ "x:1", "a" },
		{ "/srv/layouts/x:1", "a" },
		{ "", "" },
		{ ":", "" },
		{ "@", "" },
		{ "app:", "" },
		{ "app@sha256:12", "" },
		{ "no-such", "" },
	};

	(void)state;
	struct answer a = { 0 };
	struct digest digests[5];
	find_fleet(&a, digests);
	for (size_t i = 0; i < countof(cases); i++)
		check_find(&a, digests, cases[i].name, cases[i].images);
	answer_release(&a);
}

static void
test_find_by_digest(void **state)
{
	(void)state;
	struct answer a = { 0 };
	struct digest digests[5];
	char text[5][DIGEST_TEXT_SIZE], name[300];
	find_fleet(&a, digests);
	for (size_t i = 0; i < 5; i++)
		digest_format(&digests[i], text[i]);

	check_find(&a, digests, text[0], "a");
	check_find(&a, digests, text[4], "ab");
	check_find(&a, digests, text[4] + strlen("sha256:"), "ab");
	snprintf(name, sizeof(name), "%.12s", text[3] + strlen("sha256:"));
	check_find(&a, digests, name, "d");
	snprintf(name, sizeof(name), "%.11s", text[3] + strlen("sha256:"));
	check_find(&a, digests, name, "");
	snprintf(name, sizeof(name), "%.30s", text[3]);
	check_find(&a, digests, name, "d");
	snprintf(name, sizeof(name), "sha512:%.30s", text[3] + strlen("sha256:"));
	check_find(&a, digests, name, "");
	/* a config */
	uint32_t image = snapshot_find_image(a.snapshot, &digests[2]);
	check_find(&a, digests, digest_format(&a.snapshot->images[image].config_digest, name), "c");
	/* in a repository, itself or through an index; not in another one */
	snprintf(name, sizeof(name), "reg:5000/app@%s", text[0]);
	check_find(&a, digests, name, "a");
	snprintf(name, sizeof(name), "reg:5000/app@%s", text[1]);
	check_find(&a, digests, name, "b");
	snprintf(name, sizeof(name), "reg:5000/app:2@%s", text[1]);
	check_find(&a, digests, name, "b");
	snprintf(name, sizeof(name), "app@%s", text[1]);
	check_find(&a, digests, name, "b");
	snprintf(name, sizeof(name), "app@%s", text[2]);
	check_find(&a, digests, name, "c");
	snprintf(name, sizeof(name), "reg:5000/team/api@%s", text[0]);
	check_find(&a, digests, name, "");
	answer_release(&a);
}

/* Documents whose digests start alike. */
static void
test_find_by_an_ambiguous_prefix(void **state)
{
	(void)state;
	struct answer a = { 0 };
	fleet_image(&a.fleet, "reg/app:1", "a");
	fleet_image(&a.fleet, "reg/app:2", "b");
	for (size_t i = 0; i < 2; i++) {
		memset(a.fleet.manifests.at[i].digest.bytes, 0xab, 8);
		a.fleet.references.at[i].digest = a.fleet.manifests.at[i].digest;
	}
	answer(&a);
	uint32_t images[2];
	char text[DIGEST_TEXT_SIZE];

	assert_int_equal(explain_find(a.snapshot, "abababababab", images), 0);
	assert_true(explain_is_ambiguous(a.snapshot, "abababababab"));
	assert_int_equal(explain_find(a.snapshot,
	                         digest_format(&a.fleet.manifests.at[0].digest, text), images),
	        1);
	answer_release(&a);
}

/* Several sources have the name: clear while it means the same images everywhere. */
static void
test_find_in_several_sources(void **state)
{
	static const struct {
		const char *name, *images, *reference; /* NULL = ambiguous, or by no reference */
	} cases[] = {
		{ "base/os:1", "a", "a:1/base/os:1" },
		{ "b:1/base/os:1", "a", "b:1/base/os:1" },
		{ "c:1/base/os:1", "a", "c:1/base/os:1" },
		{ "a:1/base/os", "ab", "a:1/base/os:1" },
		{ "base/os", "?", NULL }, /* only one of them has :2 */
		{ "multi:1", "?", NULL }, /* an index here, one of its images there */
		{ "a:1/multi:1", "ab", "a:1/multi:1" },
	};
	struct answer a = { 0 };
	struct digest digests[5];
	struct fleet *fleet = &a.fleet;

	(void)state;
	digests[0] = fleet_image(fleet, "a:1/base/os:1", "a");
	digests[1] = fleet_image(fleet, "a:1/base/os:2", "b");
	digests[2] = digests[3] = digests[4] = fleet_image(fleet, "a:1/other:1", "c");
	/* The same image in c, compressed otherwise. */
	struct digest twin = fleet_image(fleet, "c:1/base/os:1", "a~2");
	fleet_name(fleet, "b:1/base/os:1", digests[0]);
	struct fleet_child children[] = { { digests[0], "linux/amd64", NULL },
		{ digests[1], "linux/arm64", NULL } };
	fleet_name(fleet, "a:1/multi:1", fleet_index(fleet, children, 2));
	fleet_name(fleet, "b:1/multi:1", digests[0]);
	answer(&a);
	uint32_t image = snapshot_find_image(a.snapshot, &digests[0]);
	assert_int_equal(image, snapshot_find_image(a.snapshot, &twin));
	for (size_t i = 0; i < countof(cases); i++) {
		auto_free uint32_t *images = xcalloc(a.snapshot->image_count, sizeof(*images));
		auto_free struct explain_named *named =
		        xcalloc(a.snapshot->image_count, sizeof(*named));

		check_find(&a, digests, cases[i].name, cases[i].images);
		memset(named, 0xff, a.snapshot->image_count * sizeof(*named));
		explain_find_named(a.snapshot, cases[i].name, images, named);
		if (cases[i].reference == NULL)
			continue;
		assert_string_equal(
		        report_reference_name(a.snapshot, named[image].reference, &a.arena),
		        cases[i].reference);
		assert_int_equal(named[image].manifest,
		        snapshot_find_manifest(
		                a.snapshot, cases[i].name[0] == 'c' ? &twin : &digests[0]));
	}
	answer_release(&a);
}

/* By digest in a repository: the reference is one of that repository. */
static void
test_named_by_digest(void **state)
{
	struct answer a = { 0 };
	struct digest digest = fleet_image(&a.fleet, "a:1/os:1", "a");
	char text[DIGEST_TEXT_SIZE], name[200];
	struct explain_named named = { NONE, NONE };
	uint32_t image;

	(void)state;
	fleet_image(&a.fleet, "b:1/os:0", "b");
	fleet_name(&a.fleet, "b:1/os:1", digest);
	answer(&a);
	uint32_t expected = snapshot_find_image(a.snapshot, &digest);
	struct explain_named both[2] = { named, named };
	snprintf(name, sizeof(name), "b:1/os@%s", digest_format(&digest, text));
	assert_int_equal(explain_find_named(a.snapshot, name, &image, both), 1);
	assert_int_equal(image, expected);
	assert_string_equal(
	        report_reference_name(a.snapshot, both[image].reference, &a.arena), "b:1/os:1");
	both[image] = named;
	assert_int_equal(explain_find_named(a.snapshot, text, &image, both), 1);
	assert_int_equal(both[image].reference, NONE);
	assert_int_equal(both[image].manifest, snapshot_find_manifest(a.snapshot, &digest));
	answer_release(&a);
}

static void
test_manifests(void **state)
{
	struct answer a = { 0 };
	struct digest layout[8], registry = fleet_image(&a.fleet, "reg/x:1", "a");
	struct explain_named named = { NONE, NONE };

	(void)state;
	/* Some of them are lower than the registry's. */
	for (int i = 0; i < 8; i++) {
		char name[32], layers[32];

		snprintf(name, sizeof(name), "/srv/l/x:%d", i);
		snprintf(layers, sizeof(layers), "a~%d", i + 2);
		layout[i] = fleet_image(&a.fleet, name, layers);
	}
	answer(&a);
	assert_int_equal(a.snapshot->image_count, 1);
	uint32_t expected = snapshot_find_manifest(a.snapshot, &registry);
	assert_int_not_equal(a.snapshot->images[0].manifest, expected);
	assert_int_equal(explain_manifests(a.snapshot, NULL, &a.arena)[0], expected);
	assert_int_equal(explain_manifests(a.snapshot, &named, &a.arena)[0], expected);
	named.manifest = snapshot_find_manifest(a.snapshot, &layout[3]);
	assert_int_equal(explain_manifests(a.snapshot, &named, &a.arena)[0], named.manifest);
	answer_release(&a);
}

static void
test_layers(void **state)
{
	(void)state;
	struct answer a = { 0 };
	struct digest app = fleet_image(&a.fleet, "reg/app:1", "debian=50 tls=5 one=1");
	fleet_image(&a.fleet, "reg/app:2", "debian=50 tls=5 two=1");
	fleet_image(&a.fleet, "reg/debian:12", "debian=50");
	fleet_image(&a.fleet, "reg/other:1", "alpine=5 tls=5");
	answer(&a);
	uint32_t image = snapshot_find_image(a.snapshot, &app);
	struct explain *e = explain(&a, (uint32_t[]){ image, image }, 2);
	const struct explain_layer *layers = e->images[0].layers;
	static const struct {
		uint32_t chain_images, blob_images, repositories;
	} expected[] = { { 2, 2, 2 }, { 1, 2, 2 }, { 0, 0, 0 } };

	assert_int_equal(e->image_count, 1);
	assert_int_equal(e->images[0].image, image);
	assert_int_equal(e->images[0].layer_count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(layers[i].chain_images, expected[i].chain_images);
		assert_int_equal(layers[i].blob_images, expected[i].blob_images);
		assert_int_equal(layers[i].repositories, expected[i].repositories);
		assert_int_equal(a.report->trie->nodes[layers[i].node].depth, i + 1);
	}
	answer_release(&a);
}

/* The same counts by looking at everything. */
static void
check_layer(const struct answer *a, const struct explain_image *explained, uint32_t position)
{
	const struct snapshot *s = a->snapshot;
	const struct explain_layer *layer = &explained->layers[position];
	uint32_t blob = s->layers[layer->layer].blob, chain = 0, blobs = 0, repositories = 0;
	const struct links *in = &a->report->names->repositories;
	auto_free bool *seen = xcalloc(s->repository_count, sizeof(*seen));

	for (uint32_t i = 0; i < s->image_count; i++) {
		bool holds = false;
		uint32_t node = a->report->trie->image_node[i];
		if (i == explained->image)
			continue;
		for (uint32_t m = 0; m < s->manifest_count; m++) {
			const struct snap_manifest *manifest = &s->manifests[m];
			for (uint32_t k = 0; manifest->image == i && k < manifest->layer_count; k++)
				holds = holds || s->layers[manifest->layers + k].blob == blob;
		}
		chain += node != NONE && trie_stands_on(a->report->trie, node, layer->node);
		blobs += holds;
		for (size_t r = in->start[i]; holds && r < in->start[i + 1]; r++) {
			repositories += !seen[in->at[r]];
			seen[in->at[r]] = true;
		}
	}
	assert_int_equal(layer->chain_images, chain);
	assert_int_equal(layer->blob_images, blobs);
	assert_int_equal(layer->repositories, repositories);
}

/* Deletion by its definition, repeated until nothing changes. */
static bool
leads_to_image(const struct snapshot *s, uint32_t m, int depth)
{
	if (s->manifests[m].image != NONE)
		return true;
	for (uint32_t c = 0; c < s->manifests[m].child_count && depth < 20; c++) {
		uint32_t child = s->children[s->manifests[m].children + c].manifest;
		if (child != NONE && leads_to_image(s, child, depth + 1))
			return true;
	}
	return false;
}

static bool
index_goes(const struct snapshot *s, uint32_t m, const bool *gone)
{
	const struct snap_manifest *index = &s->manifests[m];
	bool images = leads_to_image(s, m, 0);
	uint32_t went = 0;

	for (uint32_t c = 0; c < index->child_count; c++) {
		const struct snap_child *child = &s->children[index->children + c];
		if (child->manifest == NONE) {
			if (!child->attestation)
				return false;
			continue;
		}
		if (images && !leads_to_image(s, child->manifest, 0))
			continue;
		if (!gone[child->manifest])
			return false;
		went++;
	}
	return went > 0;
}

static void
mark_gone(const struct snapshot *s, const bool *set, bool *gone)
{
	bool changed = true;

	for (uint32_t m = 0; m < s->manifest_count; m++)
		gone[m] = s->manifests[m].image != NONE && set[s->manifests[m].image];
	while (changed) {
		changed = false;
		for (uint32_t m = 0; m < s->manifest_count; m++) {
			uint32_t subject = s->manifests[m].subject;
			bool goes =
			        s->manifests[m].kind == MANIFEST_INDEX && index_goes(s, m, gone);
			if (subject != NONE && gone[subject] && !leads_to_image(s, m, 0))
				goes = true;
			if (gone[m] || !goes)
				continue;
			gone[m] = changed = true;
		}
	}
}

static void
sum_actual(const struct snapshot *s, const struct place_options *options, uint64_t sums[2])
{
	struct slow slow;

	slow_build(&slow, s, options);
	for (uint32_t i = 0; i < s->source_count; i++)
		sums[s->sources[i].kind == SOURCE_LAYOUT] += slow.sources[i].actual;
	arena_release(&slow.arena);
}

static void
check_deletion(struct answer *a, const bool *set, const struct explain *e)
{
	const struct snapshot *s = a->snapshot;
	auto_free bool *gone = xcalloc(s->manifest_count, sizeof(*gone));
	struct place_options without = { .exclude_manifest = gone };
	uint64_t before[2] = { 0 }, after[2] = { 0 }, unique = 0, attributed = 0;

	mark_gone(s, set, gone);
	sum_actual(s, NULL, before);
	sum_actual(s, &without, after);
	assert_int_equal(e->frees_registry_bytes, before[0] - after[0]);
	assert_int_equal(e->frees_layout_bytes, before[1] - after[1]);
	for (uint32_t i = 0; i < s->image_count; i++) {
		unique += set[i] ? a->report->attribution->registry[i].unique_bytes : 0;
		attributed += set[i] ? a->report->attribution->registry[i].attributed_bytes : 0;
	}
	assert_true(e->frees_registry_bytes >= unique);
	assert_int_equal(e->attributed_bytes, attributed);
	assert_true(e->logical_bytes >= attributed);
}

static void
test_random_fleets(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= FLEETS; seed++) {
		struct answer a = { 0 };
		struct random random = { seed };
		fleet_random(&a.fleet, seed);
		answer(&a);
		uint32_t count = 0, total = a.snapshot->image_count;
		auto_free uint32_t *images = xcalloc(total, sizeof(*images));
		auto_free bool *set = xcalloc(total, sizeof(*set));
		uint32_t percent = random_below(&random, 101);

		/* In descending order: the answer is in ascending order all the same. */
		for (uint32_t i = total; i-- > 0;) {
			set[i] = random_percent(&random, percent);
			if (set[i])
				images[count++] = i;
		}
		struct explain *e = explain(&a, images, count);
		assert_int_equal(e->image_count, count);
		for (uint32_t i = 0; i < count; i++) {
			assert_int_equal(e->images[i].image, images[count - 1 - i]);
			for (uint32_t k = 0; k < e->images[i].layer_count; k++)
				check_layer(&a, &e->images[i], k);
		}
		check_deletion(&a, set, e);
		answer_release(&a);
	}
}

/* Everything that hangs on an image, and whether it goes. In `frees` by name. */
struct company {
	struct answer a;
	struct digest amd64, arm64, attestation, signature, index, fallback, chart;
};

static void
company(struct company *c, bool sparse)
{
	struct fleet *fleet = &c->a.fleet;

	c->amd64 = fleet_add(fleet, &(struct fleet_image){ .layers = "common=10000 x=1000" });
	c->arm64 = fleet_add(fleet, &(struct fleet_image){ .layers = "common=10000 y=2000",
	                                    .platform = "linux/arm64" });
	c->attestation = fleet_artifact(fleet, MANIFEST_ATTESTATION, "provenance=4000", NULL);
	struct fleet_child children[] = {
		{ c->amd64, "linux/amd64", NULL },
		{ c->arm64, "linux/arm64", NULL },
		{ c->attestation, "unknown/unknown", &fleet_unstated },
		{ fleet_digest("absent"), "linux/s390x", NULL },
	};
	c->index = fleet_index(fleet, children, sparse ? 4 : 3);
	fleet_name(fleet, "reg/app:1", c->index);
	/* The tag schema: an index of nothing but what is about one image. */
	c->signature = fleet_artifact(fleet, MANIFEST_ARTIFACT, "sig=8000", &c->amd64);
	struct fleet_child signatures[] = { { c->signature, NULL, NULL } };
	c->fallback = fleet_index(fleet, signatures, 1);
	fleet_name(fleet, "reg/app:sha256-1234", c->fallback);
	c->chart = fleet_artifact(fleet, MANIFEST_ARTIFACT, "chart=16000", NULL);
	fleet_name(fleet, "reg/chart:1", c->chart);
	answer(&c->a);
}

static uint64_t
size_of(const struct company *c, const struct digest *document)
{
	const struct snapshot *s = c->a.snapshot;

	return s->blobs[s->manifests[snapshot_find_manifest(s, document)].blob].size_bytes;
}

static uint64_t
config_size_of(const struct company *c, const struct digest *document)
{
	const struct snapshot *s = c->a.snapshot;

	return s->blobs[s->manifests[snapshot_find_manifest(s, document)].config].size_bytes;
}

static void
test_one_platform_of_an_index(void **state)
{
	(void)state;
	struct company c = { 0 };
	company(&c, false);
	uint32_t image = snapshot_find_image(c.a.snapshot, &c.amd64);
	struct explain *e = explain(&c.a, &image, 1);

	/* The index stays, and with it the attestation; the signature and its index go. */
	assert_int_equal(e->frees_registry_bytes,
	        1000 + size_of(&c, &c.amd64) + config_size_of(&c, &c.amd64) + 8000 +
	                size_of(&c, &c.signature) + size_of(&c, &c.fallback));
	answer_release(&c.a);
}

static void
test_all_images_of_an_index(void **state)
{
	(void)state;
	for (int sparse = 0; sparse < 2; sparse++) {
		struct company c = { 0 };
		company(&c, sparse);
		uint32_t images[] = { snapshot_find_image(c.a.snapshot, &c.amd64),
			snapshot_find_image(c.a.snapshot, &c.arm64) };
		struct explain *e = explain(&c.a, images, 2);
		uint64_t expected = 10000 + 1000 + 2000 + 8000;

		expected += size_of(&c, &c.amd64) + config_size_of(&c, &c.amd64);
		expected += size_of(&c, &c.arm64) + config_size_of(&c, &c.arm64);
		expected += size_of(&c, &c.signature) + size_of(&c, &c.fallback);
		/* A child that was not read may be there: the index stays. */
		if (!sparse)
			expected += size_of(&c, &c.index) + 4000 + size_of(&c, &c.attestation);
		assert_int_equal(e->frees_registry_bytes, expected);
		answer_release(&c.a);
	}
}

/* An attestation of which the index says what it is about goes with that image. */
static void
test_attestation_of_one_platform(void **state)
{
	(void)state;
	struct company c = { 0 };
	struct fleet *fleet = &c.a.fleet;
	c.amd64 = fleet_add(fleet, &(struct fleet_image){ .layers = "x=1000" });
	c.arm64 = fleet_add(
	        fleet, &(struct fleet_image){ .layers = "y=2000", .platform = "linux/arm64" });
	c.attestation = fleet_artifact(fleet, MANIFEST_ATTESTATION, "one=4000", NULL);
	struct digest other = fleet_artifact(fleet, MANIFEST_ATTESTATION, "two=8000", NULL);
	struct fleet_child children[] = {
		{ c.amd64, "linux/amd64", NULL },
		{ c.arm64, "linux/arm64", NULL },
		{ c.attestation, "unknown/unknown", &c.amd64 },
		{ other, "unknown/unknown", &c.arm64 },
	};
	fleet_name(fleet, "reg/app:1", fleet_index(fleet, children, countof(children)));
	answer(&c.a);
	uint32_t image = snapshot_find_image(c.a.snapshot, &c.amd64);
	struct explain *e = explain(&c.a, &image, 1);

	assert_int_equal(e->frees_registry_bytes, 1000 + size_of(&c, &c.amd64) +
	                                                  config_size_of(&c, &c.amd64) + 4000 +
	                                                  size_of(&c, &c.attestation));
	answer_release(&c.a);
}

static void
test_layouts_are_apart(void **state)
{
	(void)state;
	struct answer a = { 0 };
	struct digest image = fleet_image(&a.fleet, "reg/app:1", "x=1000 y=2000");
	fleet_name(&a.fleet, "/srv/layout/app:1", image);
	fleet_image(&a.fleet, "/srv/layout/other:1", "x=1000");
	answer(&a);
	uint32_t i = snapshot_find_image(a.snapshot, &image);
	struct explain *e = explain(&a, &i, 1);

	assert_int_equal(e->frees_registry_bytes, e->logical_bytes);
	assert_int_equal(e->frees_registry_bytes - e->frees_layout_bytes, 1000);
	answer_release(&a);
}

static void
test_nothing(void **state)
{
	(void)state;
	struct answer a = { 0 };
	fleet_image(&a.fleet, "reg/app:1", "");
	answer(&a);
	struct explain *none = explain(&a, NULL, 0);
	uint32_t image = 0;
	struct explain *empty = explain(&a, &image, 1);

	assert_int_equal(none->image_count, 0);
	assert_int_equal(none->frees_registry_bytes, 0);
	assert_int_equal(empty->images[0].layer_count, 0);
	assert_int_equal(empty->frees_registry_bytes, a.report->usage->total.actual_bytes);
	answer_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_by_name),
		cmocka_unit_test(test_find_by_digest),
		cmocka_unit_test(test_find_by_an_ambiguous_prefix),
		cmocka_unit_test(test_find_in_several_sources),
		cmocka_unit_test(test_named_by_digest),
		cmocka_unit_test(test_manifests),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_one_platform_of_an_index),
		cmocka_unit_test(test_all_images_of_an_index),
		cmocka_unit_test(test_attestation_of_one_platform),
		cmocka_unit_test(test_layouts_are_apart),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_random_fleets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
