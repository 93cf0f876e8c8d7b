/* Endpoints, IDs, folders, and what runtimes say of an image in JSON. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/node/cri/text.h"
#include "common/memory.h"

#define A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void
is_text(const char *text, const char *expected)
{
	if (expected == NULL)
		assert_null(text);
	else
		assert_string_equal(text, expected);
}

static void
test_socket(void **state)
{
	static const char *const cases[][2] = {
		{ "unix:///run/crio/crio.sock", "/run/crio/crio.sock" },
		{ "unix:/run/crio/crio.sock", "/run/crio/crio.sock" },
		{ "/run/crio/crio.sock", "/run/crio/crio.sock" },
		{ "unix://run/crio.sock", NULL },
		{ "tcp://127.0.0.1:1", NULL },
		{ "npipe:////./pipe/x", NULL },
		{ "/", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		is_text(cri_socket(cases[i][0]), cases[i][1]);
}

static void
test_config(void **state)
{
	static const char *const cases[][2] = {
		{ "runtime-endpoint: unix:///a.sock\nimage-endpoint: unix:///b.sock\ntimeout: 2\n",
		        "unix:///a.sock" },
		{ "# c\ntimeout: 2\nruntime-endpoint: \"unix:///a b.sock\" # d",
		        "unix:///a b.sock" },
		{ "runtime-endpoint: 'unix:///a.sock'\r\n", "unix:///a.sock" },
		{ "runtime-endpoint:   /a#b.sock   # comment\r\n", "/a#b.sock" },
		{ "image-endpoint: unix:///b.sock\n", NULL },
		{ "  runtime-endpoint: unix:///nested.sock\n", NULL },
		{ "runtime-endpoint: \"\"\n", NULL },
		{ "runtime-endpoint: \"open\n", NULL },
		{ "runtime-endpoint:\n", NULL },
		{ "runtime-endpoint: # none\n", NULL },
		{ "", NULL },
	};
	auto_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		is_text(cri_config_endpoint(cases[i][0], &arena), cases[i][1]);
}

static void
test_id(void **state)
{
	struct digest expected, found;

	(void)state;
	assert_true(digest_parse(&expected, A));
	assert_true(cri_image_id(&found, A));
	assert_true(digest_equal(&expected, &found));
	assert_true(cri_image_id(&found, A + strlen("sha256:")));
	assert_true(digest_equal(&expected, &found));
	assert_false(cri_image_id(&found, "busybox"));
	assert_false(cri_image_id(&found, ""));
	assert_false(cri_image_id(&found, A "0"));
}

static void
test_folder(void **state)
{
	static const char *const cases[][3] = {
		{ "/var/lib/containers/storage/overlay-images", "/var/lib/containers/storage",
		        "overlay" },
		{ "/g/vfs-images", "/g", "vfs" },
		{ "/g/-images", NULL, NULL },
		{ "/overlay-images", NULL, NULL },
		{ "g/overlay-images", NULL, NULL },
		{ "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs", NULL, NULL },
		{ "/var/lib/docker", NULL, NULL },
		{ "", NULL, NULL },
	};
	auto_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const char *root = NULL, *driver = NULL;

		assert_int_equal(cri_storage_folder(&root, &driver, cases[i][0], &arena),
		        cases[i][1] != NULL);
		is_text(root, cases[i][1]);
		is_text(driver, cases[i][2]);
	}
}

/* As containerd 1.6 and CRI-O answer, with what does not matter left out. */
static void
test_info(void **state)
{
	static const struct {
		const char *json;
		size_t count;
		const char *message;
	} cases[] = {
		{ "{\"chainID\":\"" A
		  "\",\"imageSpec\":{\"architecture\":\"amd64\",\"os\":\"linux\","
		  "\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" A "\"]}}}",
		        1, NULL },
		{ "{\"labels\":{},\"imageSpec\":{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" A
		  "\",\"" B "\"]}}}",
		        2, NULL },
		{ "{\"imageSpec\":{\"rootfs\":{\"diff_ids\":[]}}}", 0, NULL },
		{ "{\"chainID\":\"" A "\",\"imageSpec\":{\"rootfs\":{\"diff_ids\":[\"" A "\",\"" B
		  "\"]}}}",
		        0, "chainID is not that" },
		{ "{\"imageSpec\":{\"rootfs\":{\"diff_ids\":[\"" A "\",7]}}}", 0,
		        "diff_ids[1]: no digest" },
		{ "{\"imageSpec\":{}}", 0, "no imageSpec.rootfs.diff_ids" },
		{ "{\"imageSpec\":{\"rootfs\":{\"diff_ids\":{}}}}", 0,
		        "no imageSpec.rootfs.diff_ids" },
		{ "[]", 0, "no imageSpec" },
		{ "not json", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		const struct digest *diff_ids = NULL;
		size_t count = 0;
		struct error err = { 0 };
		int result = cri_info_decode(&diff_ids, &count, cases[i].json, &arena, &err);

		assert_int_equal(result, cases[i].message == NULL ? 0 : -1);
		assert_int_equal(count, cases[i].count);
		if (cases[i].message != NULL)
			assert_non_null(strstr(err.message, cases[i].message));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_id),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_info),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
