/* Which type a manifest or index is: what it states, what its members show, and what came with it.
 */
#ifndef COLLECTOR_REGISTRY_MANIFEST_TYPE_H
#define COLLECTOR_REGISTRY_MANIFEST_TYPE_H

#include <jansson.h>

#include "collector/registry/manifest.h"

/*
 * MANIFEST_OK: *type is an index or an image manifest, its members fit, and *text is the type as
 * stated (belongs to the document or to content_type). Otherwise why not.
 */
enum manifest_result manifest_type(enum media_type *type, const char **text, const json_t *root,
        const char *content_type, struct error *err) must_check;

#endif
