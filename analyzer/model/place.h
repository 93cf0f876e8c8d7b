/*
 * Where bytes lie: the dedup groups of all sources, and who uses what in them. The one place that
 * decides which blobs count, for usage, attribution, explain and deletion alike.
 *
 * A group is what stores a blob once: a whole registry, one namespace or one repository of it
 * (dedup_scope), or one layout. In a group every reached blob is there once and has a class:
 * IMAGE if any reached image uses it, else INDEX if it is an index document, else ARTIFACT.
 * Reached = from a reference, through children of indexes, plus manifests whose subject is reached.
 * (Those that a reference reaches somewhere lie where references reach them; the others, known
 * from the referrers API only, wherever their subject is.) Foreign layers and absent children are
 * in no group.
 */
#ifndef ANALYZER_MODEL_PLACE_H
#define ANALYZER_MODEL_PLACE_H

#include "analyzer/model/snapshot.h"

enum blob_class { BLOB_IMAGE, BLOB_INDEX, BLOB_ARTIFACT };

struct place_use {
	uint32_t blob;
	enum blob_class class;
	bool kept; /* an index or artifact uses it too, so it stays when all images go */
	/* The distinct images that use it, ascending, into group.users; none unless BLOB_IMAGE. */
	uint32_t users, user_count;
};

struct place_group {
	uint32_t source;
	const char *name;       /* "" = the whole source, else the namespace or repository */
	uint32_t *repositories; /* ascending */
	uint32_t repository_count;
	struct place_use *uses; /* ascending by blob */
	uint32_t use_count;
	uint32_t *users;     /* image indices */
	uint32_t *manifests; /* reached, ascending, every kind */
	uint32_t manifest_count;
	uint32_t image_manifest_count; /* of these, images */
	uint32_t reference_count;      /* leading to any of them */
	uint64_t image_logical_bytes;  /* Σ over reached image manifests of their distinct blobs */
	uint64_t image_bytes, index_bytes, artifact_bytes; /* distinct, by class; Σ = actual */
	uint32_t foreign_layers, absent_children;          /* distinct, listed but not counted */
};

/* `platform` restricts images, and what only they use, to one platform: indexes that lead to images
 * of others only, and artifacts about such; NULL = all. `exclude_manifest`, per manifest, takes
 * documents away as if nothing reached them (deleting); NULL = none. */
struct place_options {
	const struct platform *platform;
	const bool *exclude_manifest;
};

struct places {
	struct place_options options;
	struct place_group *groups; /* by source, then name */
	uint32_t group_count;
};

/* In the arena; what the options point to must live as long. Linear in the references, edges and
 * layers of each group, after sorting. */
struct places *places_build(
        const struct snapshot *snapshot, const struct place_options *options, struct arena *arena);

#endif
