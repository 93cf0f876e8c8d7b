/*
 * Fitting a table into a terminal: which columns stay, and how wide they are. Numbers keep their
 * width; texts give way first, down to a readable minimum; then columns go, the least important
 * first; then texts shrink to almost nothing.
 */
#ifndef ANALYZER_PRINT_LAYOUT_H
#define ANALYZER_PRINT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/print/table.h"
#include "common/buf.h"

#define LAYOUT_GAP      2  /* columns between columns */
#define LAYOUT_READABLE 24 /* a text is not narrower than this as long as columns can go */
#define LAYOUT_NARROW   8  /* … and never narrower than this */

/* `widths` holds each column's natural width; becomes the width to print, 0 = not shown. */
void layout_fit(
        const struct column *columns, size_t column_count, unsigned width, unsigned *widths);

/* Appends cleaned text cut in its middle, so that the tag at its end stays, to at most `width`
 * columns. */
void layout_cut(struct buf *out, const char *text, unsigned width, bool ascii);

#endif
