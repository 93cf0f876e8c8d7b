/* What may be opened, what is refused and how, and who may write. */
#include "tests/analyzer/store/fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "analyzer/store/identity.h"

static void
test_fresh(void **state)
{
	struct fixture *fixture = *state;
	auto_free char *path = xprintf("%s/a/b/store.db", fixture->folder);
	auto_free char *folder = xprintf("%s/a/b", fixture->folder);
	auto_free char *lock = xprintf("%s.lock", path);
	struct store *store = open_store(path, STORE_WRITE);
	struct error err = { 0 };
	struct store_info info;
	struct stat status;

	assert_int_equal(store_info(store, &info, &err), 0);
	assert_int_equal(info.version, info.newest_version);
	assert_true(info.file_bytes > 0);
	assert_int_equal(info.scans, 0);
	assert_string_equal(info.journal_mode, "truncate");
	assert_int_equal(store_verify(store, &err), 0);
	store_close(store);

	assert_int_equal(ask_sql(path, "PRAGMA application_id"), STORE_APPLICATION_ID);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(stat(lock, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(stat(folder, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	/* Every table is STRICT, or a text could stand where a number is expected. */
	assert_int_equal(
	        ask_sql(path, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND"
	                      " name NOT LIKE 'sqlite_%' AND NOT strict"),
	        0);

	store_close(open_store(path, STORE_WRITE));
	store_close(open_store(path, STORE_READ));
}

static void
test_absent(void **state)
{
	struct fixture *fixture = *state;
	auto_free char *deeper = xprintf("%s/none/store.db", fixture->folder);

	assert_refused(fixture->path, STORE_READ, "layershare scan registry HOST");
	assert_refused(deeper, STORE_READ, "layershare scan registry HOST");
	assert_int_equal(access(fixture->path, F_OK), -1);
	/* As a writer leaves it that was killed before its first commit. */
	write_file(fixture->path, "", 0);
	assert_refused(fixture->path, STORE_READ, "layershare scan registry HOST");
	store_close(open_store(fixture->path, STORE_WRITE));
	store_close(open_store(fixture->path, STORE_READ));
}

static void
make_garbage(const char *path)
{
	write_file(path, "this is not a database, whatever its name says\n", 47);
}

static void
make_short(const char *path)
{
	write_file(path, "SQLite format 3", 16);
}

static void
make_folder(const char *path)
{
	assert_int_equal(mkdir(path, 0700), 0);
}

static void
make_fifo(const char *path)
{
	assert_int_equal(mkfifo(path, 0600), 0);
}

static void
make_unmarked(const char *path)
{
	run_sql(path, "CREATE TABLE notes (text)");
}

static void
make_foreign(const char *path)
{
	run_sql(path, "PRAGMA application_id = 252006673; CREATE TABLE notes (text)");
}

static void
make_newer(const char *path)
{
	store_close(open_store(path, STORE_WRITE));
	run_sql(path, "PRAGMA user_version = 77");
}

static void
make_versionless(const char *path)
{
	store_close(open_store(path, STORE_WRITE));
	run_sql(path, "PRAGMA user_version = 0");
}

static void
make_dangling_link(const char *path)
{
	assert_int_equal(symlink("/nonexistent/store.db", path), 0);
}

static void
make_truncated(const char *path)
{
	store_close(open_store(path, STORE_WRITE));
	assert_int_equal(truncate(path, 4096 * 3), 0);
}

static const struct {
	void (*make)(const char *path);
	const char *message;
} refusals[] = {
	{ make_garbage, "not a layershare store (not an SQLite database)" },
	{ make_short, "not a layershare store (not an SQLite database)" },
	{ make_folder, "is a directory" },
	{ make_fifo, "not a regular file" },
	{ make_unmarked, "not a layershare store (a database without its mark)" },
	{ make_foreign, "not a layershare store (another program's database, application id" },
	{ make_newer, "store version 77 is newer than this program's version 2" },
	{ make_versionless, "not a layershare store" },
	{ make_dangling_link, "No such file or directory" },
	{ make_truncated, "the file is damaged" },
};

static uint64_t
fingerprint(const char *path)
{
	uint64_t hash = 1469598103934665603u;
	auto_fclose FILE *file = fopen(path, "r");

	for (int c; file != NULL && (c = fgetc(file)) != EOF;)
		hash = (hash ^ (unsigned)c) * 1099511628211u;
	return hash;
}

static void
test_refused(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < countof(refusals); i++) {
		auto_free char *path = xprintf("%s/%zu.db", fixture->folder, i);
		bool is_file = refusals[i].make != make_fifo;
		uint64_t before;

		refusals[i].make(path);
		before = is_file ? fingerprint(path) : 0;
		assert_refused(path, STORE_READ, refusals[i].message);
		assert_refused(path, STORE_WRITE, refusals[i].message);
		assert_true(!is_file || fingerprint(path) == before);
	}
}

/* A refused database of another program stays in its journal mode. */
static void
test_foreign_wal_untouched(void **state)
{
	struct fixture *fixture = *state;
	struct stat before, after;

	run_sql(fixture->path, "PRAGMA journal_mode = WAL; CREATE TABLE notes (text)");
	assert_int_equal(stat(fixture->path, &before), 0);
	assert_refused(fixture->path, STORE_WRITE, "without its mark");
	assert_int_equal(stat(fixture->path, &after), 0);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

/* As another user, because root may read everything. */
static int
in_child_without_rights(void (*function)(const char *path), const char *path)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(9);
		function(path);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static void
expect_denied(const char *path)
{
	struct error err = { 0 };

	if (store_open(path, STORE_READ, &err) != NULL)
		_exit(1);
	if (strstr(err.message, path) == NULL ||
	        strstr(err.message, "Permission denied; --db") == NULL)
		_exit(2);
}

static void
test_unreadable(void **state)
{
	struct fixture *fixture = *state;

	store_close(open_store(fixture->path, STORE_WRITE));
	assert_int_equal(chmod(fixture->folder, 0755), 0);
	assert_int_equal(chmod(fixture->path, 0), 0);
	assert_int_equal(in_child_without_rights(expect_denied, fixture->path), 0);
	assert_int_equal(chmod(fixture->folder, 0), 0);
	assert_int_equal(in_child_without_rights(expect_denied, fixture->path), 0);
	assert_int_equal(chmod(fixture->folder, 0700), 0);
}

static void
read_only_user(const char *path)
{
	struct error err = { 0 };
	struct store *store = store_open(path, STORE_READ, &err);
	struct store_info info;

	if (store == NULL || store_info(store, &info, &err) != 0)
		_exit(1);
	store_close(store);
	if (store_open(path, STORE_WRITE, &err) != NULL)
		_exit(2);
	if (strstr(err.message, path) == NULL ||
	        strstr(err.message, "Permission denied; --db") == NULL)
		_exit(3);
}

/* Reading needs no right to write, neither to the file nor to its folder. */
static void
test_read_only(void **state)
{
	struct fixture *fixture = *state;

	store_close(open_store(fixture->path, STORE_WRITE));
	assert_int_equal(chmod(fixture->folder, 0555), 0);
	assert_int_equal(chmod(fixture->path, 0444), 0);
	assert_int_equal(in_child_without_rights(read_only_user, fixture->path), 0);
	assert_int_equal(chmod(fixture->folder, 0700), 0);
}

static void
hold_until_killed(const char *path, int ready)
{
	struct error err = { 0 };

	if (store_open(path, STORE_WRITE, &err) == NULL || write(ready, "x", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void
test_locked_by_another(void **state)
{
	struct fixture *fixture = *state;
	auto_free char *link = xprintf("%s/link.db", fixture->folder);
	auto_free char *message = NULL;
	struct error err = { 0 };
	int ready[2], status;
	pid_t child;
	char byte;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0)
		hold_until_killed(fixture->path, ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	message = xprintf("%s: a scan by process %ld is writing; wait for it or use another --db",
	        fixture->path, (long)child);

	assert_null(store_open(fixture->path, STORE_WRITE, &err));
	assert_string_equal(err.message, message);
	/* By another name it is the same store. */
	assert_int_equal(symlink(fixture->path, link), 0);
	assert_null(store_open(link, STORE_WRITE, &err));
	assert_string_equal(err.message, message);
	/* Readers do not care. */
	store_close(open_store(fixture->path, STORE_READ));

	/* However the holder ends, the lock is free. */
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	store_close(open_store(fixture->path, STORE_WRITE));
	close(ready[0]);
	close(ready[1]);
}

/* Helpers that a scan starts must not keep the lock. */
static void
test_lock_is_not_inherited(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct stat lock, other;
	auto_free char *path = xprintf("%s.lock", fixture->path);
	int found = 0;

	assert_int_equal(stat(path, &lock), 0);
	for (int fd = 3; fd < 64; fd++)
		if (fstat(fd, &other) == 0 && other.st_ino == lock.st_ino &&
		        other.st_dev == lock.st_dev) {
			assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
			found++;
		}
	assert_int_equal(found, 1);
	store_close(store);
}

static void
test_readers_do_not_write(void **state)
{
	struct fixture *fixture = *state;
	struct store *store;
	struct record record = { .kind = RECORD_SCAN };
	struct error err = { 0 };
	struct record_sink sink;

	store_close(open_store(fixture->path, STORE_WRITE));
	store = open_store(fixture->path, STORE_READ);
	sink = store_sink(store);
	record.scan.source_kind = SOURCE_REGISTRY;
	record.scan.source_name = "r";
	assert_int_equal(sink.emit(sink.context, &record, &err), -1);
	assert_non_null(strstr(err.message, "opened for reading"));
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_fresh),
		store_test(test_absent),
		store_test(test_refused),
		store_test(test_foreign_wal_untouched),
		store_test(test_unreadable),
		store_test(test_read_only),
		store_test(test_locked_by_another),
		store_test(test_lock_is_not_inherited),
		store_test(test_readers_do_not_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
