/* qsort with the two comparisons that the model needs again and again. */
#include "analyzer/model/sort.h"

#include <stdlib.h>

static int
compare_numbers(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static int
compare_long_numbers(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

void
sort_numbers(uint32_t *numbers, size_t count)
{
	if (count)
		qsort(numbers, count, sizeof(*numbers), compare_numbers);
}

void
sort_long_numbers(uint64_t *numbers, size_t count)
{
	if (count)
		qsort(numbers, count, sizeof(*numbers), compare_long_numbers);
}
