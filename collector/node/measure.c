/* A sum over a walk. */
#include "collector/node/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "collector/beneath.h"
#include "collector/node/folder_walk.h"
#include "common/map.h"
#include "common/memory.h"

struct sum {
	struct map inodes; /* of files with several names */
	uint64_t bytes;
};

static int
add(void *context, const struct folder_entry *entry, struct error *err)
{
	struct sum *sum = context;
	struct stat status;

	if (fstatat(entry->folder, entry->name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		/* Gone since it was listed: a container may be running. */
		return errno == ENOENT ? 0 : fail_errno(err, "%s/%s", entry->path, entry->name);
	const uint64_t inode[2] = { status.st_dev, status.st_ino };
	if (S_ISDIR(status.st_mode) || status.st_nlink <= 1 ||
	        map_add(&sum->inodes, inode, 1) == MAP_NONE)
		sum->bytes += (uint64_t)status.st_size;
	return 0;
}

int
measure_apparent(int root, const char *name, uint64_t *bytes, struct error *err)
{
	auto_close int top = -1;
	struct sum sum = { 0 };
	struct stat status;
	int found = beneath_folder(root, name, &top, err);

	if (found != 1)
		return found;
	if (fstat(top, &status) != 0)
		return fail_errno(err, "%s", name);
	sum.bytes = (uint64_t)status.st_size;
	map_init(&sum.inodes, 2 * sizeof(uint64_t));
	found = folder_walk(top, add, &sum, err);
	map_release(&sum.inodes);
	*bytes = sum.bytes;
	return found == 0 ? 1 : fail_in(err, "%s", name);
}
