/*
 * Paths beneath a root, and nowhere else: a layout, an image store, a layer is somebody else's
 * data. No symbolic link is followed, no ".." leaves the root, and nothing but regular files and
 * folders is opened. The kernel refuses all of that itself (openat2), so nothing can be swapped
 * between a check and its use.
 */
#ifndef COLLECTOR_BENEATH_H
#define COLLECTOR_BENEATH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "common/buf.h"
#include "common/error.h"

/* The root, for the functions below; the caller closes it. The path itself may lead through links:
 * it comes from our user. -1 on failure, with errno. */
int beneath_root(const char *path, struct error *err) must_check;
/* 1 and the whole content in `out` (emptied before), 0 no such file, -1 otherwise: larger than
 * limit_bytes, a link, not a regular file, unreadable. Messages begin with `name`. */
int beneath_read(int root, const char *name, size_t limit_bytes, struct buf *out,
        struct error *err) must_check;
/* 1 and the length, 0 no such file, -1 otherwise. */
int beneath_length(
        int root, const char *name, uint64_t *length_bytes, struct error *err) must_check;
/* 1 and an open folder that can be listed (the caller closes it), 0 no such folder, -1. */
int beneath_folder(int root, const char *name, int *folder, struct error *err) must_check;
/* 1 and an open regular file (the caller closes it), 0 no such file, -1. */
int beneath_file(
        int root, const char *name, int *file, struct stat *status, struct error *err) must_check;
/* 1 and whatever is there, a link as itself, opened for nothing but to be named (O_PATH; the caller
 * closes it), 0 no such thing, -1. */
int beneath_entry(
        int root, const char *name, int *entry, struct stat *status, struct error *err) must_check;

#endif
