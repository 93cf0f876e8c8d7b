/*
 * Files of a layout, opened below its folder only: no symbolic link is followed, no ".." leaves it,
 * and nothing but regular files is read. A layout is somebody else's data.
 */
#ifndef COLLECTOR_LAYOUT_FILES_H
#define COLLECTOR_LAYOUT_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"
#include "schema/digest.h"

/* "blobs/sha512/" + 128 hex + NUL */
#define FILES_BLOB_NAME_SIZE 144

/* The folder, for the functions below; the caller closes it. -1 on failure. */
int files_open_folder(const char *path, struct error *err) must_check;
/* 1 and the whole content in `out` (emptied before), 0 no such file, -1 otherwise: larger than
 * limit_bytes, a link, not a regular file, unreadable. Messages begin with `name`. */
int files_read(int folder, const char *name, size_t limit_bytes, struct buf *out,
        struct error *err) must_check;
/* 1 and the length, 0 no such file, -1 otherwise. */
int files_length(
        int folder, const char *name, uint64_t *length_bytes, struct error *err) must_check;
/* "blobs/sha256/HEX". Returns out. */
const char *files_blob_name(const struct digest *digest, char out[FILES_BLOB_NAME_SIZE]);

#endif
