/* explain for people, and the names that nothing has. */
#ifndef ANALYZER_COMMAND_EXPLAIN_VIEW_H
#define ANALYZER_COMMAND_EXPLAIN_VIEW_H

#include "analyzer/command/image_view.h"
#include "analyzer/model/explain.h"
#include "analyzer/model/explain_nodes.h"

/* What is answered: the images of the set by number (node_images.h), in registries and on nodes. */
struct explained {
	const struct explain *registries;
	const struct explain_nodes *nodes;
	uint32_t count; /* of the set */
};

/* A block for each row of the table, or the table itself if these are many; then the whole set. */
void explain_text(const struct image_view *view, const struct explained *explained,
        struct table *table, FILE *out);
/* A row for each layer of each image in the table. */
void explain_csv(const struct image_view *view, const struct explain *explain,
        const struct table *table, FILE *out);
/* A size as it was asked for. */
const char *explain_bytes_text(const struct image_view *view, uint64_t bytes, char out[24]);
/* The parts about nodes: members of an image's object, of "frees" and of the document. */
void explain_put_nodes(const struct image_view *view, json_t *object, uint32_t number);
/* The member "shared" of the layers of an image that only nodes have. */
void explain_put_local_sharing(const struct image_view *view, json_t *object, uint32_t number);
void explain_put_freed(
        const struct image_view *view, json_t *disk, const struct explain_nodes *nodes);
void explain_put_pull(const struct image_view *view, json_t *document,
        const struct explain_nodes *nodes, uint32_t set_count);
/* Which nodes hold it, in one line; and all stores as a table. */
void explain_say_nodes(const struct image_view *view, uint32_t number, FILE *out);
void explain_say_stores(const struct image_view *view, const struct explain_nodes *nodes,
        uint32_t set_count, FILE *out);
void explain_say_local(const struct image_view *view, uint32_t number, FILE *out);
/* What is known of one of its images that are in registries or layouts. */
const struct explain_image *explain_image_of(const struct explain *explain, uint32_t image);

/* Fails with what is wrong with a name that explain_find() did not find, and names that are near.
 */
int explain_fail_unknown(const struct snapshot *snapshot, const char *name, struct error *err);

#endif
