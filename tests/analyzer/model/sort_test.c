/* Sorting of numbers against qsort, across the sizes where the way changes. */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/sort.h"
#include "common/memory.h"
#include "tests/support/random.h"

static int
compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static void
test_against_qsort(void **state)
{
	struct random random = { 7 };

	(void)state;
	for (size_t count = 0; count < 1000; count = count < 70 ? count + 1 : count * 2) {
		for (int bits = 1; bits <= 64; bits += 7) {
			auto_free uint64_t *sorted = xcalloc(count, sizeof(*sorted));
			auto_free uint64_t *expected = xcalloc(count, sizeof(*expected));
			auto_free uint32_t *small = xcalloc(count, sizeof(*small));

			for (size_t i = 0; i < count; i++) {
				expected[i] = sorted[i] = random_next(&random) >> (64 - bits);
				small[i] = (uint32_t)sorted[i];
			}
			qsort(expected, count, sizeof(*expected), compare);
			sort_long_numbers(sorted, count);
			assert_memory_equal(sorted, expected, count * sizeof(*sorted));
			sort_numbers(small, count);
			for (size_t i = 0; i < count && bits <= 32; i++)
				assert_int_equal(small[i], expected[i]);
			for (size_t i = 1; i < count; i++)
				assert_true(small[i - 1] <= small[i]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_against_qsort) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
