/*
 * From a path to an open store:
 *
 *	resolve links ─▶ lock (writers) ─▶ look at the first bytes ─▶ SQLite ─▶ version, migrate
 *
 * The lock and SQLite's journal stand beside the file itself, so that two names of one store are
 * one lock. Nothing is written to a file before it is known to be a store or empty.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/store/handle.h"
#include "analyzer/store/identity.h"
#include "analyzer/store/ingest.h"
#include "analyzer/store/lock.h"
#include "analyzer/store/migrate.h"
#include "common/memory.h"

static int
make_folder(const char *path, struct error *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	return fail_place(path, err);
}

/* All folders that `path` needs; existing ones stay as they are. */
static int
make_folders_of(const char *path, struct error *err)
{
	auto_free char *folder = xstrdup(path);

	for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (make_folder(folder, err) != 0)
			return -1;
		*slash = '/';
	}
	return 0;
}

/* The absolute name without links, in malloc'ed memory; the file itself may be absent. */
static char *
resolve(const char *path, struct error *err)
{
	char *resolved = realpath(path, NULL);
	auto_free char *folder_copy = xstrdup(path);
	auto_free char *name_copy = xstrdup(path);
	auto_free char *folder = NULL;
	struct stat status;

	if (resolved != NULL)
		return resolved;
	/* A link to nowhere is an answer too: making its target is not ours to do. */
	if (errno != ENOENT || lstat(path, &status) == 0) {
		fail_place(path, err);
		return NULL;
	}
	folder = realpath(dirname(folder_copy), NULL);
	if (folder == NULL) {
		fail_place(path, err);
		return NULL;
	}
	return xprintf("%s/%s", strcmp(folder, "/") == 0 ? "" : folder, basename(name_copy));
}

static int
create_file(const char *path, struct error *err)
{
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd >= 0 ? 0 : fail_place(path, err);
}

static int
fail_absent(const char *path, struct error *err)
{
	return fail(err, ERROR_FAILED,
	        "%s: no store there yet; `layershare scan registry HOST` makes one", path);
}

static int
open_reader(struct store *store, const char *path, struct error *err)
{
	int ours = identify(path, err);
	size_t newest;

	if (ours <= 0)
		return ours < 0 ? -1 : fail_absent(path, err);
	if (db_open(&store->db, path, DB_READ, err) != 0)
		return -1;
	migrations(&newest);
	ours = migrate_check(&store->db, newest, err);
	return ours == 0 ? fail_absent(path, err) : ours < 0 ? -1 : 0;
}

static int
open_writer(struct store *store, const char *path, struct error *err)
{
	const struct migration *steps;
	size_t newest;

	store->lock_fd = lock_take(path, err);
	if (store->lock_fd < 0)
		return -1;
	if (identify(path, err) < 0 || create_file(path, err) != 0)
		return -1;
	if (db_open(&store->db, path, DB_WRITE, err) != 0)
		return -1;
	steps = migrations(&newest);
	if (migrate(&store->db, steps, newest, err) != 0)
		return -1;
	store->ingest = ingest_new(&store->db);
	return 0;
}

static int
open_either(struct store *store, const char *path, enum store_mode mode, struct error *err)
{
	auto_free char *resolved = NULL;
	struct stat status;

	if (mode == STORE_READ && lstat(path, &status) != 0 && errno == ENOENT)
		return fail_absent(path, err);
	if (mode == STORE_WRITE && make_folders_of(path, err) != 0)
		return -1;
	resolved = resolve(path, err);
	if (resolved == NULL)
		return -1;
	return mode == STORE_WRITE ? open_writer(store, resolved, err)
	                           : open_reader(store, resolved, err);
}

struct store *
store_open(const char *path, enum store_mode mode, struct error *err)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store->mode = mode;
	store->lock_fd = -1;
	if (open_either(store, path, mode, err) == 0)
		return store;
	store_close(store);
	return NULL;
}

void
store_close(struct store *store)
{
	struct error ignored = { 0 };

	if (store == NULL)
		return;
	/* What could not be committed here is what a crash would have lost too. */
	if (store->ingest != NULL && ingest_flush(store->ingest, &ignored) != 0)
		ingest_abandon(store->ingest);
	ingest_free(store->ingest);
	db_close(&store->db);
	cleanup_close(&store->lock_fd);
	free(store);
}
