/* The arena: alignment, zeroes, blocks of all sizes, one release. */
#include "tests/support/unit.h"

#include <string.h>

#include "common/arena.h"
#include "common/memory.h"

static void
test_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 7, 8, 15, 16, 17, 100, 4000, 4096, 5000, 65535, 65536,
		65537, 262144, 262145, 1000000 };
	auto_arena arena = { 0 };
	unsigned char *given[3 * countof(sizes)];
	size_t total = 0;

	(void)state;
	for (size_t i = 0; i < countof(given); i++) {
		size_t size = sizes[i % countof(sizes)];

		given[i] = arena_alloc(&arena, size, 1);
		assert_int_equal((uintptr_t)given[i] % _Alignof(max_align_t), 0);
		for (size_t b = 0; b < size; b++)
			assert_int_equal(given[i][b], 0);
		memset(given[i], (int)i + 1, size);
		total += size;
		assert_int_equal(arena.total_bytes, total);
	}
	for (size_t i = 0; i < countof(given); i++) /* nobody wrote into another one's bytes */
		for (size_t b = 0; b < sizes[i % countof(sizes)]; b++)
			assert_int_equal(given[i][b], i + 1);
}

static void
test_many_small(void **state)
{
	auto_arena arena = { 0 };
	uint32_t **given = arena_new(&arena, uint32_t *, 100000);

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		given[i] = arena_new(&arena, uint32_t, 1 + i % 5);
		*given[i] = i;
	}
	for (uint32_t i = 0; i < 100000; i++)
		assert_int_equal(*given[i], i);
}

/* A large one in between leaves the block being filled where it is. */
static void
test_large_between(void **state)
{
	auto_arena arena = { 0 };

	(void)state;
	char *before = arena_alloc(&arena, 1, 1);
	arena_alloc(&arena, 1, 1 << 20);
	char *after = arena_alloc(&arena, 1, 1);
	assert_int_equal(after - before, _Alignof(max_align_t));
}

static void
test_copies(void **state)
{
	static const int numbers[] = { 1, 2, 3 };
	auto_arena arena = { 0 };

	(void)state;
	assert_string_equal(arena_strdup(&arena, "text"), "text");
	assert_string_equal(arena_strdup(&arena, ""), "");
	assert_null(arena_strdup(&arena, NULL));
	assert_string_equal(arena_strndup(&arena, "text", 2), "te");
	assert_string_equal(arena_strndup(&arena, "text", 100), "text");
	assert_null(arena_strndup(&arena, NULL, 3));
	assert_memory_equal(
	        arena_memdup(&arena, numbers, 3, sizeof(int)), numbers, sizeof(numbers));
	assert_null(arena_memdup(&arena, NULL, 0, 1));
	assert_string_equal(arena_printf(&arena, "%s/%d", "a", 7), "a/7");
}

/* The NUL has its own byte, also where a text fills its place exactly. */
static void
test_terminated(void **state)
{
	static const char text[] = "0123456789abcdef0123456789abcdef";
	auto_arena arena = { 0 };

	(void)state;
	for (size_t length = 0; length <= strlen(text); length++) {
		char *copies[] = { arena_strndup(&arena, text, length),
			arena_strdup(&arena, text + strlen(text) - length),
			arena_printf(&arena, "%.*s", (int)length, text) };

		memset(arena_alloc(&arena, 16, 1), 'x', 16);
		for (size_t i = 0; i < countof(copies); i++)
			assert_int_equal(strlen(copies[i]), length);
	}
	size_t before = arena.total_bytes;
	arena_strndup(&arena, text, 5);
	assert_int_equal(arena.total_bytes, before + 6);
}

static void
test_release(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	arena_release(&arena);
	arena_strdup(&arena, "text");
	arena_release(&arena);
	assert_int_equal(arena.total_bytes, 0);
	assert_string_equal(arena_strdup(&arena, "again"), "again");
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_many_small),
		cmocka_unit_test(test_large_between),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_terminated),
		cmocka_unit_test(test_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
