/* References: the nasty ones are the reason why this is a function of its own. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#include "common/memory.h"
#include "schema/reference.h"

#define HEX32  "0123456789abcdef0123456789abcdef"
#define HEX64  HEX32 HEX32
#define SHA256 "sha256:" HEX64
#define SHA512 "sha512:" HEX64 HEX64
#define X10    "xxxxxxxxxx"
#define X50    X10 X10 X10 X10 X10
#define X100   X50 X50
#define X128   X100 X10 X10 "xxxxxxxx"
#define X247   X100 X100 X10 X10 X10 X10 "xxxxxxx"
#define X255   X247 "xxxxxxxx"

static void
test_accepted(void **state)
{
	static const struct {
		const char *text, *host, *repository, *tag, *digest;
	} cases[] = {
		/* Short names keep no host: nobody guesses one. */
		{ "app", "", "app", "", "" },
		{ "app:1.2", "", "app", "1.2", "" },
		{ "team/app", "", "team/app", "", "" },
		{ "library/debian:bookworm", "", "library/debian", "bookworm", "" },
		{ "a/b/c/d/e:x", "", "a/b/c/d/e", "x", "" },
		{ "app@" SHA256, "", "app", "", SHA256 },
		{ "app@" SHA512, "", "app", "", SHA512 },
		{ "app:1.2@" SHA256, "", "app", "1.2", SHA256 },
		{ "app:5000", "", "app", "5000", "" },
		{ "localhost:5000", "", "localhost", "5000", "" },
		{ "localhost", "", "localhost", "", "" },
		{ "ghcr.io", "", "ghcr.io", "", "" },
		{ "local-host/app", "", "local-host/app", "", "" },
		/* The first of several components as a host. */
		{ "localhost/app", "localhost", "app", "", "" },
		{ "localhost:5000/app", "localhost:5000", "app", "", "" },
		{ "localhost:5000/app:5000", "localhost:5000", "app", "5000", "" },
		{ "host:5000/repo:tag@" SHA256, "host:5000", "repo", "tag", SHA256 },
		{ "host:5000/repo@" SHA256, "host:5000", "repo", "", SHA256 },
		{ "127.0.0.1:5000/team/app:1.2", "127.0.0.1:5000", "team/app", "1.2", "" },
		{ "ghcr.io/team/app:1.2", "ghcr.io", "team/app", "1.2", "" },
		{ "Registry/app", "Registry", "app", "", "" },
		{ "GHCR.IO/app:V1", "GHCR.IO", "app", "V1", "" },
		{ "a-b.c-d.example:1/app", "a-b.c-d.example:1", "app", "", "" },
		{ "h.example:65535/app", "h.example:65535", "app", "", "" },
		{ "h.example:9/app", "h.example:9", "app", "", "" },
		{ "xn--bcher-kva.example/app", "xn--bcher-kva.example", "app", "", "" },
		{ "[::1]/app", "[::1]", "app", "", "" },
		{ "[::1]:5000/app:1", "[::1]:5000", "app", "1", "" },
		{ "[2001:db8::1]:443/a/b@" SHA256, "[2001:db8::1]:443", "a/b", "", SHA256 },
		{ "[::ffff:127.0.0.1]:1/app", "[::ffff:127.0.0.1]:1", "app", "", "" },
		{ X255 ".example/app", NULL, NULL, NULL, NULL }, /* 263 bytes of host */
		/* Docker Hub. */
		{ "docker.io/debian", "docker.io", "library/debian", "", "" },
		{ "docker.io/library/debian", "docker.io", "library/debian", "", "" },
		{ "docker.io/team/app:1", "docker.io", "team/app", "1", "" },
		{ "index.docker.io/debian:12", "docker.io", "library/debian", "12", "" },
		{ "index.docker.io/team/app", "docker.io", "team/app", "", "" },
		{ "docker.io/debian@" SHA256, "docker.io", "library/debian", "", SHA256 },
		{ "docker.io:443/debian", "docker.io:443", "debian", "", "" },
		{ "docker.io.example/debian", "docker.io.example", "debian", "", "" },
		{ "docker.io/" X247, "docker.io", "library/" X247, "", "" },
		/* Separators. */
		{ "a.b/c_d/e__f/g-h/i--j/k---l", "a.b", "c_d/e__f/g-h/i--j/k---l", "", "" },
		{ "x/a.b.c_d__e-f--g", "", "x/a.b.c_d__e-f--g", "", "" },
		{ "0", "", "0", "", "" },
		{ "0/1:2", "", "0/1", "2", "" },
		/* Limits. */
		{ X255, "", X255, "", "" },
		{ "app:" X128, "", "app", X128, "" },
		{ "app:_", "", "app", "_", "" },
		{ "app:1.0_a-B.", "", "app", "1.0_a-B.", "" },
		{ "app:sha256-" HEX64 ".sig", "", "app", "sha256-" HEX64 ".sig", "" },
		{ HEX64 ":1", "", HEX64, "1", "" },
		{ "h/" HEX64, "", "h/" HEX64, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct reference reference;
		struct error err = { 0 };
		char digest[DIGEST_TEXT_SIZE];

		memset(&reference, 0xff, sizeof(reference));
		int result = reference_parse(&reference, cases[i].text, &err);
		if (!cases[i].repository) {
			assert_int_equal(result, -1);
			continue;
		}
		if (result != 0)
			fail_msg("%s", err.message);
		assert_string_equal(reference.host, cases[i].host);
		assert_string_equal(reference.repository, cases[i].repository);
		assert_string_equal(reference.tag, cases[i].tag);
		assert_string_equal(digest_format(&reference.digest, digest), cases[i].digest);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *message; /* a part of it */
	} cases[] = {
		{ "", "is empty" },
		{ "https://ghcr.io/app", "scheme" },
		{ "docker://alpine", "scheme" },
		{ HEX64, "bare ID" },
		{ HEX64 "@" SHA256, "bare ID" },
		{ "@" SHA256, "repository" },
		{ ":tag", "repository" },
		{ "/app", "repository" },
		{ "app/", "repository" },
		{ "a//b", "repository" },
		{ "ghcr.io/", "repository" },
		{ "ghcr.io//app", "repository" },
		{ "docker.io/", "repository" },
		{ "App", "repository" },
		{ "team/App", "repository" },
		{ "ghcr.io/Team/app", "repository" },
		{ "..", "repository" },
		{ "../app", "HOST" },
		{ "a/../b", "repository" },
		{ "a/./b", "repository" },
		{ "a/..", "repository" },
		{ ".app", "repository" },
		{ "app.", "repository" },
		{ "-app", "repository" },
		{ "app-", "repository" },
		{ "_app", "repository" },
		{ "a..b", "repository" },
		{ "a___b", "repository" },
		{ "a._b", "repository" },
		{ "a.-b", "repository" },
		{ "a-.b", "repository" },
		{ "a b", "repository" },
		{ " app", "repository" },
		{ "app\n", "repository" },
		{ "app%2f", "repository" },
		{ "app?x=1", "repository" },
		{ "app#x", "repository" },
		{ "a\\b", "repository" },
		{ "caf\xc3\xa9", "repository" },
		{ "a\x1b[31m", "repository" },
		{ X255 "x", "repository" },
		{ "docker.io/" X247 "x", "repository" },
		{ "[::1]:5000", "repository" },
		{ "[::1]", "tag" }, /* without a slash the last ':' begins a tag */
		{ "app:", "tag" },
		{ "app:.1", "tag" },
		{ "app:-1", "tag" },
		{ "app:1/", "repository" },
		{ "app:a b", "tag" },
		{ "app:1:2", "repository" },
		{ "app:" X128 "x", "tag" },
		{ "app:@" SHA256, "tag" },
		{ "app:t\xc3\xa4g", "tag" },
		{ "app@", "'@'" },
		{ "app@" HEX64, "'@'" },
		{ "app@sha256:" HEX32, "'@'" },
		{ "app@sha256:", "'@'" },
		{ "app@" SHA256 "0", "'@'" },
		{ "app@" SHA256 ":tag", "'@'" },
		{ "app@" SHA256 "@" SHA256, "'@'" },
		{ "app@sha384:" HEX64 HEX32, "'@'" },
		{ "app@sha256:0123456789ABCDEF0123456789abcdef" HEX32, "'@'" },
		{ "app@sha256:../../../../../etc/passwd", "'@'" },
		{ "user@host/app", "'@'" },
		{ "user:secret@ghcr.io/app", "'@'" },
		{ "host:/app", "HOST" },
		{ "host:0/app", "HOST" },
		{ "host:65536/app", "HOST" },
		{ "host:099/app", "HOST" },
		{ "host:99999999999999999999/app", "HOST" },
		{ "host:5000:5000/app", "HOST" },
		{ "host:x/app", "HOST" },
		{ ":5000/app", "HOST" },
		{ "./app", "HOST" },
		{ "a..b/app", "HOST" },
		{ "-a.b/app", "HOST" },
		{ "a.b-/app", "HOST" },
		{ "a-.b/app", "HOST" },
		{ "a.b./app", "HOST" },
		{ "a_b.c/app", "HOST" },
		{ "[::1/app", "HOST" },
		{ "[]/app", "HOST" },
		{ "[::1]x/app", "HOST" },
		{ "[::1]:/app", "HOST" },
		{ "[::g]/app", "HOST" },
		{ "[fe80::1%eth0]/app", "HOST" },
		{ "[127.0.0.1]/app", "HOST" },
		{ "::1/app", "HOST" },
	};
	static const struct reference empty;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct reference reference;
		struct error err = { 0 };

		if (reference_parse(&reference, cases[i].text, &err) == 0)
			fail_msg("'%s' was accepted", cases[i].text);
		assert_memory_equal(&reference, &empty, sizeof(empty));
		assert_int_equal(err.code, ERROR_USAGE);
		if (!strstr(err.message, cases[i].message))
			fail_msg("'%s' lacks '%s'", err.message, cases[i].message);
		assert_int_equal(reference_parse(&reference, cases[i].text, NULL), -1);
	}
}

/* A long text is quoted in part. */
static void
test_long_message(void **state)
{
	auto_free char *text = xcalloc(100001, 1);
	struct reference reference;
	struct error err = { 0 };

	(void)state;
	memset(text, 'x', 100000);
	assert_int_equal(reference_parse(&reference, text, &err), -1);
	assert_non_null(strstr(err.message, "x…': the repository must be"));
	text[201] = '\0';
	text[200] = 'X'; /* refused, and one byte too long to be quoted */
	assert_int_equal(reference_parse(&reference, text, &err), -1);
	assert_non_null(strstr(err.message, "x…': "));
	text[200] = '\0';
	text[199] = 'X';
	assert_int_equal(reference_parse(&reference, text, &err), -1);
	assert_non_null(strstr(err.message, "xX': "));
}

static void
test_parts(void **state)
{
	(void)state;
	assert_true(reference_is_repository("team/app"));
	assert_true(reference_is_repository(X255));
	assert_false(reference_is_repository(X255 "x"));
	assert_false(reference_is_repository(""));
	assert_false(reference_is_repository("team/app:1"));
	assert_false(reference_is_repository("Team/app"));
	assert_true(reference_is_tag("1.2"));
	assert_true(reference_is_tag(X128));
	assert_false(reference_is_tag(X128 "x"));
	assert_false(reference_is_tag(""));
	assert_false(reference_is_tag("a/b"));
	assert_false(reference_is_tag("../x"));
	assert_false(reference_is_tag("a\n"));
	assert_true(reference_is_host("ghcr.io"));
	assert_true(reference_is_host("registry"));
	assert_true(reference_is_host("[::1]:80"));
	assert_true(reference_is_host(X255));
	assert_false(reference_is_host(X255 "x"));
	assert_false(reference_is_host(""));
	assert_false(reference_is_host("::1"));
	assert_false(reference_is_host("ghcr.io/"));
	assert_false(reference_is_host("user@ghcr.io"));
	assert_false(reference_is_host("ghcr.io\r\nHost: x"));
}

static void
test_loopback(void **state)
{
	static const struct {
		const char *host;
		bool loopback;
	} cases[] = {
		{ "localhost", true },
		{ "LocalHost:5000", true },
		{ "registry.localhost", true },
		{ "a.b.localhost:443", true },
		{ "127.0.0.1", true },
		{ "127.0.0.1:5000", true },
		{ "127.255.255.254:1", true },
		{ "[::1]", true },
		{ "[::1]:5000", true },
		{ "[0:0:0:0:0:0:0:1]:5000", true },
		{ "::1", true },
		{ "", false },
		{ "ghcr.io", false },
		{ "localhost.example", false },
		{ "notlocalhost", false },
		{ ".localhost", false },
		{ "127.0.0.1.example", false },
		{ "127.0.0", false },
		{ "127.1", false }, /* curl would read it as an address; nobody writes it */
		{ "0177.0.0.1", false },
		{ "2130706433", false },
		{ "128.0.0.1", false },
		{ "10.127.0.1", false },
		{ "0.0.0.0", false },
		{ "[::]", false },
		{ "[::2]:5000", false },
		{ "[2001:db8::1]", false },
		{ "[::ffff:10.0.0.1]", false },
		{ "localhost:0", false },
		{ "localhost:x", false },
		{ "localhost@ghcr.io", false },
		{ "127.0.0.1@ghcr.io", false },
		{ "127.0.0.1#ghcr.io", false },
		{ "127.0.0.1/ghcr.io", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		if (reference_host_is_loopback(cases[i].host) != cases[i].loopback)
			fail_msg("%s", cases[i].host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_message),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
