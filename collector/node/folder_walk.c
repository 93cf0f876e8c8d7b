/*
 * A list of folders still to be read, each opened beneath the first one by its path from there, so
 * that a walk holds two descriptors however deep it goes.
 */
#include "collector/node/folder_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "common/memory.h"
#include "common/vec.h"

struct walk {
	int top;
	folder_visit visit;
	void *context;
	VEC(char *) folders; /* paths from the top, still to be read */
	uint64_t files;
};

/* Old file systems do not say it in the folder. 1, 0 gone, -1. */
static int
find_type(struct folder_entry *entry, struct error *err)
{
	struct stat status;

	if (entry->type != DT_UNKNOWN)
		return 1;
	if (fstatat(entry->folder, entry->name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : fail_errno(err, "%s/%s", entry->path, entry->name);
	entry->type = (unsigned char)IFTODT(status.st_mode);
	return 1;
}

static int
take_entry(struct walk *walk, struct folder_entry *entry, struct error *err)
{
	int found;

	if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0)
		return 0;
	if (++walk->files > FOLDER_WALK_MAX_FILES)
		return fail(err, ERROR_LIMIT, "more than %d files", FOLDER_WALK_MAX_FILES);
	found = find_type(entry, err);
	if (found != 1)
		return found;
	if (entry->type == DT_DIR)
		*vec_push(&walk->folders) = xprintf("%s/%s", entry->path, entry->name);
	return walk->visit(walk->context, entry, err);
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
		const struct dirent *next = readdir(listing);

		if (next == NULL)
			return errno == 0 ? 0 : fail_errno(err, "%s", path);
		struct folder_entry entry = { folder, path, next->d_name, next->d_type };
		if (take_entry(walk, &entry, err) != 0)
			return -1;
	}
}

static int
walk_all(struct walk *walk, struct error *err)
{
	*vec_push(&walk->folders) = xstrdup(".");
	while (walk->folders.count > 0) {
		auto_free char *path = walk->folders.at[--walk->folders.count];

		if (read_folder(walk, path, err) < 0)
			return -1;
	}
	return 0;
}

int
folder_walk(int top, folder_visit visit, void *context, struct error *err)
{
	struct walk walk = { .top = top, .visit = visit, .context = context };
	int status = walk_all(&walk, err);

	vec_each (char *, folder, &walk.folders)
		free(*folder);
	vec_release(&walk.folders);
	return status;
}
