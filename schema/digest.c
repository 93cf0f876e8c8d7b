/*
 * Hashing goes through EVP with algorithms fetched once: a fetch by name costs more than hashing
 * a ChainID's 143 bytes, and a scan hashes millions of them.
 */
#include "schema/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct algorithm {
	const char *prefix;
	uint8_t length;
};

static const struct algorithm algorithms[] = {
	{ "sha256:", DIGEST_SHA256 },
	{ "sha512:", DIGEST_SHA512 },
};

#define PREFIX_LENGTH 7 /* of both */

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1; /* capitals are not canonical: two texts of one digest would follow */
}

static bool
parse_hex(uint8_t *bytes, size_t count, const char *hex)
{
	for (size_t i = 0; i < count; i++) {
		int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static char *
format_hex(char *out, const uint8_t *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
	return out;
}

bool
digest_parse(struct digest *digest, const char *text)
{
	return digest_parse_n(digest, text, strlen(text));
}

bool
digest_parse_n(struct digest *digest, const char *text, size_t length)
{
	memset(digest, 0, sizeof(*digest));
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		const struct algorithm *algorithm = &algorithms[i];
		struct digest parsed = { .length = algorithm->length };

		if (length == PREFIX_LENGTH + 2 * (size_t)algorithm->length &&
		        memcmp(text, algorithm->prefix, PREFIX_LENGTH) == 0 &&
		        parse_hex(parsed.bytes, algorithm->length, text + PREFIX_LENGTH)) {
			*digest = parsed;
			return true;
		}
	}
	return false;
}

bool
digest_from_bytes(struct digest *digest, const void *bytes, size_t length)
{
	memset(digest, 0, sizeof(*digest));
	if (length != DIGEST_SHA256 && length != DIGEST_SHA512)
		return false;
	digest->length = (uint8_t)length;
	memcpy(digest->bytes, bytes, length);
	return true;
}

static size_t
format_text(const struct digest *digest, char out[DIGEST_TEXT_SIZE])
{
	out[0] = '\0';
	if (!digest_is_set(digest))
		return 0;
	const struct algorithm *algorithm = &algorithms[digest->length == DIGEST_SHA512];
	memcpy(out, algorithm->prefix, PREFIX_LENGTH);
	return (size_t)(format_hex(out + PREFIX_LENGTH, digest->bytes, algorithm->length) - out);
}

const char *
digest_format(const struct digest *digest, char out[DIGEST_TEXT_SIZE])
{
	format_text(digest, out);
	return out;
}

const char *
digest_short(const struct digest *digest, char out[13])
{
	out[0] = '\0';
	if (digest_is_set(digest))
		format_hex(out, digest->bytes, 6);
	return out;
}

int
digest_compare(const struct digest *a, const struct digest *b)
{
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool
digest_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Read-only after the first use, and never freed: it lives as long as the library does. */
static struct {
	pthread_once_t once;
	EVP_MD *sha256;
	EVP_MD *sha512;
} evp = { .once = PTHREAD_ONCE_INIT };

static void
evp_fetch(void)
{
	evp.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	evp.sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
}

void
digest_of(struct digest *digest, uint8_t algorithm, const void *data, size_t length)
{
	pthread_once(&evp.once, evp_fetch);
	memset(digest, 0, sizeof(*digest));
	digest->length = algorithm == DIGEST_SHA512 ? DIGEST_SHA512 : DIGEST_SHA256;
	const EVP_MD *md = algorithm == DIGEST_SHA512 ? evp.sha512 : evp.sha256;

	/* Fails without memory or with a libcrypto that has no SHA-2. A digest that is not one
	 * would end up in the store as a fact, so this ends the program. */
	if (!md || EVP_Digest(data, length, digest->bytes, NULL, md, NULL) != 1)
		abort();
}

void
digest_chain(struct digest *chain, const struct digest *parent, const struct digest *diff_id)
{
	char text[2 * DIGEST_TEXT_SIZE];

	if (!parent || !digest_is_set(parent)) {
		*chain = *diff_id;
		return;
	}
	size_t length = format_text(parent, text);
	text[length++] = ' ';
	length += format_text(diff_id, text + length);
	digest_of(chain, DIGEST_SHA256, text, length);
}

bool
digest_is_empty_layer(const struct digest *diff_id)
{
	static const uint8_t empty[][DIGEST_SHA256] = {
		/* 1,024 zero bytes */
		{ 0x5f, 0x70, 0xbf, 0x18, 0xa0, 0x86, 0x00, 0x70, 0x16, 0xe9, 0x48, 0xb0, 0x4a,
		        0xed, 0x3b, 0x82, 0x10, 0x3a, 0x36, 0xbe, 0xa4, 0x17, 0x55, 0xb6, 0xcd,
		        0xdf, 0xaf, 0x10, 0xac, 0xe3, 0xc6, 0xef },
		/* 10,240 zero bytes */
		{ 0x84, 0xff, 0x92, 0x69, 0x1f, 0x90, 0x9a, 0x05, 0xb2, 0x24, 0xe1, 0xc5, 0x6a,
		        0xbb, 0x48, 0x64, 0xf0, 0x1b, 0x4f, 0x8e, 0x3c, 0x85, 0x4e, 0x4b, 0xb4,
		        0xc7, 0xba, 0xf1, 0xd3, 0xf6, 0xd6, 0x52 },
	};

	if (diff_id->length != DIGEST_SHA256)
		return false;
	for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++)
		if (memcmp(diff_id->bytes, empty[i], DIGEST_SHA256) == 0)
			return true;
	return false;
}
