/* A counting sort: count, sum up, put in place. */
#include "analyzer/model/links.h"

#include <stdlib.h>

#include "common/memory.h"

void
links_build(struct links *links, const struct link_list *list, uint32_t start_count,
        struct arena *arena)
{
	links->start = arena_new(arena, size_t, (size_t)start_count + 1);
	links->at = arena_new(arena, uint32_t, list->count);
	for (size_t i = 0; i < list->count; i++)
		links->start[list->at[i].from + 1]++;
	for (uint32_t i = 0; i < start_count; i++)
		links->start[i + 1] += links->start[i];

	auto_free size_t *next = xcalloc((size_t)start_count + 1, sizeof(*next));
	for (size_t i = 0; i < list->count; i++) {
		uint32_t from = list->at[i].from;

		links->at[links->start[from] + next[from]++] = list->at[i].to;
	}
}
