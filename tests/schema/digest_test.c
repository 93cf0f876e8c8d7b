/* Digests: two exact texts, and every near miss of them. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "schema/digest.h"

#define HEX32  "0123456789abcdef0123456789abcdef"
#define HEX64  HEX32 HEX32
#define HEX128 HEX64 HEX64

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		uint8_t length; /* 0 = refused */
	} cases[] = {
		{ "sha256:" HEX64, 32 },
		{ "sha512:" HEX128, 64 },
		{ "", 0 },
		{ "sha256", 0 },
		{ "sha256:", 0 },
		{ "sha256:" HEX32, 0 },
		{ "sha256:" HEX128, 0 },
		{ "sha512:" HEX64, 0 },
		{ "sha384:" HEX64 HEX32, 0 },
		{ "SHA256:" HEX64, 0 },
		{ "sha256-" HEX64, 0 },
		{ "sha256=" HEX64, 0 },
		{ " sha256:" HEX64, 0 },
		{ "sha256:" HEX64 " ", 0 },
		{ "sha256:" HEX64 "\n", 0 },
		{ "sha256:" HEX64 "0", 0 },
		{ "sha256: 123456789abcdef"
		  "0123456789abcdef" HEX32,
		        0 },
		{ "sha256:0123456789ABCDEF0123456789abcdef" HEX32, 0 },
		{ "sha256:g123456789abcdef0123456789abcdef" HEX32, 0 },
		{ "sha256:../../../../etc/passwd/../../../" HEX32, 0 },
		{ "sha256:0x23456789abcdef0123456789abcdef" HEX32, 0 },
		{ "sha256:-123456789abcdef0123456789abcdef" HEX32, 0 },
		{ "md5:" HEX32, 0 },
		{ "sha256+b64:" HEX64, 0 },
		{ HEX64, 0 },
	};
	static const struct digest none;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct digest digest;
		char out[DIGEST_TEXT_SIZE];

		memset(&digest, 0xff, sizeof(digest));
		assert_int_equal(digest_parse(&digest, cases[i].text), cases[i].length != 0);
		assert_int_equal(digest.length, cases[i].length);
		if (cases[i].length)
			assert_string_equal(digest_format(&digest, out), cases[i].text);
		else
			assert_memory_equal(&digest, &none, sizeof(none));
	}
}

static void
test_parse_n(void **state)
{
	static const char nul[] = "sha256:0123456789abcde\0"
	                          "0123456789abcdef" HEX32;
	struct digest digest;

	(void)state;
	assert_true(digest_parse_n(&digest, "sha256:" HEX64 "garbage", 7 + 64));
	assert_false(digest_parse_n(&digest, "sha256:" HEX64 "garbage", 7 + 63));
	assert_false(digest_parse_n(&digest, nul, 7 + 64));
	assert_false(digest_parse_n(&digest, "", 0));
}

/* One wrong byte at any place, any value: refused, or another digest. */
static void
test_every_byte(void **state)
{
	static const char good[] = "sha256:" HEX64;

	(void)state;
	for (size_t at = 0; at < strlen(good); at++)
		for (int byte = 0; byte < 256; byte++) {
			char text[sizeof(good)], out[DIGEST_TEXT_SIZE];
			struct digest digest;

			memcpy(text, good, sizeof(good));
			text[at] = (char)byte;
			if (digest_parse_n(&digest, text, strlen(good)))
				assert_string_equal(digest_format(&digest, out), text);
			else
				assert_true(byte != good[at]);
		}
}

static void
test_from_bytes(void **state)
{
	uint8_t bytes[64] = { 0xab, 1 };
	struct digest digest;
	char out[DIGEST_TEXT_SIZE], brief[13];

	(void)state;
	assert_true(digest_from_bytes(&digest, bytes, 32));
	assert_int_equal(digest.length, 32);
	assert_string_equal(digest_short(&digest, brief), "ab0100000000");
	assert_true(digest_from_bytes(&digest, bytes, 64));
	assert_int_equal(strlen(digest_format(&digest, out)), 7 + 128);
	for (size_t length = 0; length < 64; length++) {
		if (length == 32)
			continue;
		assert_false(digest_from_bytes(&digest, bytes, length));
		assert_false(digest_is_set(&digest));
	}
	assert_string_equal(digest_format(&digest, out), "");
	assert_string_equal(digest_short(&digest, brief), "");
}

static void
test_of(void **state)
{
	static const struct {
		uint8_t algorithm;
		const char *data, *text;
	} cases[] = {
		/* FIPS 180-2, appendix B and C */
		{ 32, "abc",
		        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ 32, "",
		        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ 64, "abc",
		        "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct digest digest;
		char out[DIGEST_TEXT_SIZE];

		memset(&digest, 0xff, sizeof(digest));
		digest_of(&digest, cases[i].algorithm, cases[i].data, strlen(cases[i].data));
		assert_string_equal(digest_format(&digest, out), cases[i].text);
		struct digest parsed;
		assert_true(digest_parse(&parsed, cases[i].text));
		assert_true(digest_equal(&parsed, &digest)); /* unused bytes too */
	}
}

static void
test_chain(void **state)
{
	struct digest diff[3], chain, expected;
	char text[2 * DIGEST_TEXT_SIZE], a[DIGEST_TEXT_SIZE], b[DIGEST_TEXT_SIZE];
	const struct digest none = { 0 };

	(void)state;
	digest_of(&diff[0], 32, "0", 1);
	digest_of(&diff[1], 32, "1", 1);
	digest_of(&diff[2], 64, "2", 1);
	digest_chain(&chain, NULL, &diff[0]);
	assert_true(digest_equal(&chain, &diff[0]));
	digest_chain(&chain, &none, &diff[0]);
	assert_true(digest_equal(&chain, &diff[0]));
	for (size_t i = 1; i < 3; i++) {
		snprintf(text, sizeof(text), "%s %s", digest_format(&chain, a),
		        digest_format(&diff[i], b));
		digest_of(&expected, 32, text, strlen(text));
		digest_chain(&chain, &chain, &diff[i]); /* in place */
		assert_true(digest_equal(&chain, &expected));
	}
	/* A fixed value: sha256("sha256:<abc> sha256:<abc>"), from sha256sum(1). */
	digest_of(&diff[0], 32, "abc", 3);
	digest_chain(&chain, &diff[0], &diff[0]);
	assert_string_equal(digest_format(&chain, a),
	        "sha256:95bbd0d1bf2f6edd073d53e1caa6d4b4778912f6b19bad7a45d56c58e23533bd");
}

static void
test_empty_layer(void **state)
{
	static const size_t sizes[] = { 0, 512, 1024, 1536, 10239, 10240, 20480 };
	auto_free char *zeros = xcalloc(1, 20480);

	(void)state;
	for (size_t i = 0; i < countof(sizes); i++) {
		bool empty = sizes[i] == 1024 || sizes[i] == 10240;
		struct digest digest;

		digest_of(&digest, 32, zeros, sizes[i]);
		assert_int_equal(digest_is_empty_layer(&digest), empty);
		digest_of(&digest, 64, zeros, sizes[i]);
		assert_false(digest_is_empty_layer(&digest));
	}
	const struct digest none = { 0 };
	assert_false(digest_is_empty_layer(&none));
}

static void
test_compare(void **state)
{
	struct digest sorted[4] = { 0 }; /* none, 00…, ff…, sha512 00… */

	(void)state;
	uint8_t bytes[64] = { 0 };
	digest_from_bytes(&sorted[1], bytes, 32);
	digest_from_bytes(&sorted[3], bytes, 64);
	bytes[0] = 0xff;
	digest_from_bytes(&sorted[2], bytes, 32);
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++) {
			int order = digest_compare(&sorted[i], &sorted[j]);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
			assert_int_equal(digest_equal(&sorted[i], &sorted[j]), i == j);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_n),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_from_bytes),
		cmocka_unit_test(test_of),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_empty_layer),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
