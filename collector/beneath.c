/*
 * One way in: openat2(2), which refuses links and ways out inside of the kernel, so that nothing
 * can be swapped between a check and its use. O_NONBLOCK, because opening a FIFO would wait.
 */
#include "collector/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/memory.h"

int
beneath_root(const char *path, struct error *err)
{
	int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return fail_errno(err, "%s", path);
	return folder;
}

static int
fail_open(struct error *err, const char *name)
{
	switch (errno) {
	case ELOOP:
		return fail(err, ERROR_FAILED, "%s: a symbolic link, which we do not follow", name);
	case EXDEV:
		return fail(err, ERROR_FAILED, "%s: leads out of its folder", name);
	case ENOSYS:
		return fail(err, ERROR_FAILED, "%s: openat2 is missing (Linux 5.6 has it)", name);
	default:
		return fail_errno(err, "%s", name);
	}
}

/* 1 and what is open, 0 no such thing, -1. */
static int
open_beneath(int root, const char *name, uint64_t flags, int *file, struct error *err)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC | (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	*file = (int)syscall(SYS_openat2, root, name, &how, sizeof(how));
	if (*file < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	return *file < 0 ? fail_open(err, name) : 1;
}

/* What was opened is nobody's until its status is known. */
static int
open_known(int root, const char *name, uint64_t flags, int *file, struct stat *status,
        struct error *err)
{
	auto_close int opened = -1;
	int found = open_beneath(root, name, flags, &opened, err);

	if (found != 1)
		return found;
	if (fstat(opened, status) != 0)
		return fail_errno(err, "%s", name);
	if (!(flags & O_PATH) && !S_ISREG(status->st_mode))
		return fail(err, ERROR_FAILED, "%s: not a regular file", name);
	*file = opened;
	opened = -1;
	return 1;
}

int
beneath_file(int root, const char *name, int *file, struct stat *status, struct error *err)
{
	return open_known(root, name, O_RDONLY, file, status, err);
}

int
beneath_entry(int root, const char *name, int *entry, struct stat *status, struct error *err)
{
	return open_known(root, name, O_PATH | O_NOFOLLOW, entry, status, err);
}

/* Until the end: a file may have another length than a moment ago. */
static int
read_rest(int file, const char *name, struct buf *out, struct error *err)
{
	char chunk[16384];

	for (;;) {
		ssize_t count = read(file, chunk, sizeof(chunk));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return fail_errno(err, "%s", name);
		if (count == 0)
			return 1;
		if (buf_append(out, chunk, (size_t)count) != 0)
			return fail(err, ERROR_LIMIT, "%s: more than %zu bytes", name,
			        out->limit_bytes);
	}
}

int
beneath_read(int root, const char *name, size_t limit_bytes, struct buf *out, struct error *err)
{
	auto_close int file = -1;
	struct stat status;
	int found = beneath_file(root, name, &file, &status, err);

	if (found != 1)
		return found;
	buf_reset(out);
	out->limit_bytes = limit_bytes;
	return read_rest(file, name, out, err);
}

int
beneath_length(int root, const char *name, uint64_t *length_bytes, struct error *err)
{
	auto_close int file = -1;
	struct stat status;
	int found = beneath_file(root, name, &file, &status, err);

	if (found == 1)
		*length_bytes = (uint64_t)status.st_size;
	return found;
}

int
beneath_folder(int root, const char *name, int *folder, struct error *err)
{
	return open_beneath(root, name, O_RDONLY | O_DIRECTORY, folder, err);
}
