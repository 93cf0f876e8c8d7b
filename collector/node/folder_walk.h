/* Everything in a folder, and in the folders in it. */
#ifndef COLLECTOR_NODE_FOLDER_WALK_H
#define COLLECTOR_NODE_FOLDER_WALK_H

#include "common/error.h"

#define FOLDER_WALK_MAX_FILES 50000000

struct folder_entry {
	int folder;       /* open, until the visit ends */
	const char *path; /* of the folder, from where the walk began ("." there) */
	const char *name;
	unsigned char type; /* DT_REG, DT_DIR, …: never DT_UNKNOWN */
};

/* -1 ends the walk. */
typedef int (*folder_visit)(void *context, const struct folder_entry *entry, struct error *err);

/* Visits what is beneath the open folder `top`, not itself; each name once, so a file with several
 * names several times. A folder is visited before what is in it. Nothing is opened but folders, no
 * link is followed; what goes away meanwhile is left out. 0 or -1. */
int folder_walk(int top, folder_visit visit, void *context, struct error *err) must_check;

#endif
