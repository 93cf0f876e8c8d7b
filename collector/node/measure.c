/*
 * A list of folders still to be read, each opened beneath the first one by its path from there, so
 * that a walk holds two descriptors however deep it goes.
 */
#include "collector/node/measure.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/vec.h"

struct walk {
	int top;
	VEC(char *) folders; /* paths from the top, still to be read */
	struct map inodes;   /* of files with several names */
	uint64_t bytes, files;
};

static void
walk_release(struct walk *walk)
{
	vec_each (char *, folder, &walk->folders)
		free(*folder);
	vec_release(&walk->folders);
	map_release(&walk->inodes);
}

static void
count(struct walk *walk, const struct stat *status)
{
	const uint64_t inode[2] = { status->st_dev, status->st_ino };

	if (!S_ISDIR(status->st_mode) && status->st_nlink > 1 &&
	        map_add(&walk->inodes, inode, 1) != MAP_NONE)
		return;
	walk->bytes += (uint64_t)status->st_size;
}

static int
take_entry(struct walk *walk, int folder, const char *path, const char *name, struct error *err)
{
	struct stat status;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	if (++walk->files > MEASURE_MAX_FILES)
		return fail(err, ERROR_LIMIT, "more than %d files", MEASURE_MAX_FILES);
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		/* Gone since it was listed: a container may be running. */
		return errno == ENOENT ? 0 : fail_errno(err, "%s/%s", path, name);
	count(walk, &status);
	if (S_ISDIR(status.st_mode))
		*vec_push(&walk->folders) = xprintf("%s/%s", path, name);
	return 0;
}

static void
close_listing(DIR **listing)
{
	if (*listing != NULL)
		closedir(*listing);
}

static int
read_folder(struct walk *walk, const char *path, struct error *err)
{
	int folder = -1;
	int found = beneath_folder(walk->top, path, &folder, err);

	if (found != 1)
		return found;
	__attribute__((cleanup(close_listing))) DIR *listing = fdopendir(folder);
	if (listing == NULL) {
		close(folder);
		return fail_errno(err, "%s", path);
	}
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(listing);

		if (entry == NULL)
			return errno == 0 ? 0 : fail_errno(err, "%s", path);
		if (take_entry(walk, folder, path, entry->d_name, err) != 0)
			return -1;
	}
}

static int
walk_all(struct walk *walk, struct error *err)
{
	struct stat status;

	if (fstat(walk->top, &status) != 0)
		return fail_errno(err, "stat");
	count(walk, &status);
	*vec_push(&walk->folders) = xstrdup(".");
	while (walk->folders.count > 0) {
		auto_free char *path = walk->folders.at[--walk->folders.count];

		if (read_folder(walk, path, err) != 0)
			return -1;
	}
	return 1;
}

int
measure_apparent(int root, const char *name, uint64_t *bytes, struct error *err)
{
	auto_close int top = -1;
	struct walk walk = { 0 };
	int found = beneath_folder(root, name, &top, err);

	if (found != 1)
		return found;
	walk.top = top;
	map_init(&walk.inodes, 2 * sizeof(uint64_t));
	found = walk_all(&walk, err);
	*bytes = walk.bytes;
	walk_release(&walk);
	return found == 1 ? 1 : fail_in(err, "%s", name);
}
