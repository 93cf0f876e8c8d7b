/*
 * Registries for tests, written down in one line per image:
 *
 *	fleet_image(&fleet, "reg/python:3.12", "debian=50 python=20")
 *
 * A layer is NAME[~VARIANT][=BYTES][!]. The name gives the diff ID, name and variant the blob
 * digest (so debian and debian~2 are recompressed twins), `!` makes it foreign, and EMPTY is the
 * tar without entries. Without BYTES a layer has 10. Digests are hashes of such names: readable in
 * the test, equal where the names are equal.
 */
#ifndef TESTS_SUPPORT_FLEET_H
#define TESTS_SUPPORT_FLEET_H

#include "analyzer/model/snapshot.h"
#include "common/vec.h"
#include "schema/record.h"
#include "tests/support/random.h"

struct fleet_reference {
	uint32_t repository;
	const char *tag;
	struct digest digest;
	int64_t since;
};

struct fleet_repository {
	uint32_t source;
	const char *name;
};

struct fleet_problem {
	uint32_t source;
	struct record_problem problem;
	int64_t since;
};

/* When a store was found not to have an image any more. */
struct fleet_left {
	struct digest config;
	int64_t at;
};

/* What lies in a store of a node. */
struct fleet_store {
	uint32_t source;
	struct record_store record;
	VEC(struct record_chain) chains;
	VEC(struct record_node_image) images;
	VEC(struct record_container) containers;
	VEC(struct record_store_blob) blobs;
};

struct fleet {
	struct arena arena;
	enum dedup_scope scope; /* of registries that fleet_name() adds */
	VEC(struct snap_source) sources;
	VEC(struct fleet_repository) repositories;
	VEC(struct fleet_reference) references;
	VEC(struct record_manifest) manifests;
	VEC(struct record_config) configs;
	VEC(struct fleet_problem) problems;
	VEC(struct snap_absent) absent;
	VEC(struct fleet_store) stores;
	int64_t watched_since; /* the first scan of a store; 0 = unknown */
	VEC(struct fleet_left) left;
};

void fleet_release(struct fleet *fleet);

struct digest fleet_digest(const char *format, ...) __attribute__((format(printf, 1, 2)));
uint32_t fleet_source(
        struct fleet *fleet, enum source_kind kind, const char *name, enum dedup_scope scope);
uint32_t fleet_repository(struct fleet *fleet, uint32_t source, const char *name);
void fleet_tag(struct fleet *fleet, uint32_t repository, const char *tag, struct digest digest);
/* "HOST/REPO:TAG"; host and repository are added when new. A host with a leading '/' is a layout,
 * whose name ends before the last '/'. */
void fleet_name(struct fleet *fleet, const char *name, struct digest digest);

struct fleet_image {
	const char *layers;
	const char *platform; /* NULL = linux/amd64 */
	const char *config;   /* two images with one name and equal layers are one; NULL = "" */
	int64_t created_at;   /* 0 = unknown */
	bool config_unknown;
	size_t diff_ids_missing; /* the config names so many less than there are layers */
};
/* Adds manifest and config; returns the manifest's digest. */
struct digest fleet_add(struct fleet *fleet, const struct fleet_image *image);
/* An amd64 image under a name. */
struct digest fleet_image(struct fleet *fleet, const char *name, const char *layers);
/* Its manifest is not of an image; `subject` may be NULL. */
struct digest fleet_artifact(struct fleet *fleet, enum manifest_kind kind, const char *layers,
        const struct digest *subject);

struct fleet_child {
	struct digest digest;
	const char *platform;         /* NULL = not stated */
	const struct digest *attests; /* set: an attestation, about this image if it is one */
};
/* About an image that the index does not state. */
extern const struct digest fleet_unstated;
struct digest fleet_index(struct fleet *fleet, const struct fleet_child *children, size_t count);

/* A source does not have what an index there names. */
void fleet_absent(struct fleet *fleet, uint32_t source, struct digest digest);

/* An empty store; its handle. "node-1/docker" is of node-1; `pool` may be NULL. */
uint32_t fleet_store(
        struct fleet *fleet, enum store_engine engine, const char *name, const char *pool);
/* An image that was added, unpacked as far as it is not there yet; a layer has FLEET_UNPACKED times
 * its compressed bytes. `name` NULL = none. */
void fleet_put(struct fleet *fleet, uint32_t store, const char *name, struct digest manifest);
/* Its blobs are known, the diff IDs with them, as after a pull; it is labelled with its manifest.
 */
void fleet_pull(struct fleet *fleet, uint32_t store, const char *name, struct digest manifest);
/* A container on the image's chain; `known` if its image is. */
void fleet_run(struct fleet *fleet, uint32_t store, struct digest manifest, bool known);
#define FLEET_UNPACKED 3
/* For fleet_snapshot(). */
struct builder;
void fleet_give_stores(const struct fleet *fleet, struct builder *builder, const uint32_t *sources);
void fleet_release_stores(struct fleet *fleet);
/* Puts images of a random fleet into random stores. */
void fleet_random_stores(struct fleet *fleet, uint64_t seed);

/* The facts in the order they were added, or shuffled (order != 0), some of them twice. */
struct snapshot *fleet_snapshot(const struct fleet *fleet, uint64_t order);

/* One of everything that registries do, small; the seed decides. */
void fleet_random(struct fleet *fleet, uint64_t seed);

/* Of the names above. UINT32_MAX if there is none. */
uint32_t snapshot_find_manifest(const struct snapshot *snapshot, const struct digest *digest);
uint32_t snapshot_find_image(const struct snapshot *snapshot, const struct digest *manifest);

#endif
