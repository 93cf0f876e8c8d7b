/*
 * Media types that registries send, and what they mean for counting. One table; unknown types are
 * MEDIA_OTHER and never an error.
 * Sources: image-spec media-types.md, distribution "Image Manifest V2, Schema 2", BuildKit
 * attestation-storage.
 */
#ifndef SCHEMA_MEDIA_TYPE_H
#define SCHEMA_MEDIA_TYPE_H

#include <stdbool.h>

enum media_type {
	MEDIA_NONE,            /* no media type given */
	MEDIA_OTHER,           /* not in the table */
	MEDIA_OCI_INDEX,       /* application/vnd.oci.image.index.v1+json */
	MEDIA_OCI_MANIFEST,    /* application/vnd.oci.image.manifest.v1+json */
	MEDIA_DOCKER_LIST,     /* application/vnd.docker.distribution.manifest.list.v2+json */
	MEDIA_DOCKER_MANIFEST, /* application/vnd.docker.distribution.manifest.v2+json */
	MEDIA_DOCKER_SCHEMA1,  /* application/vnd.docker.distribution.manifest.v1[+pretty]jws and
	                          +json */
	MEDIA_OCI_CONFIG,      /* application/vnd.oci.image.config.v1+json */
	MEDIA_DOCKER_CONFIG,   /* application/vnd.docker.container.image.v1+json */
	MEDIA_EMPTY,           /* application/vnd.oci.empty.v1+json */
	MEDIA_LAYER,           /* any layer tar: OCI or Docker, plain, gzip, zstd */
	MEDIA_LAYER_FOREIGN,   /* nondistributable / foreign: its bytes are elsewhere */
	MEDIA_IN_TOTO,         /* application/vnd.in-toto+json */
};

/* Parameters behind ';' and letter case are ignored. NULL or "" is MEDIA_NONE. */
enum media_type media_type_parse(const char *text);
bool media_type_is_index(enum media_type type);
/* An image manifest document (OCI or Docker schema 2). */
bool media_type_is_manifest(enum media_type type);
bool media_type_is_image_config(enum media_type type);

/* For the Accept header of manifest requests: all four types, without which distribution answers
 * 404 for an OCI manifest. */
#define MEDIA_ACCEPT_MANIFESTS                                                                     \
	"application/vnd.oci.image.index.v1+json, "                                                \
	"application/vnd.oci.image.manifest.v1+json, "                                             \
	"application/vnd.docker.distribution.manifest.list.v2+json, "                              \
	"application/vnd.docker.distribution.manifest.v2+json"

#endif
