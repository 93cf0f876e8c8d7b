/*
 * containers/storage: podman, buildah, skopeo, CRI-O. Read from its files alone, so as any user who
 * may read them, and without stopping anybody: engines are not asked, locks are not taken.
 *
 *	places.c ─▶ pool.c (what the files say) ─▶ chains.c ─▶ store.c ─▶ records
 *	                                                        ├─ documents.c  configs, manifests
 *	                                                        ├─ running.c    who runs
 *	                                                        └─ files.c      what layers contain
 */
#ifndef COLLECTOR_NODE_CONTAINERS_STORAGE_CONTAINERS_STORAGE_H
#define COLLECTOR_NODE_CONTAINERS_STORAGE_CONTAINERS_STORAGE_H

#include "collector/node/containers_storage/pool.h"
#include "collector/node/contents.h"
#include "collector/node/node.h"

/* What a driver does with layers. */
struct storage_driver {
	const char *name;
	enum driver_sharing sharing;
	enum size_unit unit;
	/* "overlay/" ID "/diff": where a layer is a plain folder; else NULL. */
	const char *layers, *layer_end;
};

extern const struct storage_driver storage_drivers[];
extern const size_t storage_driver_count;
/* NULL if there is none of this name. */
const struct storage_driver *storage_driver_find(const char *name);

/* Graph roots with what belongs to them, in the order of the documentation. In the arena. */
struct place_list {
	struct pool_place *at;
	size_t count, capacity;
};

/* "[DRIVER@]ROOT[+RUNROOT]", as in containers-storage:[…] of skopeo. One place for each driver that
 * has layers there, or one of the driver that is named. ERROR_USAGE for anything else. */
int places_parse(struct place_list *places, struct arena *arena, const char *address,
        struct error *err) must_check;
/*
 * Every store of this machine: root's by $CONTAINERS_STORAGE_CONF, else
 * /etc/containers/storage.conf, else /usr/share/containers/storage.conf, else
 * /var/lib/containers/storage; those of users by their ~/.config/containers/storage.conf, else
 * rootless_storage_path, else
 * ~/.local/share/containers/storage: of all users for root, else of oneself. The store of a file
 * that is there, but cannot be understood, is `unclear`: the one that it names before the error,
 * else the usual one. If no such folder is there, the file goes to `problems`.
 */
void places_find(struct place_list *places, struct arena *arena, struct buf *problems);

/* One scan of one pool. -1 only when the sink failed. */
int storage_read(const struct node_options *options, const struct pool_place *place,
        const struct collect_context *context, struct collect_result *result,
        struct error *err) must_check;

/* The documents of one image. */
struct image_documents {
	struct digest config; /* not set: nothing says what it is */
	bool has_config;      /* read and verified; then diff_ids are its */
	const struct digest *diff_ids;
	size_t diff_id_count;
	const struct digest *manifests;
	size_t manifest_count;
	struct contents_image program; /* what it runs; its config and chain are not set */
};
/* Reads, verifies and emits them. -1 only when the sink failed; what is wrong is a problem. */
int documents_read(struct image_documents *out, const struct pool *pool,
        const struct image_entry *image, const struct collect_context *context,
        struct collect_result *result, struct arena *arena, struct error *err) must_check;

/* 1 if a process of this container runs, 0 if not, -1 if we may not know. */
int container_is_running(
        const struct pool *pool, const struct container_entry *container, struct error *err);

/* The ChainID of all that the config claims; not set without a layer. */
void documents_chain(struct digest *chain, const struct image_documents *documents);

/* What the files of the pool's layers say. `documents` are those of the pool's images, `running`
 * tells for each of the pool's chains whether a running container stands on it. -1 only when the
 * sink failed. */
int storage_files_read(struct store_scan *scan, const struct pool *pool,
        const struct storage_driver *driver, const struct image_documents *documents,
        const bool *running, struct error *err) must_check;

#endif
