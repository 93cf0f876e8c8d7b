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
	bool *first;     /* per image: what the first source has */
	bool *seen;      /* per manifest: gone through */
	uint32_t *queue; /* of manifests */
	uint32_t fits;   /* documents that the name fits, or sources where it means other images */
	struct explain_named *named; /* per image, how it was found first; may be NULL */
};

/* What follows the repository in a name. */
struct wanted {
	const char *tag; /* NULL = every reference */
	size_t tag_length;
	struct digest digest; /* set: this document instead */
};

static void
find_image(struct search *search, uint32_t image, uint32_t manifest, uint32_t reference)
{
	struct explain_named *named = search->named;

	search->images[image] = true;
	if (named && named[image].manifest == NONE)
		named[image] = (struct explain_named){ reference, manifest };
}

/* Marks all documents under this one, and finds their images unless `only_see`. */
static void
go_through(struct search *search, uint32_t manifest, uint32_t reference, bool only_see)
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
			find_image(search, document->image, search->queue[head], reference);
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

/* True if the repository has what is wanted. */
static bool
take(struct search *search, const struct snap_repository *repository, const struct wanted *wanted)
{
	const struct snapshot *snapshot = search->snapshot;
	bool by_digest = digest_is_set(&wanted->digest), found = false;
	uint32_t manifest = by_digest ? snapshot_document(snapshot, &wanted->digest) : NONE;
	uint32_t leads = NONE; /* the first reference that leads to that document */

	for (uint32_t i = 0; i < repository->reference_count; i++) {
		const struct snap_reference *reference =
		        &snapshot->references[repository->references + i];

		if (wanted->tag && strcmp(reference->tag, wanted->tag) != 0)
			continue;
		go_through(search, reference->manifest, repository->references + i, by_digest);
		found = true;
		if (leads == NONE && manifest != NONE && search->seen[manifest])
			leads = repository->references + i;
	}
	if (!by_digest)
		return found;

	/* What this repository has says nothing about the next one. */
	forget_seen(search);
	if (leads == NONE)
		return false;
	go_through(search, manifest, leads, false);
	return true;
}

/* Takes what the repositories of one source have, from *repository to behind them. True if the
 * name fits one of them. */
static bool
take_source(struct search *search, const char *name, bool with_host, uint32_t *repository)
{
	const struct snapshot *snapshot = search->snapshot;
	uint32_t source = snapshot->repositories[*repository].source;
	bool found = false;

	if (with_host)
		name = skip(skip(name, snapshot->sources[source].name), "/");
	for (; *repository < snapshot->repository_count; ++*repository) {
		const struct snap_repository *row = &snapshot->repositories[*repository];
		const char *rest = skip(name, row->name);
		struct wanted wanted;

		if (row->source != source)
			break;
		if (rest && parse_rest(rest, &wanted))
			found = take(search, row, &wanted) || found;
	}
	return found;
}

/* A source fits if it is the first, or means other images than the first. */
static void
find_by_name(struct search *search, const char *name, bool with_host)
{
	const struct snapshot *snapshot = search->snapshot;
	size_t size = snapshot->image_count * sizeof(*search->images);

	for (uint32_t r = 0; r < snapshot->repository_count;) {
		if (!take_source(search, name, with_host, &r))
			continue;
		if (search->fits == 0)
			memcpy(search->first, search->images, size);
		search->fits +=
		        search->fits == 0 || memcmp(search->first, search->images, size) != 0;
		memset(search->images, 0, size);
		forget_seen(search);
	}
	memcpy(search->images, search->first, size);
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
		go_through(search, m, NONE, false);
	}
	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		if (!has_prefix(&snapshot->images[i].config_digest, prefix))
			continue;
		search->fits++;
		find_image(search, i, NONE, NONE);
	}
}

/* Returns how many images; *fits tells whether the name is ambiguous. */
static uint32_t
find(const struct snapshot *snapshot, const char *name, uint32_t *images,
        struct explain_named *named, uint32_t *fits)
{
	auto_arena scratch = { 0 };
	struct search search = {
		.snapshot = snapshot,
		.images = arena_new(&scratch, bool, snapshot->image_count),
		.first = arena_new(&scratch, bool, snapshot->image_count),
		.named = named,
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
explain_find_named(const struct snapshot *snapshot, const char *name, uint32_t *images,
        struct explain_named *named)
{
	uint32_t fits;

	return find(snapshot, name, images, named, &fits);
}

uint32_t
explain_find(const struct snapshot *snapshot, const char *name, uint32_t *images)
{
	uint32_t fits;

	return find(snapshot, name, images, NULL, &fits);
}

bool
explain_is_ambiguous(const struct snapshot *snapshot, const char *name)
{
	auto_free uint32_t *images = xcalloc(snapshot->image_count, sizeof(*images));
	uint32_t fits;

	find(snapshot, name, images, NULL, &fits);
	return fits > 1;
}
