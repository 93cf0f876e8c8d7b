/*
 * Optimal string alignment distance over three rows: current, previous, and the one before, which
 * only swaps of neighbours need. Words are short; longer ones are compared by their beginning.
 */
#include "common/suggest.h"

#include <stdint.h>
#include <string.h>

#define MAX_WORD 63

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;
	return ab < c ? ab : c;
}

unsigned
suggest_distance(const char *a, const char *b)
{
	unsigned rows[3][MAX_WORD + 1];
	size_t a_length = strnlen(a, MAX_WORD), b_length = strnlen(b, MAX_WORD);

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned *now = rows[i % 3];
		const unsigned *before = rows[(i + 2) % 3];
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned replace = before[j - 1] + (a[i - 1] != b[j - 1]);
			now[j] = least(before[j] + 1, now[j - 1] + 1, replace);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				unsigned swap = rows[(i + 1) % 3][j - 2] + 1;
				now[j] = swap < now[j] ? swap : now[j];
			}
		}
	}
	return rows[a_length % 3][b_length];
}

const char *
suggest_word(const char *typed, const char *const *words, size_t count)
{
	size_t length = strlen(typed);
	const char *best = NULL;
	unsigned best_distance = UINT32_MAX;

	for (size_t i = 0; i < count; i++) {
		if (words[i] == NULL)
			continue;
		unsigned distance = suggest_distance(typed, words[i]);
		size_t longer = strlen(words[i]) > length ? strlen(words[i]) : length;
		if (length >= 2 && strncmp(typed, words[i], length) == 0)
			distance = 1;
		else if (distance > (longer + 2) / 3)
			continue;
		if (distance < best_distance) {
			best = words[i];
			best_distance = distance;
		}
	}
	return best;
}
