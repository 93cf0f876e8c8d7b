/* Answers of the Engine API: what is taken, and what is refused. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/node/docker/decode.h"
#include "common/memory.h"
#include "schema/record.h"

#define HEX64  "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
#define DIGEST "sha256:" HEX64

static struct buf
body_of(const char *text)
{
	struct buf body = { 0 };

	buf_puts(&body, text);
	return body;
}

static void
test_version(void **state)
{
	static const struct {
		const char *body;
		int status;
		unsigned minor, min_minor;
		bool podman;
	} cases[] = {
		{ "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}", 0, 41, 12, false },
		{ "{\"ApiVersion\":\"1.52\",\"MinAPIVersion\":\"1.44\",\"Components\":[{\"Name\":"
		  "\"Engine\"}]}",
		        0, 52, 44, false },
		{ "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.24\",\"Components\":[{\"Name\":"
		  "\"Podman Engine\"}]}",
		        0, 41, 24, true },
		{ "{\"ApiVersion\":\"2.0\",\"MinAPIVersion\":\"1.12\"}", -1, 0, 0, false },
		{ "{\"ApiVersion\":\"1.\",\"MinAPIVersion\":\"1.12\"}", -1, 0, 0, false },
		{ "{\"ApiVersion\":\"1.41/../..\",\"MinAPIVersion\":\"1.12\"}", -1, 0, 0, false },
		{ "{\"ApiVersion\":\"1.4111\",\"MinAPIVersion\":\"1.12\"}", -1, 0, 0, false },
		{ "{}", -1, 0, 0, false },
		{ "hello", -1, 0, 0, false },
		{ "", -1, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_buf body = body_of(cases[i].body);
		struct docker_version version = { 0 };
		struct error err = { 0 };

		assert_int_equal(docker_version_decode(&version, &body, &err), cases[i].status);
		if (cases[i].status != 0)
			continue;
		assert_int_equal(version.minor, cases[i].minor);
		assert_int_equal(version.min_minor, cases[i].min_minor);
		assert_int_equal(version.podman, cases[i].podman);
	}
}

static void
test_info(void **state)
{
	static const struct {
		const char *body, *root, *socket, *message;
		bool containerd;
	} cases[] = {
		{ "{\"Driver\":\"overlay2\",\"DockerRootDir\":\"/d\",\"DriverStatus\":[[\"a\","
		  "\"b\"]]}",
		        "/d", NULL, NULL, false },
		{ "{\"Driver\":\"overlay2\",\"DriverStatus\":null}", "", NULL, NULL, false },
		/* Docker 29, as its documentation shows it. */
		{ "{\"Driver\":\"overlayfs\",\"DriverStatus\":[[\"driver-type\",\"io.containerd."
		  "snapshotter.v1\"]],\"DockerRootDir\":\"/var/lib/docker\",\"Containerd\":{"
		  "\"Address\":\"/run/containerd/containerd.sock\",\"Namespaces\":{\"Containers\":"
		  "\"moby\"}}}",
		        "/var/lib/docker", "/run/containerd/containerd.sock", NULL, true },
		{ "{\"Driver\":\"../../etc\"}", NULL, NULL, "is no storage driver", false },
		{ "{\"Driver\":\"\"}", NULL, NULL, "is no storage driver", false },
		{ "{\"Driver\":\"vfs\",\"DockerRootDir\":\"d\"}", NULL, NULL, "no absolute path",
		        false },
		{ "{\"Driver\":7}", NULL, NULL, "Driver", false },
		{ "[]", NULL, NULL, "Driver", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_buf body = body_of(cases[i].body);
		auto_arena arena = { 0 };
		struct docker_info info;
		struct error err = { 0 };
		int status = docker_info_decode(&info, &arena, &body, &err);

		assert_int_equal(status, cases[i].message != NULL ? -1 : 0);
		if (status != 0) {
			if (strstr(err.message, cases[i].message) == NULL)
				fail_msg("%s", err.message);
			continue;
		}
		assert_string_equal(info.root, cases[i].root);
		assert_int_equal(info.containerd, cases[i].containerd);
		assert_int_equal(info.containerd_socket != NULL, cases[i].socket != NULL);
	}
}

static void
test_images(void **state)
{
	static const struct {
		const char *tags, *digests, *names;
		size_t manifests;
	} cases[] = {
		{ "null", "null", "", 0 },
		{ "[\"debian:12\"]", "[\"debian@" DIGEST "\"]", "docker.io/library/debian:12 ", 1 },
		{ "[\"team/app:1\",\"127.0.0.1:5000/a/b:c\"]", "[]",
		        "docker.io/team/app:1 127.0.0.1:5000/a/b:c ", 0 },
		{ "[\"localhost/a:1\"]", "[\"a@sha256:7\"]", "localhost/a:1 ", 0 },
		{ "[\"<none>:<none>\"]", "[\"<none>@<none>\"]", "", 0 },
		{ "[7,\"../..:x\"]", "[7]", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_buf body = { 0 }, names = { 0 };
		auto_arena arena = { 0 };
		struct docker_images images;
		struct error err = { 0 };

		buf_printf(&body,
		        "[{\"Id\":\"sha256:../../x\"},{\"Id\":\"" DIGEST
		        "\",\"RepoTags\":%s,\"RepoDigests\":%s},{\"Id\":\"" DIGEST "\"},7]",
		        cases[i].tags, cases[i].digests);
		assert_int_equal(docker_images_decode(&images, &arena, &body, &err), 0);
		assert_int_equal(images.broken, 2);
		assert_non_null(strstr(images.why.message, "Id: 'sha256:../../x' is not a digest"));
		assert_int_equal(images.count, 1);
		for (size_t k = 0; k < images.at[0].name_count; k++)
			buf_printf(&names, "%s ", images.at[0].names[k]);
		assert_string_equal(buf_text(&names), cases[i].names);
		assert_int_equal(images.at[0].manifest_count, cases[i].manifests);
	}
}

static void
test_containers(void **state)
{
	static const struct {
		const char *members;
		bool broken, running;
		uint64_t bytes;
	} cases[] = {
		{ "\"Id\":\"" HEX64 "\",\"State\":\"running\",\"SizeRw\":7", false, true, 7 },
		{ "\"Id\":\"" HEX64 "\",\"State\":\"paused\"", false, true, 0 },
		{ "\"Id\":\"" HEX64 "\",\"State\":\"exited\",\"SizeRw\":-1", false, false,
		        BYTES_UNKNOWN },
		{ "\"Id\":\"" HEX64 "\",\"State\":\"created\",\"SizeRw\":1e99", false, false,
		        BYTES_UNKNOWN },
		{ "\"Id\":\"../../" HEX64 "\"", true, false, 0 },
		{ "\"Id\":\"" HEX64 "0\"", true, false, 0 },
		{ "\"State\":\"running\"", true, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_buf body = { 0 };
		auto_arena arena = { 0 };
		struct docker_containers containers;
		struct error err = { 0 };

		buf_printf(&body, "[{\"ImageID\":\"" DIGEST "\",%s}]", cases[i].members);
		assert_int_equal(docker_containers_decode(&containers, &arena, &body, &err), 0);
		assert_int_equal(containers.broken, cases[i].broken);
		assert_int_equal(containers.count, !cases[i].broken);
		if (cases[i].broken)
			continue;
		assert_int_equal(containers.at[0].running, cases[i].running);
		assert_true(containers.at[0].writable_bytes == cases[i].bytes);
	}
}

static void
test_layers_and_history(void **state)
{
	auto_buf layers = body_of("{\"RootFS\":{\"Type\":\"layers\",\"Layers\":[\"" DIGEST "\"]}}");
	auto_buf bad = body_of("{\"RootFS\":{\"Layers\":[\"" DIGEST "\",\"x\"]}}");
	auto_buf none = body_of("{\"RootFS\":{\"Type\":\"layers\"}}");
	auto_buf history = body_of("[{\"Size\":3},{\"Size\":0},{\"Size\":-1},{}]");
	auto_arena arena = { 0 };
	struct digest *diff_ids;
	uint64_t *bytes;
	size_t count;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(docker_layers_decode(&diff_ids, &count, &arena, &layers, &err), 0);
	assert_int_equal(count, 1);
	assert_int_equal(docker_layers_decode(&diff_ids, &count, &arena, &none, &err), 0);
	assert_int_equal(count, 0);
	assert_int_equal(docker_layers_decode(&diff_ids, &count, &arena, &bad, &err), -1);
	assert_non_null(strstr(err.message, "RootFS.Layers[1]"));
	/* Bottom first. */
	assert_int_equal(docker_history_decode(&bytes, &count, &arena, &history, &err), 0);
	assert_int_equal(count, 4);
	assert_true(bytes[0] == BYTES_UNKNOWN && bytes[1] == BYTES_UNKNOWN);
	assert_int_equal(bytes[2], 0);
	assert_int_equal(bytes[3], 3);
}

static void
test_usage(void **state)
{
	auto_buf body = body_of(
	        "{\"Volumes\":[{\"UsageData\":{\"Size\":5}},{\"UsageData\":{\"Size\":-1}},{}],"
	        "\"BuildCache\":[{\"Size\":7,\"Shared\":false},{\"Size\":100,\"Shared\":true}]}");
	auto_buf empty = body_of("{\"Volumes\":null,\"BuildCache\":null}");
	struct docker_usage usage;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(docker_usage_decode(&usage, &body, &err), 0);
	assert_int_equal(usage.volume_count, 3);
	assert_int_equal(usage.volume_bytes, 5);
	assert_int_equal(usage.cache_count, 1);
	assert_int_equal(usage.cache_bytes, 7);
	assert_int_equal(docker_usage_decode(&usage, &empty, &err), 0);
	assert_int_equal(usage.volume_count + usage.cache_count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_containers),
		cmocka_unit_test(test_layers_and_history),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
