/*
 * What containerd is asked, as plain structs. Texts and arrays are in the caller's arena, UTF-8
 * was checked, digests were parsed; elements that are neither are left out and counted.
 */
#ifndef COLLECTOR_NODE_CONTAINERD_API_H
#define COLLECTOR_NODE_CONTAINERD_API_H

#include "collector/grpc.h"
#include "common/vec.h"
#include "schema/digest.h"
#include "schema/record_node.h"

/* A plugin that manages snapshots, and where it keeps them (NULL if it does not say). */
struct api_snapshotter {
	const char *name, *root;
};

struct api_daemon {
	const char *version;
	const char *root; /* "/var/lib/containerd" */
	struct {
		const char **at;
		size_t count, capacity;
	} namespaces; /* sorted */
	struct {
		struct api_snapshotter *at;
		size_t count, capacity;
	} snapshotters; /* that work, sorted */
};

/* Asks for all of it; grpc->namespace must be NULL. Release in any case. */
int api_daemon(struct api_daemon *daemon, struct grpc *grpc, struct arena *arena,
        struct error *err) must_check;
void api_daemon_release(struct api_daemon *daemon);

/* A name and what it points at. */
struct api_image {
	const char *name;
	struct digest target;
};

struct api_blob {
	struct digest digest;
	struct digest diff_id; /* of containerd.io/uncompressed; not set: not unpacked, or no layer
	                        */
	uint64_t bytes;
};

struct api_container {
	const char *id, *image, *snapshotter, *snapshot;
	bool running;
};

/* What one namespace lists. */
struct api_namespace {
	VEC(struct api_image) images;         /* by name */
	VEC(struct api_blob) blobs;           /* by digest */
	VEC(struct api_container) containers; /* by ID */
	size_t strange;                       /* elements that could not be understood */
};

/* grpc->namespace says which. Release in any case. */
int api_namespace(struct api_namespace *out, struct grpc *grpc, struct arena *arena,
        struct error *err) must_check;
/* The blobs alone. */
int api_blobs(struct api_namespace *out, struct grpc *grpc, struct error *err) must_check;
void api_namespace_release(struct api_namespace *namespace);

enum api_kind { API_VIEW, API_ACTIVE, API_COMMITTED };

struct api_snapshot {
	const char *name, *parent; /* parent "" at the bottom */
	enum api_kind kind;
	int64_t created_at;
};

struct api_snapshots {
	struct api_snapshot *at;
	size_t count, capacity;
};

/* By name. Release in any case. */
int api_snapshots(struct api_snapshots *out, struct grpc *grpc, const char *snapshotter,
        struct arena *arena, struct error *err) must_check;
/* 1 and allocated bytes, 0 if the snapshot is gone, -1. */
int api_usage(struct grpc *grpc, const char *snapshotter, const char *name, uint64_t *bytes,
        struct error *err) must_check;
/* The options of the first mount of an open snapshot. In the arena. */
int api_mount(const char *const **options, size_t *option_count, struct grpc *grpc,
        const char *snapshotter, const char *name, struct arena *arena,
        struct error *err) must_check;
/* The whole blob, its digest verified: 1, 0 not there, -1. */
int api_read(struct grpc *grpc, const struct digest *digest, size_t limit_bytes, struct buf *out,
        struct error *err) must_check;

#endif
