/* The members of every record. Their names are those of the structs, without what only C needs. */
#include "schema/inventory/shape.h"

#include "common/memory.h"

#define MAX_NAME   INVENTORY_MAX_NAME_BYTES
#define MAX_TEXT   4096 /* a path, a message */
#define MAX_LIST   10000
#define MAX_LABELS 256

static const char *const source_kinds[] = {
	[SOURCE_REGISTRY] = "registry",
	[SOURCE_LAYOUT] = "layout",
	[SOURCE_STORE] = "store",
};
static const char *const manifest_kinds[] = {
	[MANIFEST_IMAGE] = "image",
	[MANIFEST_INDEX] = "index",
	[MANIFEST_ATTESTATION] = "attestation",
	[MANIFEST_ARTIFACT] = "artifact",
};
static const char *const reference_states[] = {
	[REFERENCE_READ] = "read",
	[REFERENCE_UNREAD] = "unread",
};
static const char *const repository_states[] = {
	[REPOSITORY_COMPLETE] = "complete",
	[REPOSITORY_PARTIAL] = "partial",
	[REPOSITORY_SKIPPED] = "skipped",
};
/* A scan that is running has no end. */
static const char *const scan_states[] = {
	[SCAN_COMPLETE] = "complete",
	[SCAN_PARTIAL] = "partial",
	[SCAN_FAILED] = "failed",
};
static const char *const engines[] = {
	[ENGINE_DOCKER] = "docker",
	[ENGINE_CONTAINERD] = "containerd",
	[ENGINE_CRI] = "cri",
	[ENGINE_CONTAINERS_STORAGE] = "containers-storage",
};
static const char *const sharings[] = {
	[SHARING_CHAINS] = "chains",
	[SHARING_CHAINS_DISK] = "chains_disk",
	[SHARING_CUMULATIVE] = "cumulative",
	[SHARING_NOT_MODELLED] = "not_modelled",
};
static const char *const units[] = {
	[UNIT_COMPRESSED] = "compressed",
	[UNIT_TAR] = "tar",
	[UNIT_APPARENT] = "apparent",
	[UNIT_ALLOCATED] = "allocated",
};
static const char *const libcs[] = {
	[LIBC_UNKNOWN] = "unknown",
	[LIBC_NONE] = "none",
	[LIBC_GLIBC] = "glibc",
	[LIBC_MUSL] = "musl",
};
static const char *const entrypoints[] = {
	[ENTRYPOINT_UNKNOWN] = "unknown",
	[ENTRYPOINT_STATIC] = "static",
	[ENTRYPOINT_DYNAMIC] = "dynamic",
	[ENTRYPOINT_SCRIPT] = "script",
	[ENTRYPOINT_INTERPRETER] = "interpreter",
};

/* Rows of the tables: (struct, member, …). MUST_ is required, MAY_ is not. */
#define ROW(s, m, t, r, limit, ...)                                                                \
	{                                                                                          \
		.name = #m, .type = (t), .required = (r), .offset = offsetof(struct s, m),         \
		.max = (limit), ##__VA_ARGS__                                                      \
	}
#define NAMED(s, m, text, t, r, limit)                                                             \
	{                                                                                          \
		.name = (text), .type = (t), .required = (r), .offset = offsetof(struct s, m),     \
		.max = (limit)                                                                     \
	}
#define MUST_TEXT(s, m, limit) ROW(s, m, FIELD_TEXT, true, limit)
#define MAY_TEXT(s, m, limit)  ROW(s, m, FIELD_TEXT, false, limit)
#define MUST_DIGEST(s, m)      ROW(s, m, FIELD_DIGEST, true, 0)
#define MAY_DIGEST(s, m)       ROW(s, m, FIELD_DIGEST, false, 0)
#define MUST_BYTES(s, m)       ROW(s, m, FIELD_BYTES, true, RECORD_MAX_SIZE_BYTES)
#define MAY_BYTES(s, m)        ROW(s, m, FIELD_BYTES, false, RECORD_MAX_SIZE_BYTES)
#define MUST_TIME(s, m)        ROW(s, m, FIELD_TIME, true, 0)
#define MAY_TIME(s, m)         ROW(s, m, FIELD_TIME, false, 0)
#define FLAG(s, m)             ROW(s, m, FIELD_FLAG, false, 0)
#define PLATFORM(s, m)         ROW(s, m, FIELD_PLATFORM, false, 0)
#define WORD(s, m, list)                                                                           \
	ROW(s, m, FIELD_WORD, true, 0, .words = (list), .word_count = countof(list))
#define SEVERAL(s, m, count, t, limit, ...)                                                        \
	ROW(s, m, t, false, limit, .count_offset = offsetof(struct s, count), ##__VA_ARGS__)
#define SHAPE(text, s, rows)                                                                       \
	{                                                                                          \
		.name = (text), .size = sizeof(struct s), .fields = (rows),                        \
		.field_count = countof(rows)                                                       \
	}

static const struct field layer_fields[] = {
	MUST_DIGEST(record_layer, digest),
	MUST_BYTES(record_layer, size_bytes),
	FLAG(record_layer, foreign),
};
static const struct shape layer_shape = SHAPE("layer", record_layer, layer_fields);

static const struct field child_fields[] = {
	MUST_DIGEST(record_child, digest),
	MUST_BYTES(record_child, size_bytes),
	PLATFORM(record_child, platform),
	FLAG(record_child, attestation),
	MAY_DIGEST(record_child, attests),
};
static const struct shape child_shape = SHAPE("child", record_child, child_fields);

static const struct field scan_fields[] = {
	WORD(record_scan, source_kind, source_kinds),
	MUST_TEXT(record_scan, source_name, MAX_TEXT),
	MUST_TIME(record_scan, started_at),
	MAY_TEXT(record_scan, selection, RECORD_MAX_SELECTION),
	FLAG(record_scan, some_platforms),
};
static const struct field manifest_fields[] = {
	MUST_DIGEST(record_manifest, digest),
	MUST_BYTES(record_manifest, size_bytes),
	WORD(record_manifest, kind, manifest_kinds),
	MUST_TEXT(record_manifest, media_type, 255),
	MAY_TEXT(record_manifest, artifact_type, MAX_NAME),
	MAY_DIGEST(record_manifest, config),
	MUST_BYTES(record_manifest, config_size_bytes),
	SEVERAL(record_manifest, layers, layer_count, FIELD_LIST, RECORD_MAX_LAYERS,
	        .of = &layer_shape),
	SEVERAL(record_manifest, children, child_count, FIELD_LIST, RECORD_MAX_CHILDREN,
	        .of = &child_shape),
	MAY_DIGEST(record_manifest, subject),
	MAY_TEXT(record_manifest, base_name, MAX_TEXT),
	NAMED(record_manifest, base_digest_text, "base_digest", FIELD_TEXT, false, MAX_TEXT),
};
static const struct field config_fields[] = {
	MUST_DIGEST(record_config, digest),
	MUST_BYTES(record_config, size_bytes),
	PLATFORM(record_config, platform),
	MAY_TIME(record_config, created_at),
	SEVERAL(record_config, diff_ids, diff_id_count, FIELD_DIGESTS, RECORD_MAX_LAYERS),
	NAMED(record_config, details_json, "details", FIELD_DOCUMENT, true, 65536),
};
static const struct field reference_fields[] = {
	MUST_TEXT(record_reference, repository, MAX_TEXT),
	MUST_TEXT(record_reference, tag, MAX_NAME),
	WORD(record_reference, state, reference_states),
	MAY_DIGEST(record_reference, digest),
};
static const struct field repository_fields[] = {
	MUST_TEXT(record_repository, name, MAX_TEXT),
	WORD(record_repository, state, repository_states),
};
static const struct field absent_fields[] = {
	MUST_TEXT(record_absent, repository, MAX_TEXT),
	MUST_DIGEST(record_absent, digest),
};
static const struct field problem_fields[] = {
	MUST_TEXT(record_problem, place, MAX_TEXT),
	MUST_TEXT(record_problem, message, MAX_TEXT),
	FLAG(record_problem, harmless),
};
static const struct field scan_end_fields[] = {
	WORD(record_scan_end, state, scan_states),
	MUST_TIME(record_scan_end, ended_at),
	FLAG(record_scan_end, catalogue_complete),
};
static const struct field node_fields[] = {
	MUST_TEXT(record_node, name, INVENTORY_MAX_NODE_BYTES),
	SEVERAL(record_node, labels, label_count, FIELD_LABELS, MAX_LABELS),
	MAY_BYTES(record_node, memory_bytes),
};
static const struct field store_fields[] = {
	MUST_TEXT(record_store, node, INVENTORY_MAX_NODE_BYTES),
	WORD(record_store, engine, engines),
	MUST_TEXT(record_store, driver, MAX_NAME),
	MAY_TEXT(record_store, namespace, MAX_NAME),
	MAY_TEXT(record_store, root, MAX_TEXT),
	WORD(record_store, sharing, sharings),
	WORD(record_store, unit, units),
	MAY_TEXT(record_store, content_pool, MAX_TEXT),
};
static const struct field chain_fields[] = {
	MUST_DIGEST(record_chain, chain_id),
	MAY_DIGEST(record_chain, parent),
	MUST_DIGEST(record_chain, diff_id),
	MAY_BYTES(record_chain, size_bytes),
	MAY_TIME(record_chain, unpacked_at),
	FLAG(record_chain, build_cache),
};
static const struct field node_image_fields[] = {
	MUST_DIGEST(record_node_image, config),
	MAY_DIGEST(record_node_image, chain),
	FLAG(record_node_image, chain_unknown),
	SEVERAL(record_node_image, manifests, manifest_count, FIELD_DIGESTS, MAX_LIST),
	SEVERAL(record_node_image, names, name_count, FIELD_TEXTS, MAX_LIST),
};
static const struct field container_fields[] = {
	MUST_TEXT(record_container, id, MAX_NAME),
	MAY_DIGEST(record_container, config),
	MAY_DIGEST(record_container, chain),
	FLAG(record_container, running),
	MAY_BYTES(record_container, writable_bytes),
	MAY_BYTES(record_container, mapped_file_bytes),
	MAY_BYTES(record_container, rss_file_bytes),
};
static const struct field extra_fields[] = {
	MUST_TEXT(record_extra, part, MAX_NAME),
	MUST_BYTES(record_extra, count),
	MUST_BYTES(record_extra, bytes),
	WORD(record_extra, unit, units),
};
static const struct field store_blob_fields[] = {
	MUST_DIGEST(record_store_blob, digest),
	MAY_DIGEST(record_store_blob, diff_id),
	MAY_BYTES(record_store_blob, kept_bytes),
};
static const struct field chain_facts_fields[] = {
	MUST_DIGEST(record_chain_facts, chain_id),
	MAY_TEXT(record_chain_facts, os_id, MAX_NAME),
	MAY_TEXT(record_chain_facts, os_version, MAX_NAME),
	WORD(record_chain_facts, libc, libcs),
};
static const struct field image_facts_fields[] = {
	MUST_DIGEST(record_image_facts, config),
	WORD(record_image_facts, entrypoint, entrypoints),
};
static const struct field resident_fields[] = {
	MUST_DIGEST(record_resident, chain_id),
	MUST_BYTES(record_resident, file_bytes),
	MUST_BYTES(record_resident, measured_bytes),
	MUST_BYTES(record_resident, resident_bytes),
};

const struct shape inventory_shapes[] = {
	[RECORD_SCAN] = SHAPE("scan", record_scan, scan_fields),
	[RECORD_MANIFEST] = SHAPE("manifest", record_manifest, manifest_fields),
	[RECORD_CONFIG] = SHAPE("config", record_config, config_fields),
	[RECORD_REFERENCE] = SHAPE("reference", record_reference, reference_fields),
	[RECORD_REPOSITORY] = SHAPE("repository", record_repository, repository_fields),
	[RECORD_ABSENT] = SHAPE("absent", record_absent, absent_fields),
	[RECORD_PROBLEM] = SHAPE("problem", record_problem, problem_fields),
	[RECORD_SCAN_END] = SHAPE("scan_end", record_scan_end, scan_end_fields),
	[RECORD_NODE] = SHAPE("node", record_node, node_fields),
	[RECORD_STORE] = SHAPE("store", record_store, store_fields),
	[RECORD_CHAIN] = SHAPE("chain", record_chain, chain_fields),
	[RECORD_NODE_IMAGE] = SHAPE("node_image", record_node_image, node_image_fields),
	[RECORD_CONTAINER] = SHAPE("container", record_container, container_fields),
	[RECORD_EXTRA] = SHAPE("extra", record_extra, extra_fields),
	[RECORD_STORE_BLOB] = SHAPE("store_blob", record_store_blob, store_blob_fields),
	[RECORD_CHAIN_FACTS] = SHAPE("chain_facts", record_chain_facts, chain_facts_fields),
	[RECORD_IMAGE_FACTS] = SHAPE("image_facts", record_image_facts, image_facts_fields),
	[RECORD_RESIDENT] = SHAPE("resident", record_resident, resident_fields),
};
const size_t inventory_shape_count = countof(inventory_shapes);

const char *
inventory_state_name(enum scan_state state)
{
	return state < countof(scan_states) ? scan_states[state] : NULL;
}

int
inventory_check_max(const struct field *field, uint64_t count, struct error *err)
{
	static const char *const of[] = {
		[FIELD_TEXT] = " bytes",
		[FIELD_DOCUMENT] = " bytes",
		[FIELD_DIGESTS] = " elements",
		[FIELD_TEXTS] = " elements",
		[FIELD_LABELS] = " members",
		[FIELD_LIST] = " elements",
	};

	if (count <= field->max)
		return 0;
	return fail(err, ERROR_LIMIT, "%s: more than %llu%s", field->name,
	        (unsigned long long)field->max,
	        field->type < countof(of) && of[field->type] != NULL ? of[field->type] : "");
}
