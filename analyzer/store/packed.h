/*
 * Lists of numbers in one BLOB: 7 bits to a byte, low bits first, the high bit set in all but the
 * last byte of a number (LEB128). Three bytes for a layer instead of a row of sixteen.
 */
#ifndef ANALYZER_STORE_PACKED_H
#define ANALYZER_STORE_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

struct packed {
	const unsigned char *at, *end;
	bool damaged; /* ended within a number, or a number had more than 64 bits */
};

void packed_append(struct buf *out, uint64_t number);
/* `bytes` may be NULL if length is 0. Must live as long as it is read. */
struct packed packed_open(const void *bytes, size_t length);
/* False at the end, and when damaged. */
bool packed_next(struct packed *packed, uint64_t *number);

#endif
