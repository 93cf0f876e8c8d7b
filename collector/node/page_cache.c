/* The kernel's interface is stated here: headers of Debian 12 do not have it yet. */
#include "collector/node/page_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/memory.h"

#ifndef SYS_cachestat
#define SYS_cachestat 451 /* on every architecture but alpha */
#endif

struct cache_range {
	uint64_t offset, length;
};

struct cache_numbers {
	uint64_t cached, dirty, writeback, evicted, recently_evicted;
};

#define WINDOW_PAGES 16384

static uint64_t
page_size(void)
{
	long size = sysconf(_SC_PAGESIZE);

	return size > 0 ? (uint64_t)size : 4096;
}

static int
count_window(int file, uint64_t offset, size_t length, uint64_t *pages, struct error *err)
{
	unsigned char present[WINDOW_PAGES];
	size_t count = (length + page_size() - 1) / page_size();
	void *window = mmap(NULL, length, PROT_READ, MAP_SHARED, file, (off_t)offset);
	int result;

	if (window == MAP_FAILED)
		return fail_errno(err, "mmap");
	result = mincore(window, length, present) != 0 ? fail_errno(err, "mincore") : 0;
	munmap(window, length);
	for (size_t i = 0; result == 0 && i < count; i++)
		*pages += present[i] & 1;
	return result;
}

int
page_cache_bytes_mapped(
        int file, uint64_t length_bytes, uint64_t *resident_bytes, struct error *err)
{
	uint64_t window = WINDOW_PAGES * page_size(), pages = 0;

	for (uint64_t offset = 0; offset < length_bytes; offset += window) {
		uint64_t left = length_bytes - offset;

		if (count_window(file, offset, (size_t)(left < window ? left : window), &pages,
		            err) != 0)
			return -1;
	}
	*resident_bytes = pages * page_size();
	return 0;
}

/* A range of no length would mean the whole file; pages behind its end are no part of it. */
static int
ask(int file, uint64_t length_bytes, uint64_t *resident_bytes, struct error *err)
{
	const struct cache_range range = { 0, length_bytes };
	struct cache_numbers numbers = { 0 };

	*resident_bytes = 0;
	if (length_bytes == 0)
		return 0;
	if (syscall(SYS_cachestat, file, &range, &numbers, 0) == 0) {
		*resident_bytes = numbers.cached * page_size();
		return 0;
	}
	if (errno != ENOSYS && errno != EPERM)
		return fail_errno(err, "cachestat");
	return page_cache_bytes_mapped(file, length_bytes, resident_bytes, err);
}

/* The name is that of an entry of the folder: a single component, so nothing leads elsewhere. */
int
page_cache_bytes(int folder, const char *name, struct stat *status, uint64_t *resident_bytes,
        struct error *err)
{
	auto_close int file = openat(folder, name,
	        O_RDONLY | O_NOATIME | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (file < 0)
		return errno == ENOENT ? 0 : fail_errno(err, "%s", name);
	if (fstat(file, status) != 0)
		return fail_errno(err, "%s", name);
	if (!S_ISREG(status->st_mode))
		return 0;
	if (ask(file, (uint64_t)status->st_size, resident_bytes, err) != 0)
		return fail_in(err, "%s", name);
	return 1;
}
