/*
 * A piece of somebody else's text, by address and length. Comparisons ignore letter case (URLs'
 * schemes and hosts, header words). No NUL inside: pieces are cut from C strings.
 */
#ifndef COLLECTOR_REGISTRY_SLICE_H
#define COLLECTOR_REGISTRY_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct slice {
	const char *at;
	size_t length;
};

static inline struct slice
slice_of(const char *text)
{
	return (struct slice){ text, strlen(text) };
}

static inline struct slice
slice_between(const char *from, const char *to)
{
	return (struct slice){ from, (size_t)(to - from) };
}

static inline bool
slice_is(struct slice slice, const char *text)
{
	return slice.length == strlen(text) && strncasecmp(slice.at, text, slice.length) == 0;
}

static inline bool
slice_equal(struct slice a, struct slice b)
{
	return a.length == b.length && strncasecmp(a.at, b.at, a.length) == 0;
}

/* The part up to the first of `stops`; *rest becomes what is behind it, beginning with it. */
static inline struct slice
slice_until(struct slice *rest, const char *stops)
{
	struct slice head = { rest->at, 0 };

	while (head.length < rest->length && strchr(stops, rest->at[head.length]) == NULL)
		head.length++;
	rest->at += head.length;
	rest->length -= head.length;
	return head;
}

#endif
