/*
 * containerd: asked over its socket, in every namespace, for every snapshotter that has snapshots
 * there. Nothing is created: no view, no lease.
 *
 *	containerd.c (sockets, the daemon) ─▶ store.c (one namespace and snapshotter) ─▶ records
 *	                                       ├─ api.c, api_namespace.c  what containerd is asked
 *	                                       ├─ documents.c             manifests, configs
 *	                                       └─ snapshots.c             ChainIDs
 */
#ifndef COLLECTOR_NODE_CONTAINERD_CONTAINERD_H
#define COLLECTOR_NODE_CONTAINERD_CONTAINERD_H

#include "collector/node/containerd/api.h"
#include "collector/node/node.h"

struct containerd_store {
	struct grpc *grpc; /* its namespace is set by the reading */
	const struct api_daemon *daemon;
	const char *namespace;
	const struct api_snapshotter *snapshotter;
	/* Of the layers that any namespace of the daemon has: an image may be gone from this one,
	 * and its chain be held by a container. */
	const struct digest *diff_ids;
	size_t diff_id_count;
};

/* One scan. -1 only when the sink failed. */
int containerd_store_read(const struct containerd_store *store, const struct node_options *options,
        const struct collect_context *context, struct collect_result *result,
        struct error *err) must_check;

/*
 * All stores of the daemon behind a socket, unless one of this run's sockets led to it before. 1 it
 * is a containerd, 0 it is something else or cannot be asked (*why says), -1 when the sink failed.
 */
int containerd_read(const char *socket, const struct node_options *options,
        const struct collect_context *context, struct collect_result *total, struct error *why,
        struct error *err) must_check;

#endif
