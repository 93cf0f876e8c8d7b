/*
 * Records of a node: what lies in one image store (model.md 1 "store": a chain pool).
 *
 * One store is one source with scans of its own (SOURCE_STORE, named "NODE/ENGINE[…]"). The order:
 *
 *	scan
 *	  node, store               once each, first
 *	  config, manifest          as from a registry, where the engine keeps the documents
 *	  chain                     parents before children
 *	  node_image                after its config and chain
 *	  container                 after its image
 *	  store_blob                at any time
 *	  chain_facts, resident     after their chain
 *	  image_facts               after its config
 *	  extra                     at any time
 *	  problem
 *	scan_end                    catalogue_complete: what was not mentioned is gone from this
 *	                          store
 *
 * Each thing is said once per scan.
 */
#ifndef SCHEMA_RECORD_NODE_H
#define SCHEMA_RECORD_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/digest.h"

#define BYTES_UNKNOWN UINT64_MAX

/* What a size counts. Sizes of different units are never added (semantics 3.4). */
enum size_unit {
	UNIT_COMPRESSED = 1, /* blob as it travels */
	UNIT_TAR = 2,        /* length of the uncompressed tar: containers/storage diff-size */
	UNIT_APPARENT = 3,   /* Σ st_size: dockerd layerdb `size` */
	UNIT_ALLOCATED = 4,  /* blocks × 512: containerd snapshot usage */
};

enum store_engine {
	ENGINE_DOCKER = 1,
	ENGINE_CONTAINERD = 2,
	ENGINE_CRI = 3,
	ENGINE_CONTAINERS_STORAGE = 4,
};

/* What a driver shares (model.md 3). */
enum driver_sharing {
	SHARING_CHAINS = 1,       /* disk by ChainID, page cache by lower inode: overlay family */
	SHARING_CHAINS_DISK = 2,  /* disk by ChainID, page cache not: btrfs, zfs, fuse-overlayfs */
	SHARING_CUMULATIVE = 3,   /* each chain is a full copy of all below: vfs, native */
	SHARING_NOT_MODELLED = 4, /* devicemapper, composefs, EROFS, …: left out of totals */
};

struct record_label {
	const char *key, *value;
};

struct record_node {
	const char *name;
	const struct record_label *labels; /* pool, zone, owner: as given with --label */
	size_t label_count;
	uint64_t memory_bytes; /* MemTotal, BYTES_UNKNOWN */
};

struct record_store {
	const char *node;
	enum store_engine engine;
	const char *driver;    /* "overlay2", "overlayfs", "vfs": as the engine names it */
	const char *namespace; /* containerd's; NULL for the others */
	const char *root;      /* the engine's root folder, a label; NULL if unknown */
	enum driver_sharing sharing;
	enum size_unit unit; /* of chain sizes in this store */
	/* Names the pool of compressed blobs ("NODE/containerd:/var/lib/containerd"), the same for
	 * all namespaces of one daemon; NULL if the engine keeps none. */
	const char *content_pool;
};

struct record_chain {
	struct digest chain_id, parent, diff_id; /* parent not set at the bottom */
	uint64_t size_bytes; /* of its own layer, in the store's unit; with SHARING_CUMULATIVE of
	                      * the whole copy. BYTES_UNKNOWN is counted, never 0 */
	int64_t unpacked_at; /* RECORD_TIME_UNKNOWN (record.h) */
	bool build_cache;    /* held by the builder, by no image */
};

struct record_node_image {
	struct digest config;
	struct digest chain;            /* of its top layer; not set for an image without layers */
	bool chain_unknown;             /* it has layers, but which cannot be told */
	const struct digest *manifests; /* may hold index digests; labels, never keys */
	size_t manifest_count;
	const char *const *names; /* "host/repo:tag"; none = dangling unless a container uses it */
	size_t name_count;
};

struct record_container {
	const char *id;
	struct digest config; /* of its image; not set if unknown */
	struct digest chain;  /* what it really stands on */
	bool running;
	/* Apparent bytes of its own layer (with SHARING_CUMULATIVE its whole copy); Pss_File and
	 * RssFile of its processes. BYTES_UNKNOWN. */
	uint64_t writable_bytes;
	uint64_t mapped_file_bytes, rss_file_bytes;
};

/*
 * Bytes beside the chains: lines of their own, never in "unpacked". Once for each part and unit.
 *	copies          layers whose chain another layer of this store is already
 *	unidentified    layers whose diff ID, or one below, nobody states
 *	incomplete      layers that are being made, or that a crash left over
 *	build_cache     of the builder, without the layers that are chains
 *	volumes, logs
 */
struct record_extra {
	const char *part;
	uint64_t count; /* of what `bytes` is the sum of, those of unknown size included */
	uint64_t bytes; /* of those whose size is known */
	enum size_unit unit;
};

/*
 * A compressed blob that this store keeps or at least knows: what a pull need not fetch (model.md
 *4). containerd            what its namespace lists of the content pool, documents too docker
 *distribution/diffid-by-digest: known, not kept containers-storage    compressed-diff-digest of its
 *layers: known, not kept
 */
struct record_store_blob {
	struct digest digest;
	struct digest diff_id; /* of the layer in it; not set: unknown, or no layer */
	uint64_t kept_bytes;   /* length of its file; BYTES_UNKNOWN if it is known only */
};

enum libc {
	LIBC_UNKNOWN = 0, /* not looked at */
	LIBC_NONE = 1,
	LIBC_GLIBC = 2,
	LIBC_MUSL = 3,
};

/* What the files of a chain say, seen through all its layers. True for ever. */
struct record_chain_facts {
	struct digest chain_id;
	const char *os_id, *os_version; /* os-release ID, VERSION_ID; NULL if it says none */
	enum libc libc;
};

enum entrypoint_kind {
	ENTRYPOINT_UNKNOWN = 0,     /* not looked at, or not found */
	ENTRYPOINT_STATIC = 1,      /* ELF without an interpreter */
	ENTRYPOINT_DYNAMIC = 2,     /* ELF with one */
	ENTRYPOINT_SCRIPT = 3,      /* begins with "#!" */
	ENTRYPOINT_INTERPRETER = 4, /* sh, python, java, …: what runs is data to it */
};

/* True for ever: the config names the file, its diff IDs the content. */
struct record_image_facts {
	struct digest config;
	enum entrypoint_kind entrypoint;
};

/*
 * Page cache of the files of one chain's own layer (model.md 5 RAM), measured with cachestat(2) or,
 * with the right to ask, mincore(2). Only chains under running containers. Each inode once.
 */
struct record_resident {
	struct digest chain_id;
	uint64_t file_bytes; /* apparent, of all regular files of the layer */
	uint64_t
	        measured_bytes; /* of those that were asked about: the file budget may end before */
	uint64_t resident_bytes; /* of these: pages in memory × page size */
};

#endif
