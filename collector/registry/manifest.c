/*
 * What a document holds (each descriptor checked), and then what it counts as (model.md 5). Which
 * type it is has been decided before (collector/registry/manifest_type.c).
 *
 * Foreign is decided by media type alone. `urls` on an ordinary layer do not make it foreign: the
 * registry holds such a layer too, and the urls are never followed (CVE-2020-15157).
 */
#include "collector/registry/manifest.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "collector/registry/descriptor.h"
#include "collector/registry/json.h"
#include "collector/registry/manifest_type.h"
#include "common/memory.h"

#define ATTESTATION_ANNOTATION "vnd.docker.reference.type"
#define ATTESTATION_VALUE      "attestation-manifest"
#define ATTESTATION_SUBJECT    "vnd.docker.reference.digest"
#define MAX_NAME_BYTES         512
#define MAX_MEDIA_TYPE_BYTES   255

/* --- what it holds ---------------------------------------------------------------------- */

/* An array of descriptors of at most `max` elements; null is an empty one (Go writes it so). */
static int
decode_array(json_t **out, const json_t *root, const char *member, size_t max, struct error *err)
{
	if (json_member_array(out, root, NULL, member, err) < 0)
		return -1;
	if (json_array_size(*out) > max)
		return fail(err, ERROR_LIMIT, "%s: %zu entries, more than the limit of %zu", member,
		        json_array_size(*out), max);
	return 0;
}

static int
decode_element(struct descriptor *out, const json_t *array, const char *member, size_t i,
        struct error *err)
{
	char place[JSON_PLACE_SIZE];

	snprintf(place, sizeof(place), "%s[%zu]", member, i);
	return descriptor_decode(out, json_array_get(array, i), place, err);
}

static bool
is_attestation(const struct descriptor *child)
{
	const char *type = annotation_text(child->annotations, ATTESTATION_ANNOTATION);

	return type != NULL && strcmp(type, ATTESTATION_VALUE) == 0;
}

static int
decode_children(
        struct record_manifest *out, struct arena *arena, const json_t *root, struct error *err)
{
	struct record_child *children;
	json_t *array = NULL;

	if (decode_array(&array, root, "manifests", RECORD_MAX_CHILDREN, err))
		return -1;
	out->child_count = json_array_size(array);
	out->children = children = arena_new(arena, struct record_child, out->child_count);
	for (size_t i = 0; i < out->child_count; i++) {
		struct descriptor child;

		if (decode_element(&child, array, "manifests", i, err))
			return -1;
		children[i] = (struct record_child){
			.digest = child.digest,
			.size_bytes = child.size_bytes,
			.platform = child.platform,
			.attestation = is_attestation(&child),
		};
		const char *subject = annotation_text(child.annotations, ATTESTATION_SUBJECT);
		if (children[i].attestation && subject != NULL)
			digest_parse(&children[i].attests, subject);
	}
	return 0;
}

/* What the layers are, together. */
struct layer_kinds {
	size_t count;
	size_t in_toto;
	size_t documents; /* cannot be a file system */
};

/* Signatures and bills of material lie as layers under an image config (cosign). A file system
 * never travels as JSON, XML or plain text; layers of types we do not know may well be one. */
static bool
is_document(const struct descriptor *layer)
{
	static const char *const endings[] = { "+json", "/json", "+xml", "/xml" };
	size_t length = strcspn(layer->media_type, "; \t");

	if (layer->type != MEDIA_OTHER && layer->type != MEDIA_IN_TOTO)
		return false;
	if (strncasecmp(layer->media_type, "text/", 5) == 0)
		return true;
	for (size_t i = 0; i < countof(endings); i++) {
		size_t tail = strlen(endings[i]);

		if (length > tail &&
		        strncasecmp(layer->media_type + length - tail, endings[i], tail) == 0)
			return true;
	}
	return false;
}

static int
decode_layers(struct record_manifest *out, struct layer_kinds *kinds, struct arena *arena,
        const json_t *root, struct error *err)
{
	struct record_layer *layers;
	json_t *array = NULL;

	if (decode_array(&array, root, "layers", RECORD_MAX_LAYERS, err))
		return -1;
	kinds->count = out->layer_count = json_array_size(array);
	out->layers = layers = arena_new(arena, struct record_layer, out->layer_count);
	for (size_t i = 0; i < out->layer_count; i++) {
		struct descriptor layer;

		if (decode_element(&layer, array, "layers", i, err))
			return -1;
		layers[i] = (struct record_layer){
			.digest = layer.digest,
			.size_bytes = layer.size_bytes,
			.foreign = layer.type == MEDIA_LAYER_FOREIGN,
		};
		kinds->in_toto += layer.type == MEDIA_IN_TOTO;
		kinds->documents += is_document(&layer);
	}
	return 0;
}

static int
decode_subject(struct record_manifest *out, const json_t *root, struct error *err)
{
	struct descriptor subject;
	json_t *value = NULL;

	if (json_member_object(&value, root, NULL, "subject", err) < 0)
		return -1;
	if (value == NULL)
		return 0;
	if (descriptor_decode(&subject, value, "subject", err))
		return -1;
	out->subject = subject.digest;
	return 0;
}

static int
decode_annotations(
        struct record_manifest *out, struct arena *arena, const json_t *root, struct error *err)
{
	json_t *annotations = NULL;

	if (json_member_object(&annotations, root, NULL, "annotations", err) < 0)
		return -1;
	out->base_name = json_text_copy(arena,
	        annotation_text(annotations, "org.opencontainers.image.base.name"), MAX_NAME_BYTES);
	out->base_digest_text = json_text_copy(arena,
	        annotation_text(annotations, "org.opencontainers.image.base.digest"),
	        MAX_NAME_BYTES);
	return 0;
}

/* --- what it counts as ------------------------------------------------------------------ */

/*
 * Docker schema 2 images from 2016 carry these instead of a config type; moby accepts the same
 * list. No type at all means an image there, and here.
 */
static bool
is_old_image_config(const char *media_type)
{
	static const char *const old[] = { "application/octet-stream", "application/json",
		"text/html" };

	for (size_t i = 0; i < countof(old); i++) {
		if (strcasecmp(media_type, old[i]) == 0)
			return true;
	}
	return false;
}

static bool
is_image_config(const struct descriptor *config, enum media_type type)
{
	return config->type == MEDIA_NONE || media_type_is_image_config(config->type) ||
	       (type == MEDIA_DOCKER_MANIFEST && is_old_image_config(config->media_type));
}

static enum manifest_kind
classify(const struct descriptor *config, const struct layer_kinds *kinds, enum media_type type,
        const char *artifact_type)
{
	if (kinds->count > 0 && kinds->in_toto == kinds->count)
		return MANIFEST_ATTESTATION;
	if (*artifact_type != '\0' || !is_image_config(config, type))
		return MANIFEST_ARTIFACT;
	if (kinds->count > 0 && kinds->documents == kinds->count)
		return MANIFEST_ARTIFACT;
	return MANIFEST_IMAGE;
}

static int
decode_image(struct record_manifest *out, struct arena *arena, const json_t *root,
        enum media_type type, const char *artifact_type, struct error *err)
{
	struct layer_kinds kinds = { 0 };
	struct descriptor config;

	if (descriptor_decode(&config, json_object_get(root, "config"), "config", err) ||
	        decode_layers(out, &kinds, arena, root, err))
		return -1;
	out->config = config.digest;
	out->config_size_bytes = config.size_bytes;
	out->kind = classify(&config, &kinds, type, artifact_type);
	/* image-spec manifest.md: without artifactType the config's type says what it is. */
	if (*artifact_type == '\0' && !is_image_config(&config, type))
		artifact_type = config.media_type;
	if (*artifact_type != '\0')
		out->artifact_type = json_text_copy(arena, artifact_type, MAX_MEDIA_TYPE_BYTES);
	return 0;
}

static int
decode_document(struct record_manifest *out, struct arena *arena, const json_t *root,
        enum media_type type, struct error *err)
{
	const char *artifact_type = "";

	if (decode_subject(out, root, err) || decode_annotations(out, arena, root, err) ||
	        json_member_text(&artifact_type, root, NULL, "artifactType", err) < 0)
		return -1;
	if (!media_type_is_index(type))
		return decode_image(out, arena, root, type, artifact_type, err);
	out->kind = MANIFEST_INDEX;
	if (*artifact_type != '\0')
		out->artifact_type = json_text_copy(arena, artifact_type, MAX_MEDIA_TYPE_BYTES);
	return decode_children(out, arena, root, err);
}

enum manifest_result
manifest_decode(struct record_manifest *out, struct arena *arena, const struct digest *digest,
        const char *content_type, const char *body, size_t length, struct error *err)
{
	json_auto_t *root = json_decode(body, length, err);
	enum manifest_result result;
	const char *type_text;
	enum media_type type;

	*out = (struct record_manifest){ .digest = *digest, .size_bytes = length };
	if (root == NULL)
		return MANIFEST_BAD;
	if (!json_is_object(root)) {
		fail(err, ERROR_FAILED, "not a JSON object");
		return MANIFEST_BAD;
	}
	result = manifest_type(&type, &type_text, root, content_type, err);
	if (result != MANIFEST_OK)
		return result;
	out->media_type = arena_strndup(arena, type_text, strcspn(type_text, "; \t"));
	return decode_document(out, arena, root, type, err) ? MANIFEST_BAD : MANIFEST_OK;
}
