/* Reproducible random numbers (splitmix64, Steele et al. 2014): the same seed, the same test. */
#ifndef TESTS_SUPPORT_RANDOM_H
#define TESTS_SUPPORT_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t
random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* 0 … below − 1 */
static inline uint32_t
random_below(struct random *random, size_t below)
{
	return (uint32_t)(random_next(random) % below);
}

static inline bool
random_percent(struct random *random, uint32_t percent)
{
	return random_below(random, 100) < percent;
}

#endif
