/*
 * Digests: an algorithm and raw bytes, compared by value. Text only at the edges.
 *
 * OCI image-spec, descriptor.md "Digests": `algorithm ":" encoded`; sha256 (64 hex) and sha512
 * (128 hex), lower case only. Every digest from outside passes digest_parse() before it becomes a
 * path, an URL or a row (CVE-2024-3727).
 */
#ifndef SCHEMA_DIGEST_H
#define SCHEMA_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SHA256 32
#define DIGEST_SHA512 64

/* The length in bytes tells the algorithm; 0 = no digest. Unused bytes are zero, so a digest can
 * be a map key and two are equal iff memcmp says so. */
struct digest {
	uint8_t length;
	uint8_t bytes[64];
};

/* "sha512:" + 128 hex + NUL */
#define DIGEST_TEXT_SIZE 136

/* False for anything but the two exact forms; then *digest is "no digest". */
bool digest_parse(struct digest *digest, const char *text);
bool digest_parse_n(struct digest *digest, const char *text, size_t length);
/* From raw bytes of length 32 or 64 (as in the store); false otherwise. */
bool digest_from_bytes(struct digest *digest, const void *bytes, size_t length);
/* The text in `out`, "" for no digest. Returns out. */
const char *digest_format(const struct digest *digest, char out[DIGEST_TEXT_SIZE]);
/* The first 12 hex digits, for people: "5f70bf18a086". Returns out. */
const char *digest_short(const struct digest *digest, char out[13]);

/* Shorter algorithm first, then by bytes: a total order, the same as of the texts within one
 * algorithm. */
int digest_compare(const struct digest *a, const struct digest *b);
bool digest_equal(const struct digest *a, const struct digest *b);
static inline bool
digest_is_set(const struct digest *digest)
{
	return digest->length != 0;
}

/* The digest of `data` with the algorithm of length 32 or 64. Thread-safe. Cannot fail, except
 * without memory or with a libcrypto that has no SHA-2: that ends the program. */
void digest_of(struct digest *digest, uint8_t algorithm, const void *data, size_t length);

/*
 * ChainID (image-spec config.md "Layer ChainID"): chain(L0) = diff(L0);
 * chain(Ln) = sha256(chain(Ln-1) + " " + diff(Ln)) over the full texts. `parent` NULL or "no
 * digest" means the bottom layer.
 */
void digest_chain(struct digest *chain, const struct digest *parent, const struct digest *diff_id);

/* True for the DiffIDs of a tar without entries: 1,024 zero bytes (Docker) and 10,240 zero bytes
 * (GNU tar's record size). Such a layer is empty: it never makes a base. */
bool digest_is_empty_layer(const struct digest *diff_id);

#endif
