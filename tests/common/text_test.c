/* Hostile text: what text_clean() lets through, and the formats for people. */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "common/text.h"

#define R "\xef\xbf\xbd"

static void
test_clean(void **state)
{
	static const struct {
		const char *text, *clean;
	} cases[] = {
		{ "", "" },
		{ "plain text 1.2_3-4", "plain text 1.2_3-4" },
		{ "äöü ß € 漢字 😀 ÿ", "äöü ß € 漢字 😀 ÿ" },
		{ "e\xcc\x81", "e\xcc\x81" }, /* combining accents stay */
		{ "\x1b[31mred", R "[31mred" },
		{ "a\nb\rc\td\be", "a" R "b" R "c" R "d" R "e" },
		{ "\x7f", R },
		{ "\xc2\x9b"
		  "31m",
		        R "31m" }, /* C1 CSI as UTF-8 */
		{ "\x9b"
		  "31m",
		        R "31m" },               /* and as a byte */
		{ "\xc2\xa0", "\xc2\xa0" },      /* the first code point behind C1 */
		{ "\xc0\x80", R R },             /* overlong NUL */
		{ "\xe0\x80\xaf", R R R },       /* overlong '/' */
		{ "\xed\xa0\x80", R R R },       /* a surrogate */
		{ "\xf4\x90\x80\x80", R R R R }, /* beyond U+10FFFF */
		{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
		{ "\xf5\x80\x80\x80", R R R R },
		{ "\xfe\xff", R R },
		{ "ab\xc3", "ab" R }, /* cut in the middle */
		{ "\xe2\x82", R R },
		{ "\xc3(", R "(" }, /* the byte behind is not swallowed */
		{ "\xe2\x80\xae"
		  "gpj.exe",
		        R "gpj.exe" }, /* U+202E */
		{ "\xd8\x9c", R },     /* U+061C */
		{ "a\xe2\x80\x8b"
		  "b",
		        "a" R "b" },                                        /* U+200B */
		{ "\xe2\x80\x8a\xe2\x80\x90", "\xe2\x80\x8a\xe2\x80\x90" }, /* 200A, 2010 */
		{ "\xe2\x80\x8e\xe2\x80\x8f", R R },
		{ "\xe2\x80\xa8\xe2\x80\xa9", R R }, /* line, paragraph separator */
		{ "\xe2\x81\xa0\xe2\x81\xa6\xe2\x81\xa9", R R R },
		{ "\xe2\x81\xb0", "\xe2\x81\xb0" }, /* U+2070 */
		{ "\xef\xbb\xbf"
		  "bom",
		        R "bom" },
		{ "\xf3\xa0\x81\x81", R }, /* tag A */
		{ R, R },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_buf out = { 0 };

		text_clean(&out, cases[i].text, strlen(cases[i].text));
		assert_string_equal(buf_text(&out), cases[i].clean);
	}
	auto_buf out = { 0 };
	text_clean(&out, "a\0b", 3);
	assert_string_equal(buf_text(&out), "a" R "b");
}

/* Stops at the limit, between code points, and takes nothing behind it. */
static void
test_clean_limit(void **state)
{
	auto_buf out = { .limit_bytes = 4 };

	(void)state;
	text_clean(&out,
	        "abc\xe2\x82\xac"
	        "d",
	        7);
	assert_string_equal(buf_text(&out), "abc");
	assert_true(out.overflowed);
}

/* An independent reading of the promise, by bytes and not by code points. */
static void
assert_clean(const char *text, size_t length)
{
	static const char *const forbidden[] = { "\xd8\x9c", "\xe2\x80\x8b", "\xe2\x80\x8c",
		"\xe2\x80\x8d", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9",
		"\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
		"\xe2\x81\xa0", "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9",
		"\xef\xbb\xbf" };

	assert_true(text_is_utf8(text, length));
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		assert_true(c >= 0x20 && c != 0x7f);
		if (c == 0xc2)
			assert_true((unsigned char)text[i + 1] >= 0xa0);
	}
	for (size_t i = 0; i < countof(forbidden); i++)
		assert_null(strstr(text, forbidden[i]));
}

static uint32_t
next(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223; /* reproducible */
	return *state >> 8;
}

static void
test_clean_random(void **state)
{
	/* Bytes that begin or continue the interesting sequences are likelier than others. */
	static const unsigned char likely[] = { 0xe2, 0x80, 0x81, 0xae, 0x8b, 0xa8, 0xef, 0xbb,
		0xbf, 0xd8, 0x9c, 0xc2, 0x9b, 0xf0, 0x9f, 0x1b, '[', 'm', 0xed, 0xf4 };
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		char text[32];
		size_t length = next(&seed) % sizeof(text);
		auto_buf once = { 0 }, twice = { 0 };

		for (size_t i = 0; i < length; i++)
			text[i] = (char)(next(&seed) % 4 ? likely[next(&seed) % countof(likely)]
			                                 : next(&seed) % 256);
		text_clean(&once, text, length);
		assert_clean(buf_text(&once), once.length);
		text_clean(&twice, buf_text(&once), once.length);
		assert_string_equal(buf_text(&once), buf_text(&twice));
	}
}

static void
test_is_utf8(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		bool valid;
	} cases[] = {
		{ "", 0, true },
		{ "abc", 3, true },
		{ "a\0c", 3, false },
		{ "\x1b", 1, true }, /* valid, if not clean */
		{ "\xc3\xa4", 2, true },
		{ "\xc3\xa4", 1, false },
		{ "\xf0\x9f\x98\x80", 4, true },
		{ "\xf0\x9f\x98\x80", 3, false },
		{ "\xc0\xaf", 2, false },
		{ "\xc1\xbf", 2, false },
		{ "\xed\xbf\xbf", 3, false },
		{ "\xee\x80\x80", 3, true },
		{ "\xef\xbf\xbf", 3, true }, /* a noncharacter is a code point */
		{ "\xf4\x90\x80\x80", 4, false },
		{ "\x80", 1, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(text_is_utf8(cases[i].text, cases[i].length), cases[i].valid);
}

static void
test_width(void **state)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = { { "", 0 }, { "abc", 3 }, { "äöü", 3 }, { "漢字", 4 }, { "e\xcc\x81", 1 },
		{ R, 1 }, { "…", 1 }, { "\xff", 1 } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(text_width(cases[i].text), cases[i].width);
}

static void
test_bytes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0 B" },
		{ 1, "1 B" },
		{ 999, "999 B" },
		{ 1000, "1.0 kB" },
		{ 1049, "1.0 kB" },
		{ 1050, "1.1 kB" },
		{ 999949, "999.9 kB" },
		{ 999950, "1.0 MB" },
		{ 74000000, "74.0 MB" },
		{ 5500000, "5.5 MB" },
		{ 999949999, "999.9 MB" },
		{ 999950000, "1.0 GB" },
		{ 1234567890123, "1.2 TB" },
		{ 9007199254740992, "9.0 PB" },
		{ 1000000000000000000, "1.0 EB" },
		{ UINT64_MAX, "18.4 EB" },
	};
	char out[24];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(text_bytes(cases[i].bytes, out), cases[i].text);
}

static void
test_count(void **state)
{
	static const struct {
		uint64_t value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 7, "7" },
		{ 999, "999" },
		{ 1000, "1,000" },
		{ 100000, "100,000" },
		{ 1234567, "1,234,567" },
		{ UINT64_MAX, "18,446,744,073,709,551,615" },
	};
	char out[32];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(text_count(cases[i].value, out), cases[i].text);
}

static void
test_time(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 1769824800, "2026-01-31T02:00:00Z" },
		{ 4294967296, "2106-02-07T06:28:16Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" },
		{ 253402300800, "" },
		{ -1, "" },
		{ INT64_MIN, "" },
		{ INT64_MAX, "" },
	};
	char out[32];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int64_t parsed = -2;

		assert_string_equal(text_time(cases[i].seconds, out), cases[i].text);
		assert_int_equal(text_parse_time(out, &parsed), cases[i].text[0] ? 0 : -1);
		assert_true(parsed == (cases[i].text[0] ? cases[i].seconds : -2));
	}
}

static void
test_parse_time(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds; /* -1 = refused */
	} cases[] = {
		{ "2026-01-31T02:00:00.123456789Z", 1769824800 },
		{ "2026-01-31t02:00:00z", 1769824800 },
		{ "2026-01-31T03:30:00+01:30", 1769824800 },
		{ "2026-01-30T16:00:00-10:00", 1769824800 },
		{ "2026-01-31T02:00:00-00:00", 1769824800 },
		{ "2026-01-31T02:00:00.9+00:00", 1769824800 },
		{ "2016-12-31T23:59:60Z", 1483228800 },
		{ "2024-02-29T00:00:00Z", 1709164800 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T00:00:00+00:01", -1 },
		{ "9999-12-31T23:59:59-00:01", -1 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "0001-01-01T00:00:00Z", -1 },
		{ "2023-02-29T00:00:00Z", -1 },
		{ "2100-02-29T00:00:00Z", -1 },
		{ "2026-04-31T00:00:00Z", -1 },
		{ "2026-00-10T00:00:00Z", -1 },
		{ "2026-13-10T00:00:00Z", -1 },
		{ "2026-01-00T00:00:00Z", -1 },
		{ "2026-01-31T24:00:00Z", -1 },
		{ "2026-01-31T02:60:00Z", -1 },
		{ "2026-01-31T02:00:61Z", -1 },
		{ "2026-01-31T02:00:00", -1 },
		{ "2026-01-31T02:00:00.Z", -1 },
		{ "2026-01-31T02:00:00,5Z", -1 },
		{ "2026-01-31T02:00Z", -1 },
		{ "2026-01-31 02:00:00Z", -1 },
		{ "2026-01-31T02:00:00ZZ", -1 },
		{ "2026-01-31T02:00:00+1:00", -1 },
		{ "2026-01-31T02:00:00+0100", -1 },
		{ "2026-01-31T02:00:00+24:00", -1 },
		{ "2026-1-31T02:00:00Z", -1 },
		{ "+026-01-31T02:00:00Z", -1 },
		{ " 2026-01-31T02:00:00Z", -1 },
		{ "20260131T020000Z", -1 },
		{ "2026", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int64_t seconds = -1;

		assert_int_equal(
		        text_parse_time(cases[i].text, &seconds), cases[i].seconds < 0 ? -1 : 0);
		assert_true(seconds == cases[i].seconds);
	}
}

static void
test_glob(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {
		{ "team/app", "team/app", true },
		{ "team/app", "team/apps", false },
		{ "team", "team/app", false },
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "team/app", true },
		{ "team/*", "team/sub/app", true },
		{ "team/*", "team", false },
		{ "*-debug", "1.2-debug", true },
		{ "*-debug", "1.2-debug2", false },
		{ "v?.?", "v1.2", true },
		{ "v?.?", "v1.22", false },
		{ "v[0-9]*", "v1.22", true },
		{ "v[!0-9]*", "v1.22", false },
		{ "[*]", "*", true },
		{ "[*]", "a", false },
		{ "a\\*", "a\\b", true },
		{ "a\\b", "a\\b", true },
		{ "a\\b", "ab", false },
		{ "*", ".hidden", true },
		{ "App", "app", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(text_glob(cases[i].pattern, cases[i].text), cases[i].matches);
}

static void
test_natural_compare(void **state)
{
	static const char *const sorted[] = { "", "-", "0", "00", "01", "1", "1-rc", "1.01", "1.1",
		"1.1-rc1", "1.1.0", "1.2", "1.9", "1.10", "1.10a", "1.10b2", "1.10b10", "2", "10",
		"123456789012345678901234567890", "123456789012345678901234567891",
		"1000000000000000000000000000000", "V1", "latest", "v1.9", "v1.10", "v02.0", "é" };
	size_t count = countof(sorted);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			int order = text_natural_compare(sorted[i], sorted[j]);

			if ((order > 0) - (order < 0) != (i > j) - (i < j))
				fail_msg("'%s' against '%s': %d", sorted[i], sorted[j], order);
		}
}

/* sort() needs transitivity, whatever the texts are. */
static void
test_natural_transitive(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		char text[3][8];
		int order[3];

		for (int t = 0; t < 3; t++) {
			size_t length = next(&seed) % 6;

			for (size_t i = 0; i < length; i++)
				text[t][i] = "0019.a-\xff"[next(&seed) % 8];
			text[t][length] = '\0';
		}
		for (int t = 0; t < 3; t++) {
			order[t] = text_natural_compare(text[t], text[(t + 1) % 3]);
			int back = text_natural_compare(text[(t + 1) % 3], text[t]);
			assert_int_equal((order[t] > 0) - (order[t] < 0), (back < 0) - (back > 0));
			assert_int_equal(order[t] == 0, strcmp(text[t], text[(t + 1) % 3]) == 0);
		}
		/* a < b < c < a is impossible, and so is the other way round. */
		assert_false(order[0] < 0 && order[1] < 0 && order[2] < 0);
		assert_false(order[0] > 0 && order[1] > 0 && order[2] > 0);
	}
}

static void
test_starts_with(void **state)
{
	(void)state;
	assert_true(text_starts_with("sha256:ab", "sha256:"));
	assert_true(text_starts_with("a", ""));
	assert_true(text_starts_with("", ""));
	assert_false(text_starts_with("sha25", "sha256:"));
	assert_false(text_starts_with("xsha256:", "sha256:"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_clean_limit),
		cmocka_unit_test(test_clean_random),
		cmocka_unit_test(test_is_utf8),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_parse_time),
		cmocka_unit_test(test_glob),
		cmocka_unit_test(test_natural_compare),
		cmocka_unit_test(test_natural_transitive),
		cmocka_unit_test(test_starts_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
