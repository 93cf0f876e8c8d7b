/*
 * What a builder holds before it finishes: facts in the order they came, each digest interned to a
 * small number. Private to builder.c (takes facts) and resolve_*.c (make the snapshot of them).
 */
#ifndef ANALYZER_MODEL_FACTS_H
#define ANALYZER_MODEL_FACTS_H

#include "analyzer/model/snapshot.h"
#include "common/map.h"
#include "common/vec.h"

/* Documents are looked up by the digest that names them: indices into facts, NONE = not given. */
struct fact_digest {
	struct digest digest;
	uint32_t manifest, config;
};

struct fact_layer {
	uint64_t size_bytes;
	uint32_t digest;
	bool foreign;
};

struct fact_child {
	uint32_t digest;
	uint32_t platform; /* into facts.platforms */
	uint32_t attests;  /* digest, NONE */
	bool attestation;
};

struct fact_manifest {
	uint64_t size_bytes, config_size_bytes;
	size_t layers, children; /* into facts.layers, facts.children */
	uint32_t layer_count, child_count;
	uint32_t digest;
	uint32_t config, subject; /* digests, NONE */
	enum manifest_kind kind;
	const char *base_name, *base_digest_text;
};

struct fact_config {
	uint64_t size_bytes;
	int64_t created_at;
	size_t diff_ids; /* into facts.diff_ids */
	uint32_t diff_id_count;
	uint32_t digest;
	uint32_t platform;
};

struct fact_repository {
	uint32_t source;
	const char *name;
};

struct fact_reference {
	uint32_t repository;
	uint32_t digest;
	const char *tag;
	int64_t since;
};

/* Of nodes. */

struct fact_store {
	uint32_t source, node;
	struct snap_store store;
};

struct fact_chain {
	uint32_t digest, parent, diff_id; /* digests; parent NONE at the bottom */
};

struct fact_store_layer {
	uint32_t store;
	uint32_t chain; /* digest */
	struct snap_layer_size layer;
};

struct fact_appearance {
	uint32_t config, chain; /* digests */
	struct snap_appearance appearance;
};

struct fact_store_image {
	uint32_t store, appearance;
};

struct fact_container {
	uint32_t store;
	uint32_t chain; /* digest */
	struct snap_container container;
};

struct fact_extra {
	uint32_t store;
	struct snap_extra extra;
};

struct fact_store_blob {
	uint32_t store;
	struct snap_store_blob blob;
};

struct fact_resident {
	uint32_t store;
	uint32_t chain; /* digest */
	struct snap_resident resident;
};

struct fact_of_chain {
	uint32_t chain; /* digest */
	const char *os_id, *os_version;
	enum libc libc;
};

struct fact_of_image {
	uint32_t config; /* digest */
	enum entrypoint_kind entrypoint;
};

struct fact_left {
	uint32_t config; /* digest */
	int64_t at;
};

struct facts {
	VEC(struct fact_digest) digests;
	VEC(struct platform) platforms;
	VEC(struct fact_manifest) manifests;
	VEC(struct fact_layer) layers;
	VEC(struct fact_child) children;
	VEC(struct fact_config) configs;
	VEC(uint32_t) diff_ids; /* digests */
	VEC(struct snap_source) sources;
	VEC(struct fact_repository) repositories;
	VEC(struct fact_reference) references;
	VEC(struct snap_absent) absent; /* sources are handles */
	VEC(struct snap_problem) problems;
	VEC(struct snap_node) nodes;
	VEC(struct fact_store) stores;
	VEC(struct fact_chain) chains;
	VEC(struct fact_store_layer) store_layers;
	VEC(struct fact_appearance) appearances;
	VEC(struct fact_store_image) store_images;
	VEC(struct fact_container) containers;
	VEC(struct fact_extra) extras;
	VEC(struct fact_left) left;
	VEC(struct fact_store_blob) store_blobs;
	VEC(struct fact_resident) residents;
	VEC(struct fact_of_chain) of_chains;
	VEC(struct fact_of_image) of_images;
};

/* What lies on nodes, after the content: what is joined must be there. `source_of` is per handle.
 */
void resolve_nodes(struct snapshot *snapshot, const struct facts *facts, const uint32_t *source_of);

/*
 * The two halves of the snapshot of registries. Content comes first: it decides which documents can
 * be reached, and returns for each digest the manifest of the snapshot that it names, or NONE;
 * free() it.
 */
uint32_t *resolve_content(struct snapshot *snapshot, const struct facts *facts);
/* Returns for each handle of a source its index; free() it. */
uint32_t *resolve_names(
        struct snapshot *snapshot, const struct facts *facts, const uint32_t *manifest_of);

#endif
