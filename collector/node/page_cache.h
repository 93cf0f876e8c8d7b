/*
 * How much of a file is in memory, without reading it.
 *
 * cachestat(2) is Linux 6.5 and refuses whoever is neither the file's owner nor has CAP_FOWNER;
 * mincore(2) is older, and tells them that everything is there. So files are opened with
 * O_NOATIME, which is granted to the same two only: what was opened so is told the truth about.
 */
#ifndef COLLECTOR_NODE_PAGE_CACHE_H
#define COLLECTOR_NODE_PAGE_CACHE_H

#include <stdint.h>
#include <sys/stat.h>

#include "common/error.h"

/* Pages in memory × page size, of a file in this folder. By mincore where cachestat is not there,
 * or a container's seccomp filter does not know it. 1, 0 no such regular file, -1; who may not ask
 * is told "Operation not permitted". */
int page_cache_bytes(int folder, const char *name, struct stat *status, uint64_t *resident_bytes,
        struct error *err) must_check;
/* Of a file that was opened as above, by mincore. 0 or -1. */
int page_cache_bytes_mapped(
        int file, uint64_t length_bytes, uint64_t *resident_bytes, struct error *err) must_check;

#endif
