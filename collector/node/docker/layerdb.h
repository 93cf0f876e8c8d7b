/*
 * What dockerd's graph driver store says of layers, read beneath its root:
 *
 *	image/DRIVER/layerdb/sha256/CHAIN/{diff,parent,size,cache-id}      each layer, used or not
 *	image/DRIVER/layerdb/mounts/CONTAINER/{parent,mount-id,init-id}    what containers stand on
 *	image/DRIVER/imagedb/content/sha256/ID                             config documents
 *	image/DRIVER/distribution/diffid-by-digest/ALGORITHM/BLOB          what a pull need not
 *fetch
 *
 * dockerd moves a layer in as a whole, so without a lock we see it or we do not. One that it is
 * removing is called "CHAIN-…-removing".
 */
#ifndef COLLECTOR_NODE_DOCKER_LAYERDB_H
#define COLLECTOR_NODE_DOCKER_LAYERDB_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/node/docker/decode.h"
#include "common/map.h"
#include "common/vec.h"

struct docker_layer {
	struct digest chain_id, parent, diff_id; /* parent not set at the bottom */
	uint64_t size_bytes;                     /* as the engine counts: without what is below */
	int64_t unpacked_at;
	char cache_id[DOCKER_ID_SIZE]; /* of its folder; "" = not known */
	/* For the caller: a running container stands on it; an image or a container does. */
	bool running, held;
};

struct layerdb_problem {
	const char *place, *message;
};

struct layerdb {
	VEC(struct docker_layer) layers; /* verified; parents before children, else by ChainID */
	struct map by_chain;             /* to the index */
	VEC(struct layerdb_problem) problems;
	uint64_t unidentified_count, unidentified_bytes; /* those of the problems */
	uint64_t removing_count, removing_bytes;
};

void layerdb_init(struct layerdb *db);
void layerdb_release(struct layerdb *db);
/* NULL if there is no such chain. */
struct docker_layer *layerdb_find(const struct layerdb *db, const struct digest *chain);
/* 1 read, 0 there is none, -1 not readable. A layer that is damaged is a problem. */
int layerdb_read(struct layerdb *db, int root, const char *driver, struct arena *arena,
        struct error *err) must_check;
/* For a daemon whose files may not be read: layers from an image's diff IDs. `bytes` one for each,
 * NULL = unknown. The chain of the top. */
struct digest layerdb_add_image(
        struct layerdb *db, const struct digest *diff_ids, const uint64_t *bytes, size_t count);

struct layerdb_mount {
	struct digest parent;          /* not set: on no layer */
	char mount_id[DOCKER_ID_SIZE]; /* the folder of its own layer */
	bool has_init;                 /* and one below it: "MOUNT-ID-init" */
};
/* 1, 0 no such container, -1. */
int layerdb_mount(struct layerdb_mount *out, int root, const char *driver, const char *container,
        struct error *err) must_check;

/* A folder to be listed: 1, 0 there is none, -1; *list is set iff 1. */
int layerdb_list(DIR **list, int root, const char *name, struct error *err) must_check;
void layerdb_close_list(DIR **list);
#define auto_list __attribute__((cleanup(layerdb_close_list)))

#endif
