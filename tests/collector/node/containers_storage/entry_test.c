/* Elements of layers.json, images.json, containers.json. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/node/containers_storage/entry.h"
#include "common/memory.h"
#include "schema/record.h"

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define DIFF "sha256:" ID_B

enum kind { LAYER, IMAGE, CONTAINER };

static int
decode(enum kind kind, const char *text, struct error *err)
{
	json_auto_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
	auto_arena arena = { 0 };
	struct layer_entry layer;
	struct image_entry image;
	struct container_entry container;

	assert_non_null(value);
	switch (kind) {
	case LAYER:
		return layer_entry_decode(&layer, value, err);
	case IMAGE:
		return image_entry_decode(&image, &arena, value, err);
	default:
		return container_entry_decode(&container, value, err);
	}
}

static const struct {
	enum kind kind;
	const char *text, *message; /* NULL = accepted */
} cases[] = {
	{ LAYER, "{\"id\":\"" ID_A "\"}", NULL },
	{ LAYER, "{\"id\":\"" ID_A "\",\"parent\":\"\",\"diff-size\":-1,\"created\":\"x\"}", NULL },
	{ LAYER, "{\"id\":\"" ID_A "\",\"parent\":null,\"flags\":null}", NULL },
	{ LAYER, "[]", "not a JSON object" },
	{ LAYER, "{}", "id: missing" },
	{ LAYER, "{\"id\":\"\"}", "id: missing" },
	{ LAYER, "{\"id\":\"../../../etc\"}", "'../../../etc' is not an ID" },
	{ LAYER, "{\"id\":\"" ID_A "a\"}", "is not an ID" },
	{ LAYER, "{\"id\":\"" ID_A "\",\"parent\":\"x\"}", "parent: 'x' is not an ID" },
	{ LAYER, "{\"id\":\"" ID_A "\",\"compressed-diff-digest\":\"sha256:x\"}",
	        "is not a digest" },
	{ LAYER, "{\"id\":\"" ID_A "\",\"diff-digest\":\"sha256:x\"}", "is not a digest" },
	{ LAYER, "{\"id\":\"" ID_A "\",\"diff-size\":-2}", "diff-size" },
	{ LAYER, "{\"id\":\"" ID_A "\",\"diff-size\":9007199254740993}", "diff-size" },
	{ LAYER, "{\"id\":\"" ID_A "\",\"diff-size\":\"1\"}", "diff-size" },
	{ LAYER, "{\"id\":\"" ID_A "\",\"flags\":[]}", "flags" },
	{ IMAGE, "{\"id\":\"" ID_A "\"}", NULL },
	{ IMAGE, "{\"id\":\"" ID_A "\",\"names\":null,\"big-data-names\":[\"manifest\"]}", NULL },
	{ IMAGE, "{\"id\":\"" ID_A "\",\"layer\":\"..\"}", "layer: '..' is not an ID" },
	{ IMAGE, "{\"id\":\"" ID_A "\",\"names\":[1]}", "names[0]: not a text" },
	{ IMAGE, "{\"id\":\"" ID_A "\",\"digest\":\"x\"}", "digest: 'x' is not a digest" },
	{ IMAGE, "{\"id\":\"" ID_A "\",\"names\":{}}", "names" },
	{ CONTAINER, "{\"id\":\"" ID_A "\",\"image\":\"" ID_B "\"}", NULL },
	{ CONTAINER, "{\"id\":\"" ID_A "\",\"image\":7}", "image" },
	{ CONTAINER, "{\"id\":\"" ID_A "\",\"layer\":\"/\"}", "layer" },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct error err = { 0 };
		int result = decode(cases[i].kind, cases[i].text, &err);

		assert_int_equal(result, cases[i].message == NULL ? 0 : -1);
		if (cases[i].message != NULL && strstr(err.message, cases[i].message) == NULL)
			fail_msg("case %zu: '%s'", i, err.message);
	}
}

static void
test_layer(void **state)
{
	json_auto_t *value =
	        json_loads("{\"id\":\"" ID_A "\",\"parent\":\"" ID_B "\",\"diff-digest\":\"" DIFF
	                   "\",\"diff-size\":10240,"
	                   "\"toc-digest\":\"" DIFF "\",\"flags\":{\"incomplete\":true},"
	                   "\"created\":\"2026-01-31T02:00:00.5Z\"}",
	                0, NULL);
	struct layer_entry entry;
	struct digest diff_id;

	(void)state;
	digest_parse(&diff_id, DIFF);
	assert_int_equal(layer_entry_decode(&entry, value, NULL), 0);
	assert_string_equal(entry.id, ID_A);
	assert_string_equal(entry.parent, ID_B);
	assert_true(digest_equal(&entry.diff_id, &diff_id));
	assert_int_equal(entry.diff_bytes, 10240);
	assert_true(entry.by_toc && entry.incomplete);
	assert_int_equal(entry.created_at, 1769824800);
	json_auto_t *bare = json_loads("{\"id\":\"" ID_A "\",\"diff-size\":-1}", 0, NULL);
	assert_int_equal(layer_entry_decode(&entry, bare, NULL), 0);
	assert_false(digest_is_set(&entry.diff_id) || entry.by_toc || entry.incomplete);
	assert_true(entry.diff_bytes == BYTES_UNKNOWN);
	assert_true(entry.created_at == RECORD_TIME_UNKNOWN);
}

static void
test_file_names(void **state)
{
	static const struct {
		const char *name, *file; /* NULL = none */
	} names[] = {
		{ "manifest", "manifest" }, { "a.1", "a.1" }, { "a-b", "=YS1i" }, { "A", "=QQ==" },
		{ "ab:", "=YWI6" },
		{ "sha256:c936bd3394e3a0b4ce8af0627f9f937b60c60b0330f40716ff8f0dfce1b2672e",
		        "=c2hhMjU2OmM5MzZiZDMzOTRlM2EwYjRjZThhZjA2MjdmOWY5MzdiNjBjNjBiMDMzMGY0MDcxN"
		        "m"
		        "ZmOGYwZGZjZTFiMjY3MmU=" },
		{ "", NULL }, { ".", NULL }, { "..", NULL },
		{ "??\x7f", NULL }, /* its base64 has a slash */
	};
	char file[ENTRY_FILE_NAME_SIZE], longest[300] = "";

	(void)state;
	for (size_t i = 0; i < countof(names); i++) {
		bool found = entry_big_data_file(names[i].name, file);

		assert_int_equal(found, names[i].file != NULL);
		if (found)
			assert_string_equal(file, names[i].file);
	}
	memset(longest, 'a', 255);
	assert_true(entry_big_data_file(longest, file));
	longest[255] = 'a';
	assert_false(entry_big_data_file(longest, file));
	memset(longest, 'A', 250);
	assert_false(entry_big_data_file(longest, file));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_layer),
		cmocka_unit_test(test_file_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
