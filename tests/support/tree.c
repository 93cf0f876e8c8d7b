#include "tests/support/tree.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "common/memory.h"

static void
must(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	abort();
}

void
tree_init(struct tree *tree)
{
	struct error err = { 0 };

	snprintf(tree->path, sizeof(tree->path), "/tmp/tree-XXXXXX");
	must(mkdtemp(tree->path) != NULL, "mkdtemp");
	tree->root = beneath_root(tree->path, &err);
	must(tree->root >= 0, err.message);
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

void
tree_release(struct tree *tree)
{
	close(tree->root);
	must(nftw(tree->path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0, tree->path);
}

/* The whole path, its folders made. The caller frees it. */
static char *
make_way(struct tree *tree, const char *name)
{
	char *path = xprintf("%s/%s", tree->path, name);

	for (char *slash = path + strlen(tree->path) + 1; (slash = strchr(slash, '/')) != NULL;
	        *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0755);
	}
	return path;
}

void
tree_folder(struct tree *tree, const char *name)
{
	auto_free char *path = make_way(tree, name);

	must(mkdir(path, 0755) == 0 || access(path, F_OK) == 0, path);
}

void
tree_write_bytes(struct tree *tree, const char *name, const void *bytes, size_t length, mode_t mode)
{
	auto_free char *path = make_way(tree, name);
	FILE *file = fopen(path, "w");

	must(file != NULL, path);
	must(fwrite(bytes, 1, length, file) == length, path);
	must(fclose(file) == 0 && chmod(path, mode) == 0, path);
}

void
tree_write(struct tree *tree, const char *name, const char *content)
{
	tree_write_bytes(tree, name, content, strlen(content), 0644);
}

void
tree_link(struct tree *tree, const char *name, const char *target)
{
	auto_free char *path = make_way(tree, name);

	must(symlink(target, path) == 0, path);
}

void
tree_whiteout(struct tree *tree, const char *name)
{
	auto_free char *path = make_way(tree, name);

	must(mknod(path, S_IFCHR | 0600, makedev(0, 0)) == 0, path);
}

void
tree_opaque(struct tree *tree, const char *name)
{
	auto_free char *path = make_way(tree, name);

	mkdir(path, 0755);
	must(setxattr(path, "user.overlay.opaque", "y", 1, 0) == 0, path);
}
