/* Pages of layers: what is counted, once, within a budget; and what without the right to ask. */
#include "tests/support/unit.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/node/page_cache.h"
#include "collector/node/resident.h"
#include "common/memory.h"
#include "tests/support/record_log.h"
#include "tests/support/tree.h"

struct run {
	struct record_log log;
	struct collect_result result;
};

static void
run_release(struct run *run)
{
	record_log_release(&run->log);
}

#define auto_run __attribute__((cleanup(run_release))) struct run

static const char *
measure(struct run *run, const struct contents_layer *layers, size_t count,
        const struct resident_budget *budget)
{
	const bool used[] = { true, true, true, true };
	const struct contents contents = { .layers = layers, .layer_count = count };
	struct node_options options = { .node = "n" };
	struct collect_context context = { .sink = record_log_sink(&run->log) };
	struct store_scan scan = {
		.options = &options, .context = &context, .result = &run->result
	};
	struct error err = { 0 };

	assert_true(count <= countof(used));
	assert_int_equal(resident_read(&scan, &contents, used, budget, &err), 0);
	return buf_text(&run->log.text);
}

static struct contents_layer
layer_at(int number, int root, const char *folder)
{
	struct contents_layer layer = { .folder = folder, .root = root };

	layer.chain_id.length = DIGEST_SHA256;
	memset(layer.chain_id.bytes, number, DIGEST_SHA256);
	return layer;
}

static void
write_zeros(struct tree *tree, const char *name, size_t length)
{
	auto_free char *zeros = xcalloc(length, 1);

	tree_write_bytes(tree, name, zeros, length, 0444);
}

/* Two names of one inode, also in another layer, are one file; links and folders are none. */
static void
test_counted(void **state)
{
	auto_tree tree = { 0 };
	auto_run run = { 0 };
	long page = sysconf(_SC_PAGESIZE);

	(void)state;
	tree_init(&tree);
	write_zeros(&tree, "1/a", 1);
	write_zeros(&tree, "1/usr/b", (size_t)page);
	write_zeros(&tree, "1/usr/lib/c", (size_t)page + 1);
	write_zeros(&tree, "1/empty", 0);
	tree_link(&tree, "1/link", "a");
	write_zeros(&tree, "2/d", 1);
	auto_free char *file = xprintf("%s/1/a", tree.path);
	auto_free char *again = xprintf("%s/1/usr/again", tree.path);
	auto_free char *above = xprintf("%s/2/above", tree.path);
	assert_int_equal(link(file, again), 0);
	assert_int_equal(link(file, above), 0);
	const struct contents_layer layers[] = { layer_at(1, tree.root, "1"),
		layer_at(2, tree.root, "2"), layer_at(3, tree.root, NULL),
		layer_at(4, tree.root, "missing") };
	auto_free char *wanted =
	        xprintf("resident 010101010101 files %ld measured %ld resident %ld\n"
	                "resident 020202020202 files 1 measured 1 resident %ld\n",
	                1 + page + page + 1, 1 + page + page + 1, page + page + 2 * page, page);
	assert_string_equal(measure(&run, layers, countof(layers), &resident_usual_budget), wanted);
	assert_int_equal(run.result.problems, 0);
}

/* The largest are those that count, in whatever order they lie. */
static void
test_budget(void **state)
{
	static const struct {
		size_t budget, measured;
	} cases[] = { { 1, 9 }, { 2, 17 }, { 3, 24 }, { 8, 44 }, { 9, 45 }, { 100, 45 } };
	auto_tree tree = { 0 };

	(void)state;
	tree_init(&tree);
	for (size_t i = 1; i <= 9; i++) {
		auto_free char *name = xprintf("1/%zu/%zu", i % 3, i * 7 % 10);

		write_zeros(&tree, name, i * 7 % 10);
	}
	const struct contents_layer layer = layer_at(1, tree.root, "1");
	for (size_t i = 0; i < countof(cases); i++) {
		const struct resident_budget budget = { cases[i].budget, 60000 };
		size_t files = cases[i].budget < 9 ? cases[i].budget : 9;
		auto_run run = { 0 };
		auto_free char *wanted =
		        xprintf("resident 010101010101 files 45 measured %zu resident %ld\n",
		                cases[i].measured, (long)files * sysconf(_SC_PAGESIZE));

		assert_string_equal(measure(&run, &layer, 1, &budget), wanted);
	}
}

static void
test_time(void **state)
{
	const struct resident_budget budget = { 100, -1 };
	auto_tree tree = { 0 };
	auto_run run = { 0 };

	(void)state;
	tree_init(&tree);
	write_zeros(&tree, "1/usr/file", 1);
	write_zeros(&tree, "2/file", 1);
	const struct contents_layer layers[] = { layer_at(1, tree.root, "1"),
		layer_at(2, tree.root, "2") };
	auto_free char *wanted =
	        xprintf("resident 020202020202 files 1 measured 1 resident %ld\n"
	                "remark memory: the time for measuring is over; of 1 files or layers it "
	                "is not known what is in memory\n",
	                sysconf(_SC_PAGESIZE));
	assert_string_equal(measure(&run, layers, 2, &budget), wanted);
}

/* Files of somebody else: the kernel would not tell, or lie. Nothing is said instead. */
static void
test_no_right(void **state)
{
	auto_run run = { 0 };
	struct error err = { 0 };
	auto_close int root = beneath_root("/", &err);
	const struct contents_layer layer = layer_at(1, root, "usr/bin");
	bool is_root = geteuid() == 0;

	(void)state;
	assert_true(!is_root || seteuid(65534) == 0);
	const char *said = measure(&run, &layer, 1, &resident_usual_budget);
	assert_true(!is_root || seteuid(0) == 0);
	assert_null(strstr(said, "resident "));
	assert_non_null(strstr(said, "remark memory: usr/bin/.: "));
	assert_non_null(strstr(said, "Operation not permitted"));
	assert_non_null(strstr(said, "needs root, or CAP_DAC_READ_SEARCH and CAP_FOWNER"));
	assert_int_equal(run.result.problems, 0);
}

/* Both ways of asking give one answer; the second one in several windows. */
static void
test_mapped(void **state)
{
	static const size_t lengths[] = { 0, 1, 100000, 70 << 20 };
	auto_tree tree = { 0 };
	struct error err = { 0 };

	(void)state;
	tree_init(&tree);
	for (size_t i = 0; i < countof(lengths); i++) {
		uint64_t asked = 1, mapped = 2;
		struct stat status;

		tree_write(&tree, "file", "");
		auto_free char *path = xprintf("%s/file", tree.path);
		auto_close int file = open(path, O_RDWR);
		/* A hole has no pages until they are read. */
		assert_int_equal(ftruncate(file, (off_t)lengths[i]), 0);
		for (size_t at = 0; at < lengths[i]; at += 4 << 20) {
			char byte;

			assert_int_equal(pread(file, &byte, 1, (off_t)at), 1);
		}
		auto_close int folder = open(tree.path, O_RDONLY | O_DIRECTORY);
		assert_int_equal(page_cache_bytes(folder, "file", &status, &asked, &err), 1);
		assert_int_equal(page_cache_bytes_mapped(file, lengths[i], &mapped, &err), 0);
		assert_int_equal(asked, mapped);
		assert_true(lengths[i] == 0 ? asked == 0 : asked > 0);
		assert_true(asked < lengths[i] + (uint64_t)sysconf(_SC_PAGESIZE));
	}
	uint64_t bytes;
	struct stat status;
	auto_close int folder = open(tree.path, O_RDONLY | O_DIRECTORY);
	assert_int_equal(page_cache_bytes(folder, "none", &status, &bytes, &err), 0);
	tree_link(&tree, "link", "file");
	assert_int_equal(page_cache_bytes(folder, "link", &status, &bytes, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counted),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_no_right),
		cmocka_unit_test(test_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
