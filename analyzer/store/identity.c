/*
 * The header of an SQLite file (sqlite.org/fileformat.html 1.3): a magic text at 0, the
 * application's mark at 68, big-endian. It is on the first page, so our mark is there as soon as
 * any byte of a new store is.
 */
#include "analyzer/store/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/memory.h"

#define HEADER_BYTES 100

static uint32_t
big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static int
judge(const char *path, const unsigned char *header, ssize_t length, struct error *err)
{
	static const char magic[16] = "SQLite format 3";
	uint32_t application;

	if (length == 0)
		return 0;
	if (length < HEADER_BYTES || memcmp(header, magic, sizeof(magic)) != 0)
		return fail(err, ERROR_FAILED,
		        "%s: not a layershare store (not an SQLite database)", path);
	application = big_endian(header + 68);
	if (application == 0)
		return fail(err, ERROR_FAILED,
		        "%s: not a layershare store (a database without its mark)", path);
	if (application != STORE_APPLICATION_ID)
		return fail(err, ERROR_FAILED,
		        "%s: not a layershare store (another program's database, application id "
		        "0x%08x)",
		        path, application);
	return 1;
}

int
fail_place(const char *path, struct error *err)
{
	if (errno == EACCES || errno == EPERM || errno == EROFS)
		return fail(err, ERROR_FAILED,
		        "%s: %s; --db FILE or LAYERSHARE_DB names another store", path,
		        strerror(errno));
	return fail_errno(err, "%s", path);
}

int
identify(const char *path, struct error *err)
{
	unsigned char header[HEADER_BYTES];
	/* Not to wait for the other end of a FIFO. */
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	ssize_t length;

	if (fd < 0)
		return errno == ENOENT ? 0 : fail_place(path, err);
	if (fstat(fd, &status) != 0)
		return fail_errno(err, "%s", path);
	if (S_ISDIR(status.st_mode))
		return fail(err, ERROR_FAILED, "%s: is a directory; name a file in it", path);
	if (!S_ISREG(status.st_mode))
		return fail(err, ERROR_FAILED, "%s: not a regular file", path);
	length = pread(fd, header, sizeof(header), 0);
	if (length < 0)
		return fail_errno(err, "%s", path);
	return judge(path, header, length, err);
}
