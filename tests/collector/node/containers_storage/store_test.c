/* Whole stores, made by hand: what records come out. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/node/containers_storage/containers_storage.h"
#include "common/memory.h"
#include "tests/support/layout_maker.h"
#include "tests/support/record_log.h"

#define ID16(l) l l l l l l l l l l l l l l l l
#define A       ID16("aaaa")
#define B       ID16("bbbb")
#define C       ID16("cccc")
#define D       ID16("dddd")
#define EMPTY   "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
#define OTHER   "sha256:84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652"

#define LAYER_A "{\"id\":\"" A "\",\"diff-digest\":\"" EMPTY "\",\"diff-size\":1024}"
#define LAYER_B                                                                                    \
	"{\"id\":\"" B "\",\"parent\":\"" A "\",\"diff-digest\":\"" OTHER "\",\"diff-size\":"      \
	"10240}"

/* A config with these two layers; its digest is the image's ID. */
#define CONFIG                                                                                     \
	"{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\","            \
	"\"diff_ids\":[\"" EMPTY "\",\"" OTHER "\"]}}"

struct store {
	struct maker maker;
	struct record_log log;
	struct collect_result result;
};

static void
store_release(struct store *store)
{
	record_log_release(&store->log);
	maker_release(&store->maker);
}

#define auto_store __attribute__((cleanup(store_release))) struct store

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

/* Layers and images as JSON; the image's documents beside it. */
static void
make(struct store *store, const char *layers, const char *images)
{
	maker_init(&store->maker);
	put(store, "overlay-layers/layers.json", layers);
	if (images != NULL)
		put(store, "overlay-images/images.json", images);
}

static const char *
read_place(struct store *store, const struct pool_place *place)
{
	struct node_options options = { .node = "n" };
	struct collect_context context = { .sink = record_log_sink(&store->log) };
	struct error err = { 0 };
	const char *text, *after;

	buf_reset(&store->log.text);
	store->log.count = 0;
	if (storage_read(&options, place, &context, &store->result, &err) != 0)
		fail_msg("%s", err.message);
	/* The first three lines name the folder. */
	text = buf_text(&store->log.text);
	after = strstr(text, "store 4 overlay sharing 1 unit 2\n");
	assert_non_null(after);
	return strchr(after, '\n') + 1;
}

static const char *
read_store(struct store *store)
{
	struct pool_place place = { .driver = "overlay", .roots = { store->maker.path } };

	return read_place(store, &place);
}

static void
assert_records(struct store *store, const char *expected)
{
	const char *text = read_store(store);

	if (strcmp(text, expected) != 0)
		fail_msg("expected:\n%s\ngot:\n%s", expected, text);
}

static void
test_layers(void **state)
{
	static const struct {
		const char *layers, *expected;
	} cases[] = {
		{ "[]", "end complete catalogue\n" },
		{ "null", "end complete catalogue\n" },
		{ "[" LAYER_B "," LAYER_A "]",
		        "chain 5f70bf18a086 on - diff 5f70bf18a086 bytes 1024\n"
		        "chain 8ed5d20d8ff9 on 5f70bf18a086 diff 84ff92691f90 bytes 10240\n"
		        "end complete catalogue\n" },
		{ "[{\"id\":\"" A "\",\"diff-digest\":\"" EMPTY "\",\"diff-size\":-1}]",
		        "chain 5f70bf18a086 on - diff 5f70bf18a086 bytes -1\n"
		        "end complete catalogue\n" },
		{ "[" LAYER_A ",{\"id\":\"" B "\",\"diff-digest\":\"" EMPTY
		  "\",\"diff-size\":1024}]",
		        "chain 5f70bf18a086 on - diff 5f70bf18a086 bytes 1024\n"
		        "extra copies unit 2 count 1 bytes 1024\n"
		        "remark layers: 1 layers lie here a second time, with other owners or "
		        "built "
		        "twice\n"
		        "end complete catalogue\n" },
		{ "[" LAYER_A ",{\"id\":\"" B "\",\"parent\":\"" A "\",\"flags\":"
		  "{\"incomplete\":true}}]",
		        "chain 5f70bf18a086 on - diff 5f70bf18a086 bytes 1024\n"
		        "extra incomplete unit 2 count 1 bytes 0\n"
		        "remark layers: 1 layers are being made, or were left over by a crash\n"
		        "end complete catalogue\n" },
		{ "[{\"id\":\"" A "\",\"toc-digest\":\"" EMPTY "\",\"diff-size\":77}]",
		        "extra unidentified unit 2 count 1 bytes 77\n"
		        "remark layers: 1 layers have no diff ID (pulled in parts, by a table of "
		        "contents, or a layer below is missing): what they share is not known\n"
		        "end complete catalogue\n" },
		{ "[" LAYER_B "]",
		        "problem layer bbbbbbbbbbbb: a layer below it (aaaaaaaaaaaa) is not in the "
		        "store\n"
		        "extra unidentified unit 2 count 1 bytes 10240\n"
		        "remark layers: 1 layers have no diff ID (pulled in parts, by a table of "
		        "contents, or a layer below is missing): what they share is not known\n"
		        "end partial catalogue\n" },
		/* One that is broken costs itself, and the certainty that all was said. */
		{ "[" LAYER_A ",{\"id\":\"x\"}]",
		        "problem overlay-layers/layers.json: element 1: id: 'x' is not an ID of 64 "
		        "hex "
		        "digits\n"
		        "chain 5f70bf18a086 on - diff 5f70bf18a086 bytes 1024\n"
		        "end partial\n" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_store store = { 0 };

		make(&store, cases[i].layers, NULL);
		assert_records(&store, cases[i].expected);
		assert_records(&store, cases[i].expected); /* the same again */
	}
}

static void
test_unreadable(void **state)
{
	static const char *const bodies[] = { "", "{}", "[", "[1] x", "\xff" };

	(void)state;
	for (size_t i = 0; i < countof(bodies); i++) {
		auto_store store = { 0 };

		make(&store, bodies[i], NULL);
		if (strstr(read_store(&store), "end failed\n") == NULL)
			fail_msg("case %zu: %s", i, buf_text(&store.log.text));
		assert_int_equal(store.result.state, SCAN_FAILED);
		assert_non_null(strstr(store.result.first_problem, "overlay-layers/layers.json"));
	}
}

static void
config_id(char id[ENTRY_ID_SIZE])
{
	char text[DIGEST_TEXT_SIZE];
	struct digest digest;

	digest_of(&digest, DIGEST_SHA256, CONFIG, strlen(CONFIG));
	memcpy(id, digest_format(&digest, text) + strlen("sha256:"), ENTRY_ID_SIZE);
}

static void
put_config(struct store *store, const char *id, const char *text)
{
	auto_free char *name = xprintf("sha256:%s", id);
	char file[ENTRY_FILE_NAME_SIZE];

	assert_true(entry_big_data_file(name, file));
	auto_free char *path = xprintf("overlay-images/%s/%s", id, file);
	put(store, path, text);
}

#define IMAGE                                                                                      \
	"{\"id\":\"%s\",\"layer\":\"%s\",\"names\":[\"z/b:1\",\"a/b:1\",\"z/b:1\"],"               \
	"\"big-data-names\":[\"sha256:%s\",\"signature-1\"]}"

static void
test_image(void **state)
{
	auto_store store = { 0 };
	char id[ENTRY_ID_SIZE];

	(void)state;
	config_id(id);
	auto_free char *images = xprintf("[" IMAGE "]", id, B, id);
	make(&store, "[" LAYER_A "," LAYER_B "]", images);
	put_config(&store, id, CONFIG);
	auto_free char *expected =
	        xprintf("config %.12s linux/amd64 diffs 2\n"
	                "chain 5f70bf18a086 on - diff 5f70bf18a086 bytes 1024\n"
	                "chain 8ed5d20d8ff9 on 5f70bf18a086 diff 84ff92691f90 bytes 10240\n"
	                "node_image %.12s chain 8ed5d20d8ff9 manifests 0 a/b:1 z/b:1\n"
	                "end complete catalogue\n",
	                id, id);
	assert_records(&store, expected);
	/* Rotten: the image is known by what names it, and that is said. */
	put_config(&store, id, "{}");
	const char *text = read_store(&store);
	assert_non_null(strstr(text, "its content has another digest: damaged"));
	assert_non_null(strstr(text, "node_image"));
	assert_int_equal(store.result.state, SCAN_PARTIAL);
	/* On another layer than its config says. */
	put_config(&store, id, CONFIG);
	auto_free char *moved = xprintf("[" IMAGE "]", id, A, id);
	put(&store, "overlay-images/images.json", moved);
	assert_non_null(strstr(read_store(&store), "its config claims other layers"));
	/* On one that is not there: read again, then a problem, and unknown. */
	auto_free char *lost = xprintf("[" IMAGE "]", id, D, id);
	put(&store, "overlay-images/images.json", lost);
	text = read_store(&store);
	assert_non_null(strstr(text, "its layer dddddddddddd is not in the store"));
	assert_non_null(strstr(text, "chain - manifests 0"));
}

static void
test_container(void **state)
{
	auto_store store = { 0 };
	char id[ENTRY_ID_SIZE];

	(void)state;
	config_id(id);
	auto_free char *images = xprintf("[" IMAGE "]", id, B, id);
	make(&store, "[" LAYER_A "," LAYER_B ",{\"id\":\"" C "\",\"parent\":\"" B "\"}]", images);
	put_config(&store, id, CONFIG);
	auto_free char *containers =
	        xprintf("[{\"id\":\"" D "\",\"image\":\"%s\",\"layer\":\"" C "\"}]", id);
	put(&store, "overlay-containers/containers.json", containers);
	put(&store, "overlay/" C "/diff/file", "12345");
	const char *text = read_store(&store);
	auto_free char *line =
	        xprintf("container dddddddddddd image %.12s chain 8ed5d20d8ff9 bytes ", id);
	assert_non_null(strstr(text, line));
	assert_null(strstr(text, "extra"));
	assert_non_null(strstr(text, "remark containers: the run root"));
	assert_int_equal(store.result.state, SCAN_COMPLETE);
}

/* Layers of an additional store are below those of the graph root. */
static void
test_additional_store(void **state)
{
	auto_store own = { 0 }, other = { 0 };
	struct node_options options = { .node = "n" };
	struct error err = { 0 };

	(void)state;
	make(&own, "[" LAYER_B "]", NULL);
	make(&other, "[" LAYER_A "]", NULL);
	struct pool_place place = { .driver = "overlay",
		.roots = { own.maker.path, other.maker.path, "/nonexistent" } };
	struct collect_context context = { .sink = record_log_sink(&own.log) };
	assert_int_equal(storage_read(&options, &place, &context, &own.result, &err), 0);
	assert_non_null(strstr(buf_text(&own.log.text), "chain 8ed5d20d8ff9 on 5f70bf18a086"));
	assert_non_null(strstr(buf_text(&own.log.text), "problem /nonexistent: "));
	assert_non_null(strstr(buf_text(&own.log.text), "end partial\n"));
}

static void
test_not_a_store(void **state)
{
	auto_store store = { 0 };

	(void)state;
	maker_init(&store.maker);
	assert_non_null(strstr(read_store(&store), "no store of containers/storage"));
	assert_int_equal(store.result.state, SCAN_FAILED);
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *address, *driver, *root, *runroot; /* driver NULL = refused */
	} cases[] = {
		{ "overlay@/a", "overlay", "/a", NULL },
		{ "vfs@/a//+/run/x/", "vfs", "/a", "/run/x" },
		{ "/nonexistent+/run", "overlay", "/nonexistent", "/run" },
		{ "/a@b", "overlay", "/a@b", NULL },
		{ "best@/a", NULL, NULL, NULL },
		{ "a", NULL, NULL, NULL },
		{ "overlay@", NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct place_list places = { 0 };
		auto_arena arena = { 0 };
		struct error err = { 0 };
		int result = places_parse(&places, &arena, cases[i].address, &err);

		assert_int_equal(result, cases[i].driver != NULL ? 0 : -1);
		if (result == 0) {
			assert_int_equal(places.count, 1);
			assert_string_equal(places.at[0].driver, cases[i].driver);
			assert_string_equal(places.at[0].roots[0], cases[i].root);
			if (cases[i].runroot != NULL)
				assert_string_equal(places.at[0].runroot, cases[i].runroot);
		} else {
			assert_int_equal(err.code, ERROR_USAGE);
		}
		vec_release(&places);
	}
}

/* A storage.conf with an error: the store that it names before is a problem, and is not read. */
static void
test_unclear_configuration(void **state)
{
	static const struct {
		const char *rest, *why; /* NULL = it can be understood */
	} cases[] = {
		{ "", NULL },
		{ "driver = \"overlay\n",
		        "storage.conf: line 3: a text without its closing quote" },
		{ "[storage.options]\nadditionalimagestores = 1\n",
		        "storage.conf: line 4: storage.options.additionalimagestores is not a "
		        "list" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_store store = { 0 };
		struct place_list places = { 0 };
		auto_arena arena = { 0 };
		auto_buf problems = { 0 };
		const struct pool_place *place = NULL;

		make(&store, "[" LAYER_A "]", NULL);
		auto_free char *conf = xprintf(
		        "[storage]\ngraphroot = \"%s\"\n%s", store.maker.path, cases[i].rest);
		auto_free char *path = xprintf("%s/storage.conf", store.maker.path);
		put(&store, "storage.conf", conf);
		setenv("CONTAINERS_STORAGE_CONF", path, 1);
		places_find(&places, &arena, &problems);
		unsetenv("CONTAINERS_STORAGE_CONF");
		/* Users of this machine may have stores as well. */
		for (size_t k = 0; k < places.count; k++)
			if (strcmp(places.at[k].roots[0], store.maker.path) == 0)
				place = &places.at[k];
		assert_non_null(place);
		const char *text = read_place(&store, place);
		assert_int_equal(
		        store.result.state, cases[i].why == NULL ? SCAN_COMPLETE : SCAN_FAILED);
		assert_int_equal(strstr(text, "chain") == NULL, cases[i].why != NULL);
		if (cases[i].why != NULL && strstr(text, cases[i].why) == NULL)
			fail_msg("'%s' lacks '%s'", text, cases[i].why);
		vec_release(&places);
	}
}

/* Where the folder is not there either, nothing can have a row. */
static void
test_unclear_without_store(void **state)
{
	auto_store store = { 0 };
	struct place_list places = { 0 };
	auto_arena arena = { 0 };
	auto_buf problems = { 0 };

	(void)state;
	maker_init(&store.maker);
	put(&store, "storage.conf", "[storage]\ngraphroot = \"/nonexistent\"\n]\n");
	auto_free char *path = xprintf("%s/storage.conf", store.maker.path);
	setenv("CONTAINERS_STORAGE_CONF", path, 1);
	places_find(&places, &arena, &problems);
	unsetenv("CONTAINERS_STORAGE_CONF");
	assert_non_null(strstr(buf_text(&problems), "storage.conf: line 3: "));
	/* Once, however many users have no file of their own. */
	assert_null(strchr(buf_text(&problems), ';'));
	vec_release(&places);
}

/* Whatever record it fails at. */
static void
test_sink_fails(void **state)
{
	auto_store store = { 0 };
	char id[ENTRY_ID_SIZE];

	(void)state;
	config_id(id);
	auto_free char *images = xprintf("[" IMAGE "]", id, B, id);
	make(&store, "[" LAYER_A "," LAYER_B "]", images);
	put_config(&store, id, CONFIG);
	read_store(&store);
	size_t records = store.log.count;
	assert_true(records > 6);
	for (size_t n = 1; n <= records; n++) {
		struct pool_place place = { .driver = "overlay", .roots = { store.maker.path } };
		struct node_options options = { .node = "n" };
		struct collect_context context = { .sink = record_log_sink(&store.log) };
		struct error err = { 0 };

		store.log.count = 0;
		store.log.fail_at = n;
		assert_int_equal(storage_read(&options, &place, &context, &store.result, &err), -1);
		assert_string_equal(err.message, "the sink is full");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_container),
		cmocka_unit_test(test_additional_store),
		cmocka_unit_test(test_not_a_store),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_unclear_configuration),
		cmocka_unit_test(test_unclear_without_store),
		cmocka_unit_test(test_sink_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
