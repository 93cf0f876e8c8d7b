/*
 * Strict where we count or fetch (digest, size), and about types everywhere: a document that says
 * "size": "12" would be read differently by somebody else.
 */
#include "collector/registry/descriptor.h"

#include <stdio.h>

#include "collector/registry/json.h"
#include "schema/record.h"

static int
decode_digest(struct digest *out, const json_t *value, const char *place, struct error *err)
{
	const char *text = NULL;
	int found = json_member_text(&text, value, place, "digest", err);

	if (found < 0)
		return -1;
	if (found == 0)
		return fail(err, ERROR_FAILED, "%s.digest: missing", place);
	if (!digest_parse(out, text))
		return fail(err, ERROR_FAILED,
		        "%s.digest: '%.160s' is not a sha256 or sha512 digest", place, text);
	return 0;
}

static int
decode_size(uint64_t *out, const json_t *value, const char *place, struct error *err)
{
	int found = json_member_count(out, value, place, "size", RECORD_MAX_SIZE_BYTES, err);

	if (found < 0)
		return -1;
	return found > 0 ? 0 : fail(err, ERROR_FAILED, "%s.size: missing", place);
}

int
platform_decode(struct platform *out, const json_t *object, const char *place, struct error *err)
{
	const char *os = NULL, *architecture = NULL, *variant = NULL;

	if (json_member_text(&os, object, place, "os", err) < 0 ||
	        json_member_text(&architecture, object, place, "architecture", err) < 0 ||
	        json_member_text(&variant, object, place, "variant", err) < 0)
		return -1;
	platform_set(out, os, architecture, variant);
	return 0;
}

static int
decode_platform(struct platform *out, const json_t *value, const char *place, struct error *err)
{
	char inner[JSON_PLACE_SIZE];
	json_t *platform = NULL;

	if (json_member_object(&platform, value, place, "platform", err) < 0)
		return -1;
	if (platform == NULL)
		return 0;
	snprintf(inner, sizeof(inner), "%s.platform", place);
	return platform_decode(out, platform, inner, err);
}

int
descriptor_decode(struct descriptor *out, const json_t *value, const char *place, struct error *err)
{
	json_t *annotations = NULL;

	*out = (struct descriptor){ .media_type = "", .artifact_type = "" };
	if (!json_is_object(value))
		return fail(err, ERROR_FAILED, "%s: not an object", place);
	if (decode_digest(&out->digest, value, place, err) ||
	        decode_size(&out->size_bytes, value, place, err) ||
	        decode_platform(&out->platform, value, place, err) ||
	        json_member_text(&out->media_type, value, place, "mediaType", err) < 0 ||
	        json_member_text(&out->artifact_type, value, place, "artifactType", err) < 0 ||
	        json_member_object(&annotations, value, place, "annotations", err) < 0)
		return -1;
	out->annotations = annotations;
	out->type = media_type_parse(out->media_type);
	return 0;
}

const char *
annotation_text(const json_t *annotations, const char *name)
{
	return json_string_value(json_object_get(annotations, name));
}
