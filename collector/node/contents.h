/*
 * What the files of layers say, for every engine alike: os-release, libc, what the entrypoint is,
 * and how much of them is in memory. A driver says where the folder of each layer is; overlay's
 * conventions for removed files (character device 0:0, trusted.overlay.opaque) are understood.
 *
 * Everything is opened beneath the store's root (collector/beneath.h). A symbolic link inside an
 * image is resolved by hand against the image's own root, never by the kernel.
 */
#ifndef COLLECTOR_NODE_CONTENTS_H
#define COLLECTOR_NODE_CONTENTS_H

#include "collector/node/store_scan.h"

/* A chain and its own layer. With a cumulative driver (vfs, native) the folder holds all below too.
 */
struct contents_layer {
	struct digest chain_id, parent; /* parent not set at the bottom */
	const char *folder; /* beneath the root: "overlay2/CACHE-ID/diff"; NULL = not to be read */
	int root;           /* as of beneath_root() */
	bool running;       /* a running container stands on it directly */
};

/* What an image runs. All NULL or empty if its config is not known. */
struct contents_image {
	struct digest config, chain_id;
	const char *const *argv; /* Entrypoint, then Cmd */
	size_t argc;
	const char *path_variable; /* PATH of its environment; NULL = the usual one */
	const char *folder;        /* WorkingDir; NULL = "/" */
};

/* Fills argv, path_variable, folder from an image's config document (image-spec config.md): 0, or
 * -1 when it says nothing usable. In the arena. */
int contents_image_read(struct contents_image *image, const char *config_json, size_t length,
        struct arena *arena) must_check;

struct contents {
	const struct contents_layer *layers; /* parents before children, each once */
	size_t layer_count;
	const struct contents_image *images;
	size_t image_count;
	enum driver_sharing sharing;
};

/* Emits chain_facts, image_facts and resident records; what cannot be read is one problem that
 * names the permission it needs. -1 only when the sink failed. */
int contents_read(
        struct store_scan *scan, const struct contents *contents, struct error *err) must_check;

#endif
