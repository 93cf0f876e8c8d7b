/* Base64 (RFC 4648 section 4), strict: padding required, no line breaks. */
#ifndef COLLECTOR_REGISTRY_BASE64_H
#define COLLECTOR_REGISTRY_BASE64_H

#include <stddef.h>

/* The number of bytes written to `out`, or -1: not base64, or more than `size` bytes. */
long base64_decode(unsigned char *out, size_t size, const char *text);
/* NUL-terminated; -1 if `size` is too small. */
int base64_encode(char *out, size_t size, const unsigned char *data, size_t length);

#endif
