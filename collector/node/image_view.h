/*
 * The files of an image as its containers see them: layers laid over each other, from what lies in
 * their folders alone, without a mount.
 *
 *	upper   usr/  bin/x  (0:0)    a character device 0:0 hides what is below
 *	        etc/  opaque          so does a folder with trusted.overlay.opaque = y
 *	lower   usr/  bin/x  etc/y
 *
 * Symbolic links are resolved here, against the image's own root: the kernel never follows one.
 * trusted.overlay.opaque can be read with CAP_SYS_ADMIN only: without it such a folder shows what
 *it hides.
 */
#ifndef COLLECTOR_NODE_IMAGE_VIEW_H
#define COLLECTOR_NODE_IMAGE_VIEW_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"
#include "common/vec.h"

#define IMAGE_VIEW_MAX_LINKS 40

struct view_layer {
	int root;
	const char *folder; /* beneath it */
};

/* Every path that an answer rests on, each once: what the walk came to, or did not find. */
struct view_trail {
	VEC(char *) paths;
	bool overflowed; /* there were more */
};

struct view {
	const struct view_layer *layers; /* top first */
	size_t count;
	uint32_t looks_left;      /* things that may still be opened */
	struct view_trail *trail; /* NULL = not wanted */
};

struct view_file {
	char path[PATH_MAX]; /* without links, from the image's root: "usr/bin/python3.11" */
	size_t layer;
	struct stat status;
};

/* 1 and what is at this path, links followed; 0 no such thing, a circle of links; -1 it cannot be
 * told: not permitted, ERROR_LIMIT without looks left. A path is absolute or from the root. */
int view_find(
        struct view *view, const char *path, struct view_file *out, struct error *err) must_check;
/* Replaces `out` by the first `length` bytes at `offset` of a file that was found; fewer if it is
 * shorter. 0 or -1. */
int view_read(const struct view *view, const struct view_file *file, uint64_t offset, size_t length,
        struct buf *out, struct error *err) must_check;

/* 1 if this layer could change an answer with this trail, 0 if not, -1. Reduces *looks_left. */
int view_layer_touches(const struct view_layer *layer, const struct view_trail *trail,
        uint32_t *looks_left, struct error *err) must_check;
void view_trail_release(struct view_trail *trail);

#endif
