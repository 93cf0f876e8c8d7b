/* No tables, no stamps, no order: sets are arrays of bool, and what follows is repeated until
 * nothing changes. */
#include "tests/support/slow.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

struct look {
	const struct snapshot *s;
	const struct place_options *options;
	struct arena *arena;
	bool *closed, *implicit;
};

static bool *
new_set(struct look *look, uint32_t count)
{
	return arena_new(look->arena, bool, count);
}

/* Nothing is absent in the source NONE. */
static bool
lacks(const struct snapshot *s, uint32_t source, const struct digest *digest)
{
	for (uint32_t i = 0; i < s->absent_count; i++) {
		if (s->absent[i].source == source && digest_equal(&s->absent[i].digest, digest))
			return true;
	}
	return false;
}

/* Closes `set` over the children that the source has and, for the manifests in `through_subject`,
 * over subjects. */
static void
close_set(const struct look *look, uint32_t source, bool *set, const bool *closed,
        const bool *through_subject)
{
	const struct snapshot *s = look->s;
	bool changed = true;

	while (changed) {
		changed = false;
		for (uint32_t m = 0; m < s->manifest_count; m++) {
			const struct snap_manifest *manifest = &s->manifests[m];

			if (!set[m] && !(closed && closed[m]) && through_subject &&
			        through_subject[m] && manifest->subject != NONE &&
			        set[manifest->subject])
				set[m] = changed = true;
			for (uint32_t c = 0; set[m] && c < manifest->child_count; c++) {
				uint32_t child = s->children[manifest->children + c].manifest;
				if (child == NONE || set[child] || (closed && closed[child]) ||
				        lacks(s, source,
				                &s->children[manifest->children + c].digest))
					continue;
				set[child] = changed = true;
			}
		}
	}
}

static bool
leads_to_image(struct look *look, uint32_t from, const struct platform *platform)
{
	bool *set = new_set(look, look->s->manifest_count);

	set[from] = true;
	close_set(look, NONE, set, NULL, NULL);
	for (uint32_t m = 0; m < look->s->manifest_count; m++) {
		uint32_t image = look->s->manifests[m].image;
		if (set[m] && image != NONE &&
		        (!platform || platform_matches(platform, &look->s->images[image].platform)))
			return true;
	}
	return false;
}

static void
prepare(struct look *look)
{
	const struct snapshot *s = look->s;
	bool *named = new_set(look, s->manifest_count), changed = true;

	for (uint32_t r = 0; r < s->reference_count; r++)
		named[s->references[r].manifest] = true;
	close_set(look, NONE, named, NULL, NULL);
	look->implicit = new_set(look, s->manifest_count);
	for (uint32_t m = 0; m < s->manifest_count; m++)
		look->implicit[m] = !named[m];

	look->closed = new_set(look, s->manifest_count);
	const struct platform *platform = look->options ? look->options->platform : NULL;
	for (uint32_t m = 0; platform && m < s->manifest_count; m++)
		look->closed[m] =
		        leads_to_image(look, m, NULL) && !leads_to_image(look, m, platform);
	while (platform && changed) {
		changed = false;
		for (uint32_t m = 0; m < s->manifest_count; m++) {
			uint32_t subject = s->manifests[m].subject;
			if (look->closed[m] || subject == NONE || !look->closed[subject] ||
			        leads_to_image(look, m, platform))
				continue;
			look->closed[m] = changed = true;
		}
	}
	for (uint32_t m = 0; m < s->manifest_count; m++) {
		if (look->options && look->options->exclude_manifest &&
		        look->options->exclude_manifest[m])
			look->closed[m] = true;
	}
}

static bool
same_group(const struct snapshot *s, uint32_t a, uint32_t b)
{
	const struct snap_repository *ra = &s->repositories[a], *rb = &s->repositories[b];
	const struct snap_source *source = &s->sources[ra->source];

	if (ra->source != rb->source)
		return false;
	if (source->kind == SOURCE_LAYOUT || source->scope == SCOPE_REGISTRY)
		return true;
	if (source->scope == SCOPE_REPOSITORY)
		return strcmp(ra->name, rb->name) == 0;
	const char *slash_a = strchr(ra->name, '/'), *slash_b = strchr(rb->name, '/');
	size_t length_a = slash_a ? (size_t)(slash_a - ra->name) : strlen(ra->name);
	size_t length_b = slash_b ? (size_t)(slash_b - rb->name) : strlen(rb->name);
	return length_a == length_b && strncmp(ra->name, rb->name, length_a) == 0;
}

/* Reached from repository `only`, or from the whole group of `member` if only is NONE. */
static bool *
reached(struct look *look, uint32_t member, uint32_t only)
{
	const struct snapshot *s = look->s;
	bool *set = new_set(look, s->manifest_count);

	for (uint32_t r = 0; r < s->reference_count; r++) {
		uint32_t repository = s->references[r].repository;
		uint32_t manifest = s->references[r].manifest;
		if (look->closed[manifest])
			continue;
		if (only == NONE ? same_group(s, repository, member) : repository == only)
			set[manifest] = true;
	}
	close_set(look, s->repositories[only == NONE ? member : only].source, set, look->closed,
	        look->implicit);
	return set;
}

static bool
holds(const struct snapshot *s, uint32_t m, uint32_t blob)
{
	const struct snap_manifest *manifest = &s->manifests[m];

	if (manifest->blob == blob || manifest->config == blob)
		return true;
	for (uint32_t i = 0; i < manifest->layer_count; i++) {
		const struct snap_layer *layer = &s->layers[manifest->layers + i];
		if (layer->blob == blob && !layer->foreign)
			return true;
	}
	return false;
}

static bool
names_foreign(const struct snapshot *s, uint32_t m, uint32_t blob)
{
	const struct snap_manifest *manifest = &s->manifests[m];

	for (uint32_t i = 0; i < manifest->layer_count; i++) {
		if (s->layers[manifest->layers + i].blob == blob &&
		        s->layers[manifest->layers + i].foreign)
			return true;
	}
	return false;
}

static void
add_blob(struct look *look, struct slow *slow, const bool *set, uint32_t source, uint32_t blob,
        uint64_t *shares)
{
	const struct snapshot *s = look->s;
	struct slow_source *row = &slow->sources[source];
	int kind = s->sources[source].kind == SOURCE_LAYOUT;
	uint64_t bytes = s->blobs[blob].size_bytes, users = 0, first = 1;
	bool index = false, other = false, foreign = false;
	bool *user = new_set(look, s->image_count);

	for (uint32_t m = 0; m < s->manifest_count; m++) {
		uint32_t image = s->manifests[m].image;
		if (!set[m])
			continue;
		foreign = foreign || names_foreign(s, m, blob);
		if (!holds(s, m, blob))
			continue;
		if (image == NONE) {
			index = index || s->manifests[m].kind == MANIFEST_INDEX;
			other = true;
			continue;
		}
		row->logical += bytes;
		slow->logical[kind][image] += bytes;
		users += !user[image];
		user[image] = true;
	}
	row->foreign += foreign && !users && !other;
	if (!users && !other)
		return;
	row->blobs++;
	row->actual += bytes;
	if (!users) {
		row->logical += bytes;
		*(index ? &row->index : &row->artifact) += bytes;
	}
	for (uint32_t i = 0; i < s->image_count; i++) {
		if (!user[i])
			continue;
		uint64_t part = bytes / users + (first ? bytes % users : 0);
		first = 0;
		shares[i] += part;
		slow->attributed[kind][i] += part;
		if (users == 1 && !other)
			slow->unique[kind][i] += bytes;
	}
}

static void
divide_shares(struct look *look, struct slow *slow, uint32_t member, const uint64_t *shares)
{
	const struct snapshot *s = look->s;

	for (uint32_t i = 0; i < s->image_count; i++) {
		bool *names = new_set(look, s->repository_count);
		uint64_t count = 0, first = 1;

		for (uint32_t r = 0; r < s->repository_count; r++) {
			if (!same_group(s, r, member))
				continue;
			bool *set = reached(look, NONE, r);
			for (uint32_t m = 0; m < s->manifest_count; m++)
				names[r] = names[r] || (set[m] && s->manifests[m].image == i);
			count += names[r];
		}
		for (uint32_t r = 0; r < s->repository_count; r++) {
			if (!names[r])
				continue;
			slow->repositories[r] +=
			        shares[i] / count + (first ? shares[i] % count : 0);
			first = 0;
		}
	}
}

static bool
platform_counts(const struct look *look, const struct platform *platform)
{
	return !look->options || !look->options->platform || !platform->os[0] ||
	       platform_is_unknown(platform) || platform_matches(look->options->platform, platform);
}

static void
add_absent(struct look *look, struct slow *slow, const bool *set, uint32_t source)
{
	const struct snapshot *s = look->s;
	struct digest *seen = arena_new(look->arena, struct digest, s->child_count);
	uint32_t count = 0;

	for (uint32_t m = 0; m < s->manifest_count; m++) {
		for (uint32_t c = 0; set[m] && c < s->manifests[m].child_count; c++) {
			const struct snap_child *child = &s->children[s->manifests[m].children + c];
			uint32_t k = 0;

			if (!lacks(s, source, &child->digest) ||
			        !platform_counts(look, &child->platform))
				continue;
			while (k < count && !digest_equal(&seen[k], &child->digest))
				k++;
			if (k == count)
				seen[count++] = child->digest;
		}
	}
	slow->sources[source].absent += count;
}

static void
add_group(struct look *look, struct slow *slow, uint32_t member)
{
	const struct snapshot *s = look->s;
	uint32_t source = s->repositories[member].source;
	uint64_t *shares = arena_new(look->arena, uint64_t, s->image_count);
	bool *set = reached(look, member, NONE);

	for (uint32_t blob = 0; blob < s->blob_count; blob++)
		add_blob(look, slow, set, source, blob, shares);
	divide_shares(look, slow, member, shares);
	add_absent(look, slow, set, source);
}

static void
add_counts(struct look *look, struct slow *slow)
{
	const struct snapshot *s = look->s;

	for (uint32_t source = 0; source < s->source_count; source++) {
		bool *image = new_set(look, s->manifest_count);
		for (uint32_t r = 0; r < s->repository_count; r++) {
			if (s->repositories[r].source != source)
				continue;
			bool *set = reached(look, NONE, r);
			for (uint32_t m = 0; m < s->manifest_count; m++)
				image[m] = image[m] || (set[m] && s->manifests[m].image != NONE);
		}
		for (uint32_t m = 0; m < s->manifest_count; m++)
			slow->sources[source].images += image[m];
		for (uint32_t r = 0; r < s->reference_count; r++)
			slow->sources[source].tags +=
			        s->repositories[s->references[r].repository].source == source &&
			        !look->closed[s->references[r].manifest];
	}
}

void
slow_build(struct slow *slow, const struct snapshot *snapshot, const struct place_options *options)
{
	auto_arena scratch = { 0 };
	struct look look = { .s = snapshot, .options = options, .arena = &scratch };

	*slow = (struct slow){ 0 };
	slow->sources = arena_new(&slow->arena, struct slow_source, snapshot->source_count);
	slow->repositories = arena_new(&slow->arena, uint64_t, snapshot->repository_count);
	for (int kind = 0; kind < 2; kind++) {
		slow->logical[kind] = arena_new(&slow->arena, uint64_t, snapshot->image_count);
		slow->attributed[kind] = arena_new(&slow->arena, uint64_t, snapshot->image_count);
		slow->unique[kind] = arena_new(&slow->arena, uint64_t, snapshot->image_count);
	}
	prepare(&look);
	add_counts(&look, slow);
	for (uint32_t r = 0; r < snapshot->repository_count; r++) {
		bool first = true;
		for (uint32_t earlier = 0; earlier < r; earlier++)
			first = first && !same_group(snapshot, r, earlier);
		if (first)
			add_group(&look, slow, r);
	}
}
