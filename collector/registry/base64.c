/*
 * Four characters are three bytes. Written by hand because OpenSSL's decoder forgives line breaks
 * and miscounts padding; and secrets pass here, so nothing is allocated.
 */
#include "collector/registry/base64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int
value_of(char c)
{
	const char *at = c == '\0' ? NULL : strchr(alphabet, c);

	return at == NULL ? -1 : (int)(at - alphabet);
}

/* Up to three bytes from four characters; their number, or -1. Padding only at the very end. */
static int
decode_group(unsigned char bytes[3], const char *group, int last)
{
	int padding = 0;
	uint32_t bits = 0;

	if (last && group[3] == '=')
		padding = group[2] == '=' ? 2 : 1;
	for (int i = 0; i < 4; i++) {
		int value = i < 4 - padding ? value_of(group[i]) : 0;

		if (value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
	}
	/* Bits that no byte gets must be zero: one text per content. */
	if ((padding == 1 && (bits & 0xff) != 0) || (padding == 2 && (bits & 0xffff) != 0))
		return -1;
	bytes[0] = (unsigned char)(bits >> 16);
	bytes[1] = (unsigned char)(bits >> 8);
	bytes[2] = (unsigned char)bits;
	return 3 - padding;
}

long
base64_decode(unsigned char *out, size_t size, const char *text)
{
	size_t length = strlen(text), done = 0;

	if (length % 4 != 0)
		return -1;
	for (size_t at = 0; at < length; at += 4) {
		unsigned char bytes[3];
		int count = decode_group(bytes, text + at, at + 4 == length);

		if (count < 0 || (size_t)count > size - done)
			return -1;
		memcpy(out + done, bytes, (size_t)count);
		done += (size_t)count;
	}
	return (long)done;
}

int
base64_encode(char *out, size_t size, const unsigned char *data, size_t length)
{
	size_t done = 0;

	if (size == 0 || length > (size - 1) / 4 * 3)
		return -1;
	for (size_t at = 0; at < length; at += 3) {
		size_t left = length - at;
		uint32_t bits = (uint32_t)data[at] << 16;

		if (left > 1)
			bits |= (uint32_t)data[at + 1] << 8;
		if (left > 2)
			bits |= data[at + 2];
		out[done++] = alphabet[bits >> 18];
		out[done++] = alphabet[bits >> 12 & 63];
		out[done++] = left > 1 ? alphabet[bits >> 6 & 63] : '=';
		out[done++] = left > 2 ? alphabet[bits & 63] : '=';
	}
	out[done] = '\0';
	return 0;
}
