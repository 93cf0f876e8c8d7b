/*
 * Tools name what they put into a layout in three ways: containerd and BuildKit write the whole
 * name, skopeo and umoci what their user typed, often just a tag.
 */
#include "collector/layout/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/registry/descriptor.h"
#include "collector/registry/json.h"
#include "schema/reference.h"

#define WHOLE_NAME "io.containerd.image.name"
#define REF_NAME   "org.opencontainers.image.ref.name"

/* "host/repo:tag" or "repo:tag"; false if it is neither. */
static bool
take_reference(struct layout_entry *out, struct arena *arena, const char *text)
{
	struct reference reference;

	if (reference_parse(&reference, text, NULL))
		return false;
	out->repository = arena_printf(arena, "%s%s%s", reference.host,
	        reference.host[0] != '\0' ? "/" : "", reference.repository);
	if (reference.tag[0] != '\0')
		out->tag = arena_strdup(arena, reference.tag);
	else
		out->tag = digest_is_set(&reference.digest) ? "" : "latest";
	return true;
}

static void
take_name(struct layout_entry *out, struct arena *arena, const json_t *annotations)
{
	const char *whole = annotation_text(annotations, WHOLE_NAME);
	const char *name = annotation_text(annotations, REF_NAME);

	if (whole != NULL && take_reference(out, arena, whole))
		return;
	if (name == NULL || *name == '\0')
		return;
	if (reference_is_tag(name))
		out->tag = arena_strdup(arena, name);
	else if (!take_reference(out, arena, name))
		out->remark = arena_printf(arena, "'%.*s' in index.json cannot be a name",
		        (int)json_text_cut(name, 200), name);
}

int
layout_entry_decode(struct layout_entry *out, struct arena *arena, const json_t *value,
        size_t position, const char *folder, struct error *err)
{
	struct descriptor descriptor;
	char place[JSON_PLACE_SIZE];

	snprintf(place, sizeof(place), "manifests[%zu]", position);
	if (descriptor_decode(&descriptor, value, place, err))
		return -1;
	*out = (struct layout_entry){
		.repository = folder,
		.tag = "",
		.media_type = json_text_copy(arena, descriptor.media_type, 255),
		.digest = descriptor.digest,
		.size_bytes = descriptor.size_bytes,
		.position = position,
	};
	take_name(out, arena, descriptor.annotations);
	return 0;
}

static int
compare(const void *left, const void *right)
{
	const struct layout_entry *a = left, *b = right;
	int order = strcmp(a->repository, b->repository);

	if (order == 0)
		order = strcmp(a->tag, b->tag);
	return order != 0 ? order : (a->position > b->position) - (a->position < b->position);
}

void
layout_entries_settle(struct layout_entry *entries, size_t count)
{
	const struct layout_entry *first = entries;

	if (count == 0)
		return;
	qsort(entries, count, sizeof(*entries), compare);
	for (size_t i = 1; i < count; i++) {
		bool same_name = strcmp(entries[i].repository, first->repository) == 0 &&
		                 strcmp(entries[i].tag, first->tag) == 0;

		if (!same_name) {
			first = &entries[i];
		} else if (*first->tag != '\0' &&
		           !digest_equal(&entries[i].digest, &first->digest)) {
			entries[i].tag = "";
			entries[i].remark = "index.json gives this name to several images; the "
			                    "first one keeps it";
		}
	}
}
