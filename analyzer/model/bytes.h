/*
 * Sums of sizes. Sizes are claims from outside, up to 2^53 each: a few thousand hostile ones pass
 * 64 bits. Such a sum stays at the largest value instead of starting over at 0.
 */
#ifndef ANALYZER_MODEL_BYTES_H
#define ANALYZER_MODEL_BYTES_H

#include <stdint.h>

static inline uint64_t
bytes_add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static inline uint64_t
bytes_times(uint64_t bytes, uint64_t count)
{
	uint64_t product;

	return __builtin_mul_overflow(bytes, count, &product) ? UINT64_MAX : product;
}

#endif
