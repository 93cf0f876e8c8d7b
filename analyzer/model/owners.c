/* All references of all images with the chain, each once, sorted by the rule. */
#include "analyzer/model/owners.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"

/* Docker's first release, 2013-03-20: what claims to be older does not say when it was made. */
#define OLDEST_IMAGE 1363737600

void
owners_init(struct owners *owners, const struct snapshot *snapshot, const struct trie *trie,
        const struct naming *names, const struct base_options *options, const bool *takes_part,
        struct arena *arena)
{
	*owners = (struct owners){
		.snapshot = snapshot,
		.trie = trie,
		.names = names,
		.options = options,
		.takes_part = takes_part,
		.rows = arena_new(arena, struct owner, snapshot->reference_count),
		.row_of = arena_new(arena, uint32_t, snapshot->reference_count),
	};
}

static bool
is_official(const struct snapshot *snapshot, const struct snap_repository *repository)
{
	const char *name = repository->name;

	if (snapshot->sources[repository->source].kind != SOURCE_REGISTRY)
		return false;
	return strchr(text_starts_with(name, "library/") ? name + strlen("library/") : name, '/') ==
	       NULL;
}

static bool
is_marked(const struct owners *owners, const struct snap_repository *repository,
        struct arena *scratch)
{
	const char *host = owners->snapshot->sources[repository->source].name;
	const char *name = NULL;

	for (size_t i = 0; i < owners->options->marked_count; i++) {
		if (!name)
			name = arena_printf(scratch, "%s/%s", host, repository->name);
		if (text_glob(owners->options->marked[i], name))
			return true;
	}
	return false;
}

static int64_t
age(const struct snapshot *snapshot, uint32_t image)
{
	int64_t created_at = snapshot->images[image].created_at;

	return created_at < OLDEST_IMAGE ? INT64_MAX : created_at;
}

static void
add_owner(struct owners *owners, uint32_t reference, uint32_t image)
{
	int64_t created_at = age(owners->snapshot, image);
	uint32_t row = owners->row_of[reference];

	if (row < owners->row_count && owners->rows[row].reference == reference) {
		/* Images come in ascending order, so the lowest of the oldest stays. */
		if (created_at < owners->rows[row].created_at) {
			owners->rows[row].created_at = created_at;
			owners->rows[row].image = image;
		}
		return;
	}
	owners->row_of[reference] = owners->row_count;
	owners->rows[owners->row_count++] = (struct owner){
		.reference = reference,
		.image = image,
		.created_at = created_at,
	};
}

static int
compare_owners(const void *left, const void *right)
{
	const struct owner *a = left, *b = right;

	if (a->marked != b->marked)
		return a->marked ? -1 : 1;
	if (a->official != b->official)
		return a->official ? -1 : 1;
	if (a->layout != b->layout)
		return a->layout ? 1 : -1;
	if (a->created_at != b->created_at)
		return a->created_at < b->created_at ? -1 : 1;
	int order = strcmp(a->name, b->name);
	return order ? order : (a->reference > b->reference) - (a->reference < b->reference);
}

void
owners_fill(struct owners *owners, struct base *base, struct arena *arena)
{
	const struct snapshot *snapshot = owners->snapshot;
	const struct trie *trie = owners->trie;
	auto_arena scratch = { 0 };

	owners->row_count = 0;
	for (uint32_t k = trie->first_image[base->node]; k < trie->first_image[base->node + 1];
	        k++) {
		if (!owners->takes_part[trie->images[k]])
			continue;
		links_each (reference, &owners->names->references, trie->images[k])
			add_owner(owners, *reference, trie->images[k]);
	}
	if (!owners->row_count)
		return;
	for (uint32_t i = 0; i < owners->row_count; i++) {
		struct owner *owner = &owners->rows[i];
		uint32_t repository = snapshot->references[owner->reference].repository;

		owner->marked = is_marked(owners, &snapshot->repositories[repository], &scratch);
		owner->official = is_official(snapshot, &snapshot->repositories[repository]);
		owner->layout = snapshot->sources[snapshot->repositories[repository].source].kind ==
		                SOURCE_LAYOUT;
		owner->name = naming_reference(snapshot, owner->reference, arena);
		base->several_owners =
		        base->several_owners ||
		        repository != snapshot->references[owners->rows[0].reference].repository;
	}
	qsort(owners->rows, owners->row_count, sizeof(*owners->rows), compare_owners);

	uint32_t *references = arena_new(arena, uint32_t, owners->row_count);
	const char **texts = arena_new(arena, const char *, owners->row_count);
	for (uint32_t i = 0; i < owners->row_count; i++) {
		references[i] = owners->rows[i].reference;
		texts[i] = owners->rows[i].name;
	}
	base->owners = references;
	base->names = texts;
	base->owner_count = owners->row_count;
	base->platform = snapshot->images[owners->rows[0].image].platform;
}
