/*
 * Header, mediaType member and members must agree: two readers that trust different ones would see
 * two different images in one document (CVE-2021-41190).
 *
 *	mediaType member ─┐
 *	Content-Type     ─┼─▶ index · manifest · schema 1 · refused
 *	members          ─┘
 */
#include "collector/registry/manifest_type.h"

#include <string.h>
#include <strings.h>

#include "collector/registry/json.h"
#include "common/memory.h"

/* What servers and proxies send when they do not know: it says nothing. */
static bool
is_generic(const char *content_type)
{
	static const char *const generic[] = { "application/json", "text/plain",
		"application/octet-stream", "binary/octet-stream" };
	size_t length = strcspn(content_type, "; \t");

	for (size_t i = 0; i < countof(generic); i++) {
		if (strlen(generic[i]) == length &&
		        strncasecmp(content_type, generic[i], length) == 0)
			return true;
	}
	return length == 0;
}

/* The type that the members show, when nothing states it. */
static const char *
guess_type(const json_t *root)
{
	if (json_object_get(root, "manifests") != NULL)
		return "application/vnd.oci.image.index.v1+json";
	if (json_object_get(root, "layers") != NULL || json_object_get(root, "config") != NULL)
		return "application/vnd.oci.image.manifest.v1+json";
	return "";
}

/* The stated type, as text: the member, else the header, else by members. */
static int
decode_type(const char **out, const json_t *root, const char *content_type, struct error *err)
{
	const char *member = "", *header = is_generic(content_type) ? "" : content_type;

	if (json_member_text(&member, root, NULL, "mediaType", err) < 0)
		return -1;
	if (*member != '\0' && *header != '\0' &&
	        (media_type_parse(member) != media_type_parse(header)))
		return fail(err, ERROR_FAILED,
		        "mediaType '%.160s' disagrees with '%.160s', the type it came with", member,
		        header);
	*out = *member != '\0' ? member : *header != '\0' ? header : guess_type(root);
	return 0;
}

/* 1 for schema 1, 0 for another, -1 for a schema that does not exist. */
static int
decode_schema_version(const json_t *root, enum media_type type, struct error *err)
{
	uint64_t version = 2;

	if (json_member_count(&version, root, NULL, "schemaVersion", UINT32_MAX, err) < 0)
		return -1;
	if (version == 1 && (type == MEDIA_DOCKER_SCHEMA1 || type == MEDIA_NONE))
		return 1;
	if (version != 2 || type == MEDIA_DOCKER_SCHEMA1)
		return fail(err, ERROR_FAILED, "schemaVersion %u does not belong to this mediaType",
		        (unsigned)version);
	return 0;
}

static int
check_members(const json_t *root, enum media_type type, struct error *err)
{
	bool index = json_object_get(root, "manifests") != NULL;
	bool layers = json_object_get(root, "layers") != NULL;
	bool config = json_object_get(root, "config") != NULL;

	if (index && (layers || config))
		return fail(err, ERROR_FAILED,
		        "ambiguous: has both 'manifests' and '%s', as no image and no index does",
		        layers ? "layers" : "config");
	if (media_type_is_index(type) && !index)
		return fail(err, ERROR_FAILED, "manifests: missing in an index");
	if (media_type_is_manifest(type) && (!layers || !config))
		return fail(err, ERROR_FAILED, "%s: missing in an image manifest",
		        layers ? "config" : "layers");
	return 0;
}

enum manifest_result
manifest_type(enum media_type *type, const char **text, const json_t *root,
        const char *content_type, struct error *err)
{
	int schema1;

	if (decode_type(text, root, content_type, err))
		return MANIFEST_BAD;
	*type = media_type_parse(*text);
	schema1 = decode_schema_version(root, *type, err);
	if (schema1 != 0)
		return schema1 > 0 ? MANIFEST_SCHEMA1 : MANIFEST_BAD;
	if (*type == MEDIA_NONE) {
		fail(err, ERROR_FAILED, "neither an image manifest nor an index: no type stated");
		return MANIFEST_BAD;
	}
	if (!media_type_is_index(*type) && !media_type_is_manifest(*type)) {
		fail(err, ERROR_FAILED, "'%.160s' is neither an image manifest nor an index",
		        *text);
		return MANIFEST_BAD;
	}
	return check_members(root, *type, err) ? MANIFEST_BAD : MANIFEST_OK;
}
