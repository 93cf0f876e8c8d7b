/*
 * Images as rows and as JSON objects: shared by images, explain and report. The rows of a table
 * hold the image's index until objects are made, so that only what is shown is made.
 */
#ifndef ANALYZER_COMMAND_IMAGE_VIEW_H
#define ANALYZER_COMMAND_IMAGE_VIEW_H

#include "analyzer/command/answer.h"
#include "analyzer/model/explain.h"
#include "analyzer/model/layouts.h"
#include "analyzer/model/store_attribution.h"
#include "analyzer/model/unpacked.h"

enum image_column {
	IMAGE_NAME,
	IMAGE_PLATFORM,
	IMAGE_LAYERS,
	IMAGE_BASE,
	IMAGE_ALONE,
	IMAGE_ATTRIBUTED,
	IMAGE_UNIQUE,
	IMAGE_LAYOUTS, /* attributed in layouts; from here on not always shown: see image_view.c */
	IMAGE_NODES,
	IMAGE_NAMES,
	IMAGE_CONFIG,
	IMAGE_COLUMNS,
};

struct image_view {
	const struct answer *answer;
	struct arena arena;
	struct layouts *layouts;
	struct unpacked *unpacked;
	struct store_attribution *stores; /* of nodes */
	struct links indexes;             /* per manifest the indexes that name it */
	const struct image_bytes *of;     /* registries; layouts where there is no registry */
	const uint32_t *manifests;        /* per image, whose blobs its layers are */
	/* Per image of the snapshot, by which of its names it was asked for; NULL = none was. */
	const struct explain_named *named;
};

#define auto_image_view __attribute__((cleanup(image_view_release))) struct image_view

void image_view_init(struct image_view *view, const struct answer *answer);
void image_view_release(struct image_view *view);
/* Names and blobs as they were asked for; `named` must live as long. */
void image_view_ask(struct image_view *view, const struct explain_named *named);
/* True for an image that the answer is about, of the platform asked for: a reference or a node has
 * it. */
bool image_view_has(const struct image_view *view, uint32_t number);
/* The name that was asked for, else its first. */
const char *image_view_name(const struct image_view *view, uint32_t image, struct arena *arena);

/* An empty table with the columns that suit the format. */
void image_table_init(const struct image_view *view, struct table *table);
void image_table_add(const struct image_view *view, struct table *table, uint32_t image);
uint32_t image_table_row(const struct table *table, size_t row);
/* After selecting, for people: shorter names, with "(+2 more)" behind them. */
void image_table_finish(const struct image_view *view, struct table *table);

/* True for an image that only nodes have; then: */
bool image_is_local(const struct image_view *view, uint32_t number);
const struct snap_appearance *image_local(const struct image_view *view, uint32_t number);
const char *image_local_name(const struct image_view *view, uint32_t number, struct arena *arena);
/* Its chains, bottom first, as far as they are known. Returns how many. */
uint32_t image_local_chain(
        const struct image_view *view, uint32_t number, uint32_t **chains, struct arena *arena);
json_t *image_local_json(const struct image_view *view, uint32_t number);
/* Its shares in stores of nodes; and rows of all stores, of what no image uses, and of the images
 * that are not shown (per number). */
void image_put_stores(const struct image_view *view, json_t *disk, uint32_t number);
void image_put_stores_rest(const struct image_view *view, json_t *disk);
void image_put_stores_not_shown(const struct image_view *view, json_t *disk, const bool *shown);
uint32_t image_node_count(const struct image_view *view, uint32_t number);
/* True if the table has the column. */
bool image_table_has_layouts(const struct image_view *view);
/* What stores measured of one chain; NONE = none has it. */
json_t *image_unpacked_json(const struct image_view *view, uint32_t chain);

/* The object of contract.md, of local images too. */
json_t *image_json(const struct image_view *view, uint32_t image);
/* {"row": …, "attributed_bytes": …, "disk": […]}: what completes the sum. `shown` are the images
 * listed; NULL = all of them are. */
json_t *image_rest_json(const struct image_view *view, const bool *shown);
/* The same as rows at the end of the table; for people with the sum. */
void image_table_rest(
        const struct image_view *view, struct table *table, const bool *shown, bool with_sum);

#endif
