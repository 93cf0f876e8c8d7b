/* The first line is the Content-Type, the rest the document. What is accepted is within limits. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/registry/manifest.h"
#include "common/memory.h"

static void
check_accepted(const struct record_manifest *manifest)
{
	assert(manifest->kind >= MANIFEST_IMAGE && manifest->kind <= MANIFEST_ARTIFACT);
	assert(manifest->layer_count <= RECORD_MAX_LAYERS);
	assert(manifest->child_count <= RECORD_MAX_CHILDREN);
	assert(manifest->config_size_bytes <= RECORD_MAX_SIZE_BYTES);
	assert(manifest->media_type != NULL && strlen(manifest->media_type) <= 255);
	for (size_t i = 0; i < manifest->layer_count; i++) {
		assert(digest_is_set(&manifest->layers[i].digest));
		assert(manifest->layers[i].size_bytes <= RECORD_MAX_SIZE_BYTES);
	}
	for (size_t i = 0; i < manifest->child_count; i++) {
		assert(digest_is_set(&manifest->children[i].digest));
		assert(manifest->children[i].size_bytes <= RECORD_MAX_SIZE_BYTES);
	}
	if (manifest->kind == MANIFEST_INDEX)
		assert(manifest->layer_count == 0 && !digest_is_set(&manifest->config));
	else
		assert(manifest->child_count == 0 && digest_is_set(&manifest->config));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t type_length = line != NULL ? (size_t)(line - data) : 0;
	const uint8_t *body = line != NULL ? line + 1 : data;
	size_t length = size - (size_t)(body - data);
	auto_free char *content_type = xcalloc(type_length + 1, 1);
	auto_arena arena = { 0 };
	struct record_manifest manifest;
	struct error err = { 0 };
	struct digest digest;
	enum manifest_result result;

	if (type_length > 0)
		memcpy(content_type, data, type_length);
	digest_of(&digest, DIGEST_SHA256, body, length);
	result = manifest_decode(
	        &manifest, &arena, &digest, content_type, (const char *)body, length, &err);
	assert((result == MANIFEST_BAD) == (err.code != ERROR_NONE));
	if (result == MANIFEST_OK)
		check_accepted(&manifest);
	return 0;
}
