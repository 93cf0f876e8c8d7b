/* Capacity doubles; the new element is zeroed, the spare ones behind it are not. */
#include "common/vec.h"

#include <stdint.h>
#include <string.h>

#include "common/memory.h"

#define CAPACITY_MIN 8

void *
vec_grow(void *at, size_t *capacity, size_t count, size_t size)
{
	if (count == *capacity) {
		size_t wanted = count ? count * 2 : CAPACITY_MIN;

		at = xrealloc(at, wanted, size);
		*capacity = wanted;
	}
	memset((unsigned char *)at + count * size, 0, size);
	return at;
}
