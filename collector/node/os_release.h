/* os-release(5): which distribution, in which version. Pure. */
#ifndef COLLECTOR_NODE_OS_RELEASE_H
#define COLLECTOR_NODE_OS_RELEASE_H

#include "common/arena.h"

#define OS_RELEASE_MAX_BYTES (64 << 10)
#define OS_RELEASE_MAX_VALUE 64 /* bytes of one value: a longer one says nothing */

/* ID and VERSION_ID, without quotes, cleaned for people, in the arena; NULL = not stated, empty or
 * too long. Of a key that is set twice the last counts, as for a shell. */
void os_release_parse(const char **id, const char **version, struct arena *arena, const char *text,
        size_t length);

#endif
