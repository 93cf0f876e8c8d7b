/*
 * Slots are "value, key" with the value stored inverted: a zeroed slot reads as MAP_NONE, so a
 * zeroed allocation is an empty table. At most three quarters are used. There is no removal, so
 * a probe ends at the first empty slot.
 *
 * The hash is SipHash-1-3 (Aumasson and Bernstein, 2012; one compression round as in the hash
 * tables of Rust and Ruby) under a random key.
 */
#include "common/map.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "common/memory.h"

#define CAPACITY_MIN 16

static uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32) + v[3];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void
sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

static uint64_t
hash(const struct map *map, const unsigned char *key)
{
	uint64_t v[4] = {
		map->seed[0] ^ 0x736f6d6570736575,
		map->seed[1] ^ 0x646f72616e646f6d,
		map->seed[0] ^ 0x6c7967656e657261,
		map->seed[1] ^ 0x7465646279746573,
	};
	size_t left = map->key_size;
	uint64_t word;

	for (; left >= sizeof(word); left -= sizeof(word), key += sizeof(word)) {
		memcpy(&word, key, sizeof(word));
		sip_word(v, word);
	}
	word = 0;
	memcpy(&word, key, left);
	sip_word(v, word ^ (uint64_t)map->key_size << 56);
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void
map_init(struct map *map, size_t key_size)
{
	*map = (struct map){ .key_size = key_size };
	if (getrandom(map->seed, sizeof(map->seed), 0) == (ssize_t)sizeof(map->seed))
		return;
	/* A kernel or sandbox without getrandom: better than a constant. */
	struct timespec now = { 0 };
	clock_gettime(CLOCK_MONOTONIC, &now);
	map->seed[0] = (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec;
	map->seed[1] = (uint64_t)(uintptr_t)map;
}

static size_t
stride(const struct map *map)
{
	return sizeof(uint32_t) + ((map->key_size + 3) & ~(size_t)3);
}

static uint32_t
slot_value(const unsigned char *slot)
{
	uint32_t stored;

	memcpy(&stored, slot, sizeof(stored));
	return ~stored;
}

static void
slot_set(unsigned char *slot, uint32_t value)
{
	uint32_t stored = ~value;

	memcpy(slot, &stored, sizeof(stored));
}

/* The slot of the key, or the empty one where it belongs. Needs a table. */
static unsigned char *
find(const struct map *map, const void *key)
{
	size_t mask = map->capacity - 1;
	size_t i = (size_t)hash(map, key) & mask;

	for (;; i = (i + 1) & mask) {
		unsigned char *slot = map->slots + i * stride(map);

		if (slot_value(slot) == MAP_NONE ||
		        memcmp(slot + sizeof(uint32_t), key, map->key_size) == 0)
			return slot;
	}
}

static void
make_room(struct map *map)
{
	if (map->capacity && map->count + 1 <= map->capacity / 4 * 3)
		return;
	struct map old = *map;

	map->capacity = old.capacity ? old.capacity * 2 : CAPACITY_MIN;
	map->slots = xcalloc(map->capacity, stride(map));
	for (size_t i = 0; i < old.capacity; i++) {
		const unsigned char *slot = old.slots + i * stride(map);

		if (slot_value(slot) != MAP_NONE)
			memcpy(find(map, slot + sizeof(uint32_t)), slot, stride(map));
	}
	free(old.slots);
}

static void
slot_fill(struct map *map, unsigned char *slot, const void *key, uint32_t value)
{
	slot_set(slot, value);
	memcpy(slot + sizeof(uint32_t), key, map->key_size);
	map->count++;
}

uint32_t
map_get(const struct map *map, const void *key)
{
	return map->capacity ? slot_value(find(map, key)) : MAP_NONE;
}

uint32_t
map_add(struct map *map, const void *key, uint32_t value)
{
	make_room(map);
	unsigned char *slot = find(map, key);
	uint32_t present = slot_value(slot);
	if (present == MAP_NONE)
		slot_fill(map, slot, key, value);
	return present;
}

void
map_set(struct map *map, const void *key, uint32_t value)
{
	make_room(map);
	unsigned char *slot = find(map, key);
	if (slot_value(slot) == MAP_NONE)
		slot_fill(map, slot, key, value);
	else
		slot_set(slot, value);
}

void
map_release(struct map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->count = map->capacity = 0;
}
