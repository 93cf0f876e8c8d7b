/*
 * One allocation that doubles until the limit. An append fits completely or leaves the buffer as
 * it was, so a reader needs to look at `overflowed` only once, at the end.
 */
#include "common/buf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

#define CAPACITY_MIN 64

void
buf_init(struct buf *buf, size_t limit_bytes)
{
	*buf = (struct buf){ .limit_bytes = limit_bytes };
}

/* Room for `length` more bytes and the NUL. */
static int
buf_reserve(struct buf *buf, size_t length)
{
	size_t limit = buf->limit_bytes ? buf->limit_bytes : BUF_DEFAULT_LIMIT;

	if (buf->length > limit || length > limit - buf->length) {
		buf->overflowed = true;
		return -1;
	}
	size_t needed = buf->length + length + 1;
	if (needed <= buf->capacity)
		return 0;
	size_t capacity = buf->capacity < CAPACITY_MIN ? CAPACITY_MIN : buf->capacity * 2;
	if (capacity > limit + 1)
		capacity = limit + 1;
	if (capacity < needed)
		capacity = needed;
	buf->data = xrealloc(buf->data, capacity, 1);
	buf->capacity = capacity;
	return 0;
}

int
buf_append(struct buf *buf, const void *data, size_t length)
{
	if (buf_reserve(buf, length) != 0)
		return -1;
	if (length > 0)
		memcpy(buf->data + buf->length, data, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
	return 0;
}

int
buf_puts(struct buf *buf, const char *text)
{
	return buf_append(buf, text, strlen(text));
}

int
buf_putc(struct buf *buf, char c)
{
	return buf_append(buf, &c, 1);
}

int
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	auto_free char *text = xvprintf(format, args);
	va_end(args);
	return buf_puts(buf, text);
}

void
buf_reset(struct buf *buf)
{
	buf->length = 0;
	buf->overflowed = false;
	if (buf->data)
		buf->data[0] = '\0';
}

const char *
buf_text(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

void
buf_release(struct buf *buf)
{
	free(buf->data);
	buf_init(buf, buf->limit_bytes);
}
