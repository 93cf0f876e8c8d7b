/*
 * OCI layouts for tests, in a temporary folder, with right digests unless a test breaks them. A
 * failure to write ends the test program.
 */
#ifndef TESTS_SUPPORT_LAYOUT_MAKER_H
#define TESTS_SUPPORT_LAYOUT_MAKER_H

#include <stddef.h>

#include "common/buf.h"
#include "schema/digest.h"

#define MADE_INDEX    "application/vnd.oci.image.index.v1+json"
#define MADE_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define MADE_CONFIG   "application/vnd.oci.image.config.v1+json"
#define MADE_LAYER    "application/vnd.oci.image.layer.v1.tar+gzip"

struct made {
	struct digest digest;
	size_t length;
	char text[DIGEST_TEXT_SIZE];
};

struct maker {
	char path[64]; /* the folder, /tmp/layout-… */
	struct buf entries;
};

/* The folder with oci-layout and an empty blobs/sha256. */
void maker_init(struct maker *maker);
/* Removes the folder. */
void maker_release(struct maker *maker);

/* A blob with this content. */
struct made maker_blob(struct maker *maker, const char *content);
/* A config of linux/ARCHITECTURE whose only diff ID is that of the text `content`. */
struct made maker_config(struct maker *maker, const char *architecture, const char *content);
/* A manifest with one layer. */
struct made maker_manifest(
        struct maker *maker, const struct made *config, const struct made *layer);
/* All three: an image whose layer holds `content`. */
struct made maker_image(struct maker *maker, const char *content);
/* An index of children of one media type. */
struct made maker_index(
        struct maker *maker, const struct made *children[], size_t count, const char *media_type);
/* A descriptor; `more` is appended to its members (",\"annotations\":…"), "" = nothing. */
void maker_descriptor(
        struct buf *out, const char *media_type, const struct made *made, const char *more);

/* An entry of index.json named by org.opencontainers.image.ref.name; NULL = no name. */
void maker_name(
        struct maker *maker, const char *media_type, const struct made *made, const char *name);
/* An entry as it is, JSON. */
void maker_entry(struct maker *maker, const char *descriptor);
/* Writes index.json with the entries so far. */
void maker_finish(struct maker *maker);

/* A file below the folder: (over)written, removed. */
void maker_write(struct maker *maker, const char *name, const char *content);
void maker_remove(struct maker *maker, const char *name);
/* "blobs/sha256/HEX" */
const char *maker_blob_name(const struct made *made, char out[160]);

#endif
