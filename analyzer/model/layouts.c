/* Attribution once more for each layout, as if nothing else was there. */
#include "analyzer/model/layouts.h"

#include <stdlib.h>

#include "analyzer/model/bytes.h"
#include "common/memory.h"
#include "common/vec.h"

struct image_share {
	uint32_t image;
	struct layout_share share;
};

struct share_list {
	struct image_share *at;
	size_t count, capacity;
};

static uint32_t
count_chains(const struct report *report, const struct place_group *group, uint32_t *stamps,
        uint32_t stamp)
{
	const struct trie *trie = report->trie;
	uint32_t chains = 0;

	for (uint32_t i = 0; i < group->manifest_count; i++) {
		uint32_t image = report->snapshot->manifests[group->manifests[i]].image;
		uint32_t node = image == NONE ? NONE : trie->image_node[image];

		for (; node != NONE && stamps[node] != stamp; node = trie->nodes[node].parent) {
			stamps[node] = stamp;
			chains++;
		}
	}
	return chains;
}

static void
add_group(const struct report *report, struct place_group *group, struct layout *layout,
        struct share_list *list)
{
	auto_arena scratch = { 0 };
	struct places alone = { report->places->options, group, 1 };
	const struct attribution *shares = attribution_build(report->snapshot, &alone, &scratch);

	layout->index_bytes = bytes_add(layout->index_bytes, group->index_bytes);
	layout->artifact_bytes = bytes_add(layout->artifact_bytes, group->artifact_bytes);
	for (uint32_t i = 0; i < report->snapshot->image_count; i++) {
		if (shares->layout[i].logical_bytes == 0)
			continue;
		*vec_push(list) = (struct image_share){
			.image = i,
			.share = { group->source, shares->layout[i] },
		};
	}
}

/* A counting sort, which keeps the order of the sources. */
static void
order_by_image(struct layouts *layouts, const struct share_list *list, uint32_t image_count,
        struct arena *arena)
{
	layouts->first_share = arena_new(arena, uint32_t, (size_t)image_count + 2);
	layouts->shares = arena_new(arena, struct layout_share, list->count);
	vec_each (struct image_share, share, list)
		layouts->first_share[share->image + 2]++;
	for (uint32_t i = 2; i < image_count + 2; i++)
		layouts->first_share[i] += layouts->first_share[i - 1];
	vec_each (struct image_share, share, list)
		layouts->shares[layouts->first_share[share->image + 1]++] = share->share;
}

struct layouts *
layouts_build(const struct report *report, struct arena *arena)
{
	const struct snapshot *snapshot = report->snapshot;
	struct layouts *layouts = arena_new(arena, struct layouts, 1);
	auto_free uint32_t *stamps = xcalloc(report->trie->node_count, sizeof(*stamps));
	struct share_list list = { 0 };

	layouts->count = report->usage->layout_count;
	layouts->at = arena_new(arena, struct layout, layouts->count);
	for (uint32_t l = 0; l < layouts->count; l++) {
		struct layout *layout = &layouts->at[l];

		layout->source = report->usage->layouts[l].source;
		for (uint32_t g = 0; g < report->places->group_count; g++) {
			struct place_group *group = &report->places->groups[g];

			if (group->source != layout->source)
				continue;
			layout->chains += count_chains(report, group, stamps, l + 1);
			add_group(report, group, layout, &list);
		}
	}
	order_by_image(layouts, &list, snapshot->image_count, arena);
	vec_release(&list);
	return layouts;
}
