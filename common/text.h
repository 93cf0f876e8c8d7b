/*
 * Text that people read. Names, tags, labels and error texts from outside are hostile: everything
 * that goes to a terminal or a log passes text_clean().
 */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

/*
 * Appends `text` made harmless for one line of a terminal: control bytes (C0, DEL, C1 also as
 * UTF-8), bytes of invalid UTF-8, bidirectional controls (U+061C, 200E/F, 202A-E, 2066-9),
 * invisible characters (U+200B-D, 2060-F, FEFF, FFF9-B, E0000-7F) and line separators (U+2028/9)
 * each become U+FFFD. If `out` reaches its limit the rest is left out, and `overflowed` is set.
 */
void text_clean(struct buf *out, const char *text, size_t length);
/* Columns that cleaned text takes on a terminal (utf8proc: wide characters are two). */
size_t text_width(const char *text);
/* True for valid UTF-8 without NUL (RFC 3629: no surrogates, no overlong forms). */
bool text_is_utf8(const char *text, size_t length);

/* "74.0 MB": decimal units as Docker prints them, one decimal from kB on; "1,234 B" is never used.
 * The result is in `out`; 24 bytes suffice for any value. */
const char *text_bytes(uint64_t bytes, char out[24]);
/* "1,234,567" */
const char *text_count(uint64_t value, char out[32]);
/* "2026-01-31T02:00:00Z" from seconds since 1970; "" outside 1970-9999. */
const char *text_time(int64_t unix_seconds, char out[32]);
/* RFC 3339, fractions (dropped) and offsets allowed; 0 or -1. Years outside 1970-9999 are refused:
 * Go's zero time, 0001-01-01T00:00:00Z, means "unknown". */
int text_parse_time(const char *text, int64_t *unix_seconds);

/* fnmatch(3) with `*` also matching `/`, and `\` being itself; a pattern without wildcard must be
 * equal. Patterns come from our user, never from outside: many stars take long. */
bool text_glob(const char *pattern, const char *text);
/* Natural order: "1.9" before "1.10". A total order; like strcmp, 0 only for equal texts. */
int text_natural_compare(const char *a, const char *b);
bool text_starts_with(const char *text, const char *prefix);

#endif
