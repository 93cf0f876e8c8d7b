/* Credentials: which entry is taken, what is refused and why, and that no secret shows. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/registry/base64.h"
#include "collector/registry/credentials.h"
#include "common/memory.h"

#define ALICE "YWxpY2U6czNjcmV0"     /* alice:s3cret */
#define BOB   "Ym9iOnMzY3JldDphOmI=" /* bob:s3cret:a:b */

static void
test_document(void **state)
{
	static const struct {
		const char *host, *repository, *json;
		const char *user, *password; /* user NULL = refused, "" = nothing found */
		const char *message;
	} cases[] = {
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":\"" ALICE "\"}}}", "alice", "s3cret",
		        "" },
		{ "h.io", "a/b", "{\"auths\":{\"h.io\":{\"auth\":\"" BOB "\"}}}", "bob",
		        "s3cret:a:b", "" },
		{ "h.io", "", "{\"auths\":{\"https://h.io/v1/\":{\"auth\":\"" ALICE "\"}}}",
		        "alice", "s3cret", "" },
		{ "h.io", "", "{\"auths\":{\"https://h.io/v2\":{\"auth\":\"" ALICE "\"}}}", "alice",
		        "s3cret", "" },
		{ "h.io", "", "{\"auths\":{\"http://H.io/\":{\"auth\":\"" ALICE "\"}}}", "alice",
		        "s3cret", "" },
		{ "h.io:5000", "",
		        "{\"auths\":{\"h.io\":{\"auth\":\"" BOB
		        "\"},\"h.io:5000\":{\"auth\":\"" ALICE "\"}}}",
		        "alice", "s3cret", "" },
		/* The exact key before one that means the same. */
		{ "h.io", "",
		        "{\"auths\":{\"https://h.io/v1/\":{\"auth\":\"" BOB
		        "\"},\"h.io\":{\"auth\":\"" ALICE "\"}}}",
		        "alice", "s3cret", "" },
		/* The longest namespace wins. */
		{ "h.io", "a/b/c",
		        "{\"auths\":{\"h.io\":{\"auth\":\"" BOB
		        "\"},\"h.io/a/b\":{\"auth\":\"" ALICE "\"},\"h.io/a\":{\"auth\":\"" BOB
		        "\"}}}",
		        "alice", "s3cret", "" },
		{ "h.io", "a/b",
		        "{\"auths\":{\"h.io/a/b\":{\"auth\":\"" ALICE
		        "\"},\"h.io\":{\"auth\":\"" BOB "\"}}}",
		        "alice", "s3cret", "" },
		{ "h.io", "ab/c", "{\"auths\":{\"h.io/a\":{\"auth\":\"" ALICE "\"}}}", "", "", "" },
		{ "h.io", "", "{\"auths\":{\"h.io/a\":{\"auth\":\"" ALICE "\"}}}", "", "", "" },
		/* Docker Hub. */
		{ "docker.io", "library/ubuntu",
		        "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"" ALICE "\"}}}",
		        "alice", "s3cret", "" },
		{ "docker.io", "", "{\"auths\":{\"docker.io\":{\"auth\":\"" ALICE "\"}}}", "alice",
		        "s3cret", "" },
		{ "index.evil.io", "", "{\"auths\":{\"index.docker.io\":{\"auth\":\"" ALICE "\"}}}",
		        "", "", "" },
		/* Not for this host. */
		{ "h.io", "", "{\"auths\":{\"h.io.evil\":{\"auth\":\"" ALICE "\"}}}", "", "", "" },
		{ "h.io", "", "{\"auths\":{\"evil.h.io\":{\"auth\":\"" ALICE "\"}}}", "", "", "" },
		{ "h.io", "", "{\"auths\":{\"h.io:5000\":{\"auth\":\"" ALICE "\"}}}", "", "", "" },
		{ "h.io", "", "{}", "", "", "" },
		{ "h.io", "", "{\"auths\":{}}", "", "", "" },
		{ "h.io", "", "{\"auths\":{\"h.io\":{}}}", "", "", "" },
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":\"\"}}}", "", "", "" },
		/* Kubernetes' form. */
		{ "h.io", "",
		        "{\"auths\":{\"h.io\":{\"username\":\"alice\",\"password\":\"s3cret\"}}}",
		        "alice", "s3cret", "" },
		/* NUL padding of Docker; an empty password. */
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":\"YTpiAAAA\"}}}", "a", "b", "" },
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":\"YTo=\"}}}", "a", "", "" },
		/* Broken. */
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":\"YQBiOmM=\"}}}", NULL, NULL,
		        "auths['h.io'].auth: not base64 of user:password" },
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":\"s3cret\"}}}", NULL, NULL,
		        "auths['h.io'].auth: not base64, or too long" },
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":\"czNjcmV0\"}}}", NULL, NULL,
		        "auths['h.io'].auth: not base64 of user:password" },
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":7}}}", NULL, NULL,
		        "auths['h.io'].auth: not a string" },
		{ "h.io", "", "{\"auths\":{\"h.io\":\"" ALICE "\"}}", NULL, NULL,
		        "auths['h.io']: not an object" },
		{ "h.io", "", "{\"auths\":[]}", NULL, NULL, "auths: not an object" },
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":\"s3cret}}}", NULL, NULL,
		        "not valid JSON" },
		{ "h.io", "", "[]", NULL, NULL, "not a JSON object" },
		{ "h.io", "", "", NULL, NULL, "not valid JSON" },
		/* Tokens. */
		{ "h.io", "",
		        "{\"auths\":{\"h.io\":{\"auth\":\"YTo=\",\"identitytoken\":\"s3cret\"}}}",
		        NULL, NULL, "auths['h.io'] holds a token, which is not supported yet" },
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"registrytoken\":\"s3cret\"}}}", NULL, NULL,
		        "holds a token" },
		{ "h.io", "", "{\"auths\":{\"h.io\":{\"auth\":\"PHRva2VuPjpzM2NyZXQ=\"}}}", NULL,
		        NULL, "holds a token" },
		/* Helpers: for this host only. */
		{ "h.io", "", "{\"credHelpers\":{\"h.io\":\"ecr-login\"}}", NULL, NULL,
		        "asks the credential helper 'ecr-login' for h.io, which is not supported "
		        "yet; set LAYERSHARE_REGISTRY_USER" },
		{ "h.io", "",
		        "{\"credHelpers\":{\"h.io\":\"x\"},\"auths\":{\"h.io\":{\"auth\":\"" ALICE
		        "\"}}}",
		        NULL, NULL, "asks the credential helper" },
		{ "h.io", "", "{\"credHelpers\":{\"other.io\":\"ecr-login\"}}", "", "", "" },
		{ "docker.io", "", "{\"credHelpers\":{\"https://index.docker.io/v1/\":\"x\"}}",
		        NULL, NULL, "asks the credential helper" },
		/* A store: an inline entry is used, else it may hold what we cannot see. */
		{ "h.io", "",
		        "{\"credsStore\":\"desktop\",\"auths\":{\"h.io\":{\"auth\":\"" ALICE
		        "\"}}}",
		        "alice", "s3cret", "" },
		{ "h.io", "", "{\"credsStore\":\"desktop\",\"auths\":{\"h.io\":{}}}", NULL, NULL,
		        "keeps the credentials for h.io in the credential store 'desktop'" },
		{ "h.io", "", "{\"credsStore\":\"desktop\"}", NULL, NULL,
		        "may keep credentials for h.io in the credential store 'desktop'" },
		{ "127.0.0.1:5000", "", "{\"credsStore\":\"desktop\"}", "", "", "" },
		{ "127.0.0.1:5000", "",
		        "{\"credsStore\":\"desktop\",\"auths\":{\"127.0.0.1:5000\":{}}}", NULL,
		        NULL, "keeps the credentials" },
		{ "h.io", "", "{\"credsStore\":\"\"}", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct credentials found;
		struct error err = { 0 };
		int expected = cases[i].user == NULL ? -1 : *cases[i].user != '\0';
		int status = credentials_from_json(&found, cases[i].json, strlen(cases[i].json),
		        cases[i].host, cases[i].repository, &err);

		if (status != expected)
			fail_msg("case %zu %s: %d %s", i, cases[i].json, status, err.message);
		if (strstr(err.message, cases[i].message) == NULL)
			fail_msg("case %zu %s: '%s'", i, cases[i].json, err.message);
		assert_null(strstr(err.message, "s3cret"));
		assert_string_equal(found.user, status == 1 ? cases[i].user : "");
		assert_string_equal(found.password, status == 1 ? cases[i].password : "");
	}
}

static void
test_long(void **state)
{
	static char json[8192], auth[8000];
	struct credentials found;
	struct error err = { 0 };

	(void)state;
	/* "aaa…" without a colon, 4,500 bytes. */
	memset(auth, 'Y', 6000);
	for (size_t i = 1; i < 6000; i += 2)
		auth[i] = 'W';
	snprintf(json, sizeof(json), "{\"auths\":{\"h.io\":{\"auth\":\"%s\"}}}", auth);
	assert_int_equal(credentials_from_json(&found, json, strlen(json), "h.io", "", &err), -1);
	snprintf(json, sizeof(json),
	        "{\"auths\":{\"h.io\":{\"username\":\"a\",\"password\":\"%s\"}}}", auth);
	assert_int_equal(credentials_from_json(&found, json, strlen(json), "h.io", "", &err), -1);
	assert_string_equal(err.message, "auths['h.io']: user or password too long");
}

static void
test_basic(void **state)
{
	struct credentials credentials = { .user = "alice", .password = "s3cret" };
	struct credentials empty = { 0 };
	char out[CREDENTIALS_BASIC_SIZE];
	struct error err = { 0 };

	(void)state;
	assert_int_equal(credentials_basic(&credentials, out, sizeof(out), &err), 0);
	assert_string_equal(out, "Basic " ALICE);
	memset(credentials.user, 'u', sizeof(credentials.user) - 1);
	memset(credentials.password, 'p', sizeof(credentials.password) - 1);
	assert_int_equal(credentials_basic(&credentials, out, sizeof(out), &err), 0);
	assert_int_equal(credentials_basic(&credentials, out, 100, &err), -1);
	assert_int_equal(credentials_basic(&credentials, out, 3, &err), -1);
	credentials_clear(&credentials);
	assert_memory_equal(&credentials, &empty, sizeof(empty));
}

static void
test_base64(void **state)
{
	static const struct {
		const char *text;
		long length; /* -1 = refused */
		const char *data;
	} cases[] = {
		{ "", 0, "" }, { "Zg==", 1, "f" }, { "Zm8=", 2, "fo" }, { "Zm9v", 3, "foo" },
		{ "Zm9vYg==", 4, "foob" }, { "+/+/", 3, "\xfb\xff\xbf" }, { "Zg=", -1, "" },
		{ "Zg", -1, "" }, { "Zh==", -1, "" }, { "Zm9=", -1, "" }, { "====", -1, "" },
		{ "Z===", -1, "" }, { "Zg==Zg==", -1, "" }, { "Zm9v\n", -1, "" },
		{ "Zm 9", -1, "" }, { "-_-_", -1, "" }, { "Zm9\x80", -1, "" },
		{ "Zm9vYmFyYmF6", -1, "" }, /* does not fit */
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		unsigned char data[8];
		char text[16];

		assert_int_equal(base64_decode(data, sizeof(data), cases[i].text), cases[i].length);
		if (cases[i].length < 0)
			continue;
		assert_memory_equal(data, cases[i].data, cases[i].length);
		assert_int_equal(
		        base64_encode(text, sizeof(text), data, (size_t)cases[i].length), 0);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(
		        base64_encode(text, strlen(cases[i].text), data, (size_t)cases[i].length),
		        -1);
	}
}

/* --- files and the environment ---------------------------------------------------------- */

static const char *const variables[] = { "HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
	"DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "LAYERSHARE_REGISTRY_USER",
	"LAYERSHARE_REGISTRY_PASSWORD_FILE", "LAYERSHARE_REGISTRY_HOST" };

static char home[64];

static int
setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(variables); i++)
		unsetenv(variables[i]);
	snprintf(home, sizeof(home), "/tmp/credentials-test-XXXXXX");
	return mkdtemp(home) == NULL ? -1 : setenv("HOME", home, 1);
}

/* The files a test may have made, deepest first. */
static int
teardown(void **state)
{
	static const char *const made[] = { "/.docker/config.json", "/.docker",
		"/.config/containers/auth.json", "/.config/containers", "/.config",
		"/run/containers/auth.json", "/run/containers", "/run", "/file", "" };

	(void)state;
	for (size_t i = 0; i < countof(made); i++) {
		auto_free char *path = xprintf("%s%s", home, made[i]);

		remove(path);
	}
	return 0;
}

static void
make_folder(const char *name)
{
	auto_free char *path = xprintf("%s%s", home, name);

	assert_int_equal(mkdir(path, 0700), 0);
}

static void
make_file(const char *name, const char *text)
{
	auto_free char *path = xprintf("%s%s", home, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
set_path(const char *variable, const char *name)
{
	auto_free char *path = xprintf("%s%s", home, name);

	assert_int_equal(setenv(variable, path, 1), 0);
}

static void
assert_found(const char *user, const char *origin)
{
	struct credentials found;
	struct error err = { 0 };
	int status = credentials_find(&found, "h.io", "a/b", &err);

	if (status != (user != NULL))
		fail_msg("%d: %s", status, err.message);
	if (user == NULL)
		return;
	assert_string_equal(found.user, user);
	assert_non_null(strstr(found.origin, origin));
}

static void
assert_refused(const char *message)
{
	struct credentials found;
	struct error err = { 0 };

	assert_int_equal(credentials_find(&found, "h.io", "a/b", &err), -1);
	if (strstr(err.message, message) == NULL)
		fail_msg("'%s'", err.message);
	assert_null(strstr(err.message, "s3cret"));
}

static void
test_order(void **state)
{
	(void)state;
	assert_found(NULL, "");
	make_folder("/.docker");
	make_file("/.docker/config.json", "{\"auths\":{\"h.io\":{\"auth\":\"ZG9ja2VyOng=\"}}}");
	assert_found("docker", "/.docker/config.json");
	make_folder("/.config");
	make_folder("/.config/containers");
	make_file("/.config/containers/auth.json",
	        "{\"auths\":{\"h.io\":{\"auth\":\"Y29uZmlnOng=\"}}}");
	assert_found("config", "/.config/containers/auth.json");
	make_folder("/run");
	make_folder("/run/containers");
	make_file("/run/containers/auth.json", "{\"auths\":{\"h.io\":{\"auth\":\"cnVuOng=\"}}}");
	set_path("XDG_RUNTIME_DIR", "/run");
	assert_found("run", "/run/containers/auth.json");
	set_path("REGISTRY_AUTH_FILE", "/file");
	assert_found("run", "/run/containers/auth.json"); /* a file that is not there */
	make_file("/file", "{\"auths\":{\"other.io\":{\"auth\":\"ZmlsZTp4\"}}}");
	assert_found("run", "/run/containers/auth.json"); /* one without an entry for the host */
	make_file("/file", "{\"auths\":{\"h.io/a\":{\"auth\":\"ZmlsZTp4\"}}}");
	assert_found("file", "/file");
	set_path("DOCKER_CONFIG", "/nowhere");
	unsetenv("REGISTRY_AUTH_FILE");
	unsetenv("XDG_RUNTIME_DIR");
	set_path("XDG_CONFIG_HOME", "/nowhere");
	assert_found(NULL, "");
}

static void
test_broken_files(void **state)
{
	(void)state;
	make_folder("/.docker");
	make_file("/.docker/config.json", "{\"auths\":{\"h.io\":{\"auth\":\"s3cret");
	assert_refused("/.docker/config.json: not valid JSON");
	make_file("/.docker/config.json", "");
	assert_refused("credentials for h.io: ");
	make_folder("/run");
	set_path("REGISTRY_AUTH_FILE", "/run");
	assert_refused("/run: Is a directory");
	make_file("/file", "");
	set_path("REGISTRY_AUTH_FILE", "/file/below");
	unsetenv("HOME");
	assert_found(NULL, "");
}

static void
test_environment(void **state)
{
	struct credentials found;
	struct error err = { 0 };

	(void)state;
	setenv("LAYERSHARE_REGISTRY_USER", "alice", 1);
	assert_refused(
	        "LAYERSHARE_REGISTRY_USER is set, but not LAYERSHARE_REGISTRY_PASSWORD_FILE");
	set_path("LAYERSHARE_REGISTRY_PASSWORD_FILE", "/file");
	assert_refused("LAYERSHARE_REGISTRY_PASSWORD_FILE: ");
	make_file("/file", "\n");
	assert_refused("holds no password");
	make_file("/file", "s3cret\r\nsecond line\n");
	assert_found("alice", "LAYERSHARE_REGISTRY_USER");
	assert_int_equal(credentials_find(&found, "h.io", "", &err), 1);
	assert_string_equal(found.password, "s3cret");
	setenv("LAYERSHARE_REGISTRY_HOST", "other.io", 1);
	assert_found(NULL, "");
	setenv("LAYERSHARE_REGISTRY_HOST", "H.io", 1);
	assert_found("alice", "LAYERSHARE_REGISTRY_USER");
	setenv("LAYERSHARE_REGISTRY_USER", "a:b", 1);
	assert_refused("has a ':'");
	unsetenv("LAYERSHARE_REGISTRY_USER");
	assert_refused("LAYERSHARE_REGISTRY_PASSWORD_FILE is set, but not");
}

static void
test_long_password_file(void **state)
{
	static char text[5000];

	(void)state;
	memset(text, 'p', 4095);
	make_file("/file", text);
	setenv("LAYERSHARE_REGISTRY_USER", "alice", 1);
	set_path("LAYERSHARE_REGISTRY_PASSWORD_FILE", "/file");
	assert_found("alice", "");
	text[4095] = 'p';
	make_file("/file", text);
	assert_refused("longer than a password may be");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_base64),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_environment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_password_file, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
