/* Whole stores: a daemon that answers from a table, and its files made by hand. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/node/docker/docker.h"
#include "common/memory.h"
#include "tests/support/layout_maker.h"
#include "tests/support/record_log.h"

#define ID16(l) l l l l l l l l l l l l l l l l
#define A       ID16("aaaa")
#define B       ID16("bbbb")
#define C       ID16("cccc")
#define EMPTY   "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
#define OTHER   "84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652"
/* sha256("sha256:EMPTY sha256:OTHER") */
#define CHAIN "8ed5d20d8ff9"
#define CONFIG                                                                                     \
	"{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\","            \
	"\"diff_ids\":[\"sha256:" EMPTY "\",\"sha256:" OTHER "\"]}}"

struct answer {
	const char *path, *body; /* NULL = 500 */
};

struct store {
	struct maker maker;
	struct record_log log;
	struct collect_result result;
	struct answer answers[12];
	size_t answer_count;
	struct docker_api api;
	struct arena arena;
	char config[DIGEST_TEXT_SIZE], chain[DIGEST_TEXT_SIZE];
};

static void
store_release(struct store *store)
{
	record_log_release(&store->log);
	maker_release(&store->maker);
	arena_release(&store->arena);
}

#define auto_store __attribute__((cleanup(store_release))) struct store

static int
get(void *context, const char *path, struct buf *body, struct error *err)
{
	const struct store *store = context;

	buf_reset(body);
	for (size_t i = 0; i < store->answer_count; i++) {
		if (strcmp(store->answers[i].path, path) != 0)
			continue;
		if (store->answers[i].body == NULL)
			return fail(err, ERROR_FAILED, "%s: HTTP 500: it broke", path);
		buf_puts(body, store->answers[i].body);
		return 1;
	}
	fail(err, ERROR_FAILED, "%s: HTTP 404", path);
	return 0;
}

static void
answer(struct store *store, const char *path, const char *body)
{
	for (size_t i = 0; i < store->answer_count; i++)
		if (strcmp(store->answers[i].path, path) == 0) {
			store->answers[i].body = body;
			return;
		}
	assert_true(store->answer_count < countof(store->answers));
	store->answers[store->answer_count++] = (struct answer){ path, body };
}

static void
put(struct store *store, const char *name, const char *text)
{
	auto_free char *path = xprintf("%s/%s", store->maker.path, name);

	for (char *slash = path + strlen(store->maker.path) + 1;
	        (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0700);
	}
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
put_layer(struct store *store, const char *chain, const char *parent, const char *diff,
        const char *size)
{
	const char *files[][2] = { { "diff", diff }, { "size", size }, { "parent", parent },
		{ "cache-id", A } };

	for (size_t i = 0; i < countof(files); i++) {
		auto_free char *name =
		        xprintf("image/overlay2/layerdb/sha256/%s/%s", chain, files[i][0]);

		if (files[i][1] != NULL)
			put(store, name, files[i][1]);
	}
}

static char *
text(struct store *store, const char *format, const char *value)
{
	auto_buf out = { 0 };

	for (const char *at = format; *at != '\0'; at++)
		if (*at == '%')
			buf_puts(&out, value);
		else
			buf_putc(&out, *at);
	return arena_strdup(&store->arena, buf_text(&out));
}

/* A daemon with one image of two layers, and a container on it. */
static void
make(struct store *store)
{
	struct digest empty, other, chain, config;

	maker_init(&store->maker);
	store->api = (struct docker_api){ get, store, false };
	digest_parse(&empty, "sha256:" EMPTY);
	digest_parse(&other, "sha256:" OTHER);
	digest_chain(&chain, &empty, &other);
	digest_format(&chain, store->chain);
	digest_of(&config, DIGEST_SHA256, CONFIG, strlen(CONFIG));
	digest_format(&config, store->config);
	answer(store, "/version", "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}");
	answer(store, "/v1.41/info",
	        text(store, "{\"Driver\":\"overlay2\",\"ID\":\"x\",\"DockerRootDir\":\"%\"}",
	                store->maker.path));
	answer(store, "/v1.41/images/json?all=1",
	        text(store, "[{\"Id\":\"%\",\"RepoTags\":[\"h.io/b:1\",\"a:1\"]}]", store->config));
	answer(store, "/v1.41/containers/json?all=1&size=1",
	        text(store,
	                "[{\"Id\":\"" C "\",\"ImageID\":\"%\",\"State\":\"running\",\"SizeRw\":9}]",
	                store->config));
	answer(store, "/v1.41/system/df", "{\"Volumes\":[{\"UsageData\":{\"Size\":5}}]}");
	put_layer(store, EMPTY, NULL, "sha256:" EMPTY, "1024");
	put_layer(store, store->chain + 7, "sha256:" EMPTY, "sha256:" OTHER, "77");
	put(store, text(store, "image/overlay2/imagedb/content/sha256/%", store->config + 7),
	        CONFIG);
	put(store, "image/overlay2/layerdb/mounts/" C "/parent", store->chain);
	put(store, "image/overlay2/layerdb/mounts/" C "/mount-id", B);
}

static const char *
read_store(struct store *store)
{
	struct node_options options = { .node = "n" };
	struct collect_context context = { .sink = record_log_sink(&store->log) };
	struct docker_daemon daemon;
	struct error err = { 0 };

	buf_reset(&store->log.text);
	store->log.count = 0;
	docker_greet(&daemon, &store->api, &store->arena);
	if (docker_read(&options, "n/docker", &store->api, &daemon, &context, &store->result,
	            &err) != 0)
		fail_msg("%s", err.message);
	return buf_text(&store->log.text);
}

static void
assert_says(const char *log, const char *what)
{
	if (strstr(log, what) == NULL)
		fail_msg("no '%s' in:\n%s", what, log);
}

#define CHAINS                                                                                     \
	"chain 5f70bf18a086 on - diff 5f70bf18a086 bytes 1024\n"                                   \
	"chain " CHAIN " on 5f70bf18a086 diff 84ff92691f90 bytes 77\n"

static void
test_all(void **state)
{
	auto_store store = { 0 };
	const char *log;

	(void)state;
	make(&store);
	put(&store, "image/overlay2/distribution/diffid-by-digest/sha256/" OTHER, "sha256:" EMPTY);
	put(&store, "image/overlay2/distribution/diffid-by-digest/sha256/" EMPTY, "nonsense");
	log = read_store(&store);
	assert_says(log, "scan 3 n/docker\nnode n\nstore 1 overlay2 sharing 1 unit 3\n");
	assert_says(log, CHAINS);
	assert_says(log, " chain " CHAIN " manifests 0 docker.io/library/a:1 h.io/b:1\n");
	assert_says(log, " chain " CHAIN " running bytes 9\nstore_blob ");
	assert_null(strstr(strstr(log, "store_blob") + 1, "store_blob"));
	assert_says(log, "extra volumes unit 3 count 1 bytes 5\nend complete catalogue\n");
	assert_null(strstr(log, "problem"));
}

/* chain_facts of both chains: what the lower one holds, the upper one shows. */
static void
test_contents(void **state)
{
	auto_store store = { 0 };
	const char *log;

	(void)state;
	make(&store);
	put(&store, "overlay2/" A "/diff/etc/os-release", "ID=debian\n");
	log = read_store(&store);
	assert_says(log, "chain_facts 5f70bf18a086 debian - none\n");
	assert_says(log, "chain_facts " CHAIN " debian - none\n");
	assert_says(log, "end complete catalogue\n");
}

/* A layer that only the builder holds is a chain, so it is left out of the cache's bytes. */
static void
test_build_cache(void **state)
{
	static const struct {
		const char *usage, *extra;
	} cases[] = {
		{ "{\"BuildCache\":[{\"Size\":1024},{\"Size\":77},{\"Size\":6}]}",
		        "extra build_cache unit 3 count 1 bytes 6\nend" },
		{ "{\"BuildCache\":[{\"Size\":1000}]}", "bytes 9\nend complete" },
		{ "{}", "bytes 9\nend complete" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_store store = { 0 };

		make(&store);
		answer(&store, "/v1.41/images/json?all=1", "[]");
		answer(&store, "/v1.41/containers/json?all=1&size=1",
		        "[{\"Id\":\"" A "\",\"ImageID\":\"sha256:" EMPTY "\",\"SizeRw\":9}]");
		answer(&store, "/v1.41/system/df", cases[i].usage);
		assert_says(read_store(&store), CHAINS);
		assert_says(buf_text(&store.log.text), cases[i].extra);
	}
}

/* Without the files the API says the same; what is missing is said. */
static void
test_without_files(void **state)
{
	static const struct {
		const char *history, *chains;
	} cases[] = {
		{ "[{\"Size\":77},{\"Size\":1024}]", CHAINS },
		{ "[{\"Size\":0},{\"Size\":77},{\"Size\":0},{\"Size\":1024}]", CHAINS },
		/* Which of the two is the empty layer? */
		{ "[{\"Size\":0},{\"Size\":0},{\"Size\":1024}]",
		        "chain 5f70bf18a086 on - diff 5f70bf18a086 bytes -1\n"
		        "chain " CHAIN " on 5f70bf18a086 diff 84ff92691f90 bytes -1\n"
		        "problem layers: the size of 2 is not known" },
		{ "[]", "bytes -1\n" },
		{ NULL, "bytes -1\n" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_store store = { 0 };
		const char *log;

		make(&store);
		answer(&store, "/v1.41/info",
		        "{\"Driver\":\"overlay2\",\"DockerRootDir\":\"/no/such/folder\"}");
		answer(&store, text(&store, "/v1.41/images/%/json", store.config),
		        "{\"RootFS\":{\"Layers\":[\"sha256:" EMPTY "\",\"sha256:" OTHER "\"]}}");
		answer(&store, text(&store, "/v1.41/images/%/history", store.config),
		        cases[i].history);
		log = read_store(&store);
		assert_says(log,
		        "problem layers: /no/such/folder: No such file or directory; layers "
		        "that no image has");
		assert_says(log, cases[i].chains);
		assert_says(log, " chain " CHAIN " running bytes 9\n");
		assert_says(log, "end partial catalogue\n");
	}
}

static void
test_damage(void **state)
{
	static const struct {
		const char *file, *content, *expected;
	} cases[] = {
		{ "layerdb/sha256/" EMPTY "/diff", "sha256:" OTHER,
		        "problem layer 5f70bf18a086: its files make another ChainID: damaged\n" },
		{ "layerdb/sha256/" EMPTY "/diff", "sha256:" OTHER,
		        "problem layer 8ed5d20d8ff9: a layer below it is missing or damaged\n" },
		{ "layerdb/sha256/" EMPTY "/diff", "sha256:" OTHER,
		        "extra unidentified unit 3 count 2 bytes 1101\n" },
		{ "layerdb/sha256/" EMPTY "/cache-id", "../../etc", "cache-id: not an ID\n" },
		{ "layerdb/sha256/" EMPTY "/size", "-1", "size: '-1' is no number of bytes\n" },
		{ "layerdb/sha256/" EMPTY "/size", "99999999999999999999",
		        "size: '99999999999999999999' is no number of bytes\n" },
		{ "layerdb/sha256/" EMPTY "-7-removing/size", "12",
		        "extra incomplete unit 3 count 1 bytes 12\n" },
		{ "layerdb/sha256/tmp/size", "12", "end complete catalogue\n" },
		{ "layerdb/mounts/" C "/mount-id", "..",
		        "problem container cccccccccccc: mount-id" },
		{ "layerdb/mounts/" C "/parent", "sha256:" OTHER,
		        "problem container cccccccccccc: its layers are not in layerdb\n" },
		{ "layerdb/sha256/x", "", "end complete catalogue\n" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_store store = { 0 };

		make(&store);
		auto_free char *name = xprintf("image/overlay2/%s", cases[i].file);
		put(&store, name, cases[i].content);
		assert_says(read_store(&store), cases[i].expected);
	}
}

static void
test_config_damaged(void **state)
{
	auto_store store = { 0 };
	const char *log;

	(void)state;
	make(&store);
	put(&store, text(&store, "image/overlay2/imagedb/content/sha256/%", store.config + 7),
	        CONFIG " ");
	answer(&store, text(&store, "/v1.41/images/%/json", store.config),
	        "{\"RootFS\":{\"Layers\":[\"sha256:" EMPTY "\",\"sha256:" OTHER "\"]}}");
	log = read_store(&store);
	assert_says(log, "its config in imagedb has another digest: damaged\n");
	assert_says(log, " chain " CHAIN " manifests 0 ");
	assert_says(log, "end partial catalogue\n");
}

/* The container outlives its image. */
static void
test_image_removed(void **state)
{
	auto_store store = { 0 };
	const char *log;

	(void)state;
	make(&store);
	answer(&store, "/v1.41/images/json?all=1", "[]");
	log = read_store(&store);
	assert_null(strstr(log, "node_image"));
	assert_says(log, CHAINS);
	assert_says(log, " chain " CHAIN " running bytes 9\n");
	assert_says(log, "end complete catalogue\n");
}

/* A folder by the same name in this mount namespace is not the daemon's. */
static void
test_foreign_root(void **state)
{
	auto_store store = { 0 };

	(void)state;
	make(&store);
	put(&store, "engine-id", "somebody else");
	answer(&store, text(&store, "/v1.41/images/%/json", store.config),
	        "{\"RootFS\":{\"Layers\":[\"sha256:" EMPTY "\"]}}");
	assert_says(read_store(&store), "is the folder of another daemon; layers that no image");
	put(&store, "engine-id", "x");
	assert_says(read_store(&store), "end complete catalogue\n");
	answer(&store, "/v1.41/images/json?all=1", "[{\"Id\":\"sha256:" OTHER "\"}]");
	assert_says(read_store(&store), "has none of the daemon's images");
}

static void
test_daemons(void **state)
{
	static const struct {
		const char *path, *body, *expected;
	} cases[] = {
		{ "/version", NULL,
		        "scan 3 n/docker\nnode n\nproblem : /version: HTTP 500: it broke\n"
		        "end failed\n" },
		{ "/version", "{\"ApiVersion\":\"1.39\",\"MinAPIVersion\":\"1.12\"}",
		        "the daemon speaks API 1.39; 1.40 (Docker 19.03) is the oldest" },
		{ "/version", "{\"ApiVersion\":\"1.60\",\"MinAPIVersion\":\"1.50\"}",
		        "the daemon speaks API 1.50 and newer; 1.44 is the newest" },
		{ "/version",
		        "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.24\",\"Components\":[{"
		        "\"Name\":"
		        "\"Podman Engine\"}]}",
		        "podman answers here" },
		{ "/v1.41/info", "{\"Driver\":\"..\"}", "'..' is no storage driver\nend failed\n" },
		{ "/v1.41/images/json?all=1", NULL, "images: /v1.41/images/json?all=1: HTTP 500" },
		{ "/v1.41/images/json?all=1", "{}", "problem : images: not a list\nend failed\n" },
		{ "/v1.41/images/json?all=1", "[7]",
		        "problem images: 1 that cannot be understood" },
		{ "/v1.41/images/json?all=1", "[7]", "end partial\n" },
		{ "/v1.41/system/df", NULL,
		        "problem volumes and build cache: their sizes are not" },
		{ "/v1.41/info",
		        "{\"Driver\":\"overlayfs\",\"DriverStatus\":[[\"driver-type\",\"io."
		        "containerd."
		        "snapshotter.v1\"]]}",
		        "problem : its images are in containerd (snapshotter overlayfs, namespace "
		        "moby), "
		        "and it does not say where" },
		/* Docker 29, as its documentation shows it: no store of its own. */
		{ "/v1.41/info",
		        "{\"Driver\":\"overlayfs\",\"DriverStatus\":[[\"driver-type\",\"io."
		        "containerd."
		        "snapshotter.v1\"]],\"Containerd\":{\"Address\":\"/c.sock\"}}",
		        "scan 3 n/docker\nnode n\nremark : its images are in containerd "
		        "(snapshotter "
		        "overlayfs, namespace moby) and are read from /c.sock\nend complete "
		        "catalogue\n" },
		{ "/v1.41/info", "{\"Driver\":\"devicemapper\",\"DockerRootDir\":\"/no\"}",
		        "the storage driver devicemapper is not modelled" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_store store = { 0 };

		make(&store);
		answer(&store, cases[i].path, cases[i].body);
		assert_says(read_store(&store), cases[i].expected);
	}
}

/* Counting took too long: the rest is still said. */
static void
test_sizes_time_out(void **state)
{
	auto_store store = { 0 };
	const char *log;

	(void)state;
	make(&store);
	answer(&store, "/v1.41/containers/json?all=1", store.answers[3].body);
	answer(&store, "/v1.41/containers/json?all=1&size=1", NULL);
	log = read_store(&store);
	assert_says(log, "problem containers: their sizes are not known");
	assert_says(log, " chain " CHAIN " running bytes -1\n");
	assert_says(log, "end partial catalogue\n");
}

static void
test_sink_fails(void **state)
{
	struct node_options options = { .node = "n" };

	(void)state;
	for (size_t at = 1; at < 12; at++) {
		auto_store store = { 0 };
		struct docker_daemon daemon;
		struct error err = { 0 };

		make(&store);
		store.log.fail_at = at;
		struct collect_context context = { .sink = record_log_sink(&store.log) };
		docker_greet(&daemon, &store.api, &store.arena);
		int status = docker_read(
		        &options, "n/docker", &store.api, &daemon, &context, &store.result, &err);
		assert_int_equal(status, at <= 10 ? -1 : 0);
	}
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *address, *path, *name;
	} cases[] = {
		{ "/run/docker.sock", "/run/docker.sock", "n/docker" },
		{ "unix:///run/docker.sock", "/run/docker.sock", "n/docker" },
		{ "/no/such/d.sock", "/no/such/d.sock", "n/docker:/no/such/d.sock" },
		{ "/usr/../tmp/d.sock", "/usr/../tmp/d.sock", "n/docker:/tmp/d.sock" },
		{ "tcp://127.0.0.1:2375", NULL, NULL },
		{ "docker.sock", NULL, NULL },
		{ "", NULL, NULL },
	};
	struct node_options options = { .node = "n" };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		const char *path = NULL;
		struct error err = { 0 };

		assert_int_equal(docker_place_parse(&path, &arena, cases[i].address, &err),
		        cases[i].path != NULL ? 0 : -1);
		if (cases[i].path == NULL) {
			assert_int_equal(err.code, ERROR_USAGE);
			continue;
		}
		assert_string_equal(path, cases[i].path);
		auto_free char *name = docker_source_name(&options, path);
		assert_string_equal(name, cases[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_contents),
		cmocka_unit_test(test_build_cache),
		cmocka_unit_test(test_without_files),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_config_damaged),
		cmocka_unit_test(test_image_removed),
		cmocka_unit_test(test_foreign_root),
		cmocka_unit_test(test_daemons),
		cmocka_unit_test(test_sizes_time_out),
		cmocka_unit_test(test_sink_fails),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
