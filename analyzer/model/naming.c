/* From each reference down to the images; sorting by image afterwards is a counting sort. */
#include "analyzer/model/naming.h"

#include <stdlib.h>

#include "common/memory.h"
#include "common/vec.h"

/* Walks of children only: what a name leads to, not what refers to it. */
struct name_walk {
	const struct snapshot *snapshot;
	uint32_t *manifest_stamps, *image_stamps;
	uint32_t *queue;
};

static void
add_images(struct name_walk *walk, uint32_t reference, struct link_list *list)
{
	const struct snapshot *snapshot = walk->snapshot;
	uint32_t stamp = reference + 1, count = 0;

	walk->queue[count++] = snapshot->references[reference].manifest;
	walk->manifest_stamps[walk->queue[0]] = stamp;
	for (uint32_t head = 0; head < count; head++) {
		const struct snap_manifest *manifest = &snapshot->manifests[walk->queue[head]];

		if (manifest->image != NONE && walk->image_stamps[manifest->image] != stamp) {
			walk->image_stamps[manifest->image] = stamp;
			*vec_push(list) = (struct link){ manifest->image, reference };
		}
		for (uint32_t i = 0; i < manifest->child_count; i++) {
			uint32_t child = snapshot->children[manifest->children + i].manifest;

			if (child == NONE || walk->manifest_stamps[child] == stamp)
				continue;
			walk->manifest_stamps[child] = stamp;
			walk->queue[count++] = child;
		}
	}
}

/* References are ordered by repository, so the same repository stands in a row. */
static void
link_repositories(struct naming *names, const struct snapshot *snapshot, struct arena *arena)
{
	struct link_list list = { 0 };

	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		uint32_t last = NONE;

		links_each (reference, &names->references, i) {
			uint32_t repository = snapshot->references[*reference].repository;

			if (repository != last)
				*vec_push(&list) = (struct link){ i, repository };
			last = repository;
		}
	}
	links_build(&names->repositories, &list, snapshot->image_count, arena);
	vec_release(&list);
}

struct naming *
naming_build(const struct snapshot *snapshot, struct arena *arena)
{
	struct naming *names = arena_new(arena, struct naming, 1);
	auto_arena scratch = { 0 };
	struct name_walk walk = {
		.snapshot = snapshot,
		.manifest_stamps = arena_new(&scratch, uint32_t, snapshot->manifest_count),
		.image_stamps = arena_new(&scratch, uint32_t, snapshot->image_count),
		.queue = arena_new(&scratch, uint32_t, snapshot->manifest_count),
	};
	struct link_list list = { 0 };

	for (uint32_t i = 0; i < snapshot->reference_count; i++)
		add_images(&walk, i, &list);
	links_build(&names->references, &list, snapshot->image_count, arena);
	vec_release(&list);
	link_repositories(names, snapshot, arena);
	return names;
}

const char *
naming_reference(const struct snapshot *snapshot, uint32_t reference, struct arena *arena)
{
	const struct snap_reference *ref = &snapshot->references[reference];
	const struct snap_repository *repository = &snapshot->repositories[ref->repository];
	const char *host = snapshot->sources[repository->source].name;
	char text[DIGEST_TEXT_SIZE];

	if (ref->tag[0])
		return arena_printf(arena, "%s/%s:%s", host, repository->name, ref->tag);
	digest_format(&snapshot->blobs[snapshot->manifests[ref->manifest].blob].digest, text);
	return arena_printf(arena, "%s/%s@%s", host, repository->name, text);
}
