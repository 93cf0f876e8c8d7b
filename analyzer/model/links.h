/*
 * Edges grouped by where they start: those of `i` are at[start[i]] … at[start[i + 1] - 1].
 *
 *	links_each (to, &links, from)
 *		use(*to);
 */
#ifndef ANALYZER_MODEL_LINKS_H
#define ANALYZER_MODEL_LINKS_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"

struct link {
	uint32_t from, to;
};

/* A vector (common/vec.h), named so that it can be passed on. */
struct link_list {
	struct link *at;
	size_t count, capacity;
};

struct links {
	size_t *start; /* one more than there are starts */
	uint32_t *at;
};

#define links_each(to, links, from)                                                                \
	for (const uint32_t *to = (links)->at + (links)->start[from],                              \
	                    *to##_end = (links)->at + (links)->start[(from) + 1];                  \
	        to < to##_end; to++)

/* In the arena. Edges of one start keep the order they have in the list. Linear. */
void links_build(struct links *links, const struct link_list *list, uint32_t start_count,
        struct arena *arena);
static inline uint32_t
links_count(const struct links *links, uint32_t from)
{
	return (uint32_t)(links->start[from + 1] - links->start[from]);
}

#endif
