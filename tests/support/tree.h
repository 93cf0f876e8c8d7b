/* Folders with files for tests, below a temporary folder. What cannot be made ends the test. */
#ifndef TESTS_SUPPORT_TREE_H
#define TESTS_SUPPORT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tree {
	char path[64];
	int root; /* as of beneath_root() */
};

void tree_init(struct tree *tree);
/* Removes everything. */
void tree_release(struct tree *tree);
#define auto_tree __attribute__((cleanup(tree_release))) struct tree

/* Folders on the way are made. */
void tree_folder(struct tree *tree, const char *name);
void tree_write(struct tree *tree, const char *name, const char *content);
void tree_write_bytes(
        struct tree *tree, const char *name, const void *bytes, size_t length, mode_t mode);
void tree_link(struct tree *tree, const char *name, const char *target);
/* A character device 0:0. */
void tree_whiteout(struct tree *tree, const char *name);
void tree_opaque(struct tree *tree, const char *name);

#endif
