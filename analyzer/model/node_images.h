/*
 * The images of nodes, each config once, whatever it is called and in however many stores it lies.
 * Those that no registry or layout has are *local*: the k-th of them goes on where the numbers of
 * snapshot.images end, so that one number stands for any image in answers.
 */
#ifndef ANALYZER_MODEL_NODE_IMAGES_H
#define ANALYZER_MODEL_NODE_IMAGES_H

#include "analyzer/model/snapshot.h"

struct node_image {
	uint32_t number;                        /* into snapshot.images, or of a local one */
	uint32_t appearances, appearance_count; /* into snapshot.appearances */
	uint32_t stores, store_count;           /* into node_images.stores, ascending */
};

struct node_images {
	struct node_image *at; /* by config digest */
	uint32_t count;
	uint32_t *by_number;   /* per number: into `at`; NONE = on no node */
	uint32_t number_count; /* of all images */
	uint32_t *stores;
	uint32_t *of_appearance; /* into `at` */
};

struct node_images *node_images_build(const struct snapshot *snapshot, struct arena *arena);
/* NULL if it is on no node. */
static inline const struct node_image *
node_image_of(const struct node_images *images, uint32_t number)
{
	return images->by_number[number] == NONE ? NULL : &images->at[images->by_number[number]];
}
/* Of a local one: it is on some node, or it would have no number. */
static inline const struct node_image *
node_image_local(const struct node_images *images, uint32_t number)
{
	return &images->at[images->by_number[number]];
}
/* How it looks in the first store, its labels with it. */
static inline const struct snap_appearance *
node_image_shown(const struct snapshot *snapshot, const struct node_image *image)
{
	return &snapshot->appearances[image->appearances];
}
/* Distinct nodes that hold it. */
uint32_t node_image_nodes(const struct snapshot *snapshot, const struct node_images *images,
        const struct node_image *image);
/* The chain with this ChainID; NONE. */
uint32_t node_chain(const struct snapshot *snapshot, const struct digest *chain_id);

#endif
