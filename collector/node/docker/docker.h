/*
 * dockerd: asked through its Engine API what there is, and read from its files, where they may be
 * read, what the API does not say: layers that no image has, sizes, which blobs it knows.
 *
 *	places.c ─▶ store.c ─▶ records
 *	             ├─ api.c, decode.c   questions and answers
 *	             ├─ layerdb.c         the files of the graph driver store
 *	             ├─ images.c          images, their documents and chains
 *	             ├─ contents.c        what the files of layers say
 *	             └─ beside.c          containers, known blobs, volumes, build cache
 */
#ifndef COLLECTOR_NODE_DOCKER_DOCKER_H
#define COLLECTOR_NODE_DOCKER_DOCKER_H

#include "collector/node/docker/api.h"
#include "collector/node/docker/layerdb.h"
#include "collector/node/contents.h"
#include "collector/node/node.h"
#include "collector/node/store_scan.h"

#define DOCKER_NEEDS_SOCKET "needs root or the group docker"
#define DOCKER_NEEDS_FILES  "needs root or CAP_DAC_READ_SEARCH"

/* What a graph driver does with layers. */
struct docker_driver {
	const char *name;
	enum driver_sharing sharing;
	/* PREFIX CACHE-ID SUFFIX beneath the root is the layer's folder; NULL = no plain folder. */
	const char *prefix, *suffix;
};
/* Never NULL: of an unknown name, one that is not modelled. */
const struct docker_driver *docker_driver_find(const char *name);

/* One image, and what its document says. */
struct docker_image_entry {
	const struct docker_image *listed;
	const struct digest *diff_ids;
	size_t diff_id_count;
	struct digest chain; /* of its top */
	bool chain_unknown;
	bool gone;                  /* removed since it was listed */
	struct contents_image what; /* set iff its config was read */
};

struct docker_scan {
	struct store_scan frame;
	struct docker_api *api;
	unsigned minor; /* of the API version that is spoken */
	struct docker_info info;
	const struct docker_driver *driver;
	struct arena arena;
	int root;      /* -1: its files may not be read, or are another daemon's */
	bool by_files; /* layers are those of layerdb */
	struct docker_images images;
	struct docker_image_entry *entries; /* per image */
	struct docker_containers containers;
	struct record_container *container_records;
	struct docker_usage usage;
	struct layerdb layerdb;
};

#define docker_problem(scan, err, ...) store_problem(&(scan)->frame, err, __VA_ARGS__)
#define docker_remark(scan, err, ...)  store_remark(&(scan)->frame, err, __VA_ARGS__)

/* "/v1.41" and the rest, asked; as docker_api.get(). */
int docker_get(struct docker_scan *scan, struct buf *body, struct error *err, const char *format,
        ...) __attribute__((format(printf, 4, 5)));
/* The layer's folder beneath the root, NULL if there is none to be read. The caller frees it. */
char *docker_layer_folder(const struct docker_scan *scan, const char *cache_id);

/* These emit; *why is what kept the store as a whole from being read. -1 only when the sink failed.
 */
int docker_read_documents(
        struct docker_scan *scan, struct error *why, struct error *err) must_check;
int docker_take_chains(struct docker_scan *scan, struct error *err) must_check;
int docker_take_images(struct docker_scan *scan, struct error *err) must_check;
/* What containers stand on; marks the layers that are held. */
int docker_read_containers(struct docker_scan *scan, struct error *err) must_check;
int docker_read_usage(struct docker_scan *scan, struct error *err) must_check;
int docker_take_containers(struct docker_scan *scan, struct error *err) must_check;
int docker_take_blobs(struct docker_scan *scan, struct error *err) must_check;
int docker_take_contents(struct docker_scan *scan, struct error *err) must_check;
int docker_take_extras(struct docker_scan *scan, struct error *err) must_check;

/* What a daemon says of itself, before anything is read. */
struct docker_daemon {
	struct docker_version version;
	struct docker_info info;
	struct error why; /* it does not answer, or not as dockerd does */
};
void docker_greet(struct docker_daemon *out, struct docker_api *api, struct arena *arena);
/* Emits one scan. -1 only when the sink failed. */
int docker_read(const struct node_options *options, const char *name, struct docker_api *api,
        const struct docker_daemon *daemon, const struct collect_context *context,
        struct collect_result *result, struct error *err) must_check;

/* Sockets, the usual ones first. In the arena. */
struct docker_places {
	const char **at;
	size_t count, capacity;
};
void docker_places_find(struct docker_places *places, struct arena *arena);
/* "/path/sock" or "unix:///path/sock"; ERROR_USAGE for anything else. */
int docker_place_parse(
        const char **path, struct arena *arena, const char *address, struct error *err) must_check;
/* "NODE/docker", or "NODE/docker:PATH" for a socket elsewhere: known without asking, so that a
 * daemon that is down keeps its data. */
char *docker_source_name(const struct node_options *options, const char *path);

#endif
