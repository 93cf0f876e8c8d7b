/*
 * An arena: many allocations, one release. Everything read for one analysis lives in one.
 * Nothing in an arena is freed by itself, so nothing in it may own a handle or a file.
 */
#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H

#include <stddef.h>

struct arena_block;

/* Zero-initialise. Not thread-safe, not copyable. */
struct arena {
	struct arena_block *blocks;
	size_t total_bytes; /* handed out so far, for limits and tests */
};

#define auto_arena __attribute__((cleanup(arena_release))) struct arena

/* Zeroed memory, aligned for any type, valid until arena_release(). Never NULL. */
void *arena_alloc(struct arena *arena, size_t count, size_t size)
        __attribute__((malloc, returns_nonnull));
/* A copy; NULL in, NULL out. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
void *arena_memdup(struct arena *arena, const void *data, size_t count, size_t size);
char *arena_printf(struct arena *arena, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
/* Frees everything and leaves an empty, usable arena. */
void arena_release(struct arena *arena);

/* arena_new(&arena, struct image, count): zeroed array of a type. */
#define arena_new(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))

#endif
