/* Link headers: what is followed, what is the end of a list, and what must not be followed. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#include "collector/registry/link.h"
#include "common/buf.h"
#include "common/memory.h"

#define ORIGIN  "http://127.0.0.1:5000"
#define CURRENT ORIGIN "/v2/_catalog?n=2"

static const struct {
	const char *header;
	const char *expected; /* "" = no next page, NULL = refused */
} cases[] = {
	/* What registries send. */
	{ "</v2/_catalog?last=a%2Fb&n=2>; rel=\"next\"", ORIGIN "/v2/_catalog?last=a%2Fb&n=2" },
	{ "<?last=b&n=2>; rel=\"next\"", ORIGIN "/v2/_catalog?last=b&n=2" },
	{ "<" ORIGIN "/v2/_catalog?last=b>; rel=\"next\"", ORIGIN "/v2/_catalog?last=b" },
	{ "<//127.0.0.1:5000/v2/x?last=b>; rel=\"next\"", ORIGIN "/v2/x?last=b" },
	{ "<_catalog?last=b>; rel=\"next\"", ORIGIN "/v2/_catalog?last=b" },
	/* Forms of rel. */
	{ "</v2/x>; rel=next", ORIGIN "/v2/x" },
	{ "</v2/x>;rel=next", ORIGIN "/v2/x" },
	{ "</v2/x> ; rel = \"next\" ", ORIGIN "/v2/x" },
	{ "</v2/x>; REL=\"NEXT\"", ORIGIN "/v2/x" },
	{ "</v2/x>; rel=\"prefetch next\"", ORIGIN "/v2/x" },
	{ "</v2/x>; rel=\"next  last\"", ORIGIN "/v2/x" },
	{ "</v2/x>; title=\"a, b; rel=prev\"; rel=\"next\"", ORIGIN "/v2/x" },
	{ "</v2/x>; title=\"a \\\" b\"; rel=\"next\"", ORIGIN "/v2/x" },
	{ "</v2/x>; title*=UTF-8''n%c3%a4chste; rel=\"next\"", ORIGIN "/v2/x" },
	{ "</v2/x>; crossorigin; rel=\"next\"", ORIGIN "/v2/x" },
	{ "</v2/x>; rel=\"next\"; rel=\"prev\"", ORIGIN "/v2/x" },
	/* Several links. */
	{ "</v2/p>; rel=\"prev\", </v2/x>; rel=\"next\"", ORIGIN "/v2/x" },
	{ "</v2/p>,</v2/x>;rel=next,</v2/y>;rel=next", ORIGIN "/v2/x" },
	{ "</v2/p?a=1,2>; rel=prev, </v2/x>; rel=next", ORIGIN "/v2/x" },
	{ ", ,</v2/x>; rel=next ,", ORIGIN "/v2/x" },
	/* The end of the list. */
	{ "", "" },
	{ "   ", "" },
	{ "</v2/x>", "" },
	{ "</v2/x>; rel=\"prev\"", "" },
	{ "</v2/x>; rel=\"nextish\"", "" },
	{ "</v2/x>; rel=\"\"", "" },
	{ "</v2/x>; rel", "" },
	{ "</v2/x>; rel=\"prev\"; rel=\"next\"", "" },
	{ "</v2/x>; title=\"next\"", "" },
	{ "</v2/x>; rel=\"next\"; anchor=\"#foo\"", "" },
	{ "<http://evil/>; rel=\"prev\"", "" },
	/* Paths. */
	{ "</v2/a/../b>; rel=next", ORIGIN "/v2/b" },
	{ "</v2/./b/.>; rel=next", ORIGIN "/v2/b/" },
	{ "</../../../x>; rel=next", ORIGIN "/x" },
	{ "<../x>; rel=next", ORIGIN "/x" },
	{ "</a/b/..>; rel=next", ORIGIN "/a/" },
	{ "</..>; rel=next", ORIGIN "/" },
	{ "</.//evil/x>; rel=next", ORIGIN "//evil/x" },
	{ "<a:5000/x>; rel=next", NULL },
	{ "<./a:5000/x>; rel=next", ORIGIN "/v2/a:5000/x" },
	{ "<" ORIGIN ">; rel=next", ORIGIN "/" },
	{ "<" ORIGIN "?x>; rel=next", ORIGIN "/?x" },
	{ "</v2/x#fragment>; rel=next", ORIGIN "/v2/x" },
	{ "</v2/x?a=http://evil/>; rel=next", ORIGIN "/v2/x?a=http://evil/" },
	{ "<HTTP://127.0.0.1:5000/v2/x>; rel=next", ORIGIN "/v2/x" },
	{ "<http://127.0.0.1:05000/v2/x>; rel=next", ORIGIN "/v2/x" },
	/* Elsewhere. */
	{ "<http://evil/v2/x>; rel=next", NULL },
	{ "<//evil/v2/x>; rel=next", NULL },
	{ "<///v2/x>; rel=next", NULL },
	{ "<http://127.0.0.1/v2/x>; rel=next", NULL },
	{ "<http://127.0.0.1:5001/v2/x>; rel=next", NULL },
	{ "<http://127.0.0.1:50000/v2/x>; rel=next", NULL },
	{ "<http://127.0.0.1:4294972296/v2/x>; rel=next", NULL },
	{ "<https://127.0.0.1:5000/v2/x>; rel=next", NULL },
	{ "<http://localhost:5000/v2/x>; rel=next", NULL },
	{ "<http://127.0.0.1:5000@evil/>; rel=next", NULL },
	{ "<http://user@127.0.0.1:5000/>; rel=next", NULL },
	{ "<http://127.0.0.1:5000.evil/>; rel=next", NULL },
	{ "<http://127.0.0.1:5000\\@evil/>; rel=next", NULL },
	{ "<\\\\evil/x>; rel=next", NULL },
	{ "<http:/v2/x>; rel=next", NULL },
	{ "<http:v2/x>; rel=next", NULL },
	{ "<http://>; rel=next", NULL },
	{ "<http:///v2/x>; rel=next", NULL },
	{ "<http://:5000/v2/x>; rel=next", NULL },
	{ "<http://[127.0.0.1/v2/x>; rel=next", NULL },
	{ "<file:///etc/passwd>; rel=next", NULL },
	{ "<javascript:alert(1)>; rel=next", NULL },
	{ "<gopher://127.0.0.1:5000/x>; rel=next", NULL },
	{ "<http://169.254.169.254/latest/meta-data/>; rel=next", NULL },
	/* Itself. */
	{ "<" CURRENT ">; rel=next", NULL },
	{ "<>; rel=next", NULL },
	{ "<#top>; rel=next", NULL },
	{ "<?n=2>; rel=next", NULL },
	{ "</v2/x/../_catalog?n=2>; rel=next", NULL },
	/* Broken: not the silent end of a list. */
	{ "/v2/x; rel=next", NULL },
	{ "</v2/x; rel=next", NULL },
	{ "</v2/x> rel=next", NULL },
	{ "</v2/x>; rel=\"next", NULL },
	{ "</v2/x>; rel=\"next\\", NULL },
	{ "</v2/x>; rel=\"next\" </v2/y>", NULL },
	{ "next", NULL },
	{ "</v2/a b>; rel=next", NULL },
	{ "</v2/a\tb>; rel=next", NULL },
	{ "</v2/\x01>; rel=next", NULL },
	{ "</v2/\xc3\xa9>; rel=next", NULL },
	{ "</v2/\"x>; rel=next", NULL },
};

static void
test_table(void **state)
{
	(void)state;
	assert_true(countof(cases) >= 40);
	for (size_t i = 0; i < countof(cases); i++) {
		struct error err = { 0 };
		char next[256] = "";
		int found = link_next(next, sizeof(next), cases[i].header, CURRENT, &err);
		int expected = cases[i].expected == NULL ? -1 : *cases[i].expected != '\0';

		if (found != expected || (found == 1 && strcmp(next, cases[i].expected) != 0))
			fail_msg("case %zu %s: %d '%s' '%s'", i, cases[i].header, found, next,
			        err.message);
		if (found < 0)
			assert_string_not_equal(err.message, "");
	}
}

static void
test_origins(void **state)
{
	static const struct {
		const char *current, *target, *expected;
	} origins[] = {
		{ "https://ghcr.io/v2/a", "https://ghcr.io:443/v2/b", "https://ghcr.io/v2/b" },
		{ "https://ghcr.io:443/v2/a", "https://GHCR.io/v2/b", "https://ghcr.io:443/v2/b" },
		{ "https://ghcr.io/v2/a", "http://ghcr.io/v2/b", NULL },
		{ "https://ghcr.io/v2/a", "http://ghcr.io:443/v2/b", NULL },
		{ "https://ghcr.io/v2/a", "https://ghcr.io:444/v2/b", NULL },
		{ "https://ghcr.io/v2/a", "https://ghcr.io./v2/b", NULL },
		{ "http://[::1]:5000/v2/a", "//[::1]:5000/v2/b", "http://[::1]:5000/v2/b" },
		{ "http://[::1]/v2/a", "http://[::1]:80/v2/b", "http://[::1]/v2/b" },
		{ "http://[::1]:5000/v2/a", "http://[::2]:5000/v2/b", NULL },
		{ "http://[::1]:5000/v2/a", "http://[::1]x:5000/v2/b", NULL },
		{ "http://h", "x?y", "http://h/x?y" },
		{ "http://h?q", "/x", "http://h/x" },
		{ "ftp://h/", "/x", NULL },
		{ "http://user:pw@h/", "/x", NULL },
		{ "http://user@h/", "/x", NULL },
		{ "/v2/a", "/x", NULL },
		{ "", "/x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(origins); i++) {
		struct error err = { 0 };
		char next[256], header[256];
		int found;

		snprintf(header, sizeof(header), "<%s>; rel=next", origins[i].target);
		found = link_next(next, sizeof(next), header, origins[i].current, &err);
		if ((found == 1) != (origins[i].expected != NULL) ||
		        (found == 1 && strcmp(next, origins[i].expected) != 0))
			fail_msg("case %zu: %d '%s' '%s'", i, found, next, err.message);
	}
}

static void
test_message(void **state)
{
	struct error err = { 0 };
	char next[256];

	(void)state;
	assert_int_equal(
	        link_next(next, sizeof(next), "<http://evil/x>; rel=next", CURRENT, &err), -1);
	assert_string_equal(err.message,
	        "next page: link 'http://evil/x' is not on the host that sent it: not followed");
}

static void
test_size(void **state)
{
	static const char fits[] = ORIGIN "/v2/x";
	struct error err = { 0 };
	char next[sizeof(fits)];
	auto_buf header = { 0 };

	(void)state;
	assert_int_equal(link_next(next, sizeof(next), "</v2/x>; rel=next", CURRENT, &err), 1);
	assert_string_equal(next, fits);
	assert_int_equal(link_next(next, sizeof(next) - 1, "</v2/x>; rel=next", CURRENT, &err), -1);
	buf_puts(&header, "</");
	for (size_t i = 0; i < 4000; i++)
		buf_puts(&header, "a/../");
	buf_puts(&header, "x>; rel=next");
	assert_int_equal(link_next(next, sizeof(next), header.data, CURRENT, &err), 1);
	assert_string_equal(next, ORIGIN "/x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
