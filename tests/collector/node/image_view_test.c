/* Layers laid over each other: what is seen, what is hidden, where links lead. */
#include "tests/support/unit.h"

#include <string.h>
#include <unistd.h>

#include "collector/node/image_view.h"
#include "common/memory.h"
#include "tests/support/tree.h"

/*
 * low    etc/os-release  etc/gone  usr/lib/x  usr/bin/tool  lib -> usr/lib  etc/hidden/below  was
 * mid    etc/gone (0:0)  etc/hidden (opaque)  etc/hidden/above  link…
 * top    usr/bin/tool    was/ (folder where a file was)/new
 */
static void
make_layers(struct tree *tree)
{
	tree_write(tree, "low/etc/os-release", "low");
	tree_write(tree, "low/etc/gone", "low");
	tree_write(tree, "low/etc/hidden/below", "low");
	tree_write(tree, "low/usr/lib/x", "low");
	tree_write(tree, "low/usr/bin/tool", "low");
	tree_write(tree, "low/was", "low");
	tree_link(tree, "low/lib", "usr/lib");
	tree_whiteout(tree, "mid/etc/gone");
	tree_opaque(tree, "mid/etc/hidden");
	tree_write(tree, "mid/etc/hidden/above", "mid");
	tree_write(tree, "mid/instead/of", "mid");
	tree_link(tree, "mid/absolute", "/usr/bin/tool");
	tree_link(tree, "mid/usr/bin/relative", "../lib/../bin/tool");
	tree_link(tree, "mid/out", "../../../../../../etc/passwd");
	tree_link(tree, "mid/circle", "circle");
	tree_link(tree, "mid/pair", "usr/pair");
	tree_link(tree, "mid/usr/pair", "../pair");
	tree_link(tree, "mid/dangling", "nowhere");
	tree_write(tree, "top/usr/bin/tool", "top");
	tree_write(tree, "top/was/new", "top");
	tree_whiteout(tree, "top/instead");
}

static void
test_find(void **state)
{
	static const struct {
		const char *path;
		int found;
		size_t layer;
		const char *is;
	} cases[] = {
		{ "etc/os-release", 1, 2, "etc/os-release" },
		{ "/etc//./os-release", 1, 2, "etc/os-release" },
		{ "etc/gone", 0, 0, "" },
		{ "etc/hidden/above", 1, 1, "etc/hidden/above" },
		{ "etc/hidden/below", 0, 0, "" },
		{ "usr/bin/tool", 1, 0, "usr/bin/tool" },
		{ "lib/x", 1, 2, "usr/lib/x" },
		{ "lib", 1, 2, "usr/lib" },
		{ "absolute", 1, 0, "usr/bin/tool" },
		{ "usr/bin/relative", 1, 0, "usr/bin/tool" },
		{ "lib/../bin/tool", 1, 0, "usr/bin/tool" },
		{ "../../../../etc/os-release", 1, 2, "etc/os-release" },
		{ "out", 0, 0, "" },
		{ "circle", 0, 0, "" },
		{ "pair", 0, 0, "" },
		{ "dangling", 0, 0, "" },
		{ "was/new", 1, 0, "was/new" },
		{ "instead/of", 0, 0, "" },
		{ "instead", 0, 0, "" },
		{ "etc/os-release/x", 0, 0, "" },
		{ "none", 0, 0, "" },
		{ "", 0, 0, "" },
	};
	auto_tree tree = { 0 };
	struct view_file file;

	(void)state;
	tree_init(&tree);
	make_layers(&tree);
	const struct view_layer layers[] = { { tree.root, "top" }, { tree.root, "mid" },
		{ tree.root, "low" } };
	for (size_t i = 0; i < countof(cases); i++) {
		struct view view = { .layers = layers, .count = 3, .looks_left = 1000 };
		struct error err = { 0 };
		int found = view_find(&view, cases[i].path, &file, &err);

		if (found != cases[i].found)
			fail_msg("'%s': %d %s", cases[i].path, found, err.message);
		if (found == 1 &&
		        (file.layer != cases[i].layer || strcmp(file.path, cases[i].is) != 0))
			fail_msg("'%s': %s of layer %zu", cases[i].path, file.path, file.layer);
	}
}

/* 40 links are followed, 41 are not; nor more than was allowed to be opened. */
static void
test_limits(void **state)
{
	auto_tree tree = { 0 };
	struct view_file file;
	struct error err = { 0 };

	(void)state;
	tree_init(&tree);
	tree_write(&tree, "low/0", "end");
	for (int i = 1; i <= 41; i++) {
		auto_free char *name = xprintf("low/%d", i);
		auto_free char *target = xprintf("%d", i - 1);

		tree_link(&tree, name, target);
	}
	const struct view_layer layer = { tree.root, "low" };
	struct view view = { .layers = &layer, .count = 1, .looks_left = 1000 };
	assert_int_equal(view_find(&view, "40", &file, &err), 1);
	assert_int_equal(view_find(&view, "41", &file, &err), 0);
	view.looks_left = 40;
	assert_int_equal(view_find(&view, "40", &file, &err), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	assert_int_equal(view.looks_left, 0);

	char deep[PATH_MAX + 100];
	memset(deep, 'a', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	view.looks_left = 1000;
	assert_int_equal(view_find(&view, deep, &file, &err), 0);
	for (size_t i = 1; i < sizeof(deep) - 1; i += 2)
		deep[i] = '/';
	assert_int_equal(view_find(&view, deep, &file, &err), 0);
}

static void
test_read(void **state)
{
	auto_tree tree = { 0 };
	auto_buf bytes = { 0 };
	struct view_file file;
	struct error err = { 0 };

	(void)state;
	tree_init(&tree);
	tree_write(&tree, "low/file", "0123456789");
	const struct view_layer layer = { tree.root, "low" };
	struct view view = { .layers = &layer, .count = 1, .looks_left = 1000 };
	assert_int_equal(view_find(&view, "file", &file, &err), 1);
	assert_int_equal(view_read(&view, &file, 2, 3, &bytes, &err), 0);
	assert_string_equal(buf_text(&bytes), "234");
	assert_int_equal(view_read(&view, &file, 8, 3, &bytes, &err), 0);
	assert_string_equal(buf_text(&bytes), "89");
	assert_int_equal(view_read(&view, &file, 1 << 20, 3, &bytes, &err), 0);
	assert_int_equal(bytes.length, 0);
}

/* A layer above matters only if it has something where the answers looked. */
static void
test_trail(void **state)
{
	static const struct {
		const char *write, *whiteout, *opaque, *link;
		int touches;
	} cases[] = {
		{ .write = "usr/lib/other", .touches = 0 },
		{ .write = "srv/app", .touches = 0 },
		{ .write = "etc/os-release", .touches = 1 },
		{ .write = "usr/lib/x", .touches = 1 },
		{ .write = "none", .touches = 1 },
		{ .write = "lib/x", .touches = 1 }, /* a folder where the link was */
		{ .whiteout = "etc", .touches = 1 },
		{ .whiteout = "usr/lib", .touches = 1 },
		{ .whiteout = "etc/gone", .touches = 0 },
		{ .opaque = "etc", .touches = 1 },
		{ .link = "usr", .touches = 1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_tree tree = { 0 };
		struct view_trail trail = { 0 };
		struct view_file file;
		struct error err = { 0 };
		uint32_t looks = 1000;

		tree_init(&tree);
		make_layers(&tree);
		tree_folder(&tree, "new");
		const struct view_layer low = { tree.root, "low" }, new = { tree.root, "new" };
		struct view view = {
			.layers = &low, .count = 1, .looks_left = 1000, .trail = &trail
		};
		assert_int_equal(view_find(&view, "etc/os-release", &file, &err), 1);
		assert_int_equal(view_find(&view, "lib/x", &file, &err), 1);
		assert_int_equal(view_find(&view, "none/at/all", &file, &err), 0);
		if (cases[i].write != NULL) {
			auto_free char *name = xprintf("new/%s", cases[i].write);
			tree_write(&tree, name, "");
		} else if (cases[i].whiteout != NULL) {
			auto_free char *name = xprintf("new/%s", cases[i].whiteout);
			tree_whiteout(&tree, name);
		} else if (cases[i].opaque != NULL) {
			auto_free char *name = xprintf("new/%s", cases[i].opaque);
			tree_opaque(&tree, name);
		} else {
			auto_free char *name = xprintf("new/%s", cases[i].link);
			tree_link(&tree, name, "elsewhere");
		}
		int touched = view_layer_touches(&new, &trail, &looks, &err);

		if (touched != cases[i].touches)
			fail_msg("case %zu: %d %s", i, touched, err.message);
		looks = 0;
		assert_int_equal(view_layer_touches(&new, &trail, &looks, &err), -1);
		view_trail_release(&trail);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_trail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
