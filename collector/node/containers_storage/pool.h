/*
 * One chain pool of containers/storage and what its files say: the graph root, the image store that
 * was split from it, and the additional (read-only) stores below them.
 *
 *	ROOT/DRIVER-layers/layers.json, volatile-layers.json         layers with their parents
 *	ROOT/DRIVER-images/images.json, DRIVER-images/ID/…           images, their documents
 *	ROOT/DRIVER-containers/containers.json, volatile-…           only of the graph root
 *	RUNROOT/DRIVER-layers/volatile-layers.json, DRIVER-containers/ID/userdata/pidfile
 */
#ifndef COLLECTOR_NODE_CONTAINERS_STORAGE_POOL_H
#define COLLECTOR_NODE_CONTAINERS_STORAGE_POOL_H

#include "collector/node/containers_storage/chains.h"
#include "common/buf.h"
#include "common/vec.h"

#define POOL_MAX_ROOTS 66
#define POOL_MAX_BYTES (64 << 20) /* of one of the files */

struct pool_place {
	const char *driver; /* "overlay" */
	/* The graph root first; NULL-terminated. */
	const char *roots[POOL_MAX_ROOTS + 1];
	const char *runroot; /* NULL = not known */
	/* Why its storage.conf cannot be understood: what lies there is not read then, because it
	 * may be another store that is meant. NULL = it can. */
	const char *unclear;
};

/* An element that could not be understood, a root that could not be read. */
struct pool_problem {
	const char *place, *message;
};

struct pool {
	const struct pool_place *place;
	struct arena arena;
	int roots[POOL_MAX_ROOTS]; /* -1 = could not be opened */
	size_t root_count;
	int runroot;
	VEC(struct layer_entry) layers;
	VEC(struct image_entry) images;
	VEC(struct container_entry) containers;
	VEC(struct pool_problem) problems;
	struct chains chains;
	struct map container_layers; /* IDs of layers that containers write to */
};

/* Zero-initialise. Fails when the graph root cannot be read at all; what is wrong with a part is in
 * problems. Files that disagree, because an engine was writing, are read again. */
int pool_read(struct pool *pool, const struct pool_place *place, struct error *err) must_check;
void pool_release(struct pool *pool);

/* One of the documents kept beside an image: 1, 0 not there, -1. */
int pool_document(const struct pool *pool, const struct image_entry *image, const char *name,
        struct buf *out, struct error *err) must_check;

#endif
