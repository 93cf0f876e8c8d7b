/*
 * One component at a time. `active` are the layers that contribute to the folder reached so far:
 * all of them at the root, fewer below each opaque folder or file. A link, and "..", begin anew at
 * the root with what is left to walk: the part that was walked has no links any more.
 */
#include "collector/node/image_view.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "common/memory.h"

#define MAX_TRAIL 256

/* --- one layer -------------------------------------------------------------------------- */

/* An O_PATH descriptor has no attributes of its own to read; its name in /proc leads to it. */
static bool
is_opaque(int folder)
{
	static const char *const attributes[] = { "trusted.overlay.opaque", "user.overlay.opaque",
		"user.fuseoverlayfs.opaque" };
	char name[32], value[2];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", folder);
	for (size_t i = 0; i < countof(attributes); i++)
		if (getxattr(name, attributes[i], value, sizeof(value)) == 1 && value[0] == 'y')
			return true;
	return false;
}

static bool
is_whiteout(const struct stat *status)
{
	return S_ISCHR(status->st_mode) && status->st_rdev == 0;
}

/* As beneath_entry(), in this layer, and counted. */
static int
look(const struct view_layer *layer, const char *path, uint32_t *looks_left, int *entry,
        struct stat *status, struct error *err)
{
	char name[PATH_MAX];

	if (*looks_left == 0)
		return fail(err, ERROR_LIMIT, "too many files to look at");
	--*looks_left;
	if ((size_t)snprintf(name, sizeof(name), "%s/%s", layer->folder, path) >= sizeof(name))
		return 0;
	return beneath_entry(layer->root, name, entry, status, err);
}

/* --- the trail -------------------------------------------------------------------------- */

static void
leave_trail(struct view *view, const char *path)
{
	struct view_trail *trail = view->trail;

	if (trail == NULL)
		return;
	vec_each (char *, known, &trail->paths)
		if (strcmp(*known, path) == 0)
			return;
	if (trail->paths.count == MAX_TRAIL)
		trail->overflowed = true;
	else
		*vec_push(&trail->paths) = xstrdup(path);
}

void
view_trail_release(struct view_trail *trail)
{
	vec_each (char *, path, &trail->paths)
		free(*path);
	vec_release(&trail->paths);
}

/* Is `path` the folder or beneath it? */
static bool
is_within(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Neighbours in a trail mostly lie in one folder. */
struct memory {
	char absent[PATH_MAX], plain[PATH_MAX]; /* of this layer; "" = none */
};

/* 1, 0 or -1 for one path. */
static int
touches(const struct view_layer *layer, const char *path, struct memory *memory,
        uint32_t *looks_left, struct error *err)
{
	char prefix[PATH_MAX];
	size_t length = memory->plain[0] != '\0' && is_within(path, memory->plain)
	                        ? strlen(memory->plain)
	                        : 0;

	if (memory->absent[0] != '\0' && is_within(path, memory->absent))
		return 0;
	while (path[length] != '\0') {
		auto_close int entry = -1;
		struct stat status;
		int found;

		length += path[length] == '/';
		length += strcspn(path + length, "/");
		snprintf(prefix, sizeof(prefix), "%.*s", (int)length, path);
		found = look(layer, prefix, looks_left, &entry, &status, err);
		if (found == 0)
			memcpy(memory->absent, prefix, length + 1);
		if (found != 1)
			return found;
		if (path[length] == '\0' || !S_ISDIR(status.st_mode) || is_opaque(entry))
			return 1;
		memcpy(memory->plain, prefix, length + 1);
	}
	return 1;
}

int
view_layer_touches(const struct view_layer *layer, const struct view_trail *trail,
        uint32_t *looks_left, struct error *err)
{
	struct memory memory = { "", "" };

	if (trail->overflowed)
		return 1;
	vec_each (char *, path, &trail->paths) {
		int touched = touches(layer, *path, &memory, looks_left, err);

		if (touched != 0)
			return touched;
	}
	return 0;
}

/* --- a walk ----------------------------------------------------------------------------- */

struct walk {
	struct view *view;
	uint32_t *active; /* contributing layers, top first */
	size_t active_count;
	char done[PATH_MAX]; /* no links in it, no slash at its ends */
	char rest[PATH_MAX];
	unsigned links;
};

static void
begin_at_root(struct walk *walk)
{
	walk->active_count = walk->view->count;
	for (uint32_t i = 0; i < walk->active_count; i++)
		walk->active[i] = i;
	walk->done[0] = '\0';
}

/* What `done` names now. 1, 0, -1; of a folder `active` are those that contribute. */
static int
look_through(struct walk *walk, int *entry, struct view_file *out, struct error *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < walk->active_count; i++) {
		auto_close int here = -1;
		struct stat status;
		int found = look(&walk->view->layers[walk->active[i]], walk->done,
		        &walk->view->looks_left, &here, &status, err);

		if (found < 0)
			return -1;
		if (found == 0)
			continue;
		if (is_whiteout(&status) || (kept > 0 && !S_ISDIR(status.st_mode)))
			break;
		if (kept == 0) {
			out->status = status;
			out->layer = walk->active[i];
		}
		/* `active` may be written while it is read: kept ≤ i. */
		walk->active[kept++] = walk->active[i];
		bool last =
		        !S_ISDIR(status.st_mode) || (i + 1 < walk->active_count && is_opaque(here));
		if (kept == 1) {
			*entry = here;
			here = -1;
		}
		if (last)
			break;
	}
	walk->active_count = kept;
	return kept > 0;
}

/* "TARGET/REST", from the root or from the folder of the link. False if that is too long. */
static bool
put_before_rest(struct walk *walk, const char *folder, const char *target)
{
	char whole[PATH_MAX];
	int length = snprintf(whole, sizeof(whole), "%s/%s/%s", target[0] == '/' ? "" : folder,
	        target, walk->rest);

	if (length < 0 || (size_t)length >= sizeof(whole))
		return false;
	memcpy(walk->rest, whole, (size_t)length + 1);
	begin_at_root(walk);
	return true;
}

/* Takes the last component off. */
static void
go_up(char *path)
{
	char *slash = strrchr(path, '/');

	*(slash != NULL ? slash : path) = '\0';
}

/* 1 and the walk goes on where the link leads, 0 it leads nowhere. */
static int
follow(struct walk *walk, int entry)
{
	char target[PATH_MAX], folder[PATH_MAX];
	ssize_t length = readlinkat(entry, "", target, sizeof(target) - 1);

	if (length <= 0 || ++walk->links > IMAGE_VIEW_MAX_LINKS)
		return 0;
	target[length] = '\0';
	memcpy(folder, walk->done, sizeof(folder));
	go_up(folder);
	return put_before_rest(walk, folder, target);
}

/* Moves the next component of the rest into `name`; false at its end. */
static bool
next_name(struct walk *walk, char name[NAME_MAX + 1], bool *too_long)
{
	char *begin = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(begin, "/");

	*too_long = length > NAME_MAX;
	if (length == 0 || *too_long)
		return false;
	memcpy(name, begin, length);
	name[length] = '\0';
	memmove(walk->rest, begin + length, strlen(begin + length) + 1);
	return true;
}

static bool
go_into(struct walk *walk, const char *name)
{
	size_t length = strlen(walk->done), more = strlen(name);

	if (length + more + 2 > sizeof(walk->done))
		return false;
	if (length > 0)
		walk->done[length++] = '/';
	memcpy(walk->done + length, name, more + 1);
	return true;
}

/* 1 on the way, 0 no such thing, -1. */
static int
step(struct walk *walk, const char *name, struct view_file *out, struct error *err)
{
	auto_close int entry = -1;
	int found;

	if (strcmp(name, ".") == 0)
		return 1;
	if (strcmp(name, "..") == 0) {
		char above[PATH_MAX];

		memcpy(above, walk->done, sizeof(above));
		go_up(above);
		return put_before_rest(walk, "", above);
	}
	if (!go_into(walk, name))
		return 0;
	found = look_through(walk, &entry, out, err);
	if (found == 1 && S_ISDIR(out->status.st_mode))
		return 1;
	leave_trail(walk->view, walk->done);
	if (found != 1)
		return found;
	if (S_ISLNK(out->status.st_mode))
		return follow(walk, entry);
	return walk->rest[strspn(walk->rest, "/")] == '\0';
}

static int
walk_all(struct walk *walk, struct view_file *out, struct error *err)
{
	char name[NAME_MAX + 1];
	bool too_long;

	while (next_name(walk, name, &too_long)) {
		int found = step(walk, name, out, err);

		if (found != 1)
			return found;
	}
	leave_trail(walk->view, walk->done);
	memcpy(out->path, walk->done, sizeof(out->path));
	return !too_long && walk->done[0] != '\0';
}

int
view_find(struct view *view, const char *path, struct view_file *out, struct error *err)
{
	auto_free uint32_t *active = xcalloc(view->count, sizeof(*active));
	struct walk walk = { .view = view, .active = active };
	size_t length = strlen(path);

	if (length >= sizeof(walk.rest))
		return 0;
	memcpy(walk.rest, path, length + 1);
	begin_at_root(&walk);
	return walk_all(&walk, out, err);
}

int
view_read(const struct view *view, const struct view_file *file, uint64_t offset, size_t length,
        struct buf *out, struct error *err)
{
	const struct view_layer *layer = &view->layers[file->layer];
	auto_free char *name = xprintf("%s/%s", layer->folder, file->path);
	auto_free char *bytes = xcalloc(length, 1);
	auto_close int opened = -1;
	struct stat status;
	int found = beneath_file(layer->root, name, &opened, &status, err);
	ssize_t count;

	buf_reset(out);
	if (found != 1)
		return found < 0 ? -1 : fail(err, ERROR_FAILED, "%s: gone", name);
	do
		count = pread(opened, bytes, length, (off_t)offset);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return fail_errno(err, "%s", name);
	return buf_append(out, bytes, (size_t)count);
}
