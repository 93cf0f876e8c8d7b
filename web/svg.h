/*
 * Charts, as inline SVG. Lengths are percentages of the element's width, so a chart follows the
 * page without scripts while its text keeps its size. Colour is never alone: every bar stands
 * beside its words and numbers, and what is saved is a dashed outline, not a colour.
 */
#ifndef WEB_SVG_H
#define WEB_SVG_H

#include <stdint.h>

#include "web/html.h"

/* 0 to 1000; 0 for a whole of 0. */
unsigned svg_permille(uint64_t part, uint64_t whole);

struct svg_bars {
	const char *name; /* of the source */
	uint64_t logical_bytes, actual_bytes;
	uint64_t full_bytes; /* what the full width means: equal for charts to be compared */
};

/* Two bars, logical over actual, with what sharing saves outlined behind the latter. `number`
 * makes the ids of this chart unique in the page. */
void svg_bars(struct html *out, unsigned number, const struct svg_bars *bars);
/* A thin bar for a table cell that says the same in words: hidden from screen readers. */
void svg_meter(struct html *out, uint64_t part, uint64_t whole);

#endif
