/*
 * How things from outside are called in the page: references, images, bases. Where there is one
 * source only, its name would stand in every row and say nothing: it is left out.
 */
#ifndef WEB_NAMES_H
#define WEB_NAMES_H

#include "web/section.h"

/* "repo:tag" or "repo@5f70bf18a086"; the full one starts with the source. */
void names_reference(struct page *page, uint32_t reference);
void names_full_reference(struct page *page, uint32_t reference);
/* The source of a reference, as a line below its name. */
void names_place(struct page *page, uint32_t reference);
/* Its first reference, else its config digest. */
void names_image(struct page *page, uint32_t image);
/* The lines below an image: its source, platform, config digest, other names. */
void names_image_details(struct page *page, uint32_t image);
/* Its first name, else "unnamed" and the start of its chain ID. */
void names_base(struct page *page, uint32_t base);
/* "linux/amd64"; nothing when it is unknown. */
void names_platform(struct page *page, const struct platform *platform);

const char *names_source_kind(enum source_kind kind);    /* "registry" */
const char *names_source_state(enum source_state state); /* "partial" */

#endif
