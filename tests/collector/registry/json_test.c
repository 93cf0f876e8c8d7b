/* JSON from outside: what is refused before the parser, by the parser, and by the getters. */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/registry/json.h"
#include "common/buf.h"
#include "common/memory.h"

static void
test_decode(void **state)
{
	static const struct {
		const char *body;
		const char *error; /* part of the message, NULL = accepted */
	} cases[] = {
		{ "{}", NULL },
		{ "[]", NULL },
		{ " {\"a\": [1, 2.5, true, null, \"x\"]} \n", NULL },
		{ "{\"a\":\"[[[[{{{{\"}", NULL },
		{ "{\"a\":\"\\\"[[\\\\\"}", NULL },
		{ "{\"\\u00e9\":\"\xc3\xa9\"}", NULL },
		{ "", "empty" },
		{ "{", "not valid JSON" },
		{ "{}x", "not valid JSON" },
		{ "{}{}", "not valid JSON" },
		{ "]]]]", "not valid JSON" },
		{ "\"unclosed", "not valid JSON" },
		{ "{\"a\":\"\\", "not valid JSON" },
		{ "12", "not valid JSON" },
		{ "null", "not valid JSON" },
		{ "<html>", "not valid JSON" },
		{ "{\"a\":1,\"a\":2}", "duplicate" },
		{ "{\"a\":{\"b\":1,\"b\":1}}", "duplicate" },
		{ "{\"a\":1,\"\\u0061\":2}", "duplicate" },
		{ "{\"a\":\"\\u0000\"}", "not valid JSON" },
		{ "{\"a\\u0000\":1}", "not valid JSON" },
		{ "{\"a\":\"\xff\"}", "unable to decode" },
		{ "{\"a\":\"\xc0\x80\"}", "unable to decode" },
		{ "{\"a\":\"\xed\xa0\x80\"}", "unable to decode" },
		{ "{\"a\":\"\\ud800\"}", "not valid JSON" },
		{ "{\"a\":\"\n\"}", "not valid JSON" },
		{ "\xef\xbb\xbf{}", "not valid JSON" },
		{ "{\"a\":99999999999999999999}", "not valid JSON" },
		{ "{'a':1}", "not valid JSON" },
		{ "{\"a\":1,}", "not valid JSON" },
		{ "{\"a\":NaN}", "not valid JSON" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct error err = { 0 };
		json_auto_t *value = json_decode(cases[i].body, strlen(cases[i].body), &err);

		if ((value != NULL) != (cases[i].error == NULL) ||
		        (cases[i].error != NULL && strstr(err.message, cases[i].error) == NULL))
			fail_msg("case %zu %s: '%s'", i, cases[i].body, err.message);
	}
}

static void
test_nul_byte(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_null(json_decode("{\"a\":\"b\0c\"}", 11, &err));
	assert_null(json_decode("{}\0", 3, &err));
}

/* `count` times `piece`, between `head` and `tail`. */
static json_t *
decode_repeated(
        const char *head, const char *piece, size_t count, const char *tail, struct error *err)
{
	auto_buf body = { 0 };

	buf_puts(&body, head);
	for (size_t i = 0; i < count; i++)
		buf_puts(&body, piece);
	buf_puts(&body, tail);
	return json_decode(body.data, body.length, err);
}

static void
test_limits(void **state)
{
	static const struct {
		const char *head, *piece, *tail;
		size_t count;
		bool accepted;
	} cases[] = {
		{ "", "[", "", 1000000, false },
		{ "", "{\"a\":", "", 1000000, false },
		{ "", "[{\"a\":", "", 1000000, false },
		{ "[\"", "[", "\"]", 1000000, true },
		{ "[\"", "\\\"[", "\"]", 1000000, true },
		{ "[1", ",1", "]", JSON_MAX_VALUES - 10, true },
		{ "[1", ",1", "]", JSON_MAX_VALUES + 10, false },
		{ "[{}", ",{}", "]", JSON_MAX_CONTAINERS - 10, true },
		{ "[{}", ",{}", "]", JSON_MAX_CONTAINERS + 10, false },
		{ "[\"latest\"", ",\"v1.2\"", "]", 100000, true },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct error err = { 0 };
		json_auto_t *value = decode_repeated(
		        cases[i].head, cases[i].piece, cases[i].count, cases[i].tail, &err);

		if ((value != NULL) != cases[i].accepted)
			fail_msg("case %zu: '%s'", i, err.message);
		if (value == NULL)
			assert_int_equal(err.code, ERROR_LIMIT);
	}
}

static void
test_depth(void **state)
{
	char body[2 * JSON_MAX_DEPTH + 8];
	struct error err = { 0 };

	(void)state;
	memset(body, '[', JSON_MAX_DEPTH);
	memset(body + JSON_MAX_DEPTH, ']', JSON_MAX_DEPTH);
	json_decref(json_decode(body, 2 * JSON_MAX_DEPTH, &err));
	assert_int_equal(err.code, ERROR_NONE);
	memset(body, '[', JSON_MAX_DEPTH + 1);
	memset(body + JSON_MAX_DEPTH + 1, ']', JSON_MAX_DEPTH + 1);
	assert_null(json_decode(body, 2 * (JSON_MAX_DEPTH + 1), &err));
	assert_string_equal(err.message, "JSON is nested deeper than 64 levels");
}

static void
test_members(void **state)
{
	json_auto_t *root = json_loads("{\"text\":\"x\",\"null\":null,\"list\":[],\"map\":{},"
	                               "\"n\":9007199254740992,\"minus\":-1,\"real\":1.0}",
	        0, NULL);
	struct error err = { 0 };
	const char *text = "old";
	json_t *value = NULL;
	uint64_t count = 7;

	(void)state;
	assert_int_equal(json_member_text(&text, root, NULL, "text", &err), 1);
	assert_string_equal(text, "x");
	assert_int_equal(json_member_text(&text, root, NULL, "absent", &err), 0);
	assert_int_equal(json_member_text(&text, root, NULL, "null", &err), 0);
	assert_string_equal(text, "x");
	assert_int_equal(json_member_text(&text, root, "layers[3]", "list", &err), -1);
	assert_string_equal(err.message, "layers[3].list: not a string");
	assert_int_equal(json_member_array(&value, root, "", "list", &err), 1);
	assert_true(json_is_array(value));
	assert_int_equal(json_member_array(&value, root, "", "map", &err), -1);
	assert_string_equal(err.message, "map: not an array");
	assert_int_equal(json_member_object(&value, root, "", "map", &err), 1);
	assert_int_equal(json_member_object(&value, root, "", "null", &err), 0);
	assert_int_equal(json_member_object(&value, root, "", "n", &err), -1);
	assert_int_equal(json_member_count(&count, root, "", "n", (uint64_t)1 << 53, &err), 1);
	assert_true(count == (uint64_t)1 << 53);
	assert_int_equal(json_member_count(&count, root, "", "n", 100, &err), -1);
	assert_int_equal(json_member_count(&count, root, "", "minus", 100, &err), -1);
	assert_string_equal(err.message, "minus: negative");
	assert_int_equal(json_member_count(&count, root, "", "real", 100, &err), -1);
	assert_int_equal(json_member_count(&count, root, "", "null", 100, &err), 0);
	assert_int_equal(json_member_count(&count, NULL, "", "n", 100, &err), 0);
}

static void
test_cut(void **state)
{
	static const struct {
		const char *text;
		size_t max, expected;
	} cases[] = {
		{ "", 0, 0 },
		{ "", 5, 0 },
		{ "abc", 3, 3 },
		{ "abc", 2, 2 },
		{ "abc", 0, 0 },
		{ "a\xc3\xa9", 3, 3 },
		{ "a\xc3\xa9", 2, 1 },
		{ "a\xf0\x9f\x98\x80z", 4, 1 },
		{ "a\xf0\x9f\x98\x80z", 5, 5 },
		{ "\xe2\x82\xac", 2, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(json_text_cut(cases[i].text, cases[i].max), cases[i].expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_nul_byte),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
