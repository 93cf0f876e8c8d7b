/* Writing a file whole or not at all. */
#ifndef ANALYZER_COMMAND_SAVE_H
#define ANALYZER_COMMAND_SAVE_H

#include <stddef.h>

#include "common/error.h"

/*
 * Writes beside `path`, syncs, and renames over it, so that a reader sees the old file or the new
 * one. A symbolic link stays one: its target is replaced. Anything but a regular file is refused.
 */
int save_file(const char *path, const void *data, size_t length, struct error *err) must_check;

#endif
