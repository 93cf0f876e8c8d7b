/*
 * From snapshots to chains. containerd names a committed snapshot by its ChainID, which says what
 * it is only together with a diff ID: those come from the configs of images and from labels of
 * blobs, and the hash tells whether one fits. So every chain that we state was computed, and equals
 * the engine's own name for it. Pure.
 */
#ifndef COLLECTOR_NODE_CONTAINERD_SNAPSHOTS_H
#define COLLECTOR_NODE_CONTAINERD_SNAPSHOTS_H

#include "collector/node/containerd/api.h"
#include "common/map.h"

/* Hashes that are tried for snapshots of no image. */
#define SNAPSHOTS_MAX_TRIES 500000

struct claim {
	struct digest chain, parent, diff_id;
};

/* What is known of diff IDs. Zero-initialise, with claims_init(). */
struct claims {
	struct map by_chain; /* to `chains` */
	VEC(struct claim) chains;
	struct map seen;
	VEC(struct digest) diff_ids; /* each once */
};

void claims_init(struct claims *claims);
void claims_release(struct claims *claims);
/* The diff IDs of an image, bottom first. Returns its top chain, not set without layers. */
struct digest claims_add_image(struct claims *claims, const struct digest *diff_ids, size_t count);
void claims_add_diff_id(struct claims *claims, const struct digest *diff_id);

enum snapshot_state {
	SNAPSHOT_CHAIN,        /* named by its ChainID, which was computed */
	SNAPSHOT_COPY,         /* a chain with other owners: user namespaces */
	SNAPSHOT_UNIDENTIFIED, /* of no diff ID that anybody states */
	SNAPSHOT_CONTRADICTED, /* its ChainID says another parent than it has */
	SNAPSHOT_OPEN,         /* not committed: a container's, or being made */
};

struct snapshot {
	const struct api_snapshot *info;
	enum snapshot_state state;
	struct digest chain, parent, diff_id; /* of SNAPSHOT_CHAIN */
	/* The nearest chain below that is known: what an open one stands on, what a copy copies. */
	struct digest below;
};

struct snapshots {
	struct snapshot *at; /* parents before children, else by name */
	size_t count;
	struct map by_chain; /* of SNAPSHOT_CHAIN, to `at` */
};

/* `list` is sorted by name and outlives *out. In the arena, but for the map. */
void snapshots_identify(struct snapshots *out, struct arena *arena,
        const struct api_snapshots *list, const struct claims *claims);
void snapshots_release(struct snapshots *snapshots);
/* NULL if there is none of this name. */
const struct snapshot *snapshots_find(const struct snapshots *snapshots, const char *name);
/* The upper end of the chain of diff IDs that is there: all of it if the image is unpacked; not
 * set if nothing is. *all says which. */
struct digest snapshots_reach(
        const struct snapshots *snapshots, const struct digest *diff_ids, size_t count, bool *all);

#endif
