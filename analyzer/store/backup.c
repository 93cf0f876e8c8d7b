/* Written under another name, synced, then renamed: a copy that has the name is whole. */
#include "analyzer/store/backup.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/memory.h"

static int
create_empty(const char *path, struct error *err)
{
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd >= 0 ? 0 : fail_errno(err, "%s", path);
}

static int
copy_pages(struct db *from, struct db *to, struct error *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
	int code;

	if (backup == NULL)
		return db_fail(to, sqlite3_extended_errcode(to->handle), NULL, err);
	code = sqlite3_backup_step(backup, -1);
	sqlite3_backup_finish(backup);
	return code == SQLITE_DONE ? 0 : db_fail(to, code, NULL, err);
}

static int
copy(struct db *from, const char *path, struct error *err)
{
	struct db to = { 0 };
	int result = create_empty(path, err);

	if (result == 0)
		result = db_open(&to, path, DB_WRITE, err);
	if (result == 0)
		result = copy_pages(from, &to, err);
	db_close(&to);
	return result;
}

static int
sync_folder_of(const char *path, struct error *err)
{
	auto_free char *copied = xstrdup(path);
	const char *folder = dirname(copied);
	auto_close int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0)
		return fail_errno(err, "%s", folder);
	return 0;
}

static int
copy_then_rename(struct db *db, const char *path, struct error *err)
{
	auto_free char *unfinished = xprintf("%s.tmp", path);

	/* SQLite syncs the copy when its transaction ends (synchronous = FULL). */
	if (copy(db, unfinished, err) != 0) {
		unlink(unfinished);
		return -1;
	}
	if (rename(unfinished, path) != 0)
		return fail_errno(err, "%s", path);
	return sync_folder_of(path, err);
}

int
backup_before(struct db *db, int version, struct error *err)
{
	auto_free char *path = xprintf("%s.v%d.bak", db->path, version);

	if (copy_then_rename(db, path, err) != 0)
		return fail_in(err, "copy before migrating");
	return 0;
}
