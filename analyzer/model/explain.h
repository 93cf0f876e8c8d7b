/*
 * explain: what a set of images really costs, who shares what with it, what deleting it frees.
 *
 * Deleting a set means: its manifests and every reference to them go, in all sources; an index goes
 * when all images it names are in the set (a child that was not read is not in the set), and an
 * attestation or artifact whose subject is gone goes with it, as does an index of nothing but such.
 * What is then reached by nothing is freed. (The registry's garbage collection does it.)
 *
 * What deleting frees is asked of all platforms, whatever the attribution was restricted to.
 */
#ifndef ANALYZER_MODEL_EXPLAIN_H
#define ANALYZER_MODEL_EXPLAIN_H

#include "analyzer/model/attribution.h"
#include "analyzer/model/bases.h"

/* One layer of one image, and with how many other images it is shared. */
struct explain_layer {
	uint32_t node;         /* of the trie: the chain up to here */
	uint32_t layer;        /* into snapshot.layers, of the manifest that is shown */
	uint32_t chain_images; /* other images with this chain (shared on disk and in memory too) */
	uint32_t blob_images;  /* other images with this blob anywhere (shared in the registry) */
	uint32_t repositories; /* distinct repositories of the latter */
};

struct explain_image {
	uint32_t image;
	struct explain_layer *layers; /* bottom first */
	uint32_t layer_count;
};

struct explain {
	struct explain_image *images; /* ascending, each once */
	uint32_t image_count;
	uint64_t logical_bytes;    /* of the set, registries */
	uint64_t attributed_bytes; /* its fair share */
	uint64_t frees_registry_bytes;
	uint64_t frees_layout_bytes;
	uint64_t *frees_bytes; /* per source, what these two are the sums of */
};

/* How a name led to an image; NONE = it did not, or through no reference. */
struct explain_named {
	uint32_t reference; /* the first of the name's that leads to the image */
	uint32_t manifest;  /* of the image, where the name found it */
};

/*
 * Which images a name means: "HOST/REPO:TAG", "HOST/REPO@DIGEST" (index, manifest), "HOST/REPO"
 * (all its tags), the same without the host if it means the same images in every source that has
 * it; a bare digest or a prefix of ≥ 12 hex, with or without "sha256:" (config or manifest), if
 * only one document has it. An index means all its images. Appends image indices, ascending, to
 * `images` (room for image_count); returns how many. 0 = no such image, or explain_is_ambiguous().
 */
uint32_t explain_find(const struct snapshot *snapshot, const char *name, uint32_t *images);
/* The same; `named` has an entry per image of the snapshot, and those that are NONE are filled for
 * the images found. */
uint32_t explain_find_named(const struct snapshot *snapshot, const char *name, uint32_t *images,
        struct explain_named *named);
/* True if a name without host means other images in another source, or a prefix fits several
 * documents. */
bool explain_is_ambiguous(const struct snapshot *snapshot, const char *name);

/* Whose blobs are shown of each image: recompressed twins have others. The manifest that was
 * asked for, else one in a registry, else the one that stands for the image; `named` may be NULL.
 * In the arena, per image. All have as many layers as the image's chain. */
uint32_t *explain_manifests(
        const struct snapshot *snapshot, const struct explain_named *named, struct arena *arena);

/* `manifests` as explain_manifests() has them. */
struct explain *explain_build(const struct snapshot *snapshot, const struct trie *trie,
        const struct attribution *attribution, const uint32_t *images, uint32_t image_count,
        const uint32_t *manifests, struct arena *arena);

#endif
