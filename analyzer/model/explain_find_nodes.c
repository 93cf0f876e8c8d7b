/* Names and digests as nodes have them. What registries call an image is found before. */
#include "analyzer/model/explain_nodes.h"

#include <string.h>

#include "common/text.h"

#define PREFIX_MIN 12 /* as in explain_find.c */

struct search {
	const struct snapshot *snapshot;
	const struct node_images *images;
	bool *found; /* per number */
};

static bool
is_named(const struct snap_appearance *appearance, const char *name)
{
	for (uint32_t i = 0; i < appearance->name_count; i++)
		if (strcmp(appearance->names[i], name) == 0)
			return true;
	return false;
}

static bool
has_prefix(const struct digest *digest, const char *prefix)
{
	char text[DIGEST_TEXT_SIZE];

	digest_format(digest, text);
	return text_starts_with(text, prefix) || text_starts_with(strchr(text, ':') + 1, prefix);
}

static bool
has_digest(const struct snap_appearance *appearance, const char *prefix)
{
	if (has_prefix(&appearance->config_digest, prefix))
		return true;
	for (uint32_t i = 0; i < appearance->manifest_count; i++)
		if (has_prefix(&appearance->manifests[i], prefix))
			return true;
	return false;
}

static bool
is_digest(const char *text)
{
	const char *colon = strchr(text, ':');
	const char *hex = colon ? colon + 1 : text;

	return strlen(hex) >= PREFIX_MIN && strspn(hex, "0123456789abcdef") == strlen(hex);
}

static void
find(struct search *search, const char *name,
        bool (*fits)(const struct snap_appearance *, const char *))
{
	for (uint32_t i = 0; i < search->snapshot->appearance_count; i++)
		if (fits(&search->snapshot->appearances[i], name))
			search->found[search->images->at[search->images->of_appearance[i]].number] =
			        true;
}

static uint32_t
list(const struct search *search, uint32_t *numbers)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < search->images->number_count; i++)
		if (search->found[i])
			numbers[count++] = i;
	return count;
}

uint32_t
explain_find_on_nodes(const struct snapshot *snapshot, const struct node_images *images,
        const char *name, uint32_t *numbers)
{
	auto_arena scratch = { 0 };
	struct search search = { snapshot, images,
		arena_new(&scratch, bool, images->number_count) };
	uint32_t count;

	find(&search, name, is_named);
	count = list(&search, numbers);
	if (count > 0 || !is_digest(name))
		return count;
	find(&search, name, has_digest);
	return list(&search, numbers);
}
