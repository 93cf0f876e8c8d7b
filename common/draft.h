/* A file that is written whole or not at all: a draft beside it, synced, then renamed over it. */
#ifndef COMMON_DRAFT_H
#define COMMON_DRAFT_H

#include <stddef.h>
#include <sys/types.h>

#include "common/error.h"

/* Zero-initialise. Not copyable. */
struct draft {
	const char *path;     /* as it was asked for; not owned */
	char *target, *draft; /* NULL: nothing is open */
	int fd;
};

#define auto_draft __attribute__((cleanup(draft_discard))) struct draft

/*
 * A symbolic link stays one: its target is replaced. Anything but a regular file is refused. `mode`
 * is for a file that is new, below the umask.
 */
int draft_open(struct draft *draft, const char *path, mode_t mode, struct error *err) must_check;
int draft_write(struct draft *draft, const void *data, size_t length, struct error *err) must_check;
/* Now readers see it. */
int draft_commit(struct draft *draft, struct error *err) must_check;
/* Removes what was not committed. */
void draft_discard(struct draft *draft);

#endif
