/* A number of up to 63 bits takes at most 9 bytes, one of 64 bits 10. */
#include "analyzer/store/packed.h"

void
packed_append(struct buf *out, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		buf_putc(out, (char)(number | 0x80));
	buf_putc(out, (char)number);
}

struct packed
packed_open(const void *bytes, size_t length)
{
	const unsigned char *at = bytes;

	return (struct packed){ .at = at, .end = length > 0 ? at + length : at };
}

bool
packed_next(struct packed *packed, uint64_t *number)
{
	uint64_t value = 0;

	if (packed->at == packed->end)
		return false;
	for (unsigned shift = 0; shift <= 63 && packed->at < packed->end; shift += 7) {
		uint64_t byte = *packed->at++;
		uint64_t bits = byte & 0x7f;

		if (bits << shift >> shift != bits)
			break;
		value |= bits << shift;
		if (byte < 0x80) {
			*number = value;
			return true;
		}
	}
	packed->damaged = true;
	packed->at = packed->end;
	return false;
}
