/*
 * Content: which documents can be reached, and what they are made of.
 *
 * Digests are sorted once; every list of the snapshot is then one walk over them in that order, so
 * all lists come out sorted. The tables below say per digest (as the builder interned it) where it
 * went in each list, NONE = nowhere.
 */
#include "analyzer/model/facts.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/links.h"
#include "analyzer/model/sort.h"
#include "common/memory.h"

struct content {
	struct snapshot *snapshot;
	const struct facts *facts;
	uint32_t *order;                                         /* all digests, ascending */
	uint32_t *manifest_of, *blob_of, *image_of, *diff_id_of; /* per digest */
	uint32_t *fact_of; /* per manifest of the snapshot its fact */
};

static uint32_t *
table_new(size_t count)
{
	uint32_t *table = xcalloc(count, sizeof(*table));

	memset(table, 0xff, count * sizeof(*table)); /* all NONE */
	return table;
}

/* Ascending like the digests, but for those that start with the same four bytes. */
static uint32_t
first_bytes(const struct digest *digest)
{
	uint32_t first = 0;

	for (int i = 0; i < 4; i++)
		first = first << 8 | digest->bytes[i];
	/* The longer algorithm sorts behind. */
	return first >> 1 | (digest->length > DIGEST_SHA256 ? (uint32_t)1 << 31 : 0);
}

static int
compare_digests(const void *left, const void *right)
{
	const struct fact_digest *const *a = left, *const *b = right;

	return digest_compare(&(*a)->digest, &(*b)->digest);
}

/* A run of digests that start alike. */
static void
sort_run(struct content *content, size_t start, size_t end)
{
	const struct fact_digest *digests = content->facts->digests.at;
	auto_free const struct fact_digest **run = xcalloc(end - start, sizeof(*run));

	for (size_t i = start; i < end; i++)
		run[i - start] = &digests[content->order[i]];
	qsort(run, end - start, sizeof(*run), compare_digests);
	for (size_t i = start; i < end; i++)
		content->order[i] = (uint32_t)(run[i - start] - digests);
}

/* By the first bytes, then within the few runs that have these in common. */
static void
sort_digests(struct content *content)
{
	size_t count = content->facts->digests.count, end;
	const struct fact_digest *digests = content->facts->digests.at;
	auto_free uint64_t *keys = xcalloc(count, sizeof(*keys));

	for (size_t i = 0; i < count; i++)
		keys[i] = (uint64_t)first_bytes(&digests[i].digest) << 32 | i;
	sort_long_numbers(keys, count);
	for (size_t i = 0; i < count; i++)
		content->order[i] = (uint32_t)keys[i];
	for (size_t start = 0; start < count; start = end) {
		for (end = start + 1; end < count; end++) {
			if (keys[start] >> 32 != keys[end] >> 32)
				break;
		}
		if (end - start > 1)
			sort_run(content, start, end);
	}
}

/* Numbers the digests that a table marks (with anything but NONE), ascending. Returns how many. */
static uint32_t
number(const struct content *content, uint32_t *table)
{
	uint32_t n = 0;

	for (size_t i = 0; i < content->facts->digests.count; i++) {
		uint32_t *entry = &table[content->order[i]];

		if (*entry != NONE)
			*entry = n++;
	}
	return n;
}

/* The manifest that a digest names, by its fact; NONE if it was not given. */
static uint32_t
manifest_fact(const struct facts *facts, uint32_t digest)
{
	return digest == NONE ? NONE : facts->digests.at[digest].manifest;
}

static void
link_referrers(const struct facts *facts, struct links *referrers, struct arena *arena)
{
	struct link_list list = { 0 };

	for (size_t i = 0; i < facts->manifests.count; i++) {
		uint32_t subject = manifest_fact(facts, facts->manifests.at[i].subject);

		if (subject != NONE)
			*vec_push(&list) = (struct link){ subject, (uint32_t)i };
	}
	links_build(referrers, &list, (uint32_t)facts->manifests.count, arena);
	vec_release(&list);
}

struct walk {
	const struct facts *facts;
	uint32_t *manifest_of;
	uint32_t *found;
	size_t count;
};

static void
walk_to(struct walk *walk, uint32_t digest)
{
	uint32_t fact = manifest_fact(walk->facts, digest);

	if (fact == NONE || walk->manifest_of[digest] != NONE)
		return;
	walk->manifest_of[digest] = fact;
	walk->found[walk->count++] = fact;
}

/* Marks what references reach: children of indexes, and what refers to something reached. */
static void
find_manifests(struct content *content)
{
	const struct facts *facts = content->facts;
	auto_arena arena = { 0 };
	struct links referrers;
	auto_free uint32_t *found = xcalloc(facts->manifests.count, sizeof(*found));
	struct walk walk = { facts, content->manifest_of, found, 0 };

	link_referrers(facts, &referrers, &arena);
	for (size_t i = 0; i < facts->references.count; i++)
		walk_to(&walk, facts->references.at[i].digest);
	for (size_t head = 0; head < walk.count; head++) {
		const struct fact_manifest *manifest = &facts->manifests.at[found[head]];

		for (uint32_t i = 0; i < manifest->child_count; i++)
			walk_to(&walk, facts->children.at[manifest->children + i].digest);
		links_each (referrer, &referrers, found[head])
			walk_to(&walk, facts->manifests.at[*referrer].digest);
	}

	struct snapshot *snapshot = content->snapshot;
	snapshot->manifest_count = number(content, content->manifest_of);
	for (size_t i = 0; i < walk.count; i++) {
		uint32_t digest = facts->manifests.at[found[i]].digest;

		content->fact_of[content->manifest_of[digest]] = found[i];
		snapshot->layer_count += facts->manifests.at[found[i]].layer_count;
		snapshot->child_count += facts->manifests.at[found[i]].child_count;
	}
}

static const struct fact_manifest *
fact(const struct content *content, uint32_t manifest)
{
	return &content->facts->manifests.at[content->fact_of[manifest]];
}

static const struct fact_layer *
layer_fact(const struct content *content, const struct fact_manifest *manifest, uint32_t position)
{
	return &content->facts->layers.at[manifest->layers + position];
}

static void
find_blobs(struct content *content)
{
	struct snapshot *snapshot = content->snapshot;

	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		const struct fact_manifest *manifest = fact(content, m);

		content->blob_of[manifest->digest] = 0;
		if (manifest->config != NONE)
			content->blob_of[manifest->config] = 0;
		if (manifest->kind == MANIFEST_IMAGE)
			content->image_of[manifest->config] = 0;
		for (uint32_t i = 0; i < manifest->layer_count; i++)
			content->blob_of[layer_fact(content, manifest, i)->digest] = 0;
	}
	snapshot->blob_count = number(content, content->blob_of);
	snapshot->image_count = number(content, content->image_of);
}

static void
claim_size(const struct content *content, bool *sized, uint32_t digest, uint64_t size_bytes)
{
	uint32_t blob = content->blob_of[digest];

	if (!sized[blob])
		content->snapshot->blobs[blob].size_bytes = size_bytes;
	sized[blob] = true;
}

/* What was measured counts before what a manifest claims, the lowest manifest's claim before the
 * others'. */
static void
size_blobs(struct content *content)
{
	struct snapshot *snapshot = content->snapshot;
	const struct facts *facts = content->facts;
	auto_free bool *sized = xcalloc(snapshot->blob_count, sizeof(*sized));

	for (size_t i = 0; i < facts->digests.count; i++) {
		const struct fact_digest *digest = &facts->digests.at[i];
		uint32_t blob = content->blob_of[i];

		if (blob == NONE)
			continue;
		snapshot->blobs[blob].digest = digest->digest;
		sized[blob] = digest->manifest != NONE || digest->config != NONE;
		if (digest->manifest != NONE)
			snapshot->blobs[blob].size_bytes =
			        facts->manifests.at[digest->manifest].size_bytes;
		else if (digest->config != NONE)
			snapshot->blobs[blob].size_bytes =
			        facts->configs.at[digest->config].size_bytes;
	}
	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		const struct fact_manifest *manifest = fact(content, m);

		if (manifest->config != NONE)
			claim_size(content, sized, manifest->config, manifest->config_size_bytes);
		for (uint32_t i = 0; i < manifest->layer_count; i++) {
			const struct fact_layer *layer = layer_fact(content, manifest, i);

			claim_size(content, sized, layer->digest, layer->size_bytes);
		}
	}
}

static void
fill_layers(
        const struct content *content, const struct fact_manifest *from, struct snap_layer *layers)
{
	for (uint32_t i = 0; i < from->layer_count; i++) {
		const struct fact_layer *layer = layer_fact(content, from, i);

		layers[i] = (struct snap_layer){ content->blob_of[layer->digest], layer->foreign };
	}
}

static void
fill_children(const struct content *content, const struct fact_manifest *from,
        struct snap_child *children)
{
	const struct facts *facts = content->facts;

	for (uint32_t i = 0; i < from->child_count; i++) {
		const struct fact_child *child = &facts->children.at[from->children + i];

		children[i] = (struct snap_child){
			.manifest = content->manifest_of[child->digest],
			.digest = facts->digests.at[child->digest].digest,
			.platform = facts->platforms.at[child->platform],
			.attestation = child->attestation,
		};
	}
}

static void
fill_manifests(struct content *content)
{
	struct snapshot *snapshot = content->snapshot;
	uint32_t layers = 0, children = 0;

	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		const struct fact_manifest *from = fact(content, m);
		bool has_config = from->config != NONE;
		bool has_subject = from->subject != NONE;

		snapshot->manifests[m] = (struct snap_manifest){
			.blob = content->blob_of[from->digest],
			.kind = from->kind,
			.image = from->kind == MANIFEST_IMAGE ? content->image_of[from->config]
			                                      : NONE,
			.config = has_config ? content->blob_of[from->config] : NONE,
			.layers = layers,
			.layer_count = from->layer_count,
			.children = children,
			.child_count = from->child_count,
			.subject = has_subject ? content->manifest_of[from->subject] : NONE,
			.base_name = from->base_name,
			.base_digest_text = from->base_digest_text,
		};
		fill_layers(content, from, snapshot->layers + layers);
		fill_children(content, from, snapshot->children + children);
		layers += from->layer_count;
		children += from->child_count;
	}
}

/* Docker's attestations do not say themselves what they are about, the index does. Should several
 * indexes differ, the lowest one counts. */
static void
adopt_subjects(struct content *content)
{
	struct snapshot *snapshot = content->snapshot;

	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		const struct fact_manifest *from = fact(content, m);

		for (uint32_t i = 0; i < from->child_count; i++) {
			const struct fact_child *child =
			        &content->facts->children.at[from->children + i];
			uint32_t attestation = content->manifest_of[child->digest];

			if (child->attests == NONE || attestation == NONE)
				continue;
			struct snap_manifest *manifest = &snapshot->manifests[attestation];
			if (manifest->subject == NONE && manifest->kind != MANIFEST_IMAGE)
				manifest->subject = content->manifest_of[child->attests];
		}
	}
}

static void
link_images(struct content *content)
{
	struct snapshot *snapshot = content->snapshot;
	struct link_list list = { 0 };
	struct links links;

	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		if (snapshot->manifests[m].image != NONE)
			*vec_push(&list) = (struct link){ snapshot->manifests[m].image, m };
	}
	links_build(&links, &list, snapshot->image_count, &snapshot->arena);
	snapshot->image_manifests = links.at;
	snapshot->image_manifest_count = (uint32_t)list.count;
	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		snapshot->images[i].manifests = (uint32_t)links.start[i];
		snapshot->images[i].manifest_count = links_count(&links, i);
	}
	vec_release(&list);
}

/* The lowest manifest whose layers fit the config, or the lowest. */
static uint32_t
standing_manifest(const struct snapshot *snapshot, const struct snap_image *image,
        const struct fact_config *config)
{
	const uint32_t *manifests = snapshot->image_manifests + image->manifests;

	for (uint32_t i = 0; config && i < image->manifest_count; i++) {
		if (snapshot->manifests[manifests[i]].layer_count == config->diff_id_count)
			return manifests[i];
	}
	return manifests[0];
}

/* Appends the image's chain as digests; number_chains() makes indices of them. */
static void
add_chain(struct content *content, struct snap_image *image, const struct fact_config *config)
{
	const struct facts *facts = content->facts;
	struct snapshot *snapshot = content->snapshot;
	const struct fact_manifest *manifest = fact(content, image->manifest);

	if (config && config->diff_id_count != manifest->layer_count)
		config = NULL;
	image->blob_chain = !config;
	image->chain = snapshot->chain_count;
	image->chain_length = manifest->layer_count;
	for (uint32_t i = 0; i < image->chain_length; i++) {
		uint32_t digest = config ? facts->diff_ids.at[config->diff_ids + i]
		                         : facts->layers.at[manifest->layers + i].digest;

		snapshot->chain[snapshot->chain_count++] = digest;
		content->diff_id_of[digest] = 0;
	}
}

static void
fill_images(struct content *content)
{
	const struct facts *facts = content->facts;
	struct snapshot *snapshot = content->snapshot;

	for (size_t i = 0; i < facts->digests.count; i++) {
		if (content->image_of[i] == NONE)
			continue;
		struct snap_image *image = &snapshot->images[content->image_of[i]];
		uint32_t known = facts->digests.at[i].config;
		const struct fact_config *config = known == NONE ? NULL : &facts->configs.at[known];

		image->config_digest = facts->digests.at[i].digest;
		image->created_at = config ? config->created_at : RECORD_TIME_UNKNOWN;
		if (config)
			image->platform = facts->platforms.at[config->platform];
		image->manifest = standing_manifest(snapshot, image, config);
	}
	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		struct snap_image *image = &snapshot->images[i];
		uint32_t known = facts->digests.at[fact(content, image->manifest)->config].config;

		add_chain(content, image, known == NONE ? NULL : &facts->configs.at[known]);
	}
}

static void
number_chains(struct content *content)
{
	const struct facts *facts = content->facts;
	struct snapshot *snapshot = content->snapshot;

	snapshot->diff_id_count = number(content, content->diff_id_of);
	snapshot->diff_ids = arena_new(&snapshot->arena, struct digest, snapshot->diff_id_count);
	for (size_t i = 0; i < facts->digests.count; i++) {
		if (content->diff_id_of[i] != NONE)
			snapshot->diff_ids[content->diff_id_of[i]] = facts->digests.at[i].digest;
	}
	for (uint32_t i = 0; i < snapshot->chain_count; i++)
		snapshot->chain[i] = content->diff_id_of[snapshot->chain[i]];
}

static bool
platform_is_stated(const struct platform *platform)
{
	return (platform->os[0] || platform->architecture[0]) && !platform_is_unknown(platform);
}

/* An image whose config says no platform has the (lowest) one that an index says. */
static void
adopt_platforms(struct snapshot *snapshot)
{
	auto_free bool *adopts = xcalloc(snapshot->image_count, sizeof(*adopts));

	for (uint32_t i = 0; i < snapshot->image_count; i++)
		adopts[i] = !platform_is_stated(&snapshot->images[i].platform);
	for (uint32_t i = 0; i < snapshot->child_count; i++) {
		const struct snap_child *child = &snapshot->children[i];
		uint32_t image =
		        child->manifest == NONE ? NONE : snapshot->manifests[child->manifest].image;

		if (image == NONE || !adopts[image] || !platform_is_stated(&child->platform))
			continue;
		struct platform *platform = &snapshot->images[image].platform;
		if (!platform_is_stated(platform) ||
		        platform_compare(&child->platform, platform) < 0)
			*platform = child->platform;
	}
}

static void
allocate(struct snapshot *snapshot)
{
	struct arena *arena = &snapshot->arena;

	snapshot->manifests = arena_new(arena, struct snap_manifest, snapshot->manifest_count);
	snapshot->layers = arena_new(arena, struct snap_layer, snapshot->layer_count);
	snapshot->children = arena_new(arena, struct snap_child, snapshot->child_count);
	snapshot->blobs = arena_new(arena, struct snap_blob, snapshot->blob_count);
	snapshot->images = arena_new(arena, struct snap_image, snapshot->image_count);
	/* A chain has an entry per layer of one manifest. */
	snapshot->chain = arena_new(arena, uint32_t, snapshot->layer_count);
}

uint32_t *
resolve_content(struct snapshot *snapshot, const struct facts *facts)
{
	size_t count = facts->digests.count;
	auto_free uint32_t *order = table_new(count), *blob_of = table_new(count);
	auto_free uint32_t *image_of = table_new(count), *diff_id_of = table_new(count);
	auto_free uint32_t *fact_of = table_new(facts->manifests.count);
	struct content content = {
		.snapshot = snapshot,
		.facts = facts,
		.order = order,
		.manifest_of = table_new(count),
		.blob_of = blob_of,
		.image_of = image_of,
		.diff_id_of = diff_id_of,
		.fact_of = fact_of,
	};

	sort_digests(&content);
	find_manifests(&content);
	find_blobs(&content);
	allocate(snapshot);
	size_blobs(&content);
	fill_manifests(&content);
	adopt_subjects(&content);
	link_images(&content);
	fill_images(&content);
	number_chains(&content);
	adopt_platforms(snapshot);
	return content.manifest_of;
}
