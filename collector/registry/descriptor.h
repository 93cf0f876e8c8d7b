/* Descriptors (image-spec descriptor.md): how one document names another. */
#ifndef COLLECTOR_REGISTRY_DESCRIPTOR_H
#define COLLECTOR_REGISTRY_DESCRIPTOR_H

#include <jansson.h>
#include <stdint.h>

#include "common/error.h"
#include "schema/digest.h"
#include "schema/media_type.h"
#include "schema/platform.h"

/* Strings belong to the document. Members that nobody asks for (`data`, `urls`) are not read. */
struct descriptor {
	struct digest digest;
	uint64_t size_bytes; /* ≤ RECORD_MAX_SIZE_BYTES */
	enum media_type type;
	const char *media_type;    /* "" if absent */
	const char *artifact_type; /* "" if absent */
	struct platform platform;  /* all "" if absent */
	const json_t *annotations; /* NULL if absent */
};

/* `place` is where it stands, for messages: "layers[3]". digest and size must be there. */
int descriptor_decode(struct descriptor *out, const json_t *value, const char *place,
        struct error *err) must_check;

/* From the members os, architecture and variant of an object; absent ones are "". */
int platform_decode(struct platform *out, const json_t *object, const char *place,
        struct error *err) must_check;

/* The text of an annotation, NULL if absent or no string. */
const char *annotation_text(const json_t *annotations, const char *name);

#endif
