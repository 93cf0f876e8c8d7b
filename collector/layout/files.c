/*
 * One way in: openat2(2), which refuses links and ways out inside of the kernel, so that nothing
 * can be swapped between a check and its use. O_NONBLOCK, because opening a FIFO would wait.
 */
#include "collector/layout/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/memory.h"

int
files_open_folder(const char *path, struct error *err)
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
		return fail(err, ERROR_FAILED, "%s: leads out of the layout", name);
	case ENOSYS:
		return fail(err, ERROR_FAILED, "%s: openat2 is missing (Linux 5.6 has it)", name);
	default:
		return fail_errno(err, "%s", name);
	}
}

/* 1 and an open regular file, 0 no such file, -1. */
static int
open_file(int folder, const char *name, int *file, struct stat *status, struct error *err)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	*file = (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));
	if (*file < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (*file < 0)
		return fail_open(err, name);
	if (fstat(*file, status) != 0)
		return fail_errno(err, "%s", name);
	if (!S_ISREG(status->st_mode))
		return fail(err, ERROR_FAILED, "%s: not a regular file", name);
	return 1;
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
files_read(int folder, const char *name, size_t limit_bytes, struct buf *out, struct error *err)
{
	auto_close int file = -1;
	struct stat status;
	int found = open_file(folder, name, &file, &status, err);

	if (found != 1)
		return found;
	buf_reset(out);
	out->limit_bytes = limit_bytes;
	return read_rest(file, name, out, err);
}

int
files_length(int folder, const char *name, uint64_t *length_bytes, struct error *err)
{
	auto_close int file = -1;
	struct stat status;
	int found = open_file(folder, name, &file, &status, err);

	if (found == 1)
		*length_bytes = (uint64_t)status.st_size;
	return found;
}

const char *
files_blob_name(const struct digest *digest, char out[FILES_BLOB_NAME_SIZE])
{
	char text[DIGEST_TEXT_SIZE];

	digest_format(digest, text);
	text[strcspn(text, ":")] = '/';
	snprintf(out, FILES_BLOB_NAME_SIZE, "blobs/%s", text);
	return out;
}
