/* html(): what may come out of it, whatever goes in. */
#include "tests/support/unit.h"

#include <inttypes.h>
#include <string.h>

#include "common/memory.h"
#include "common/text.h"
#include "tests/web/hostile.h"
#include "web/html.h"

static void
escapes_text(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "team/app:1.2", "team/app:1.2" },
		{ "a<b", "a&lt;b" },
		{ "a>b", "a&gt;b" },
		{ "a&b", "a&amp;b" },
		{ "&lt;", "&amp;lt;" },
		{ "\"'", "&quot;&#39;" },
		{ "<<>>", "&lt;&lt;&gt;&gt;" },
		{ "größe 日本", "größe 日本" },
		{ "a\x1b[0m", "a\xef\xbf\xbd[0m" },
		{ "a\nb", "a\xef\xbf\xbd"
		          "b" },
		{ "100%s %d", "100%s %d" },
		{ NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct html page = { 0 };

		html(&page, "%s", cases[i].in);
		assert_string_equal(buf_text(&page.out), cases[i].out);
		buf_release(&page.out);
	}
}

static void
prints_numbers(void **state)
{
	struct html page = { 0 };

	(void)state;
	html(&page, "%d %i %u %x|", -1, 42, 4294967295u, 0xbeefu);
	html(&page, "%ld %lu %lld %llu|", -2L, 3UL, -4LL, 18446744073709551615ULL);
	html(&page, "%zu %" PRIu64 " %" PRIu32 " %" PRId64 "|", sizeof(char), UINT64_MAX,
	        UINT32_MAX, INT64_MIN);
	html(&page, "%.1f %.0f %.3f %f|", 2.45, 9.6, 1.0 / 3, 0.5);
	html(&page, "100%%<b>%s</b>%d", "<", 7);
	assert_string_equal(buf_text(&page.out),
	        "-1 42 4294967295 beef|-2 3 -4 18446744073709551615|"
	        "1 18446744073709551615 4294967295 -9223372036854775808|"
	        "2.5 10 0.333 0.500000|100%<b>&lt;</b>7");
	buf_release(&page.out);
}

static void
assets_are_raw(void **state)
{
	struct html page = { 0 };

	(void)state;
	html_asset(&page, "a > b & 'c'", 11);
	assert_string_equal(buf_text(&page.out), "a > b & 'c'");
	buf_release(&page.out);
}

static size_t
count_of(const char *text, char c)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == c;
	return count;
}

/* The property: as text and as attribute value, `text` adds nothing that is markup, closes no
 * quote, and leaves no byte that a terminal or a text viewer would obey. */
static void
check_stays_text(const char *text)
{
	static const char front[] = "<td title=\"", middle[] = "\">", back[] = "</td>";
	struct html page = { 0 };
	struct buf clean = { 0 };
	const char *out;

	html(&page, "<td title=\"%s\">%s</td>", text, text);
	out = buf_text(&page.out);
	assert_int_equal(strlen(out), page.out.length);
	assert_true(text_starts_with(out, front));
	assert_non_null(strstr(out, middle));
	assert_string_equal(out + page.out.length - strlen(back), back);
	assert_int_equal(count_of(out, '<'), 2);
	assert_int_equal(count_of(out, '>'), 2);
	assert_int_equal(count_of(out, '"'), 2);
	assert_int_equal(count_of(out, '\''), 0);
	/* Cleaning again changes nothing: no control, bidi, invisible or broken byte is left. */
	text_clean(&clean, out, page.out.length);
	assert_string_equal(buf_text(&clean), out);
	buf_release(&clean);
	buf_release(&page.out);
}

static void
hostile_stays_text(void **state)
{
	(void)state;
	assert_true(countof(hostile) >= 30);
	for (size_t i = 0; i < countof(hostile); i++)
		check_stays_text(hostile[i]);
}

/* Bytes of any kind, the dangerous ones often. */
static void
random_stays_text(void **state)
{
	static const char favourites[] = "<>&\"'/=;#x\x1b\n\xe2\x80\xae\xc2\x9b%s";
	uint64_t seed = 20260131;
	char text[64];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t length = (size_t)(round % 63);

		for (size_t i = 0; i < length; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			unsigned pick = (unsigned)(seed >> 33);

			text[i] = pick % 3 == 0 ? (char)(1 + pick / 3 % 255)
			                        : favourites[pick / 3 % (sizeof(favourites) - 1)];
		}
		text[length] = '\0';
		check_stays_text(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_text),
		cmocka_unit_test(prints_numbers),
		cmocka_unit_test(assets_are_raw),
		cmocka_unit_test(hostile_stays_text),
		cmocka_unit_test(random_stays_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
