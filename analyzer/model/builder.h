/*
 * Makes a snapshot out of facts given in any order. Used by the store's loader, by tests and by
 * generators; it sorts, resolves digests to indices and drops what nothing can reach. Facts are
 * copied. The same facts in another order give the same snapshot.
 *
 * A blob whose size was measured (a document, a config that was read) has that size, another one
 * what the manifest with the lowest digest claims. An image without a config is an artifact.
 */
#ifndef ANALYZER_MODEL_BUILDER_H
#define ANALYZER_MODEL_BUILDER_H

#include "analyzer/model/snapshot.h"
#include "common/error.h"

struct builder;

struct builder *builder_new(int64_t at);
void builder_free(struct builder *builder); /* without finishing */

/* Handles for the calls below; they are not the indices of the snapshot. */
uint32_t builder_source(struct builder *builder, const struct snap_source *source);
uint32_t builder_repository(struct builder *builder, uint32_t source, const char *name);
void builder_manifest(struct builder *builder, const struct record_manifest *manifest);
void builder_config(struct builder *builder, const struct record_config *config);
/* A reference to a document that was never given is dropped. */
void builder_reference(struct builder *builder, uint32_t repository, const char *tag,
        const struct digest *digest, int64_t since);
/* An index in this source names the document, and the source does not have it. */
void builder_absent(struct builder *builder, uint32_t source, const struct digest *digest);
void builder_problem(struct builder *builder, uint32_t source, const struct record_problem *problem,
        int64_t since);

/*
 * What lies on nodes. Handles again; an appearance is given once and put into many stores. What
 * points at a chain that was never given has none.
 */
uint32_t builder_node(
        struct builder *builder, const char *name, const char *labels_json, uint64_t memory_bytes);
uint32_t builder_store(
        struct builder *builder, uint32_t source, uint32_t node, const struct record_store *store);
void builder_chain(struct builder *builder, const struct digest *chain_id,
        const struct digest *parent, const struct digest *diff_id);
void builder_store_layer(struct builder *builder, uint32_t store, const struct record_chain *chain);
uint32_t builder_appearance(struct builder *builder, const struct record_node_image *image);
void builder_store_image(struct builder *builder, uint32_t store, uint32_t appearance);
void builder_container(
        struct builder *builder, uint32_t store, const struct record_container *container);
void builder_extra(struct builder *builder, uint32_t store, const struct record_extra *extra);
void builder_store_blob(
        struct builder *builder, uint32_t store, const struct record_store_blob *blob);
void builder_resident(
        struct builder *builder, uint32_t store, const struct record_resident *resident);
/* Of whichever store; the same facts may be given again. */
void builder_chain_facts(struct builder *builder, const struct record_chain_facts *facts);
void builder_image_facts(struct builder *builder, const struct record_image_facts *facts);

/* When a store was found not to have this image any more; since when stores are scanned. */
void builder_left(struct builder *builder, const struct digest *config, int64_t at);
void builder_watched(struct builder *builder, int64_t since);

/* Frees the builder. NULL when there are more than 2^32-2 of anything. */
struct snapshot *builder_finish(struct builder *builder, struct error *err);

#endif
