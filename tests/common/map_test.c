/* The map against plain arithmetic: key i maps to i, for keys of several sizes. */
#include "tests/support/unit.h"

#include <string.h>

#include "common/map.h"
#include "common/memory.h"

#define KEY_MAX 65

/* Distinct keys that differ in few bits, at the start or at the end. */
static void
make_key(unsigned char key[KEY_MAX], size_t size, uint32_t i)
{
	memset(key, 0, KEY_MAX);
	memcpy(key + (i % 2 && size >= 8 ? size - sizeof(i) : 0), &i, sizeof(i));
}

static void
check_size(size_t size, uint32_t count)
{
	unsigned char key[KEY_MAX];
	struct map map;

	map_init(&map, size);
	make_key(key, size, 1);
	assert_int_equal(map_get(&map, key), MAP_NONE);
	for (uint32_t i = 1; i <= count; i++) {
		make_key(key, size, i);
		assert_int_equal(map_add(&map, key, i), MAP_NONE);
		assert_int_equal(map.count, i);
	}
	for (uint32_t i = 1; i <= count; i++) {
		make_key(key, size, i);
		assert_int_equal(map_get(&map, key), i);
		assert_int_equal(map_add(&map, key, i + 1), i); /* keeps what is there */
		make_key(key, size, i + count);
		assert_int_equal(map_get(&map, key), MAP_NONE);
	}
	assert_int_equal(map.count, count);
	map_release(&map);
	assert_int_equal(map_get(&map, key), MAP_NONE);
}

static void
test_sizes(void **state)
{
	static const size_t sizes[] = { 4, 5, 7, 8, 9, 12, 16, 33, 65 };

	(void)state;
	for (size_t i = 0; i < countof(sizes); i++)
		check_size(sizes[i], 1000);
}

static void
test_many(void **state)
{
	static const size_t sizes[] = { 4, 8, 65 };

	(void)state;
	for (size_t i = 0; i < countof(sizes); i++)
		check_size(sizes[i], 100000);
}

static void
test_set(void **state)
{
	struct map map;

	(void)state;
	map_init(&map, sizeof(uint32_t));
	for (uint32_t i = 0; i < 100; i++)
		map_set(&map, &i, 0); /* 0 is a value like any other */
	for (uint32_t i = 0; i < 100; i++) {
		assert_int_equal(map_get(&map, &i), 0);
		map_set(&map, &i, MAP_NONE - 1);
	}
	assert_int_equal(map.count, 100);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(map_get(&map, &i), MAP_NONE - 1);
	map_release(&map);
}

/* Keys that do not lie on a boundary of their own are read and compared as bytes. */
static void
test_unaligned(void **state)
{
	char text[] = "xabcdefgh";
	struct map map;

	(void)state;
	map_init(&map, 8);
	assert_int_equal(map_add(&map, text + 1, 7), MAP_NONE);
	assert_int_equal(map_get(&map, "abcdefgh"), 7);
	assert_int_equal(map_get(&map, "abcdefgi"), MAP_NONE);
	map_release(&map);
}

/* The hash is SipHash-1-3 and not something close to it: under the key of its paper's test vectors,
 * the first n of the bytes 0, 1, 2 … go to these slots of the smallest table (little-endian; from
 * another implementation). Clustering would be the only other sign of a mistake. */
static void
test_siphash(void **state)
{
	static const uint8_t slots[] = { 3, 13, 11, 8, 7, 7, 0, 14, 4, 15, 2, 2, 7, 4, 6, 6, 12, 14,
		12, 0, 4, 14, 3, 12, 9, 5, 5, 13, 4, 3, 12, 13, 15, 14, 1, 6, 7, 1, 2, 1, 4, 5, 6,
		11, 6, 3, 13, 6, 3, 15, 10, 2, 0, 6, 0, 5, 3, 8, 8, 14, 2, 0, 8, 5 };
	unsigned char key[countof(slots)];

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (unsigned char)i;
	for (size_t size = 1; size <= countof(slots); size++) {
		struct map map;

		map_init(&map, size);
		map.seed[0] = 0x0706050403020100;
		map.seed[1] = 0x0f0e0d0c0b0a0908;
		map_set(&map, key, 1);
		assert_int_equal(map.capacity, 16);
		size_t stride = sizeof(uint32_t) + (size + 3) / 4 * 4;
		assert_memory_equal(
		        map.slots + slots[size - 1] * stride + sizeof(uint32_t), key, size);
		assert_int_not_equal(map.slots[slots[size - 1] * stride], 0); /* in use */
		map_release(&map);
	}
}

static void
test_seeds_differ(void **state)
{
	struct map a, b;

	(void)state;
	map_init(&a, 4);
	map_init(&b, 4);
	assert_memory_not_equal(a.seed, b.seed, sizeof(a.seed));
}

static void
test_reuse(void **state)
{
	uint32_t key = 1;
	struct map map;

	(void)state;
	map_init(&map, sizeof(key));
	map_set(&map, &key, 1);
	map_release(&map);
	assert_int_equal(map.count, 0);
	assert_int_equal(map_add(&map, &key, 2), MAP_NONE);
	assert_int_equal(map_get(&map, &key), 2);
	map_release(&map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_unaligned),
		cmocka_unit_test(test_siphash),
		cmocka_unit_test(test_seeds_differ),
		cmocka_unit_test(test_reuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
