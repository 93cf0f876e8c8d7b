/*
 * Where the files of snapshots are, and what they say (collector/node/contents.h).
 *
 * containerd tells no folder of a committed snapshot, and to make a view of one would be to write.
 * But the mounts of a container's own snapshot name the folders of all below it, so what is under
 * containers, running or not, can be looked into; and nothing else can.
 */
#ifndef COLLECTOR_NODE_CONTAINERD_FILES_H
#define COLLECTOR_NODE_CONTAINERD_FILES_H

#include "collector/node/containerd/documents.h"

struct snapshot_files {
	const char **folders; /* per snapshot, beneath `root`; NULL = not known */
	bool *running;        /* per snapshot: a running container stands on it directly */
	const char *root;     /* of the snapshotter */
};

/* "snapshots/12/fs" of "/root/snapshots/12/fs": NULL if it is not beneath the root. */
const char *files_beneath(const char *path, const char *root);
/* The folders of overlay's "lowerdir=A:B:C", uppermost first: their number, 0 if it is none or more
 * than `max`. In the arena. */
size_t files_lower(const char **folders, size_t max, const char *option, struct arena *arena);

/* Asks for the mounts of a container's snapshot, and enters what is below it. What is not
 * understood stays unknown. */
void files_find(struct snapshot_files *files, struct grpc *grpc, const char *snapshotter,
        const struct snapshots *snapshots, const struct snapshot *own, bool running,
        struct arena *arena);
/* -1 only when the sink failed. */
int files_read(const struct snapshot_files *files, struct store_scan *scan,
        enum driver_sharing sharing, const struct snapshots *snapshots,
        const struct document_tree *documents, struct error *err) must_check;

#endif
