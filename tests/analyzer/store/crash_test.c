/*
 * What a scan leaves that is killed, or that cannot write any more: whatever was committed is true
 * and complete, what was known before is as it was, and the next scan ends well.
 */
#include "tests/analyzer/store/fleet.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "analyzer/store/handle.h"

#define IMAGES 1000
#define KILLS  30

static struct snapshot *
load(const char *path, int64_t at)
{
	struct store *store = open_store(path, STORE_READ);
	struct load_options options = { .at = at };
	struct error err = { 0 };
	struct snapshot *snapshot = store_load(store, &options, &err);

	assert_string_equal(err.message, "");
	assert_non_null(snapshot);
	store_close(store);
	return snapshot;
}

/* Everything that a snapshot shows, in one number. */
static uint64_t
fingerprint(const char *path, int64_t at)
{
	struct snapshot *snapshot = load(path, at);
	uint64_t hash = 1469598103934665603u;

	for (uint32_t i = 0; i < snapshot->reference_count; i++) {
		const struct snap_reference *reference = &snapshot->references[i];
		const struct snap_manifest *manifest = &snapshot->manifests[reference->manifest];
		const unsigned char *bytes = snapshot->blobs[manifest->blob].digest.bytes;

		for (size_t j = 0; j < 32; j++)
			hash = (hash ^ bytes[j]) * 1099511628211u;
		for (uint32_t j = 0; j < manifest->layer_count; j++)
			hash = (hash ^ snapshot->layers[manifest->layers + j].blob) *
			       1099511628211u;
		for (const char *tag = reference->tag; *tag != '\0'; tag++)
			hash = (hash ^ (unsigned char)*tag) * 1099511628211u;
	}
	hash = (hash ^ snapshot->image_count) * 1099511628211u;
	snapshot_free(snapshot);
	return hash;
}

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Build `build` of all images, in a child that does not end by itself. */
static pid_t
start_scan(const char *path, int build)
{
	pid_t child = fork();

	if (child == 0) {
		struct store *store = open_store(path, STORE_WRITE);

		scan_fleet(store, IMAGES, IMAGES, (uint64_t)build, build * 100);
		for (;;)
			pause();
	}
	assert_true(child > 0);
	return child;
}

static void
kill_after(pid_t child, int64_t microseconds)
{
	struct timespec pause = { microseconds / 1000000, microseconds % 1000000 * 1000 };

	nanosleep(&pause, NULL);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

/* Every manifest has its layers and every image its config. */
static void
assert_whole(const char *path)
{
	assert_sound(path);
	assert_int_equal(
	        ask_sql(path, "SELECT count(*) FROM manifest WHERE length(layers) < 10"), 0);
	assert_int_equal(ask_sql(path, "SELECT count(*) FROM config c"
	                               " LEFT JOIN config_details d ON d.config = c.digest"
	                               " WHERE d.json IS NULL"),
	        0);
	/* No tag points at two things. */
	assert_int_equal(ask_sql(path, "SELECT count(*) FROM (SELECT 1 FROM reference"
	                               " WHERE until IS NULL GROUP BY repository, tag"
	                               " HAVING count(*) > 1)"),
	        0);
}

static void
test_killed(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	int interrupted = 0;
	int64_t began = now_us(), duration;
	uint64_t first;

	scan_fleet(store, IMAGES, IMAGES, 1, 100);
	duration = now_us() - began;
	store_close(store);
	first = fingerprint(fixture->path, 100);

	for (int build = 2; build < 2 + KILLS; build++) {
		pid_t child = start_scan(fixture->path, build);

		/* Spread over the whole run, the start and a little behind the end included. */
		kill_after(child, duration * (build - 2) / (KILLS - 3));
		assert_whole(fixture->path);
		assert_true(fingerprint(fixture->path, 199) == first);
	}
	interrupted = (int)ask_sql(fixture->path, "SELECT count(*) FROM scan WHERE state = 0");
	if (interrupted < KILLS / 3)
		fail_msg("only %d of %d scans were interrupted", interrupted, KILLS);

	/* The next scan ends well and shows what it saw. */
	store = open_store(fixture->path, STORE_WRITE);
	scan_fleet(store, IMAGES, IMAGES, 90, 9000);
	store_close(store);
	assert_whole(fixture->path);
	assert_true(fingerprint(fixture->path, 199) == first);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM reference"
	                                        " WHERE until IS NULL"),
	        IMAGES);
	store = open_store(fixture->path, STORE_WRITE);
	scan_fleet(store, IMAGES, IMAGES, 1, 9100);
	store_close(store);
	assert_true(fingerprint(fixture->path, 0) == first);
}

/* The first scan ever, killed: nothing was there before, and what there is can be read. */
static void
test_killed_at_first(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < 10; i++) {
		auto_free char *path = xprintf("%s/%d.db", fixture->folder, i);
		struct error err = { 0 };
		struct store *store;

		kill_after(start_scan(path, 1), i * i * 2000);
		store = store_open(path, STORE_READ, &err);
		/* Nothing yet, or killed between two steps of its making. */
		if (store == NULL && strstr(err.message, "layershare scan registry HOST") == NULL &&
		        strstr(err.message, "the next scan migrates it") == NULL)
			fail_msg("%s", err.message);
		store_close(store);
		store = open_store(path, STORE_WRITE);
		scan_fleet(store, 100, 0, 0, 500);
		store_close(store);
		assert_sound(path);
	}
}

/* Scans until the first failure; returns its message, and that the second says the same. */
static void
scan_until_failure(struct store *store, int build, struct error *err)
{
	struct record_sink sink = store_sink(store);
	struct record record = { .kind = RECORD_SCAN };
	struct error again = { 0 };
	char tag[32];

	record.scan = (struct record_scan){ SOURCE_REGISTRY, "fleet", 200, NULL, false };
	if (sink.emit(sink.context, &record, err) != 0)
		return;
	record = (struct record){ .kind = RECORD_REFERENCE };
	record.reference.repository = "team/app-1";
	record.reference.tag = tag;
	for (uint64_t i = 0; i < 1000000; i++) {
		snprintf(tag, sizeof(tag), "%d-%d", build, (int)i);
		record.reference.digest = digest_for("whatever", i);
		if (sink.emit(sink.context, &record, err) != 0)
			break;
	}
	assert_int_equal(sink.emit(sink.context, &record, &again), -1);
	assert_string_equal(err->message, again.message);
	assert_int_equal(store_flush(store, &again), -1);
	assert_string_equal(err->message, again.message);
}

static void
test_disk_full(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct error err = { 0 };
	uint64_t before;

	scan_fleet(store, 100, 0, 0, 100);
	before = fingerprint(fixture->path, 0);
	assert_int_equal(db_run(&store->db, "PRAGMA max_page_count = 150", &err), 0);
	scan_until_failure(store, 1, &err);
	store_close(store);
	assert_non_null(strstr(err.message, fixture->path));
	assert_non_null(strstr(err.message, "database or disk is full: free some space"));
	assert_sound(fixture->path);
	assert_true(fingerprint(fixture->path, 0) == before);

	store = open_store(fixture->path, STORE_WRITE);
	scan_fleet(store, 100, 0, 0, 300);
	store_close(store);
	assert_true(fingerprint(fixture->path, 0) == before);
}

/* The kernel refuses to write: in a child, because the limit is the process's. */
static void
scan_with_limit(const char *path)
{
	struct rlimit limit = { 600000, 600000 };
	struct error err = { 0 };
	struct store *store;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		_exit(9);
	store = open_store(path, STORE_WRITE);
	scan_until_failure(store, 2, &err);
	store_close(store);
	if (strstr(err.message, path) == NULL)
		_exit(1);
	/* Older SQLites have forgotten the kernel's reason by now. */
	if (strstr(err.message, "disk I/O error while writing") == NULL &&
	        strstr(err.message, "disk I/O error: File too large") == NULL)
		_exit(2);
	_exit(0);
}

static void
test_write_refused(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	uint64_t before;
	pid_t child;
	int status;

	scan_fleet(store, 100, 0, 0, 100);
	store_close(store);
	before = fingerprint(fixture->path, 0);
	child = fork();
	if (child == 0)
		scan_with_limit(fixture->path);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_sound(fixture->path);
	assert_true(fingerprint(fixture->path, 0) == before);
}

/* A reader in the middle of a scan gets the state before it, at once. */
static void
test_read_while_writing(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct record scan = { .kind = RECORD_SCAN };
	uint64_t before;

	scan_fleet(store, 100, 0, 0, 100);
	before = fingerprint(fixture->path, 0);
	scan.scan = (struct record_scan){ SOURCE_REGISTRY, "fleet", 200, NULL, false };
	emit(store, &scan);
	for (uint64_t i = 0; i < 50; i++)
		emit_fleet_image(store, i, 3);
	assert_true(fingerprint(fixture->path, 0) == before);
	store_close(store);
	assert_true(fingerprint(fixture->path, 0) == before);
}

/* Readers beside a scan that commits all the time: each gets an answer. */
static void
test_many_reads_while_writing(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	uint64_t first;
	pid_t child;

	scan_fleet(store, IMAGES, IMAGES, 1, 100);
	store_close(store);
	first = fingerprint(fixture->path, 100);
	child = start_scan(fixture->path, 2);
	for (int i = 0; i < 20; i++)
		assert_true(fingerprint(fixture->path, 199) == first);
	kill_after(child, 0);
}

/* A commit that was under way when the writer died, as it is found: with a journal that is hot. */
static void
make_hot_journal(const char *path)
{
	auto_free char *journal = xprintf("%s-journal", path);
	auto_free char *kept = xprintf("%s.kept", path);
	auto_free char *kept_journal = xprintf("%s-journal", kept);
	struct error err = { 0 };
	struct db db;

	if (db_open(&db, path, DB_WRITE, &err) != 0)
		fail_msg("%s", err.message);
	/* With no room in the cache the file is written before the commit. */
	assert_int_equal(db_run(&db,
	                         "PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
	                         "UPDATE reference SET tag = tag || 'x';"
	                         "UPDATE digest SET layer_size = coalesce(layer_size, 0) + 1;",
	                         &err),
	        0);
	copy_file(path, kept);
	copy_file(journal, kept_journal);
	assert_int_equal(db_run(&db, "ROLLBACK", &err), 0);
	db_close(&db);
	assert_int_equal(rename(kept, path), 0);
	assert_int_equal(rename(kept_journal, journal), 0);
}

static void
expect_rollback_needed(const char *path)
{
	struct load_options options = { 0 };
	struct error err = { 0 };
	struct store *store;

	if (setgid(65534) != 0 || setuid(65534) != 0)
		_exit(9);
	store = store_open(path, STORE_READ, &err);
	if (store != NULL && store_load(store, &options, &err) != NULL)
		_exit(1);
	_exit(strstr(err.message, "an interrupted scan has to be rolled back first") != NULL ? 0
	                                                                                     : 2);
}

static void
test_hot_journal(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	uint64_t before;
	pid_t child;
	int status;

	scan_fleet(store, 200, 0, 0, 100);
	store_close(store);
	before = fingerprint(fixture->path, 0);
	make_hot_journal(fixture->path);
	/* Who may not write is told why nothing can be read. */
	if (geteuid() == 0) {
		assert_int_equal(chmod(fixture->folder, 0755), 0);
		assert_int_equal(chmod(fixture->path, 0644), 0);
		child = fork();
		if (child == 0)
			expect_rollback_needed(fixture->path);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	/* A reader who may rolls back by itself. */
	assert_true(fingerprint(fixture->path, 0) == before);
	assert_sound(fixture->path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_killed),
		store_test(test_killed_at_first),
		store_test(test_disk_full),
		store_test(test_write_refused),
		store_test(test_read_while_writing),
		store_test(test_many_reads_while_writing),
		store_test(test_hot_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
