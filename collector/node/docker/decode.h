/*
 * Answers of dockerd's Engine API, as far as they matter here. Pure: from bytes to structs, texts
 * in the arena. Lists are lenient with their elements: one that is broken costs only itself, and is
 * counted in `broken` with the reason of the first.
 */
#ifndef COLLECTOR_NODE_DOCKER_DECODE_H
#define COLLECTOR_NODE_DOCKER_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"
#include "schema/digest.h"

/* IDs become paths: 64 hex digits and nothing else. */
#define DOCKER_ID_LENGTH 64
#define DOCKER_ID_SIZE   (DOCKER_ID_LENGTH + 1)

bool docker_is_id(const char *text);

/* GET /version, which every version answers. */
struct docker_version {
	unsigned minor, min_minor; /* of API 1.N: the newest and the oldest that it speaks */
	bool podman;               /* podman's imitation: its store is containers/storage */
};
int docker_version_decode(
        struct docker_version *out, const struct buf *body, struct error *err) must_check;

/* GET /info */
struct docker_info {
	const char *driver;            /* [a-z0-9.-]+: becomes a path */
	const char *root;              /* absolute; "" = not said */
	const char *id;                /* of the daemon; "" = not said */
	bool containerd;               /* images are kept by containerd, not by a graph driver */
	const char *containerd_socket; /* absolute; NULL = not said */
};
int docker_info_decode(struct docker_info *out, struct arena *arena, const struct buf *body,
        struct error *err) must_check;

/* GET /images/json, each image once. */
struct docker_image {
	struct digest config;
	const char **names; /* "docker.io/library/debian:12"; none = dangling */
	size_t name_count;
	struct digest *manifests;
	size_t manifest_count;
};
struct docker_images {
	struct docker_image *at;
	size_t count, broken;
	struct error why;
};
int docker_images_decode(struct docker_images *out, struct arena *arena, const struct buf *body,
        struct error *err) must_check;

/* GET /images/ID/json: the diff IDs. */
int docker_layers_decode(struct digest **diff_ids, size_t *count, struct arena *arena,
        const struct buf *body, struct error *err) must_check;

/* GET /images/ID/history: the sizes of all entries, bottom first. */
int docker_history_decode(uint64_t **bytes, size_t *count, struct arena *arena,
        const struct buf *body, struct error *err) must_check;

/* GET /containers/json */
struct docker_container {
	char id[DOCKER_ID_SIZE];
	struct digest config;
	bool running; /* paused ones too */
	uint64_t writable_bytes;
};
struct docker_containers {
	struct docker_container *at;
	size_t count, broken;
	struct error why;
};
int docker_containers_decode(struct docker_containers *out, struct arena *arena,
        const struct buf *body, struct error *err) must_check;

/* GET /system/df: what lies beside images and containers. */
struct docker_usage {
	uint64_t volume_count, volume_bytes;
	uint64_t cache_count, cache_bytes; /* of records that no image has */
};
int docker_usage_decode(
        struct docker_usage *out, const struct buf *body, struct error *err) must_check;

#endif
