/* The Link header that pages are found by (RFC 8288; distribution-spec "Listing Tags"). Pure. */
#ifndef COLLECTOR_REGISTRY_LINK_H
#define COLLECTOR_REGISTRY_LINK_H

#include <stddef.h>

#include "common/error.h"

/*
 * The URL of the page after `current_url`, from the value of its Link header: the link with
 * rel="next" (several links, several rels, other parameters and quoting allowed). Relative forms
 * are resolved against current_url.
 * Returns 1 and writes it to `next`, 0 when there is no next link, -1 when there is one that must
 * not be followed: another scheme, host or port than current_url, or longer than `size`.
 */
int link_next(char *next, size_t size, const char *header, const char *current_url,
        struct error *err) must_check;

#endif
