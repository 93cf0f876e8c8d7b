/* Image configs: identity, time, and the details that are kept without any secret. */
#include "tests/support/unit.h"

#include <jansson.h>
#include <string.h>

#include "collector/registry/config_details.h"
#include "collector/registry/manifest.h"
#include "common/buf.h"
#include "common/memory.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define D   "sha256:" HEX

static int
decode(struct record_config *out, struct arena *arena, const char *body, struct error *err)
{
	struct digest digest;

	digest_of(&digest, DIGEST_SHA256, body, strlen(body));
	return config_decode(out, arena, &digest, body, strlen(body), err);
}

static void
test_identity(void **state)
{
	static const struct {
		const char *body;
		const char *platform;
		size_t diff_ids;
		int64_t created_at;
	} cases[] = {
		{ "{}", "unknown", 0, RECORD_TIME_UNKNOWN },
		{ "{\"os\":\"linux\",\"architecture\":\"amd64\"}", "linux/amd64", 0,
		        RECORD_TIME_UNKNOWN },
		{ "{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\"}", "linux/arm/v7",
		        0, RECORD_TIME_UNKNOWN },
		{ "{\"os\":null,\"rootfs\":null,\"config\":null,\"history\":null}", "unknown", 0,
		        RECORD_TIME_UNKNOWN },
		{ "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" D "\",\"" D "\"]}}",
		        "unknown", 2, RECORD_TIME_UNKNOWN },
		{ "{\"rootfs\":{\"diff_ids\":null}}", "unknown", 0, RECORD_TIME_UNKNOWN },
		{ "{\"rootfs\":{\"diff_ids\":[\"sha512:" HEX HEX "\"]}}", "unknown", 1,
		        RECORD_TIME_UNKNOWN },
		{ "{\"created\":\"1970-01-01T00:00:00Z\"}", "unknown", 0, 0 },
		{ "{\"created\":\"2026-01-31T02:00:00.123456789Z\"}", "unknown", 0, 1769824800 },
		{ "{\"created\":\"0001-01-01T00:00:00Z\"}", "unknown", 0, RECORD_TIME_UNKNOWN },
		{ "{\"created\":\"yesterday\"}", "unknown", 0, RECORD_TIME_UNKNOWN },
		{ "{\"created\":\"\"}", "unknown", 0, RECORD_TIME_UNKNOWN },
		{ "{\"os\":\"li\\nnux\",\"architecture\":\"../x\"}", "unknown", 0,
		        RECORD_TIME_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		struct record_config out;
		struct error err = { 0 };
		char platform[PLATFORM_TEXT_SIZE];

		if (decode(&out, &arena, cases[i].body, &err))
			fail_msg("case %zu %s: %s", i, cases[i].body, err.message);
		assert_string_equal(platform_format(&out.platform, platform), cases[i].platform);
		assert_int_equal(out.diff_id_count, cases[i].diff_ids);
		assert_true(out.created_at == cases[i].created_at);
		assert_int_equal(out.size_bytes, strlen(cases[i].body));
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *body;
		const char *message;
	} cases[] = {
		{ "[]", "not a JSON object" },
		{ "{\"os\":1}", "os: not a string" },
		{ "{\"variant\":{}}", "variant: not a string" },
		{ "{\"created\":0}", "created: not a string" },
		{ "{\"rootfs\":[]}", "rootfs: not an object" },
		{ "{\"rootfs\":{\"type\":\"squashfs\"}}",
		        "rootfs.type: 'squashfs', but only 'layers' exists" },
		{ "{\"rootfs\":{\"type\":1}}", "rootfs.type: not a string" },
		{ "{\"rootfs\":{\"diff_ids\":{}}}", "rootfs.diff_ids: not an array" },
		{ "{\"rootfs\":{\"diff_ids\":[\"" D "\",7]}}", "rootfs.diff_ids[1]: not a string" },
		{ "{\"rootfs\":{\"diff_ids\":[\"sha256:../x\"]}}",
		        "rootfs.diff_ids[0]: 'sha256:../x' is not a digest" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		struct record_config out;
		struct error err = { 0 };

		assert_int_equal(decode(&out, &arena, cases[i].body, &err), -1);
		assert_string_equal(err.message, cases[i].message);
	}
}

static void
test_too_many_layers(void **state)
{
	auto_arena arena = { 0 };
	auto_buf body = { 0 };
	struct record_config out;
	struct error err = { 0 };

	(void)state;
	buf_puts(&body, "{\"rootfs\":{\"diff_ids\":[\"" D "\"");
	for (size_t i = 0; i < RECORD_MAX_LAYERS; i++)
		buf_puts(&body, ",\"" D "\"");
	buf_puts(&body, "]}}");
	assert_int_equal(decode(&out, &arena, body.data, &err), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
}

static void
test_details(void **state)
{
	static const struct {
		const char *body;
		const char *details;
	} cases[] = {
		{ "{}", "{}" },
		{ "{\"config\":{}}", "{}" },
		{ "{\"config\":{\"Labels\":{},\"Cmd\":[],\"Env\":null},\"history\":[]}", "{}" },
		{ "{\"config\":[],\"history\":{}}", "{}" },
		{ "{\"config\":{\"Labels\":{\"b\":\"1\",\"a\":\"2\",\"n\":3}}}",
		        "{\"labels\":{\"b\":\"1\",\"a\":\"2\"}}" },
		{ "{\"config\":{\"Entrypoint\":[\"/bin/x\",7],\"Cmd\":[\"-v\"]}}",
		        "{\"entrypoint\":[\"/bin/x\"],\"cmd\":[\"-v\"]}" },
		{ "{\"config\":{\"Env\":[\"PATH=/"
		  "bin\",\"TOKEN=secret=secret\",\"EMPTY=\",\"BARE\",1]}"
		  "}",
		        "{\"env_names\":[\"PATH\",\"TOKEN\",\"EMPTY\",\"BARE\"]}" },
		{ "{\"history\":[{\"created_by\":\"RUN x\",\"empty_layer\":true},{},"
		  "{\"created_by\":7,\"empty_layer\":false},9]}",
		        "{\"history\":[{\"created_by\":\"RUN "
		        "x\",\"empty_layer\":true},{},{},{}]}" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		struct record_config out;
		struct error err = { 0 };

		assert_int_equal(decode(&out, &arena, cases[i].body, &err), 0);
		assert_string_equal(out.details_json, cases[i].details);
	}
}

static void
test_created_by(void **state)
{
	static const struct {
		const char *created_by;
		const char *kept;
	} cases[] = {
		{ "", "" },
		{ "RUN apt-get update # buildkit", "RUN apt-get update # buildkit" },
		{ "/bin/sh -c #(nop)  CMD [\"bash\"]", "/bin/sh -c #(nop)  CMD [\"bash\"]" },
		{ "ENV TOKEN=secret", "ENV TOKEN=…" },
		{ "ENV A=x TOKEN=secret", "ENV A=…" },
		{ "ENV TOKEN secret", "ENV TOKEN=…" },
		{ "env TOKEN=secret", "env TOKEN=…" },
		{ "ENV TOKEN", "ENV TOKEN" },
		{ "ENV ", "ENV " },
		{ "ENV =secret", "ENV =…" },
		{ "/bin/sh -c #(nop)  ENV TOKEN=secret", "/bin/sh -c #(nop)  ENV TOKEN=…" },
		{ "/bin/sh -c #(nop) ARG TOKEN=secret", "/bin/sh -c #(nop) ARG TOKEN=…" },
		{ "ARG VERSION", "ARG VERSION" },
		{ "ARG TOKEN=secret", "ARG TOKEN=…" },
		{ "RUN |2 TOKEN=secret B=a b /bin/sh -c make # buildkit",
		        "RUN |2 … /bin/sh -c make # buildkit" },
		{ "|1 TOKEN=secret /bin/bash -c make", "|1 … /bin/bash -c make" },
		{ "RUN |1 TOKEN=secret make", "RUN |1 …" },
		{ "RUN | cat", "RUN | cat" },
		{ "RUN |", "RUN |" },
		{ "COPY dir:0123 in / ", "COPY dir:0123 in / " },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		const char *kept = config_created_by(&arena, cases[i].created_by);

		assert_string_equal(kept, cases[i].kept);
		assert_null(strstr(kept, "secret"));
	}
}

/* A config whose history, labels and command line have so many entries. */
static void
put_config(struct buf *body, size_t history, size_t labels, size_t cmd)
{
	buf_puts(body, "{\"config\":{\"Env\":[\"A=b\"],\"Labels\":{");
	for (size_t i = 0; i < labels; i++)
		buf_printf(body, "%s\"label%zu\":\"%0100d\"", i > 0 ? "," : "", i, 0);
	buf_puts(body, "},\"Cmd\":[");
	for (size_t i = 0; i < cmd; i++)
		buf_printf(body, "%s\"%0100d\"", i > 0 ? "," : "", 0);
	buf_puts(body, "]},\"history\":[");
	for (size_t i = 0; i < history; i++)
		buf_printf(body, "%s{\"created_by\":\"RUN %0600d\"}", i > 0 ? "," : "", 0);
	buf_puts(body, "]}");
}

static void
test_details_limit(void **state)
{
	static const struct {
		size_t history, labels, cmd;
		const char *dropped;
		bool has_history, has_labels, has_cmd;
	} cases[] = {
		{ 1, 1, 1, "", true, true, true },
		{ 110, 20, 0, "", true, true, false },
		{ 200, 1, 1, "history", false, true, true },
		{ 1, 1000, 1, "history labels", false, false, true },
		{ 0, 1000, 1, "labels", false, false, true },
		{ 1, 1, 1000, "history labels env_names cmd", false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		auto_buf body = { 0 }, dropped = { 0 };
		struct record_config out;
		struct error err = { 0 };
		json_auto_t *details = NULL;
		const json_t *list;

		put_config(&body, cases[i].history, cases[i].labels, cases[i].cmd);
		assert_int_equal(decode(&out, &arena, body.data, &err), 0);
		assert_true(strlen(out.details_json) <= CONFIG_DETAILS_MAX_BYTES);
		details = json_loads(out.details_json, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(details);
		list = json_object_get(details, "dropped");
		for (size_t k = 0; k < json_array_size(list); k++)
			buf_printf(&dropped, "%s%s", k > 0 ? " " : "",
			        json_string_value(json_array_get(list, k)));
		assert_string_equal(buf_text(&dropped), cases[i].dropped);
		assert_int_equal(json_object_get(details, "history") != NULL, cases[i].has_history);
		assert_int_equal(json_object_get(details, "labels") != NULL, cases[i].has_labels);
		assert_int_equal(json_object_get(details, "cmd") != NULL, cases[i].has_cmd);
	}
}

static void
test_long_created_by(void **state)
{
	auto_arena arena = { 0 };
	auto_buf text = { 0 };

	(void)state;
	buf_puts(&text, "RUN ");
	for (size_t i = 0; i < 400; i++)
		buf_puts(&text, "€");
	assert_int_equal(strlen(config_created_by(&arena, text.data)), 511);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_many_layers),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_created_by),
		cmocka_unit_test(test_details_limit),
		cmocka_unit_test(test_long_created_by),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
