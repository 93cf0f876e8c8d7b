/*
 * A chain of blocks; the first one is filled from the front. Blocks double up to a maximum, and
 * what does not fit into a block of that size gets one of its own, behind the one being filled:
 *
 *	arena → [#####......] → [##### own #####] → [########] → [####]
 */
#include "common/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

#define BLOCK_MIN_BYTES ((size_t)4 << 10)
#define BLOCK_MAX_BYTES ((size_t)256 << 10)
#define ALIGNMENT       _Alignof(max_align_t)

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t capacity;
	_Alignas(max_align_t) unsigned char data[];
};

static struct arena_block *
block_new(size_t capacity, struct arena_block *next)
{
	/* calloc: blocks of some size come as untouched pages, already zero. */
	struct arena_block *block = xcalloc(1, sizeof(*block) + capacity);

	block->capacity = capacity;
	block->next = next;
	return block;
}

/* A block with room for `size` bytes; afterwards the first block is the one to fill. */
static struct arena_block *
block_for(struct arena *arena, size_t size)
{
	struct arena_block *first = arena->blocks;

	if (first && first->capacity - first->used >= size)
		return first;
	if (first && size > BLOCK_MAX_BYTES / 4)
		return first->next = block_new(size, first->next);

	size_t capacity = first ? first->capacity * 2 : BLOCK_MIN_BYTES;
	if (capacity > BLOCK_MAX_BYTES)
		capacity = BLOCK_MAX_BYTES;
	if (capacity < size)
		capacity = size;
	return arena->blocks = block_new(capacity, first);
}

void *
arena_alloc(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
		bytes = SIZE_MAX / 2; /* no machine has it: ends as out of memory */
	arena->total_bytes += bytes;
	bytes = bytes ? (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1) : ALIGNMENT;

	struct arena_block *block = block_for(arena, bytes);
	void *memory = block->data + block->used;
	block->used += bytes;
	return memory;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_memdup(arena, text, strlen(text) + 1, 1) : NULL;
}

char *
arena_strndup(struct arena *arena, const char *text, size_t length)
{
	if (!text)
		return NULL;
	length = strnlen(text, length);
	char *copy = arena_alloc(arena, length + 1, 1);
	memcpy(copy, text, length);
	return copy;
}

void *
arena_memdup(struct arena *arena, const void *data, size_t count, size_t size)
{
	if (!data)
		return NULL;
	void *copy = arena_alloc(arena, count, size);
	memcpy(copy, data, count * size);
	return copy;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	auto_free char *text = xvprintf(format, args);
	va_end(args);
	return arena_strdup(arena, text);
}

void
arena_release(struct arena *arena)
{
	struct arena_block *next;

	for (struct arena_block *block = arena->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	*arena = (struct arena){ 0 };
}
