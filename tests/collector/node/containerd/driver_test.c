/* A whole daemon, scripted: CRI's three names of an image, a dangling one, blobs, one snapshot. */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "collector/node/node.h"
#include "common/memory.h"
#include "schema/proto/containerd.pb-c.h"
#include "tests/support/grpc_server.h"
#include "tests/support/record_log.h"

#define MAX_ANSWERS 16
#define DIFF        "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define BLOB        "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
/* protobuf-c wants texts that it might write to. */
#define T(text) ((char *)(uintptr_t)(text))

struct fixture {
	struct grpc_answer answers[MAX_ANSWERS];
	struct buf bytes[MAX_ANSWERS];
	size_t count;
	char *config, *manifest; /* documents */
	char config_digest[DIGEST_TEXT_SIZE], manifest_digest[DIGEST_TEXT_SIZE];
};

static void
answer(struct fixture *fixture, const ProtobufCMessage *message)
{
	size_t at = fixture->count++;

	fixture->answers[at] = grpc_answer_of(message, &fixture->bytes[at]);
}

static void
name_document(char digest[DIGEST_TEXT_SIZE], const char *document)
{
	struct digest own;

	digest_of(&own, DIGEST_SHA256, document, strlen(document));
	digest_format(&own, digest);
}

static void
make_documents(struct fixture *fixture)
{
	fixture->config = xprintf("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{"
	                          "\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}",
	        DIFF);
	name_document(fixture->config_digest, fixture->config);
	fixture->manifest = xprintf(
	        "{\"schemaVersion\":2,\"config\":{\"mediaType\":"
	        "\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\",\"size\":%zu},"
	        "\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\","
	        "\"digest\":\"%s\",\"size\":100}]}",
	        fixture->config_digest, strlen(fixture->config), BLOB);
	name_document(fixture->manifest_digest, fixture->manifest);
}

static void
answer_daemon(struct fixture *fixture)
{
	Containerd__VersionAnswer version = CONTAINERD__VERSION_ANSWER__INIT;
	Containerd__Label root = CONTAINERD__LABEL__INIT, *exports[] = { &root };
	Containerd__Plugin content = CONTAINERD__PLUGIN__INIT, snapshotter = content,
	                   broken = content, *plugins[] = { &broken, &content, &snapshotter };
	Containerd__Empty error = CONTAINERD__EMPTY__INIT;
	Containerd__PluginList list = CONTAINERD__PLUGIN_LIST__INIT;
	Containerd__Namespace namespace = CONTAINERD__NAMESPACE__INIT, *all[] = { &namespace };
	Containerd__NamespaceList namespaces = CONTAINERD__NAMESPACE_LIST__INIT;

	version.version = T("v2.1.0");
	answer(fixture, &version.base);
	root.key = T("root");
	root.value = T("/var/lib/containerd/io.containerd.content.v1.content");
	content.type = T("io.containerd.content.v1");
	content.id = T("content");
	content.exports = exports;
	content.n_exports = 1;
	snapshotter.type = broken.type = T("io.containerd.snapshotter.v1");
	snapshotter.id = T("overlayfs");
	broken.id = T("devmapper");
	broken.init_err = &error;
	list.plugins = plugins;
	list.n_plugins = countof(plugins);
	answer(fixture, &list.base);
	namespace.name = T("k8s.io");
	namespaces.namespaces = all;
	namespaces.n_namespaces = 1;
	answer(fixture, &namespaces.base);
}

static void
answer_blobs(struct fixture *fixture)
{
	Containerd__Label label = CONTAINERD__LABEL__INIT, *labels[] = { &label };
	Containerd__Blob blobs[3] = { CONTAINERD__BLOB__INIT, CONTAINERD__BLOB__INIT,
		CONTAINERD__BLOB__INIT };
	Containerd__Blob *all[] = { &blobs[0], &blobs[1], &blobs[2] };
	Containerd__BlobList list = CONTAINERD__BLOB_LIST__INIT;

	label.key = T("containerd.io/uncompressed");
	label.value = T(DIFF);
	blobs[0].digest = T(BLOB);
	blobs[0].size = 100;
	blobs[0].labels = labels;
	blobs[0].n_labels = 1;
	blobs[1].digest = fixture->config_digest;
	blobs[1].size = (int64_t)strlen(fixture->config);
	blobs[2].digest = fixture->manifest_digest;
	blobs[2].size = (int64_t)strlen(fixture->manifest);
	list.info = all;
	list.n_info = countof(all);
	answer(fixture, &list.base);
}

static void
answer_snapshots(struct fixture *fixture)
{
	Containerd__Snapshot snapshot = CONTAINERD__SNAPSHOT__INIT, *all[] = { &snapshot };
	Containerd__SnapshotList list = CONTAINERD__SNAPSHOT_LIST__INIT;

	snapshot.name = T(DIFF);
	snapshot.kind = CONTAINERD__KIND__COMMITTED;
	list.info = all;
	list.n_info = 1;
	answer(fixture, &list.base);
}

static void
answer_images(struct fixture *fixture, const char *const *names, size_t count)
{
	Containerd__Descriptor target = CONTAINERD__DESCRIPTOR__INIT;
	Containerd__Image images[4], *all[4];
	Containerd__ImageList list = CONTAINERD__IMAGE_LIST__INIT;

	assert_true(count <= countof(images));
	target.digest = fixture->manifest_digest;
	for (size_t i = 0; i < count; i++) {
		images[i] = (Containerd__Image)CONTAINERD__IMAGE__INIT;
		images[i].name = T(names[i]);
		images[i].target = &target;
		all[i] = &images[i];
	}
	list.images = all;
	list.n_images = count;
	answer(fixture, &list.base);
}

static void
answer_document(struct fixture *fixture, const char *document)
{
	Containerd__ReadAnswer piece = CONTAINERD__READ_ANSWER__INIT;

	piece.data.data = (uint8_t *)T(document);
	piece.data.len = strlen(document);
	answer(fixture, &piece.base);
}

static void
run(const char *const *names, size_t count, const char *expected_names)
{
	struct node_options options = { .node = "n" };
	struct fixture fixture = { 0 };
	Containerd__ContainerMessage none = CONTAINERD__CONTAINER_MESSAGE__INIT;
	Containerd__Container box = CONTAINERD__CONTAINER__INIT;
	Containerd__TaskList tasks = CONTAINERD__TASK_LIST__INIT;
	Containerd__UsageAnswer usage = CONTAINERD__USAGE_ANSWER__INIT;
	struct record_log log = { 0 };
	struct collect_context context = { .sink = record_log_sink(&log) };
	struct collect_result total = { 0 };
	struct grpc_server server;
	struct error err = { 0 };

	make_documents(&fixture);
	answer_daemon(&fixture);
	answer_blobs(&fixture); /* of all namespaces, for their diff IDs */
	answer_snapshots(&fixture);
	answer_snapshots(&fixture);
	answer_images(&fixture, names, count);
	answer_blobs(&fixture);
	box.id = T("box");
	box.image = T(names[0]);
	box.snapshotter = T("overlayfs");
	none.container = &box;
	answer(&fixture, &none.base);
	answer(&fixture, &tasks.base);
	answer_document(&fixture, fixture.manifest);
	answer_document(&fixture, fixture.config);
	usage.size = 4096;
	answer(&fixture, &usage.base);
	grpc_server_start(&server, fixture.answers, fixture.count);
	if (containerd_driver.read(&options, server.path, &context, &total, &err) != 0)
		fail_msg("%s", err.message);
	assert_int_equal(grpc_server_stop(&server), fixture.count);
	assert_string_equal(total.first_problem, "");
	assert_int_equal(total.state, SCAN_COMPLETE);
	auto_free char *image = xprintf("\nnode_image %.12s chain cccccccccccc manifests 1%s\n",
	        fixture.config_digest + strlen("sha256:"), expected_names);
	assert_non_null(strstr(buf_text(&log.text), "scan 3 n/containerd/k8s.io\n"));
	assert_non_null(strstr(buf_text(&log.text), "store 2 overlayfs sharing 1 unit 4\n"));
	assert_non_null(strstr(
	        buf_text(&log.text), "chain cccccccccccc on - diff cccccccccccc bytes 4096\n"));
	if (strstr(buf_text(&log.text), image) == NULL)
		fail_msg("no %s in:\n%s", image, buf_text(&log.text));
	record_log_release(&log);
	for (size_t i = 0; i < MAX_ANSWERS; i++)
		buf_release(&fixture.bytes[i]);
	free(fixture.config);
	free(fixture.manifest);
}

static void
test_names(void **state)
{
	static const struct {
		const char *names[4];
		size_t count;
		const char *expected;
	} cases[] = {
		{ { "r.example.org/app:1", "r.example.org/app@" BLOB, DIFF }, 3,
		        " r.example.org/app:1" },
		{ { "r.example.org/app:2", "r.example.org/app:1" }, 2,
		        " r.example.org/app:1 r.example.org/app:2" },
		{ { "r.example.org/app@" BLOB, DIFF }, 2, " r.example.org/app@" BLOB },
		{ { "moby-dangling@" DIFF }, 1, "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		run(cases[i].names, cases[i].count, cases[i].expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
