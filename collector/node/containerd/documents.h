/*
 * Documents of images: what their names point at is read, verified, and emitted, each once. An
 * index is no image; every manifest below it that is here, with its config, is one.
 */
#ifndef COLLECTOR_NODE_CONTAINERD_DOCUMENTS_H
#define COLLECTOR_NODE_CONTAINERD_DOCUMENTS_H

#include "collector/node/containerd/snapshots.h"
#include "collector/node/contents.h"

struct document_image {
	struct digest config;
	const struct digest *diff_ids;
	size_t diff_id_count;
	struct contents_image program; /* what it runs; config and chain_id are not set here */
	bool has_config;               /* else the diff IDs are not known */
	VEC(struct digest) manifests;  /* of the index too; may repeat */
	VEC(const char *) names;       /* as containerd has them; may repeat */
};

/* Zero-initialise, with document_tree_init(). */
struct document_tree {
	struct store_scan *scan;
	struct grpc *grpc;
	const struct api_namespace *namespace;
	struct arena arena;
	struct map seen; /* documents, to `entries` */
	VEC(struct document_entry *) entries;
	struct map by_config; /* to `images` */
	VEC(struct document_image) images;
	struct map layers; /* blobs of layers, to `layer_diff_ids` */
	VEC(struct digest) layer_diff_ids;
};

void document_tree_init(struct document_tree *documents);
void document_tree_release(struct document_tree *documents);
/* Everything that the namespace has names for. What is wrong with a document is a problem; -1 only
 * when the sink failed. */
int document_tree_read(struct document_tree *documents, struct error *err) must_check;
/* The image that a name points at, the one of this machine's platform if it is several; NULL. */
const struct document_image *document_tree_find(
        const struct document_tree *documents, const char *name);
/* The diff ID of the layer in a blob, as configs say; NULL if it is no layer of theirs. */
const struct digest *document_tree_diff_id(
        const struct document_tree *documents, const struct digest *blob);

#endif
