/* The pid in the file is for people only; whether the lock is held is the kernel's word. */
#include "analyzer/store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "analyzer/store/identity.h"
#include "common/memory.h"

static long
holder(int fd)
{
	char text[32];
	ssize_t length = pread(fd, text, sizeof(text) - 1, 0);

	if (length <= 0)
		return 0;
	text[length] = '\0';
	return strtol(text, NULL, 10);
}

static int
held(const char *db_path, int fd, struct error *err)
{
	long pid = holder(fd);

	if (pid <= 0)
		return fail(err, ERROR_FAILED,
		        "%s: a scan by another process is writing; wait for it or use another --db",
		        db_path);
	return fail(err, ERROR_FAILED,
	        "%s: a scan by process %ld is writing; wait for it or use another --db", db_path,
	        pid);
}

int
lock_take(const char *db_path, struct error *err)
{
	auto_free char *path = xprintf("%s.lock", db_path);
	auto_close int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int taken;

	if (fd < 0)
		return fail_place(path, err);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? held(db_path, fd, err) : fail_errno(err, "%s", path);
	if (ftruncate(fd, 0) != 0 || dprintf(fd, "%ld\n", (long)getpid()) < 0)
		return fail_errno(err, "%s", path);
	taken = fd;
	fd = -1;
	return taken;
}
