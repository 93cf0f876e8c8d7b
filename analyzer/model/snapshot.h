/*
 * The snapshot: everything known at one time, immutable, in one arena, indices instead of
 * pointers. Loaded by analyzer/store/load.c, or made by hand (tests, generators) through
 * builder.h. Analyses only read it.
 *
 *	source ◀── repository ◀── reference ──▶ manifest ──▶ image ──▶ diff IDs
 *	                                          │  │                    (chains: trie.h)
 *	                                 children ┘  └──▶ blobs (layers, config, itself)
 *
 * Order is canonical, so that equal facts give equal bytes: sources by (kind, name), repositories
 * by (source, name), references by (repository, tag, digest), blobs, manifests, images and diff
 * IDs by digest. So the lower index is the lower digest.
 */
#ifndef ANALYZER_MODEL_SNAPSHOT_H
#define ANALYZER_MODEL_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "schema/digest.h"
#include "schema/platform.h"
#include "schema/record.h"

#define NONE UINT32_MAX /* no index */

/* Who stores a blob once (model.md 2): a property of the registry, from the configuration. */
enum dedup_scope {
	SCOPE_REGISTRY,   /* the whole registry: distribution, Harbor, zot */
	SCOPE_NAMESPACE,  /* each first path component */
	SCOPE_REPOSITORY, /* each repository: ECR without mounting */
};

/* How complete and new the data of a source is, as coverage reports it. */
enum source_state { SOURCE_COMPLETE, SOURCE_PARTIAL, SOURCE_FAILED, SOURCE_STALE };

struct snap_source {
	enum source_kind kind;
	const char *name;
	enum dedup_scope scope;
	enum source_state state;
	int64_t scanned_at; /* start of the scan that the state is about; RECORD_TIME_UNKNOWN if
	                     * none
	                     */
	uint32_t problems;  /* open ones of the newest scan, without the harmless ones */
	/* What the scan asked for that the numbers rest on, for people; NULL = everything. */
	const char *selection;
};

struct snap_repository {
	uint32_t source;
	const char *name;
	uint32_t references, reference_count; /* into snapshot.references */
};

struct snap_reference {
	uint32_t repository;
	uint32_t manifest; /* never NONE: references to documents that were not read are problems */
	const char *tag;   /* "" for a reference by digest */
	int64_t since;     /* first seen pointing there */
};

/* Anything with a digest and a size in a registry: layers, configs, manifests. */
struct snap_blob {
	struct digest digest;
	uint64_t size_bytes; /* compressed, as it travels */
};

struct snap_layer {
	uint32_t blob;
	bool foreign;
};

struct snap_child {
	uint32_t manifest; /* NONE: absent everywhere, or not asked for */
	struct digest digest;
	struct platform platform;
	bool attestation;
};

struct snap_manifest {
	uint32_t blob; /* the document itself */
	enum manifest_kind kind;
	uint32_t image;                 /* NONE unless MANIFEST_IMAGE */
	uint32_t config;                /* blob, NONE for an index */
	uint32_t layers, layer_count;   /* into snapshot.layers, bottom first */
	uint32_t children, child_count; /* into snapshot.children */
	/* The manifest that this is about: what it states itself, or an index says of an
	 * attestation. NONE = nothing that was read. */
	uint32_t subject;
	const char *base_name;
	const char *base_digest_text;
};

/* Images by config digest, the join key: recompressed twins are one image with two manifests. */
struct snap_image {
	struct digest config_digest;
	struct platform platform; /* of the config; if it states none, as an index states it */
	int64_t created_at;       /* RECORD_TIME_UNKNOWN */
	uint32_t manifests, manifest_count; /* into snapshot.image_manifests, by digest; never 0 */
	/* The manifest that stands for the image: the lowest one with as many layers as the config
	 * has diff IDs, or the lowest at all. */
	uint32_t manifest;
	/* Bottom first, into snapshot.chain: one entry for each layer of `manifest`. These are diff
	 * IDs; but if the config is not known, or no manifest has as many layers, they are the blob
	 * digests of the layers, and blob_chain is true. */
	uint32_t chain, chain_length;
	bool blob_chain;
	/* When it was found gone from a store the last time; RECORD_TIME_UNKNOWN: it never was. */
	int64_t left_nodes_at;
};

/* An index names it, and this source does not have it: whoever else does. */
struct snap_absent {
	uint32_t source;
	struct digest digest;
};

/*
 * What lies on nodes. Chains are known by their ChainID; an image of a store and a registry image
 * are one if their configs are.
 *
 *	node ◀── store ──▶ store_layer ──▶ chain ──▶ parent
 *	           └─────▶ appearance ──▶ chain, image of a registry
 *
 * Nodes by name, stores by source, chains by ChainID, appearances by (config, chain, labels), the
 * parts of a store by what they point at.
 */
struct snap_node {
	const char *name;
	const char *labels_json; /* an object of texts */
	uint64_t memory_bytes;   /* BYTES_UNKNOWN */
	uint32_t store_count;
};

struct snap_chain {
	struct digest chain_id, diff_id;
	uint32_t parent; /* NONE at the bottom, or if no store says it has it */
	bool bottom;     /* nothing is below */
	/* What its files say, if some store could look: os-release ID and VERSION_ID. */
	const char *os_id, *os_version; /* NULL */
	enum libc libc;
};

struct snap_layer_size {
	uint32_t chain;
	uint64_t size_bytes; /* in the unit of the store; BYTES_UNKNOWN */
	int64_t unpacked_at; /* RECORD_TIME_UNKNOWN */
	bool build_cache;
};

/* How an image looks in stores. */
struct snap_appearance {
	struct digest config_digest;
	uint32_t image; /* of a registry or layout; NONE = only on nodes */
	struct platform platform;
	uint32_t chain;                  /* NONE = no layers, or not known */
	bool chain_unknown;              /* it has layers, but which cannot be told */
	enum entrypoint_kind entrypoint; /* of the config: the same in all its appearances */
	const char *const *names;
	uint32_t name_count;
	const struct digest *manifests; /* may be indexes */
	uint32_t manifest_count;
};

struct snap_container {
	const char *id;
	struct digest config_digest; /* not set: unknown */
	uint32_t chain;              /* NONE = unknown */
	bool running;
	uint64_t writable_bytes, mapped_file_bytes, rss_file_bytes; /* BYTES_UNKNOWN */
};

struct snap_extra {
	const char *part;
	enum size_unit unit;
	uint64_t count, bytes;
};

/* What a pull need not fetch, or can reuse (model.md 4). Stores of one content pool may list the
 * same file: kept once. */
struct snap_store_blob {
	struct digest digest;
	struct digest diff_id; /* of the layer in it; not set: unknown, or no layer */
	uint64_t kept_bytes;   /* BYTES_UNKNOWN: the store knows it, and keeps no file */
};

/* Page cache of the files of one chain's own layer (record_node.h). */
struct snap_resident {
	uint32_t chain;
	uint64_t file_bytes, measured_bytes, resident_bytes;
};

struct snap_store {
	uint32_t source, node;
	enum store_engine engine;
	const char *driver;
	const char *namespace, *root, *content_pool; /* NULL */
	enum driver_sharing sharing;
	enum size_unit unit;
	const struct snap_layer_size *layers; /* by chain */
	uint32_t layer_count;
	const uint32_t *images; /* into snapshot.appearances, ascending */
	uint32_t image_count;
	const struct snap_container *containers; /* by id */
	uint32_t container_count;
	const struct snap_extra *extras; /* by part, unit */
	uint32_t extra_count;
	const struct snap_store_blob *blobs; /* by digest */
	uint32_t blob_count;
	const struct snap_resident *resident; /* by chain; none: not measured */
	uint32_t resident_count;
};

struct snap_problem {
	uint32_t source;
	const char *place;
	const char *message;
	bool harmless;
	int64_t since;
};

struct snapshot {
	struct arena arena;
	int64_t at; /* the time it shows */
	struct snap_source *sources;
	uint32_t source_count;
	struct snap_repository *repositories;
	uint32_t repository_count;
	struct snap_reference *references;
	uint32_t reference_count;
	struct snap_blob *blobs;
	uint32_t blob_count;
	struct snap_manifest *manifests;
	uint32_t manifest_count;
	struct snap_image *images;
	uint32_t image_count;
	struct snap_layer *layers;
	uint32_t layer_count;
	struct snap_child *children;
	uint32_t child_count;
	struct digest *diff_ids; /* distinct; with them the blob digests in blob chains */
	uint32_t diff_id_count;
	uint32_t *chain; /* into diff_ids */
	uint32_t chain_count;
	uint32_t *image_manifests;
	uint32_t image_manifest_count;
	struct snap_absent *absent; /* by source, then digest */
	uint32_t absent_count;
	struct snap_problem *problems;
	uint32_t problem_count;
	struct snap_node *nodes;
	uint32_t node_count;
	struct snap_store *stores;
	uint32_t store_count;
	struct snap_chain *chains;
	uint32_t chain_id_count; /* of chains */
	struct snap_appearance *appearances;
	uint32_t appearance_count;
	int64_t nodes_watched_since; /* the first scan of a store; RECORD_TIME_UNKNOWN: none */
};

void snapshot_free(struct snapshot *snapshot); /* NULL is allowed */

/* The manifest or index with this digest; NONE if references reach none. */
uint32_t snapshot_document(const struct snapshot *snapshot, const struct digest *digest);

/* The diff ID (in a blob chain: the blob digest) of one layer, 0 = bottom. */
static inline const struct digest *
snapshot_diff_id(const struct snapshot *snapshot, const struct snap_image *image, uint32_t position)
{
	return &snapshot->diff_ids[snapshot->chain[image->chain + position]];
}

#endif
