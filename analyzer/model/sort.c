/*
 * Radix sort, lowest byte first: as many steps whatever the numbers are, so numbers from outside
 * cannot make it slow. Bytes that are the same in all numbers are skipped, and indices are small.
 */
#include "analyzer/model/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

#define FEW 64 /* then insertion sort, without tables */

static void
insertion_sort(uint64_t *numbers, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint64_t number = numbers[i];
		size_t k = i;

		for (; k > 0 && numbers[k - 1] > number; k--)
			numbers[k] = numbers[k - 1];
		numbers[k] = number;
	}
}

/* Places `from` in `to`, ordered by one byte. False if all have the same: nothing was done. */
static bool
sort_by_byte(const uint64_t *from, uint64_t *to, size_t count, int shift)
{
	size_t starts[256] = { 0 }, sum = 0;

	for (size_t i = 0; i < count; i++)
		starts[from[i] >> shift & 255]++;
	if (starts[from[0] >> shift & 255] == count)
		return false;
	for (int i = 0; i < 256; i++) {
		size_t here = starts[i];

		starts[i] = sum;
		sum += here;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i] >> shift & 255]++] = from[i];
	return true;
}

void
sort_long_numbers(uint64_t *numbers, size_t count)
{
	if (count <= FEW) {
		insertion_sort(numbers, count);
		return;
	}
	auto_free uint64_t *spare = xcalloc(count, sizeof(*spare));
	uint64_t *from = numbers, *to = spare;
	for (int shift = 0; shift < 64; shift += 8) {
		if (!sort_by_byte(from, to, count, shift))
			continue;
		uint64_t *swap = from;
		from = to;
		to = swap;
	}
	if (from != numbers)
		memcpy(numbers, from, count * sizeof(*numbers));
}

void
sort_numbers(uint32_t *numbers, size_t count)
{
	auto_free uint64_t *copies = xcalloc(count, sizeof(*copies));

	for (size_t i = 0; i < count; i++)
		copies[i] = numbers[i];
	sort_long_numbers(copies, count);
	for (size_t i = 0; i < count; i++)
		numbers[i] = (uint32_t)copies[i];
}
