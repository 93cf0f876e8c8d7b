/* Pages of names, and what a registry says in an error body. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/registry/manifest.h"
#include "common/buf.h"
#include "common/memory.h"
#include "schema/reference.h"

static void
test_table(void **state)
{
	static const struct {
		const char *member;
		const char *body;
		const char *names; /* joined with ' ', NULL = refused */
		size_t invalid;
		const char *example; /* or the message */
	} cases[] = {
		{ "tags", "{\"name\":\"a\",\"tags\":[\"2\",\"1\"]}", "2 1", 0, "" },
		{ "tags", "{\"tags\":[]}", "", 0, "" },
		{ "tags", "{\"name\":\"a\",\"tags\":null}", "", 0, "" },
		{ "tags", "{\"tags\":[\"ok\",\"../x\",\"a b\",\"\"]}", "ok", 3, "../x" },
		{ "tags", "{\"tags\":[7,null,\"ok\",[]]}", "ok", 3, "(not a string)" },
		{ "tags", "{\"tags\":[\"\\u001b[31mred\"]}", "", 1, "\xef\xbf\xbd[31mred" },
		{ "repositories", "{\"repositories\":[\"team/app\",\"Team\",\"a//b\"]}", "team/app",
		        2, "Team" },
		{ "repositories", "{\"repositories\":[\"a/../b\",\"/etc/passwd\"]}", "", 2,
		        "a/../b" },
		{ "repositories", "{\"tags\":[]}", NULL, 0, "no member 'repositories'" },
		{ "tags", "{\"tags\":{}}", NULL, 0, "tags: not an array" },
		{ "tags", "{\"tags\":\"latest\"}", NULL, 0, "tags: not an array" },
		{ "tags", "[\"a\"]", NULL, 0, "not a JSON object" },
		{ "tags", "", NULL, 0, "empty instead of JSON" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		bool tags = strcmp(cases[i].member, "tags") == 0;
		auto_arena arena = { 0 };
		auto_buf joined = { 0 };
		struct name_list list;
		struct error err = { 0 };
		int status = name_list_decode(&list, &arena, cases[i].member,
		        tags ? reference_is_tag : reference_is_repository, cases[i].body,
		        strlen(cases[i].body), &err);

		if ((status == 0) != (cases[i].names != NULL))
			fail_msg("case %zu %s: %s", i, cases[i].body, err.message);
		if (status != 0) {
			assert_string_equal(err.message, cases[i].example);
			continue;
		}
		for (size_t k = 0; k < list.count; k++)
			buf_printf(&joined, "%s%s", k > 0 ? " " : "", list.names[k]);
		assert_string_equal(buf_text(&joined), cases[i].names);
		assert_int_equal(list.invalid, cases[i].invalid);
		assert_string_equal(list.invalid_example, cases[i].example);
	}
}

static void
test_long_example(void **state)
{
	auto_arena arena = { 0 };
	auto_buf body = { 0 };
	struct name_list list;
	struct error err = { 0 };

	(void)state;
	buf_puts(&body, "{\"tags\":[\"");
	/* One byte each becomes three when cleaned. */
	for (size_t i = 0; i < 1000; i++)
		buf_puts(&body, "\x7f");
	buf_puts(&body, "\"]}");
	assert_int_equal(name_list_decode(&list, &arena, "tags", reference_is_tag, body.data,
	                         body.length, &err),
	        0);
	assert_int_equal(strlen(list.invalid_example), 78);
}

static void
test_error_text(void **state)
{
	static const struct {
		const char *body;
		const char *text;
	} cases[] = {
		{ "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}",
		        "MANIFEST_UNKNOWN: manifest unknown" },
		{ "{\"errors\":[{\"code\":\"DENIED\"},{\"code\":\"OTHER\"}]}", "DENIED" },
		{ "{\"errors\":[{\"message\":\"no\"}]}", "no" },
		{ "{\"error\":\"invalid_token\"}", "invalid_token" },
		{ "{\"error\":\"x\",\"message\":\"y\"}", "x: y" },
		{ "{\"message\":\"not here\"}", "not here" },
		{ "{\"errors\":[]}", "" },
		{ "{\"errors\":{}}", "" },
		{ "{\"errors\":[7]}", "" },
		{ "{\"errors\":[{\"code\":7,\"message\":[]}]}", "" },
		{ "[]", "" },
		{ "<html>gateway</html>", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char text[256];

		registry_error_text(text, sizeof(text), cases[i].body, strlen(cases[i].body));
		assert_string_equal(text, cases[i].text);
	}
}

static void
test_error_text_cut(void **state)
{
	auto_buf body = { 0 };
	char text[256], small[8];

	(void)state;
	buf_puts(&body, "{\"message\":\"");
	for (size_t i = 0; i < 1000; i++)
		buf_puts(&body, "€");
	buf_puts(&body, "\"}");
	registry_error_text(text, sizeof(text), body.data, body.length);
	assert_int_equal(strlen(text), 198);
	registry_error_text(small, sizeof(small), body.data, body.length);
	assert_string_equal(small, "€€");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_long_example),
		cmocka_unit_test(test_error_text),
		cmocka_unit_test(test_error_text_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
