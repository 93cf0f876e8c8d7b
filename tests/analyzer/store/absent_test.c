/* What an index names and its source does not have, over several scans. */
#include "tests/analyzer/store/fixture.h"
#include "tests/analyzer/store/script.h"

static void
emit_index(struct store *store)
{
	struct record_child child = { .digest = digest_for("absent", 0), .size_bytes = 2 };

	emit(store, &(struct record){ .kind = RECORD_MANIFEST,
	                    .manifest = { .digest = digest_for("index", 0),
	                            .size_bytes = 900,
	                            .kind = MANIFEST_INDEX,
	                            .media_type = "application/vnd.oci.image.index.v1+json",
	                            .children = &child,
	                            .child_count = 1 } });
}

static void
emit_absent(struct store *store, const char *name)
{
	emit(store, &(struct record){ .kind = RECORD_ABSENT,
	                    .absent = { .repository = "app", .digest = digest_for(name, 0) } });
}

static void
emit_index_scan(struct store *store, int64_t at, bool absent, bool there)
{
	struct record end = { .kind = RECORD_SCAN_END,
		.scan_end = {
		        .state = SCAN_COMPLETE, .ended_at = at, .catalogue_complete = true } };
	struct record reference = { .kind = RECORD_REFERENCE,
		.reference = { .repository = "app", .tag = "1" } };

	emit(store, &(struct record){ .kind = RECORD_SCAN,
	                    .scan = { SOURCE_REGISTRY, "127.0.0.1:5000", at } });
	emit_index(store);
	if (absent)
		emit_absent(store, "absent");
	reference.reference.digest = digest_for(there ? "absent" : "index", 0);
	emit(store, &reference);
	emit(store, &end);
}

/* Absent until it is seen, or nothing names it; what was shown then stays. */
static void
test_absent(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct known known = store_known(store);
	struct digest absent = digest_for("absent", 0), pointed_at;
	struct error err = { 0 };

	emit_index_scan(store, 1000, true, false);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM absent WHERE until IS NULL"), 1);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM problem"), 1);
	assert_int_equal(known.absent(known.context, &absent, &err), 1);
	assert_int_equal(known.reference(known.context, "app", "1", &pointed_at, &err), 1);
	assert_int_equal(known.reference(known.context, "app", "2", &pointed_at, &err), 0);
	assert_int_equal(known.reference(known.context, "other", "1", &pointed_at, &err), 0);
	/* Not said again, and still so. */
	emit_index_scan(store, 2000, false, false);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM absent WHERE until IS NULL"), 1);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM problem WHERE until IS NULL"), 1);
	/* A tag points at it: it is there. */
	emit_index_scan(store, 3000, false, true);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM absent WHERE until IS NULL"), 0);
	assert_int_equal(ask_sql(fixture->path, "SELECT max(until) FROM absent"), 3);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM problem WHERE until IS NULL"), 0);
	assert_int_equal(known.absent(known.context, &absent, &err), 0);
	/* Said and taken back in one scan leaves nothing. */
	emit_index_scan(store, 4000, true, true);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM absent"), 1);

	struct load_options then = { .at = 2500 };
	struct snapshot *snapshot = store_load(store, &then, &err);
	assert_non_null(snapshot);
	assert_int_equal(snapshot->absent_count, 1);
	snapshot_free(snapshot);
	snapshot = store_load(store, &(struct load_options){ 0 }, &err);
	assert_non_null(snapshot);
	assert_int_equal(snapshot->absent_count, 0);
	snapshot_free(snapshot);
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
