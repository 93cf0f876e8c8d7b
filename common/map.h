/*
 * A hash map from keys of one fixed size to uint32_t: open addressing, linear probing, one
 * allocation. Keys are compared byte by byte, so zero the padding of struct keys. The hash is
 * seeded per map: keys from outside cannot be chosen to collide.
 */
#ifndef COMMON_MAP_H
#define COMMON_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map {
	size_t key_size;
	size_t count;
	size_t capacity; /* a power of two, or 0 */
	uint64_t seed[2];
	unsigned char *slots;
};

#define MAP_NONE UINT32_MAX

void map_init(struct map *map, size_t key_size);
/* The value, or MAP_NONE. */
uint32_t map_get(const struct map *map, const void *key);
/* The value already there, or MAP_NONE after storing `value` (which is not MAP_NONE) under key. */
uint32_t map_add(struct map *map, const void *key, uint32_t value);
/* Stores or overwrites. */
void map_set(struct map *map, const void *key, uint32_t value);
void map_release(struct map *map);

#endif
