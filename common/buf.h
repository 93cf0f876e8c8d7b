/*
 * A growable byte buffer that is born with its limit: bodies from outside are never larger than
 * what the reader said it would take. `data` is always NUL-terminated (the NUL is not counted),
 * never NULL after the first append, and may hold NUL bytes of its own.
 */
#ifndef COMMON_BUF_H
#define COMMON_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data;
	size_t length;
	size_t capacity;
	size_t limit_bytes; /* appending beyond it fails; 0 = BUF_DEFAULT_LIMIT */
	bool overflowed;    /* an append was refused since the last buf_reset() */
};

#define BUF_DEFAULT_LIMIT ((size_t)1 << 30)
#define auto_buf          __attribute__((cleanup(buf_release))) struct buf

void buf_init(struct buf *buf, size_t limit_bytes);
/* 0, or -1 when the limit would be passed: then nothing is appended and `overflowed` is set. */
int buf_append(struct buf *buf, const void *data, size_t length);
int buf_puts(struct buf *buf, const char *text);
int buf_putc(struct buf *buf, char c);
int buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Length 0, memory and limit kept. */
void buf_reset(struct buf *buf);
/* The text, "" when nothing was ever appended. Valid until the next change. */
const char *buf_text(const struct buf *buf);
/* Frees the memory and leaves an empty buffer with the same limit. */
void buf_release(struct buf *buf);

#endif
