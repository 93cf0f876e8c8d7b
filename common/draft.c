#include "common/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/memory.h"

static void
forget(struct draft *draft)
{
	free(draft->target);
	free(draft->draft);
	*draft = (struct draft){ .fd = -1 };
}

static int
fail_write(const struct draft *draft, struct error *err)
{
	return fail_errno(err, "write %s", draft->path);
}

int
draft_open(struct draft *draft, const char *path, mode_t mode, struct error *err)
{
	struct stat status;
	auto_free char *existing = realpath(path, NULL);

	*draft = (struct draft){ .path = path, .fd = -1 };
	auto_free char *target = xstrdup(existing != NULL ? existing : path);
	if (stat(target, &status) == 0 && !S_ISREG(status.st_mode))
		return fail(err, ERROR_FAILED, "write %s: it is not a regular file", path);
	auto_free char *name = xprintf("%s.%ld.tmp", target, (long)getpid());
	/* What a crashed process of the same number left behind. */
	if (unlink(name) != 0 && errno != ENOENT)
		return fail_write(draft, err);
	draft->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (draft->fd < 0)
		return fail_write(draft, err);
	draft->target = xstrdup(target);
	draft->draft = xstrdup(name);
	return 0;
}

int
draft_write(struct draft *draft, const void *data, size_t length, struct error *err)
{
	const char *at = data;

	while (length > 0) {
		ssize_t written = write(draft->fd, at, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return fail_write(draft, err);
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

int
draft_commit(struct draft *draft, struct error *err)
{
	int fd = draft->fd;

	if (fsync(fd) != 0)
		return fail_write(draft, err);
	draft->fd = -1;
	/* A failed close can be a full disk (NFS), so it counts. */
	if (close(fd) != 0 || rename(draft->draft, draft->target) != 0)
		return fail_write(draft, err);
	forget(draft);
	return 0;
}

void
draft_discard(struct draft *draft)
{
	if (draft->draft == NULL)
		return;
	if (draft->fd >= 0)
		close(draft->fd);
	unlink(draft->draft);
	forget(draft);
}
