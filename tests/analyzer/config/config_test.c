#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "analyzer/config/config.h"
#include "common/buf.h"
#include "common/memory.h"

#include <cmocka.h> /* last: it defines fail() as a macro of its own */

static void
test_good(void **state)
{
	static const char text[] = "# comment\n"
	                           "registries:\n"
	                           "  - host: 127.0.0.1:5000\n"
	                           "    dedup: repository\n"
	                           "    plain_http: true\n"
	                           "    connections: 8\n"
	                           "    targets: [team/, \"team/app:1\"]\n"
	                           "    exclude:\n"
	                           "      - '*/cache'\n"
	                           "  - { host: ghcr.io }\n"
	                           "bases: [docker.io/library/*]\n";
	struct config *config = NULL;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(config_parse(&config, "c", text, sizeof(text) - 1, &err), 0);
	assert_int_equal(config->registry_count, 2);
	const struct config_registry *first = &config->registries[0];
	assert_string_equal(first->host, "127.0.0.1:5000");
	assert_int_equal(first->dedup, SCOPE_REPOSITORY);
	assert_true(first->plain_http);
	assert_int_equal(first->connections, 8);
	assert_int_equal(first->target_count, 2);
	assert_string_equal(first->targets[1], "team/app:1");
	assert_int_equal(first->include_count, 0);
	assert_int_equal(first->exclude_count, 1);
	assert_string_equal(first->exclude[0], "*/cache");
	assert_int_equal(config->registries[1].dedup, SCOPE_REGISTRY);
	assert_int_equal(config->registries[1].connections, 0);
	assert_string_equal(config->bases[0], "docker.io/library/*");
	assert_ptr_equal(config_registry_of(config, "ghcr.io"), &config->registries[1]);
	assert_null(config_registry_of(config, "ghcr"));
	config_free(config);
}

static void
test_empty(void **state)
{
	static const char *const texts[] = { "", "# only a comment\n", "---\n", "{}\n", "\n\n" };

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct config *config = NULL;
		struct error err = { 0 };
		assert_int_equal(config_parse(&config, "c", texts[i], strlen(texts[i]), &err), 0);
		assert_int_equal(config->registry_count, 0);
		config_free(config);
	}
}

/* Every mistake has its line, its column and a cause. */
static void
test_bad(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "registries:\n  - host: a.b\n    conections: 3\n",
		        "c:3:5: unknown key 'conections' in registries; did you mean "
		        "'connections'? (known: host, dedup, plain_http, connections, targets, "
		        "include, exclude)" },
		{ "colour: red\n", "c:1:1: unknown key 'colour' (known: registries, bases, "
		                   "resident_share_permille)" },
		{ "registries:\n  - host: a.b\n    connections: many\n",
		        "c:3:18: 'connections' expects a whole number from 1 to 64" },
		{ "registries:\n  - host: a.b\n    connections: 0\n",
		        "c:3:18: 'connections' expects a whole number from 1 to 64" },
		{ "registries:\n  - host: a.b\n    connections: 99999999999999999999\n",
		        "c:3:18: 'connections' expects a whole number from 1 to 64" },
		{ "registries:\n  - host: a.b\n    connections: '3'\n",
		        "c:3:18: 'connections' expects a whole number from 1 to 64" },
		{ "registries:\n  - host: a.b\n    plain_http: yes\n",
		        "c:3:17: 'plain_http' expects true or false" },
		{ "registries:\n  - host: a.b\n    dedup: blob\n",
		        "c:3:12: 'dedup' expects one of: registry, namespace, repository" },
		{ "registries:\n  - connections: 2\n", "c:2:5: 'host' is missing" },
		{ "registries:\n  - host: [a.b]\n",
		        "c:2:11: 'host' expects a registry's HOST[:PORT] (no scheme, no path)" },
		{ "registries:\n  - host: https://a.b\n",
		        "c:2:11: 'host': 'https://a.b' is not a registry's HOST[:PORT] (no "
		        "scheme, no path)" },
		{ "registries:\n  - host:\n",
		        "c:2:10: 'host' is empty; it expects a registry's HOST[:PORT] (no scheme, "
		        "no path)" },
		{ "registries:\n  - host: a.b\n  - host: a.b\n",
		        "c:3:5: host 'a.b' stands twice in 'registries'" },
		{ "registries:\n  - host: a.b\n    host: c.d\n", "c:3:5: key 'host' stands twice" },
		{ "registries: a.b\n",
		        "c:1:13: 'registries' expects a list (\"- \" before each entry)" },
		{ "registries:\n  - a.b\n",
		        "c:2:5: registries expects keys with values (\"host: …\")" },
		{ "- a\n", "c:1:1: expects keys with values (\"registries: …\")" },
		{ "bases: [a, [b]]\n", "c:1:12: 'bases' expects a pattern over HOST/REPOSITORY" },
		{ "bases: [\"a\\0b\"]\n", "c:1:9: 'bases' expects a pattern over HOST/REPOSITORY" },
		{ "bases: [a]\n---\nbases: [b]\n", "c:2:1: a second document; one is allowed" },
		{ "bases: &x [*x]\n", "c:1:8: 'bases' expects a pattern over HOST/REPOSITORY" },
		{ "registries:\n  - host: a\n   dedup: x\n",
		        "c:3:4: did not find expected '-' indicator (while parsing a block "
		        "collection)" },
		{ "bases: [a\n",
		        "c:2:1: did not find expected ',' or ']' (while parsing a flow sequence)" },
		{ "bases: [*nobody]\n", "c:1:9: found undefined alias" },
		{ "bases: \xff\n", "c: byte 7: invalid leading UTF-8 octet" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct config *config = NULL;
		struct error err = { 0 };
		int result = config_parse(&config, "c", cases[i].text, strlen(cases[i].text), &err);
		if (result == 0)
			print_message("accepted: %s\n", cases[i].text);
		assert_int_equal(result, -1);
		assert_null(config);
		assert_string_equal(err.message, cases[i].message);
		assert_int_equal(err.code, ERROR_USAGE);
	}
}

/* Depth and aliases cost neither the stack nor the memory. */
static void
test_bombs(void **state)
{
	struct buf text = { 0 };
	struct config *config = NULL;
	struct error err = { 0 };

	(void)state;
	buf_puts(&text, "bases: ");
	for (int i = 0; i < 500000; i++)
		buf_putc(&text, '[');
	assert_int_equal(config_parse(&config, "c", text.data, text.length, &err), -1);

	buf_reset(&text);
	buf_puts(&text, "bases: &list [a");
	for (int i = 0; i < 9000; i++)
		buf_puts(&text, ",some-long-name-to-fill-memory");
	buf_puts(&text, "]\nregistries:\n");
	for (int i = 0; i < 9000; i++)
		buf_printf(&text, "- {host: h%d.b, targets: *list}\n", i);
	err = (struct error){ 0 };
	assert_int_equal(config_parse(&config, "c", text.data, text.length, &err), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	buf_release(&text);
}

static void
test_example(void **state)
{
	struct config *config = NULL;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(config_load(&config, "schema/layershare.yaml", &err), 0);
	assert_int_equal(config->registry_count, 2);
	config_free(config);
	assert_int_equal(config_load(&config, "schema/absent.yaml", &err), -1);
	assert_int_equal(err.code, ERROR_USAGE);
	assert_string_equal(err.message, "schema/absent.yaml: No such file or directory");
	assert_int_equal(config_load(&config, "schema", &err), -1);
	assert_string_equal(err.message, "schema: Is a directory");
	assert_int_equal(config_load(&config, NULL, &err), 0);
	assert_int_equal(config->registry_count, 0);
	config_free(config);
}

static void
test_paths(void **state)
{
	struct error err = { 0 };

	(void)state;
	setenv("LAYERSHARE_DB", "/tmp/some.db", 1);
	auto_free char *stated = config_db_path(&err);
	assert_string_equal(stated, "/tmp/some.db");
	unsetenv("LAYERSHARE_DB");
	setenv("XDG_STATE_HOME", "/state", 1);
	auto_free char *state_home = config_db_path(&err);
	assert_string_equal(state_home, "/state/layershare/layershare.db");
	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	auto_free char *found = config_find();
	if (found != NULL)
		assert_string_equal(found, "/etc/layershare/config.yaml");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_paths),
	};
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
