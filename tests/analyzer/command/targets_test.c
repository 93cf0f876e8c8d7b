/* Targets from arguments, files and the configuration, by host. */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/command/targets.h"
#include "common/buf.h"
#include "common/memory.h"

#define auto_targets __attribute__((cleanup(targets_release))) struct target_list

/* A file with that text; the caller unlinks and frees the name. */
static char *
file_with(const char *text)
{
	char *path = xstrdup("/tmp/layershare-targets-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return path;
}

static void
assert_targets(const struct target_list *list, const char *expected)
{
	auto_buf text = { 0 };

	for (size_t i = 0; i < list->count; i++)
		buf_printf(&text, "%s%s|%s|%s", i == 0 ? "" : " ", list->at[i].host,
		        list->at[i].repository, list->at[i].tag);
	assert_string_equal(buf_text(&text), expected);
}

static void
test_group(void **state)
{
	static const char *const arguments[] = { "b.io/x", "a.io", "b.io/y:1", "a.io/ns/",
		"c.io:80/z" };
	auto_targets list = { 0 };
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(arguments); i++)
		assert_int_equal(targets_add(&list, arguments[i], &err), 0);
	targets_group(&list);
	assert_targets(&list, "b.io|x| b.io|y|1 a.io|| a.io|ns| c.io:80|z|");
	assert_int_equal(targets_of_host(&list, 0), 2);
	assert_int_equal(targets_of_host(&list, 2), 2);
	assert_int_equal(targets_of_host(&list, 4), 1);
}

static void
test_file(void **state)
{
	static const struct {
		const char *text, *targets;
	} cases[] = {
		{ "a.io\n", "a.io||" },
		{ "# all\n\n  a.io/x  # why\r\n\tb.io/y:2", "a.io|x| b.io|y|2" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_targets list = { 0 };
		struct error err = { 0 };
		auto_free char *path = file_with(cases[i].text);
		auto_free char *argument = xprintf("@%s", path);
		assert_int_equal(targets_add(&list, argument, &err), 0);
		assert_targets(&list, cases[i].targets);
		unlink(path);
	}
}

static void
test_bad_file(void **state)
{
	static const struct {
		const char *text, *message; /* behind the name of the file */
	} cases[] = {
		{ "a.io\n\nubuntu\n", ":3: 'ubuntu' names no registry" },
		{ "https://a.io\n", ":1: " },
		{ "# nothing\n", ": no target in it" },
		{ "", ": no target in it" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_targets list = { 0 };
		struct error err = { 0 };
		auto_free char *path = file_with(cases[i].text);
		auto_free char *argument = xprintf("@%s", path);
		assert_int_equal(targets_add(&list, argument, &err), -1);
		assert_int_equal(err.code, ERROR_USAGE);
		assert_memory_equal(err.message, path, strlen(path));
		assert_memory_equal(
		        err.message + strlen(path), cases[i].message, strlen(cases[i].message));
		unlink(path);
	}
	auto_targets list = { 0 };
	struct error err = { 0 };
	assert_int_equal(targets_add(&list, "@/nowhere/list", &err), -1);
	assert_int_equal(err.code, ERROR_USAGE);
	assert_string_equal(err.message, "/nowhere/list: No such file or directory");
}

static void
test_config(void **state)
{
	static const char text[] = "registries:\n"
	                           "- host: a.io\n"
	                           "- host: b.io:80\n"
	                           "  targets: [ns/, app, 'app:1', 'b.io:80/full']\n";
	static const char wrong[] = "registries: [{host: a.io, targets: ['UPPER case']}]";
	struct config *config = NULL;
	auto_targets list = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(config_parse(&config, "c", text, sizeof(text) - 1, &err), 0);
	assert_int_equal(targets_add_config(&list, config, &err), 0);
	assert_targets(&list, "a.io|| b.io:80|ns| b.io:80|app| b.io:80|app|1 b.io:80|full|");
	config_free(config);
	assert_int_equal(config_parse(&config, "c", wrong, sizeof(wrong) - 1, &err), 0);
	assert_int_equal(targets_add_config(&list, config, &err), -1);
	assert_memory_equal(err.message, "configuration: targets of a.io: ", 32);
	config_free(config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_bad_file),
		cmocka_unit_test(test_config),
	};
	return cmocka_run_group_tests_name("targets", tests, NULL, NULL);
}
