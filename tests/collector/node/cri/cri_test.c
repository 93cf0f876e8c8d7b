/* What CRI leads to, told by a scripted runtime: calls come in the order of the answers. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/node/node.h"
#include "common/memory.h"
#include "schema/proto/cri.pb-c.h"
#include "tests/support/grpc_server.h"
#include "tests/support/record_log.h"

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define HEX_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define HEX_D "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"

#define MAX_ANSWERS 10
/* protobuf-c wants texts that it might write to. */
#define T(text) ((char *)(uintptr_t)(text))

struct fixture {
	struct grpc_answer answers[MAX_ANSWERS];
	struct buf bytes[MAX_ANSWERS];
	size_t count;
	struct record_log log;
	struct collect_result total;
	struct map pools;
	char *path; /* of the socket */
};

static void
answer(struct fixture *fixture, const ProtobufCMessage *message)
{
	size_t at = fixture->count++;

	fixture->answers[at] = message == NULL ? grpc_answer_unimplemented()
	                                       : grpc_answer_of(message, &fixture->bytes[at]);
}

static void
answer_version(struct fixture *fixture)
{
	Cri__VersionAnswer version = CRI__VERSION_ANSWER__INIT;

	version.runtime_name = T("cri-o");
	answer(fixture, &version.base);
}

static void
answer_folder(struct fixture *fixture, const char *folder)
{
	Cri__Folder id = CRI__FOLDER__INIT;
	Cri__Bytes used = CRI__BYTES__INIT;
	Cri__Filesystem filesystem = CRI__FILESYSTEM__INIT, *filesystems[] = { &filesystem };
	Cri__FilesystemList list = CRI__FILESYSTEM_LIST__INIT;

	id.mountpoint = T(folder);
	used.value = 123456;
	filesystem.fs_id = &id;
	filesystem.used_bytes = &used;
	list.image_filesystems = filesystems;
	list.n_image_filesystems = 1;
	answer(fixture, &list.base);
}

/* CRI-O's ID has no "sha256:". The third is the first again. */
static void
answer_images(struct fixture *fixture)
{
	char *tags[] = { T("r.example.org/team/app:2"), T("r.example.org/team/app:1") };
	char *digests[] = { T("r.example.org/team/app@sha256:" HEX_D) };
	Cri__Image images[3] = { CRI__IMAGE__INIT, CRI__IMAGE__INIT, CRI__IMAGE__INIT };
	Cri__Image *list_of[] = { &images[0], &images[1], &images[2] };
	Cri__ImageList list = CRI__IMAGE_LIST__INIT;

	images[0].id = images[2].id = T(HEX_A);
	images[0].repo_tags = tags;
	images[0].n_repo_tags = countof(tags);
	images[0].repo_digests = digests;
	images[0].n_repo_digests = countof(digests);
	images[1].id = T("sha256:" HEX_B);
	list.images = list_of;
	list.n_images = countof(list_of);
	answer(fixture, &list.base);
}

static void
answer_containers(struct fixture *fixture)
{
	Cri__Container one = CRI__CONTAINER__INIT, two = CRI__CONTAINER__INIT;
	Cri__Container *containers[] = { &one, &two };
	Cri__ContainerList list = CRI__CONTAINER_LIST__INIT;

	one.id = T("one");
	one.image_ref = T("r.example.org/team/app@sha256:" HEX_D);
	one.state = CRI__CONTAINER_STATE__CONTAINER_RUNNING;
	two.id = T("two");
	two.image_ref = T(HEX_B);
	two.state = CRI__CONTAINER_STATE__CONTAINER_EXITED;
	list.containers = containers;
	list.n_containers = countof(containers);
	answer(fixture, &list.base);
}

/* `json` NULL: a runtime that does not tell. */
static void
answer_status(struct fixture *fixture, const char *json)
{
	Cri__Image image = CRI__IMAGE__INIT;
	Cri__Info info = CRI__INFO__INIT, *infos[] = { &info };
	Cri__StatusAnswer status = CRI__STATUS_ANSWER__INIT;

	info.key = T("info");
	info.value = T(json);
	status.image = &image;
	status.info = infos;
	status.n_info = json != NULL;
	answer(fixture, &status.base);
}

static void
scan(struct fixture *fixture, const char *known_pool)
{
	struct node_options options = { .node = "n", .pools = &fixture->pools };
	struct collect_context context = { .sink = record_log_sink(&fixture->log) };
	struct grpc_server server;
	struct error err = { 0 };
	int result;

	map_init(&fixture->pools, sizeof(struct digest));
	if (known_pool != NULL)
		assert_true(node_pool_is_new(&options, known_pool));
	grpc_server_start(&server, fixture->answers, fixture->count);
	fixture->path = xstrdup(server.path);
	result = cri_driver.read(&options, server.path, &context, &fixture->total, &err);
	if (result != 0)
		fail_msg("%s", err.message);
	assert_int_equal(grpc_server_stop(&server), fixture->count);
}

static void
release(struct fixture *fixture)
{
	for (size_t i = 0; i < MAX_ANSWERS; i++)
		buf_release(&fixture->bytes[i]);
	record_log_release(&fixture->log);
	map_release(&fixture->pools);
	free(fixture->path);
}

static void
test_only_cri(void **state)
{
	struct fixture fixture = { 0 };

	(void)state;
	answer(&fixture, NULL); /* it is no containerd */
	answer(&fixture, NULL); /* it has no v1 */
	answer_version(&fixture);
	answer_folder(&fixture, "/nonexistent/overlay-images");
	answer_images(&fixture);
	answer_containers(&fixture);
	answer_status(&fixture, "{\"imageSpec\":{\"rootfs\":{\"diff_ids\":[\"sha256:" HEX_C
	                        "\",\"sha256:" HEX_D "\"]}}}");
	answer_status(&fixture, NULL);
	scan(&fixture, NULL);
	auto_free char *expected = xprintf(
	        "scan 3 n/cri:%s\n"
	        "node n\n"
	        "store 3 unknown sharing 4 unit 4\n"
	        "problem layers: cri-o tells over CRI neither what its layers take nor how it "
	        "keeps them (123456 bytes in all): they are in no total; reading its own files or "
	        "socket needs root\n"
	        "chain cccccccccccc on - diff cccccccccccc bytes -1\n"
	        "chain 74f054d1eba6 on cccccccccccc diff dddddddddddd bytes -1\n"
	        "node_image aaaaaaaaaaaa chain 74f054d1eba6 manifests 1 r.example.org/team/app:1 "
	        "r.example.org/team/app:2\n"
	        "problem image sha256:" HEX_B ": the runtime does not tell its layers\n"
	        "node_image bbbbbbbbbbbb chain - manifests 0\n"
	        "container one image aaaaaaaaaaaa chain 74f054d1eba6 running bytes -1\n"
	        "container two image bbbbbbbbbbbb chain - bytes -1\n"
	        "end partial catalogue\n",
	        fixture.path);
	assert_string_equal(buf_text(&fixture.log.text), expected);
	assert_int_equal(fixture.total.progress.stores, 1);
	release(&fixture);
}

static void
test_files_were_read(void **state)
{
	struct fixture fixture = { 0 };
	char root[] = "/tmp/cri-test-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(root));
	auto_free char *folder = xprintf("%s/overlay-images", root);
	auto_free char *pool = xprintf("containers-storage:%s@overlay", root);
	assert_int_equal(mkdir(folder, 0700), 0);
	answer(&fixture, NULL);
	answer_version(&fixture);
	answer_folder(&fixture, folder);
	scan(&fixture, pool);
	rmdir(folder);
	rmdir(root);
	assert_string_equal(buf_text(&fixture.log.text), "");
	assert_int_equal(fixture.total.problems, 0);
	release(&fixture);
}

static void
test_nothing_of_ours(void **state)
{
	struct fixture fixture = { 0 };

	(void)state;
	answer(&fixture, NULL);
	answer(&fixture, NULL);
	answer(&fixture, NULL);
	scan(&fixture, NULL);
	assert_string_equal(buf_text(&fixture.log.text), "");
	assert_int_equal(fixture.total.problems, 1);
	assert_non_null(strstr(fixture.total.first_problem, "status 12"));
	release(&fixture);
}

static void
test_address(void **state)
{
	struct node_options options = { .node = "n" };
	struct collect_context context = { 0 };
	struct collect_result total = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(
	        cri_driver.read(&options, "tcp://127.0.0.1:1", &context, &total, &err), -1);
	assert_int_equal(err.code, ERROR_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_cri),
		cmocka_unit_test(test_files_were_read),
		cmocka_unit_test(test_nothing_of_ours),
		cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
