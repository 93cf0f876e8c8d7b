/* Whole stores of folders: which records come out. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/node/contents.h"
#include "common/memory.h"
#include "tests/support/elf.h"
#include "tests/support/record_log.h"
#include "tests/support/tree.h"

#define MAX_LAYERS 8

struct world {
	struct tree tree;
	struct record_log log;
	struct collect_result result;
	struct contents_layer layers[MAX_LAYERS];
	struct contents contents;
	char names[MAX_LAYERS][16];
};

static void
world_init(struct world *world)
{
	tree_init(&world->tree);
	world->contents.layers = world->layers;
	world->contents.sharing = SHARING_CHAINS;
}

static void
world_release(struct world *world)
{
	record_log_release(&world->log);
	tree_release(&world->tree);
}

#define auto_world __attribute__((cleanup(world_release))) struct world

/* The digest whose bytes are all `number`: "010101010101". */
static struct digest
digest_from(int number)
{
	struct digest digest = { .length = DIGEST_SHA256 };

	memset(digest.bytes, number, DIGEST_SHA256);
	return digest;
}

/* Layer N lies in folder "N", on the layer `below`; 0 = at the bottom. */
static struct contents_layer *
add_layer(struct world *world, int below)
{
	size_t i = world->contents.layer_count++;
	struct contents_layer *layer = &world->layers[i];

	snprintf(world->names[i], sizeof(world->names[i]), "%zu", i + 1);
	tree_folder(&world->tree, world->names[i]);
	*layer = (struct contents_layer){
		.chain_id = digest_from((int)i + 1),
		.folder = world->names[i],
		.root = world->tree.root,
	};
	if (below > 0)
		layer->parent = digest_from(below);
	return layer;
}

static const char *
read_world(struct world *world)
{
	struct node_options options = { .node = "n" };
	struct collect_context context = { .sink = record_log_sink(&world->log) };
	struct store_scan scan = {
		.options = &options, .context = &context, .result = &world->result
	};
	struct error err = { 0 };

	assert_int_equal(contents_read(&scan, &world->contents, &err), 0);
	return buf_text(&world->log.text);
}

/* --- chains ----------------------------------------------------------------------------- */

static void
test_chains(void **state)
{
	auto_world world = { 0 };

	(void)state;
	world_init(&world);
	add_layer(&world, 0);
	tree_write(&world.tree, "1/usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
	tree_link(&world.tree, "1/etc/os-release", "../usr/lib/os-release");
	tree_link(&world.tree, "1/lib", "usr/lib");
	tree_write(&world.tree, "1/usr/lib/x86_64-linux-gnu/libc-2.31.so", "");
	tree_link(&world.tree, "1/usr/lib/x86_64-linux-gnu/libc.so.6", "libc-2.31.so");
	add_layer(&world, 1);
	tree_write(&world.tree, "2/usr/lib/something", "");
	add_layer(&world, 2);
	tree_write(&world.tree, "3/usr/lib/os-release", "ID=ubuntu\n");
	add_layer(&world, 2);
	tree_whiteout(&world.tree, "4/etc");
	tree_whiteout(&world.tree, "4/usr/lib/x86_64-linux-gnu");
	add_layer(&world, 0);
	tree_write(&world.tree, "5/lib/ld-musl-x86_64.so.1", "");
	tree_write(&world.tree, "5/etc/os-release", "ID=alpine\nVERSION_ID=3.19.1\n");
	/* A compatibility package of musl. */
	add_layer(&world, 5);
	tree_link(&world.tree, "6/lib/libc.so.6", "ld-musl-x86_64.so.1");
	add_layer(&world, 0);
	add_layer(&world, 0);
	tree_folder(&world.tree, "8/nix/store");
	assert_string_equal(read_world(&world), "chain_facts 010101010101 debian 12 glibc\n"
	                                        "chain_facts 020202020202 debian 12 glibc\n"
	                                        "chain_facts 030303030303 ubuntu - glibc\n"
	                                        "chain_facts 040404040404 debian 12 none\n"
	                                        "chain_facts 050505050505 alpine 3.19.1 musl\n"
	                                        "chain_facts 060606060606 alpine 3.19.1 musl\n"
	                                        "chain_facts 070707070707 - - none\n"
	                                        "chain_facts 080808080808 - - ?\n");
}

/* Each folder holds everything below too. */
static void
test_cumulative(void **state)
{
	auto_world world = { 0 };

	(void)state;
	world_init(&world);
	world.contents.sharing = SHARING_CUMULATIVE;
	add_layer(&world, 0);
	tree_write(&world.tree, "1/etc/os-release", "ID=debian\n");
	add_layer(&world, 1);
	assert_string_equal(read_world(&world), "chain_facts 010101010101 debian - none\n"
	                                        "chain_facts 020202020202 - - none\n");
}

/* What is not to be read, or missing, is not guessed, nor is what stands on it. */
static void
test_unreadable(void **state)
{
	auto_world world = { 0 };

	(void)state;
	world_init(&world);
	add_layer(&world, 0)->folder = NULL;
	add_layer(&world, 1);
	add_layer(&world, 0)->folder = "missing";
	add_layer(&world, 3);
	add_layer(&world, 7); /* on what nobody has */
	add_layer(&world, 0)->root = -1;
	assert_string_equal(read_world(&world), "");
}

/* A link where a layer should be is not followed; it is said once. */
static void
test_failures(void **state)
{
	auto_world world = { 0 };

	(void)state;
	world_init(&world);
	tree_link(&world.tree, "link", "1");
	add_layer(&world, 0)->folder = "link/etc";
	add_layer(&world, 1);
	add_layer(&world, 0)->folder = "link/usr";
	assert_string_equal(read_world(&world),
	        "remark link/etc: link/etc: a symbolic link, which we do not follow; what files "
	        "say is not known for 2 layers or images, and those above\n");
	assert_int_equal(world.result.problems, 0);
}

/* --- images ----------------------------------------------------------------------------- */

static void
write_elf(struct world *world, const char *name, bool loader, mode_t mode)
{
	unsigned char bytes[ELF_FILE_BYTES];
	struct elf_recipe recipe = { .type = 3, .headers = 3, .loader = loader };
	size_t length = elf_make(bytes, &recipe);

	tree_write_bytes(&world->tree, name, bytes, length, mode);
}

static void
make_programs(struct world *world)
{
	write_elf(world, "1/usr/bin/dynamic", true, 0755);
	write_elf(world, "1/usr/bin/static", false, 0755);
	write_elf(world, "1/usr/bin/python3.11", true, 0755);
	write_elf(world, "1/usr/bin/data", true, 0644);
	write_elf(world, "1/bin/busybox", false, 0755);
	write_elf(world, "1/opt/bin/own", false, 0755);
	tree_link(&world->tree, "1/usr/bin/python3", "/etc/alternatives/python3");
	tree_link(&world->tree, "1/etc/alternatives/python3", "../../usr/bin/python3.11");
	tree_link(&world->tree, "1/bin/sh", "busybox");
	tree_link(&world->tree, "1/bin/httpd", "/bin/busybox");
	tree_write_bytes(&world->tree, "1/entry.sh", "#!/bin/sh\n", 10, 0755);
	tree_write_bytes(&world->tree, "1/usr/bin/empty", "", 0, 0755);
	tree_write_bytes(&world->tree, "1/usr/bin/cut", "\177ELF\2\1", 6, 0755);
	tree_folder(&world->tree, "1/usr/bin/folder");
	/* Above: what was dynamic is static now. */
	write_elf(world, "2/usr/bin/dynamic", false, 0755);
}

static void
test_images(void **state)
{
	static const struct {
		int chain;
		const char *config, *kind;
	} cases[] = {
		{ 1, "{\"Entrypoint\":[\"dynamic\"]}", "dynamic" },
		{ 2, "{\"Entrypoint\":[\"dynamic\"]}", "static" },
		{ 1, "{\"Cmd\":[\"/usr/bin/static\"]}", "static" },
		{ 1, "{\"Entrypoint\":null,\"Cmd\":[\"python3\",\"app.py\"]}", "interpreter" },
		{ 1, "{\"Entrypoint\":[\"/entry.sh\"],\"Cmd\":[\"static\"]}", "script" },
		{ 1, "{\"Entrypoint\":[\"sh\",\"-c\",\"x\"]}", "interpreter" },
		{ 1, "{\"Entrypoint\":[\"/bin/busybox\",\"sh\"]}", "interpreter" },
		{ 1, "{\"Entrypoint\":[\"busybox\",\"httpd\"]}", "static" },
		{ 1, "{\"Entrypoint\":[\"httpd\"]}", "static" },
		{ 1, "{\"Entrypoint\":[\"./dynamic\"],\"WorkingDir\":\"/usr/bin\"}", "dynamic" },
		{ 1, "{\"Entrypoint\":[\"bin/dynamic\"],\"WorkingDir\":\"/usr\"}", "dynamic" },
		{ 1, "{\"Entrypoint\":[\"own\"],\"Env\":[\"PATH=/opt/bin\"]}", "static" },
		{ 1, "{\"Entrypoint\":[\"own\"],\"Env\":[\"PATH=/x\",\"PATH=:/bin:/opt/bin\"]}",
		        "static" },
		{ 1, "{\"Entrypoint\":[\"own\"],\"Env\":[\"PATH=bin\"],\"WorkingDir\":\"/opt\"}",
		        "static" },
		{ 1, "{\"Entrypoint\":[\"own\"]}", NULL },
		{ 1, "{\"Entrypoint\":[\"data\"]}", NULL },
		{ 1, "{\"Entrypoint\":[\"folder\"]}", NULL },
		{ 1, "{\"Entrypoint\":[\"empty\"]}", NULL },
		{ 1, "{\"Entrypoint\":[\"cut\"]}", NULL },
		{ 1, "{\"Entrypoint\":[\"../../../../../../bin/sh\"]}", "interpreter" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_world world = { 0 };
		auto_arena arena = { 0 };
		auto_free char *json = xprintf("{\"config\":%s}", cases[i].config);
		struct contents_image image = { .config = digest_from(255),
			.chain_id = digest_from(cases[i].chain) };

		world_init(&world);
		add_layer(&world, 0);
		add_layer(&world, 1);
		make_programs(&world);
		assert_int_equal(contents_image_read(&image, json, strlen(json), &arena), 0);
		world.contents.images = &image;
		world.contents.image_count = 1;
		const char *said = strstr(read_world(&world), "image_facts ");
		auto_free char *wanted = xprintf("image_facts ffffffffffff %s\n",
		        cases[i].kind != NULL ? cases[i].kind : "");

		if (cases[i].kind == NULL ? said != NULL
		                          : said == NULL || strcmp(said, wanted) != 0)
			fail_msg("%s: %s", cases[i].config, said != NULL ? said : "nothing");
	}
}

static void
test_no_configs(void **state)
{
	static const char *const cases[] = { "", "{", "[]", "{}", "{\"config\":null}",
		"{\"config\":{}}", "{\"config\":{\"Entrypoint\":[]}}",
		"{\"config\":{\"Entrypoint\":\"sh\"}}", "{\"config\":{\"Entrypoint\":[1]}}",
		"{\"config\":{\"Cmd\":[\"\"]}}" };
	auto_arena arena = { 0 };
	struct contents_image image = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		if (contents_image_read(&image, cases[i], strlen(cases[i]), &arena) != -1)
			fail_msg("'%s'", cases[i]);
	assert_null(image.argv);
}

/* --- memory ----------------------------------------------------------------------------- */

/* The chains below a running container, and only where its driver shares their inodes. */
static void
test_memory(void **state)
{
	static const enum driver_sharing others[] = { SHARING_CHAINS_DISK, SHARING_CUMULATIVE,
		SHARING_NOT_MODELLED };

	(void)state;
	for (size_t i = 0; i <= countof(others); i++) {
		auto_world world = { 0 };

		world_init(&world);
		add_layer(&world, 0);
		tree_write(&world.tree, "1/file", "12345");
		add_layer(&world, 1)->running = true;
		add_layer(&world, 1);
		tree_write(&world.tree, "3/file", "12345");
		add_layer(&world, 0);
		if (i < countof(others))
			world.contents.sharing = others[i];
		const char *said = strstr(read_world(&world), "resident ");

		if (i < countof(others)) {
			assert_null(said);
			continue;
		}
		auto_free char *wanted =
		        xprintf("resident 010101010101 files 5 measured 5 resident %ld\n"
		                "resident 020202020202 files 0 measured 0 resident 0\n",
		                sysconf(_SC_PAGESIZE));
		assert_string_equal(said, wanted);
	}
}

/* --- the scan --------------------------------------------------------------------------- */

static void
test_sink_fails(void **state)
{
	struct node_options options = { .node = "n" };

	(void)state;
	for (size_t at = 1; at <= 2; at++) {
		auto_world world = { 0 };
		struct collect_context context = { .sink = record_log_sink(&world.log) };
		struct store_scan scan = {
			.options = &options, .context = &context, .result = &world.result
		};
		struct error err = { 0 };

		world_init(&world);
		add_layer(&world, 0);
		tree_link(&world.tree, "link", "1");
		add_layer(&world, 0)->folder = "link/etc";
		world.log.fail_at = at;
		assert_int_equal(contents_read(&scan, &world.contents, &err), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_cumulative),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_no_configs),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_sink_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
