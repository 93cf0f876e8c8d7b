/* "Did you mean …?": the nearest of a list of known words. */
#ifndef COMMON_SUGGEST_H
#define COMMON_SUGGEST_H

#include <stddef.h>

/* Edits (insert, delete, replace, swap neighbours) between two words, compared up to 63 bytes. */
unsigned suggest_distance(const char *a, const char *b);

/*
 * The word nearest to `typed`, or NULL when none is near enough to be meant: at most one edit per
 * three letters, or one is the beginning of the other. `words` has `count` entries; NULL entries
 * are skipped. The first of equally near ones wins.
 */
const char *suggest_word(const char *typed, const char *const *words, size_t count);

#endif
