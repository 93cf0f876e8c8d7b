/* Targets of a scan: every form, and a message that helps for every near miss. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#include "collector/registry/registry.h"
#include "common/memory.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define D   "sha256:" HEX

static void
test_accepted(void **state)
{
	static const struct {
		const char *text;
		enum target_kind kind;
		const char *host, *repository, *tag, *digest;
	} cases[] = {
		{ "127.0.0.1:5000", TARGET_CATALOGUE, "127.0.0.1:5000", "", "", "" },
		{ "127.0.0.1:5000/", TARGET_CATALOGUE, "127.0.0.1:5000", "", "", "" },
		{ "localhost", TARGET_CATALOGUE, "localhost", "", "", "" },
		{ "localhost:5000", TARGET_CATALOGUE, "localhost:5000", "", "", "" },
		{ "registry:5000", TARGET_CATALOGUE, "registry:5000", "", "", "" },
		{ "ghcr.io", TARGET_CATALOGUE, "ghcr.io", "", "", "" },
		{ "[::1]:5000", TARGET_CATALOGUE, "[::1]:5000", "", "", "" },
		{ "[::1]", TARGET_CATALOGUE, "[::1]", "", "", "" },
		{ "index.docker.io", TARGET_CATALOGUE, "docker.io", "", "", "" },
		{ "ghcr.io/team/", TARGET_NAMESPACE, "ghcr.io", "team", "", "" },
		{ "ghcr.io/team/sub/", TARGET_NAMESPACE, "ghcr.io", "team/sub", "", "" },
		{ "[::1]:5000/team/", TARGET_NAMESPACE, "[::1]:5000", "team", "", "" },
		{ "index.docker.io/library/", TARGET_NAMESPACE, "docker.io", "library", "", "" },
		{ "ghcr.io/app", TARGET_REPOSITORY, "ghcr.io", "app", "", "" },
		{ "registry:5000/team/app", TARGET_REPOSITORY, "registry:5000", "team/app", "",
		        "" },
		{ "localhost/app", TARGET_REPOSITORY, "localhost", "app", "", "" },
		{ "Registry/app", TARGET_REPOSITORY, "Registry", "app", "", "" },
		{ "docker.io/ubuntu", TARGET_REPOSITORY, "docker.io", "library/ubuntu", "", "" },
		{ "ghcr.io/app:1.2", TARGET_REFERENCE, "ghcr.io", "app", "1.2", "" },
		{ "127.0.0.1:5000/a/b:v1", TARGET_REFERENCE, "127.0.0.1:5000", "a/b", "v1", "" },
		{ "ghcr.io/app@" D, TARGET_REFERENCE, "ghcr.io", "app", "", D },
		{ "ghcr.io/app:1.2@" D, TARGET_REFERENCE, "ghcr.io", "app", "", D },
		{ "docker.io/ubuntu:22.04", TARGET_REFERENCE, "docker.io", "library/ubuntu",
		        "22.04", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct target target;
		struct error err = { 0 };
		char digest[DIGEST_TEXT_SIZE];

		if (target_parse(&target, cases[i].text, &err))
			fail_msg("case %zu %s: %s", i, cases[i].text, err.message);
		assert_int_equal(target.kind, cases[i].kind);
		assert_string_equal(target.host, cases[i].host);
		assert_string_equal(target.repository, cases[i].repository);
		assert_string_equal(target.tag, cases[i].tag);
		assert_string_equal(digest_format(&target.digest, digest), cases[i].digest);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		const char *message; /* part of it */
	} cases[] = {
		{ "", "is empty" },
		{ "ubuntu", "'ubuntu' names no registry; write HOST/ubuntu" },
		{ "ubuntu:22.04", "names no registry; write HOST/ubuntu:22.04" },
		{ "ubuntu@" D, "names no registry" },
		{ "team/app", "names no registry; write HOST/team/app" },
		{ "team/app:1.2", "names no registry" },
		{ "team/", "names no registry" },
		{ "http://127.0.0.1:5000", "leave out http:// (plain_http: true" },
		{ "https://ghcr.io/team/app", "leave out https://" },
		{ "docker://ghcr.io/app", "leave out docker://" },
		{ "/app", "begins with '/'" },
		{ "/", "begins with '/'" },
		{ "//", "begins with '/'" },
		{ "127.0.0.1:99999", "valid HOST" },
		{ "ghcr.io:", "valid HOST" },
		{ "ghcr.io:x", "valid HOST" },
		{ "-x.y", "valid HOST" },
		{ "[::1", "valid HOST" },
		{ "user@ghcr.io", "names no registry" },
		{ "user:pw@ghcr.io/app", "behind '@'" },
		{ "ghcr.io//", "no namespace" },
		{ "ghcr.io/team//", "no namespace" },
		{ "ghcr.io/../", "no namespace" },
		{ "ghcr.io/Team/", "no namespace" },
		{ "ghcr.io/app:1/", "no namespace" },
		{ "ghcr.io/team/*", "--include" },
		{ "ghcr.io/App", "repository" },
		{ "ghcr.io/a//b", "repository" },
		{ "ghcr.io/app:", "tag" },
		{ "ghcr.io/app:a b", "tag" },
		{ "ghcr.io/app@sha256:1", "behind '@'" },
		{ "ghcr.io/app ", "repository" },
		{ " ghcr.io", "valid HOST" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct target target;
		struct error err = { 0 };

		if (target_parse(&target, cases[i].text, &err) != -1)
			fail_msg("case %zu '%s' was accepted", i, cases[i].text);
		if (strstr(err.message, cases[i].message) == NULL)
			fail_msg("case %zu '%s': '%s'", i, cases[i].text, err.message);
		assert_int_equal(err.code, ERROR_USAGE);
		assert_string_equal(target.host, "");
	}
}

static void
test_long(void **state)
{
	struct target target;
	struct error err = { 0 };
	char text[1000] = "ghcr.io/";

	(void)state;
	memset(text + 8, 'a', 255);
	assert_int_equal(target_parse(&target, text, &err), 0);
	text[8 + 255] = '/';
	assert_int_equal(target_parse(&target, text, &err), 0);
	assert_int_equal(target.kind, TARGET_NAMESPACE);
	text[8 + 255] = 'a';
	assert_int_equal(target_parse(&target, text, &err), -1);
	text[8 + 256] = '/';
	assert_int_equal(target_parse(&target, text, &err), -1);
	memset(text, 'a', 999);
	text[300] = '.';
	assert_int_equal(target_parse(&target, text, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
