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
};

/*
 * The two halves of the snapshot. Content comes first: it decides which documents can be reached,
 * and returns for each digest the manifest of the snapshot that it names, or NONE; free() it.
 */
uint32_t *resolve_content(struct snapshot *snapshot, const struct facts *facts);
void resolve_names(
        struct snapshot *snapshot, const struct facts *facts, const uint32_t *manifest_of);

#endif
