/*
 * Records: what a collector says it saw. The same structs are given to the store in process, or
 * written as one JSON line and imported elsewhere; the JSON Schema stands beside (schema/json/).
 *
 * All pointers in a record belong to the emitter and are valid during the call only. Strings are
 * valid UTF-8 without NUL (the collector refuses or repairs others and says so in a problem).
 * Digests were verified: the content had that digest when it was read. Sizes of manifests and
 * configs are measured; sizes of layers are what the manifest claims.
 *
 * The order within one scan of one source:
 *
 *	scan                        opens it
 *	  manifest, config          content: immutable, true for ever, in any order
 *	  reference                 one per tag (or per name in a layout), at any time
 *	  repository                after the last reference of that repository
 *	  absent                    an index names it, this source does not have it; at any time
 *	  problem                   at any time
 *	scan_end                    closes it
 *
 * What is not said is not gone: a reference ends only when its repository was read completely
 * without it, a repository only when the catalogue was read completely without it.
 */
#ifndef SCHEMA_RECORD_H
#define SCHEMA_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/digest.h"
#include "schema/platform.h"
#include "schema/record_node.h"
#include "common/error.h"

enum record_kind {
	RECORD_SCAN,
	RECORD_MANIFEST,
	RECORD_CONFIG,
	RECORD_REFERENCE,
	RECORD_REPOSITORY,
	RECORD_ABSENT,
	RECORD_PROBLEM,
	RECORD_SCAN_END,
	/* Of nodes: record_node.h. */
	RECORD_NODE,
	RECORD_STORE,
	RECORD_CHAIN,
	RECORD_NODE_IMAGE,
	RECORD_CONTAINER,
	RECORD_EXTRA,
	RECORD_STORE_BLOB,
	RECORD_CHAIN_FACTS,
	RECORD_IMAGE_FACTS,
	RECORD_RESIDENT,
};

/* Where images lie. The name is the key: "127.0.0.1:5000"; for a layout its absolute path; for an
 * image store of a node "NODE/ENGINE…". */
enum source_kind {
	SOURCE_REGISTRY = 1,
	SOURCE_LAYOUT = 2,
	SOURCE_STORE = 3,
};

struct record_scan {
	enum source_kind source_kind;
	const char *source_name;
	int64_t started_at; /* seconds since 1970, UTC */
	/* What was asked for, for people: "team/, base/os:1; tags latest". NULL = everything that
	 * the source has: such a scan alone speaks for the whole source. Clean, ≤
	 * RECORD_MAX_SELECTION bytes. */
	const char *selection;
	bool some_platforms; /* children of indexes for other platforms were not asked for */
};

#define RECORD_MAX_SELECTION 500

/* What a document with a digest is. The kinds of model.md 5: images count, the rest is "other". */
enum manifest_kind {
	MANIFEST_IMAGE = 1,       /* a config with a platform and layers: one image */
	MANIFEST_INDEX = 2,       /* names manifests per platform; is not an image */
	MANIFEST_ATTESTATION = 3, /* BuildKit's, in-toto layers */
	MANIFEST_ARTIFACT = 4,    /* Helm charts, signatures, anything with another config */
};

/* Limits of the records; a collector turns what exceeds them into a problem. */
#define RECORD_MAX_LAYERS     1000
#define RECORD_MAX_CHILDREN   1000
#define RECORD_MAX_SIZE_BYTES ((uint64_t)1 << 53) /* sizes are claims from outside */

struct record_layer {
	struct digest digest; /* of the blob as it travels */
	uint64_t size_bytes;  /* claimed by the manifest, ≤ RECORD_MAX_SIZE_BYTES */
	bool foreign;         /* nondistributable: counts 0 in this registry */
};

struct record_child {
	struct digest digest;
	uint64_t size_bytes; /* claimed by the index */
	struct platform platform;
	/* Annotated as such, or of platform unknown/unknown with that annotation. */
	bool attestation;
	struct digest attests; /* the image that an attestation is about, if stated */
};

struct record_manifest {
	struct digest digest;
	uint64_t size_bytes; /* measured: the length of the document */
	enum manifest_kind kind;
	const char *media_type;    /* as sent, ≤ 255 bytes */
	const char *artifact_type; /* NULL if none */
	struct digest config;      /* not set for an index */
	uint64_t config_size_bytes;
	const struct record_layer *layers; /* bottom first; repeated layers stand repeatedly */
	size_t layer_count;
	const struct record_child *children; /* of an index, in its order */
	size_t child_count;
	struct digest subject;        /* what this refers to (OCI 1.1), or not set */
	const char *base_name;        /* org.opencontainers.image.base.name, NULL if none */
	const char *base_digest_text; /* org.opencontainers.image.base.digest, as claimed */
};

#define RECORD_TIME_UNKNOWN INT64_MIN

struct record_config {
	struct digest digest;
	uint64_t size_bytes; /* measured */
	struct platform platform;
	int64_t created_at; /* seconds since 1970, RECORD_TIME_UNKNOWN if absent or unreadable */
	const struct digest *diff_ids; /* claims until a node or the content confirms them */
	size_t diff_id_count;
	/* Compact JSON object of what later questions need, ≤ 64 KiB: labels, entrypoint, cmd,
	 * env_names (values of environment variables are never kept), history (objects with
	 * created_by, cut at 512 bytes, and empty_layer), dropped (names of members that did not
	 * fit). Never NULL; "{}" if there was nothing. */
	const char *details_json;
};

enum reference_state {
	REFERENCE_READ,   /* `digest` is what the name points at now */
	REFERENCE_UNREAD, /* listed, but not resolved this time: the last known digest stays */
};

struct record_reference {
	const char *repository; /* in a layout: the name of its folder or of the stated reference */
	const char *tag;        /* "" for a reference by digest only */
	enum reference_state state;
	struct digest digest; /* of a manifest or index; set iff state is REFERENCE_READ */
};

enum repository_state {
	REPOSITORY_COMPLETE, /* every tag was listed: those not mentioned are gone */
	REPOSITORY_PARTIAL,  /* only some: by choice (one tag was asked for), or cut by an error */
	REPOSITORY_SKIPPED,  /* it exists, but was not asked for in this scan */
};

struct record_repository {
	const char *name;
	enum repository_state state;
};

/* Legal: indexes are copied without all their children. It holds until the document is said to be
 * there (as a manifest, or by a reference), or nothing names it any more. */
struct record_absent {
	const char *repository; /* where it was asked for */
	struct digest digest;
};

/* A failure to collect is a row, not an abort. */
struct record_problem {
	const char *place; /* "team/app:1.2", "team/app@sha256:…", "catalogue"; "" = the source */
	const char *message; /* the cause, and what to do where we know */
	bool harmless; /* a remark (schema 1 skipped, foreign layer): does not make a scan partial
	                */
};

enum scan_state {
	SCAN_RUNNING = 0, /* in the store only: never ended, so it was interrupted */
	SCAN_COMPLETE = 1,
	SCAN_PARTIAL = 2, /* done, but something failed or was cut */
	SCAN_FAILED = 3,  /* nothing usable */
};

struct record_scan_end {
	enum scan_state state;
	int64_t ended_at;
	bool catalogue_complete; /* every repository (in a store: everything) was mentioned: the
	                          * others are gone */
};

struct record {
	enum record_kind kind;
	union {
		struct record_scan scan;
		struct record_manifest manifest;
		struct record_config config;
		struct record_reference reference;
		struct record_repository repository;
		struct record_absent absent;
		struct record_problem problem;
		struct record_scan_end scan_end;
		struct record_node node;
		struct record_store store;
		struct record_chain chain;
		struct record_node_image node_image;
		struct record_container container;
		struct record_extra extra;
		struct record_store_blob store_blob;
		struct record_chain_facts chain_facts;
		struct record_image_facts image_facts;
		struct record_resident resident;
	};
};

/*
 * Where records go. `emit` returns -1 only when going on is pointless (the store cannot write);
 * the collector then stops and passes the error on.
 */
struct record_sink {
	int (*emit)(void *context, const struct record *record, struct error *err);
	void *context;
};

#endif
