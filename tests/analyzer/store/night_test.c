/* What a night costs in the file: unchanged, its own row; changed, what is new. */
#include "tests/analyzer/store/fleet.h"

#include <sys/stat.h>

#define IMAGES 1200

static int64_t
file_bytes(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static const char *const tables[] = {
	"source",
	"scan",
	"repository",
	"reference",
	"digest",
	"manifest",
	"index_child",
	"config",
	"config_details",
	"absent",
	"problem",
	"node",
	"store",
	"chain",
	"layer",
	"store_layer",
	"appearance",
	"store_image",
	"container",
	"extra",
	"kept_blob",
	"store_blob",
	"chain_facts",
	"image_facts",
	"resident",
};

static void
count_rows(const char *path, int64_t rows[countof(tables)])
{
	for (size_t i = 0; i < countof(tables); i++) {
		auto_free char *sql = xprintf("SELECT count(*) FROM %s", tables[i]);

		rows[i] = ask_sql(path, sql);
	}
}

static void
test_every_table_is_counted(void **state)
{
	struct fixture *fixture = *state;

	store_close(open_store(fixture->path, STORE_WRITE));
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"),
	        countof(tables));
}

static void
test_unchanged_night(void **state)
{
	struct fixture *fixture = *state;
	int64_t before[countof(tables)], after[countof(tables)];
	struct store *store = open_store(fixture->path, STORE_WRITE);
	int64_t bytes;

	scan_fleet(store, IMAGES, 0, 0, 100);
	store_close(store);
	bytes = file_bytes(fixture->path);
	count_rows(fixture->path, before);
	for (int night = 2; night <= 4; night++) {
		store = open_store(fixture->path, STORE_WRITE);
		scan_fleet(store, IMAGES, 0, 0, night * 100);
		store_close(store);
	}
	count_rows(fixture->path, after);
	for (size_t i = 0; i < countof(tables); i++) {
		bool is_scan = strcmp(tables[i], "scan") == 0;

		if (after[i] != before[i] + (is_scan ? 3 : 0))
			fail_msg("%s: %d rows, then %d", tables[i], (int)before[i], (int)after[i]);
	}
	/* Three nights; the promise is less than 1 % for one. */
	assert_true(file_bytes(fixture->path) - bytes < bytes / 100);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM reference WHERE since > 1"), 0);
}

static void
test_changed_night(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);

	scan_fleet(store, IMAGES, 0, 0, 100);
	scan_fleet(store, IMAGES, 10, 1, 200);
	store_close(store);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM reference"), IMAGES + 10);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM manifest"), IMAGES + 10);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM reference WHERE until = 2"), 10);
}

/* Rows of layers are what a store consists of: at most 24 bytes for each layer of each image, both
 * as blob and as diff ID. */
static void
test_bytes_per_layer(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	int64_t bytes;

	scan_fleet(store, IMAGES, 0, 0, 100);
	store_close(store);
	bytes = ask_sql(fixture->path,
	        "SELECT sum(m.n) + sum(c.n) FROM (SELECT sum(length(layers)) AS n FROM manifest) m,"
	        " (SELECT sum(length(diff_ids)) AS n FROM config) c");
	assert_in_range(bytes, 1, 2 * 24 * IMAGES * FLEET_LAYERS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_every_table_is_counted),
		store_test(test_unchanged_night),
		store_test(test_changed_night),
		store_test(test_bytes_per_layer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
