/*
 * The report as one self-contained HTML file: no network, strict CSP first in <head>, everything
 * readable without scripts, in light, dark and print. It renders the report struct and computes
 * nothing but percentages, widths and the sum of the rows that a table leaves out.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include <stdint.h>

#include "analyzer/model/report.h"
#include "common/buf.h"

struct page_options {
	const char *title;    /* NULL = "What our images share" */
	int64_t generated_at; /* seconds since 1970; given, so that the page is a pure function */
	const char *version;  /* of the program; NULL = not shown */
	uint32_t row_limit;   /* per table, then "and N more"; 0 = 200 */
	const struct platform *platform; /* what the report was restricted to; NULL = all */
};

#define PAGE_ROW_LIMIT 200

/* Appends the whole document. Same report and options, same bytes. `out->overflowed` afterwards
 * means that the limit of the buffer cut it: then it is not a page. */
void page_render(const struct report *report, const struct page_options *options, struct buf *out);

#endif
