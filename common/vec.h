/*
 * A growable array of any type, as an anonymous struct of three members:
 *
 *	VEC(struct layer) layers = {0};
 *	*vec_push(&layers) = (struct layer){ ... };	(a new, zeroed element)
 *	vec_each (struct layer, layer, &layers) ...
 *	vec_release(&layers);
 *
 * Pushing may move the elements: hold indices, not pointers.
 */
#ifndef COMMON_VEC_H
#define COMMON_VEC_H

#include <stddef.h>
#include <stdlib.h>

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *at;                                                                          \
		size_t count;                                                                      \
		size_t capacity;                                                                   \
	}

#define vec_push(vec)                                                                              \
	((vec)->at = vec_grow((vec)->at, &(vec)->capacity, (vec)->count, sizeof(*(vec)->at)),      \
	        &(vec)->at[(vec)->count++])

#define vec_each(type, item, vec)                                                                  \
	for (type *item = (vec)->at; item != NULL && item < (vec)->at + (vec)->count; item++)

#define vec_release(vec)                                                                           \
	do {                                                                                       \
		free((vec)->at);                                                                   \
		(vec)->at = NULL;                                                                  \
		(vec)->count = (vec)->capacity = 0;                                                \
	} while (0)

/* Makes room for element `count` and zeroes it. For vec_push() only. */
void *vec_grow(void *at, size_t *capacity, size_t count, size_t size);

#endif
