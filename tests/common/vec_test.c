/* The vector, with elements of odd sizes. */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "common/vec.h"

struct odd {
	char bytes[13];
};

static void
test_push(void **state)
{
	VEC(struct odd) odds = { 0 };
	static const struct odd zero;
	size_t seen = 0;

	(void)state;
	vec_each (struct odd, odd, &odds)
		fail_msg("an element in an empty vector: %s", odd->bytes);
	for (size_t i = 0; i < 10000; i++) {
		struct odd *odd = vec_push(&odds);

		assert_memory_equal(odd, &zero, sizeof(zero));
		memset(odd->bytes, (int)(i % 251), sizeof(odd->bytes));
		assert_int_equal(odds.count, i + 1);
		assert_true(odds.capacity >= odds.count);
	}
	vec_each (struct odd, odd, &odds)
		assert_int_equal((unsigned char)odd->bytes[12], seen++ % 251);
	assert_int_equal(seen, 10000);
	vec_release(&odds);
	assert_null(odds.at);
	assert_int_equal(odds.count + odds.capacity, 0);
}

/* A place that was used before is zeroed again. */
static void
test_reuse(void **state)
{
	VEC(int) numbers = { 0 };

	(void)state;
	*vec_push(&numbers) = 7;
	*vec_push(&numbers) = 8;
	numbers.count = 1;
	assert_int_equal(*vec_push(&numbers), 0);
	assert_int_equal(numbers.at[0], 7);
	vec_release(&numbers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_push),
		cmocka_unit_test(test_reuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
