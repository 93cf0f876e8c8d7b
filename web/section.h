/*
 * A section of the page: one file, one function that writes its body. web/page.c has the table of
 * them, in the order of the page; adding one touches its own file and that table.
 */
#ifndef WEB_SECTION_H
#define WEB_SECTION_H

#include "common/arena.h"
#include "web/html.h"
#include "web/page.h"

/* What every section gets: where to write, what to say, and memory that lives as long as it. */
struct page {
	struct html html;
	struct arena arena;
	const struct report *report;
	const struct page_options *options;
	uint32_t row_limit; /* never 0 */
};

struct section {
	const char *id;    /* anchor; our own words, as the next two */
	const char *menu;  /* in the contents */
	const char *title; /* the heading */
	void (*render)(struct page *page);
};

void section_summary(struct page *page);
void section_sources(struct page *page);
void section_stores(struct page *page);
void section_bases(struct page *page);
void section_images(struct page *page);
void section_repositories(struct page *page);
void section_coverage(struct page *page);
void section_counting(struct page *page);

#endif
