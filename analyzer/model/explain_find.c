/*
 * A name is tried in this order: with its host, without, as a digest. Each way marks images; the
 * first that fits anything decides.
 */
#include "analyzer/model/explain.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "common/text.h"

#define PREFIX_MIN 12 /* hex digits, as people copy them from docker images */

struct search {
	const struct snapshot *snapshot;
	bool *images;    /* per image: found */
	bool *seen;      /* per manifest: gone through */
	uint32_t *queue; /* of manifests */
	uint32_t fits;   /* sources or documents that the name fits */
};

/* What follows the repository in a name. */
struct wanted {
	const char *tag; /* NULL = every reference */
	size_t tag_length;
	struct digest digest; /* set: this document instead */
};

/* Marks all documents under this one, and finds their images unless `only_see`. */
static void
go_through(struct search *search, uint32_t manifest, bool only_see)
{
	const struct snapshot *snapshot = search->snapshot;
	uint32_t count = 0;

	if (search->seen[manifest])
		return;
	search->seen[manifest] = true;
	search->queue[count++] = manifest;
	for (uint32_t head = 0; head < count; head++) {
		const struct snap_manifest *document = &snapshot->manifests[search->queue[head]];

		if (document->image != NONE && !only_see)
			search->images[document->image] = true;
		for (uint32_t i = 0; i < document->child_count; i++) {
			uint32_t child = snapshot->children[document->children + i].manifest;

			if (child == NONE || search->seen[child])
				continue;
			search->seen[child] = true;
			search->queue[count++] = child;
		}
	}
}

static void
forget_seen(struct search *search)
{
	memset(search->seen, 0, search->snapshot->manifest_count * sizeof(*search->seen));
}

/* "", ":TAG", "@DIGEST" or ":TAG@DIGEST" (then the digest decides). */
static bool
parse_rest(const char *rest, struct wanted *wanted)
{
	const char *at = strchr(rest, '@');

	*wanted = (struct wanted){ 0 };
	if (at)
		return (at == rest || *rest == ':') && digest_parse(&wanted->digest, at + 1);
	if (*rest == ':') {
		wanted->tag = rest + 1;
		wanted->tag_length = strlen(wanted->tag);
	}
	return !*rest || *rest == ':';
}

static const char *
skip(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return text && strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static uint32_t
find_document(const struct snapshot *snapshot, const struct digest *digest)
{
	uint32_t low = 0, high = snapshot->manifest_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct digest *there =
		        &snapshot->blobs[snapshot->manifests[middle].blob].digest;
		int order = digest_compare(there, digest);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NONE;
}

/* True if the repository has what is wanted. */
static bool
take(struct search *search, const struct snap_repository *repository, const struct wanted *wanted)
{
	const struct snapshot *snapshot = search->snapshot;
	bool by_digest = digest_is_set(&wanted->digest), found = false;

	for (uint32_t i = 0; i < repository->reference_count; i++) {
		const struct snap_reference *reference =
		        &snapshot->references[repository->references + i];

		if (wanted->tag && strcmp(reference->tag, wanted->tag) != 0)
			continue;
		go_through(search, reference->manifest, by_digest);
		found = true;
	}
	if (!by_digest)
		return found;

	uint32_t manifest = find_document(snapshot, &wanted->digest);
	found = manifest != NONE && search->seen[manifest];
	forget_seen(search);
	if (found)
		go_through(search, manifest, false);
	/* What this repository has says nothing about the next one. */
	forget_seen(search);
	return found;
}

static void
find_by_name(struct search *search, const char *name, bool with_host)
{
	const struct snapshot *snapshot = search->snapshot;
	uint32_t last = NONE;

	for (uint32_t r = 0; r < snapshot->repository_count; r++) {
		const struct snap_repository *repository = &snapshot->repositories[r];
		const char *rest = name;
		struct wanted wanted;

		if (with_host)
			rest = skip(skip(rest, snapshot->sources[repository->source].name), "/");
		rest = skip(rest, repository->name);
		if (!rest || !parse_rest(rest, &wanted) || !take(search, repository, &wanted))
			continue;
		search->fits += repository->source != last;
		last = repository->source;
	}
}

static bool
has_prefix(const struct digest *digest, const char *prefix)
{
	char text[DIGEST_TEXT_SIZE];

	digest_format(digest, text);
	const char *hex = strchr(text, ':');
	return text_starts_with(text, prefix) || (hex && text_starts_with(hex + 1, prefix));
}

static void
find_by_digest(struct search *search, const char *prefix)
{
	const struct snapshot *snapshot = search->snapshot;
	const char *colon = strchr(prefix, ':');
	const char *hex = colon ? colon + 1 : prefix;

	if (strspn(hex, "0123456789abcdef") != strlen(hex) || strlen(hex) < PREFIX_MIN)
		return;
	for (uint32_t m = 0; m < snapshot->manifest_count; m++) {
		if (!has_prefix(&snapshot->blobs[snapshot->manifests[m].blob].digest, prefix))
			continue;
		search->fits++;
		go_through(search, m, false);
	}
	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		if (!has_prefix(&snapshot->images[i].config_digest, prefix))
			continue;
		search->fits++;
		search->images[i] = true;
	}
}

/* Returns how many images; *fits tells whether the name is ambiguous. */
static uint32_t
find(const struct snapshot *snapshot, const char *name, uint32_t *images, uint32_t *fits)
{
	auto_arena scratch = { 0 };
	struct search search = {
		.snapshot = snapshot,
		.images = arena_new(&scratch, bool, snapshot->image_count),
		.seen = arena_new(&scratch, bool, snapshot->manifest_count),
		.queue = arena_new(&scratch, uint32_t, snapshot->manifest_count),
	};
	uint32_t count = 0;

	find_by_name(&search, name, true);
	if (!search.fits)
		find_by_name(&search, name, false);
	if (!search.fits)
		find_by_digest(&search, name);
	*fits = search.fits;
	for (uint32_t i = 0; i < snapshot->image_count && search.fits == 1; i++) {
		if (search.images[i])
			images[count++] = i;
	}
	return count;
}

uint32_t
explain_find(const struct snapshot *snapshot, const char *name, uint32_t *images)
{
	uint32_t fits;

	return find(snapshot, name, images, &fits);
}

bool
explain_is_ambiguous(const struct snapshot *snapshot, const char *name)
{
	auto_free uint32_t *images = xcalloc(snapshot->image_count, sizeof(*images));
	uint32_t fits;

	find(snapshot, name, images, &fits);
	return fits > 1;
}
