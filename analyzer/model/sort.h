/* Indices, and pairs of two of them in one number (the first in the upper half), ascending. Linear.
 */
#ifndef ANALYZER_MODEL_SORT_H
#define ANALYZER_MODEL_SORT_H

#include <stddef.h>
#include <stdint.h>

void sort_numbers(uint32_t *numbers, size_t count);
void sort_long_numbers(uint64_t *numbers, size_t count);

#endif
