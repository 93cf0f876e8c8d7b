#include "analyzer/command/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/memory.h"

static int
write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, data, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		data += written;
		length -= (size_t)written;
	}
	return fsync(fd);
}

/* Creates and fills `path`. A failed close can be a full disk (NFS), so it counts. */
static int
fill_new(const char *path, const void *data, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0)
		return -1;
	int failed = write_all(fd, data, length) != 0 ? errno : 0;
	if (close(fd) != 0 && failed == 0)
		failed = errno;
	errno = failed;
	return failed == 0 ? 0 : -1;
}

int
save_file(const char *path, const void *data, size_t length, struct error *err)
{
	struct stat status;
	auto_free char *existing = realpath(path, NULL);
	const char *target = existing != NULL ? existing : path;

	if (stat(target, &status) == 0 && !S_ISREG(status.st_mode))
		return fail(err, ERROR_FAILED, "write %s: it is not a regular file", path);
	auto_free char *draft = xprintf("%s.%ld.tmp", target, (long)getpid());
	/* What a crashed process of the same number left behind. */
	if (unlink(draft) != 0 && errno != ENOENT)
		return fail_errno(err, "write %s", path);
	if (fill_new(draft, data, length) == 0 && rename(draft, target) == 0)
		return 0;
	int cause = errno;
	unlink(draft);
	errno = cause;
	return fail_errno(err, "write %s", path);
}
