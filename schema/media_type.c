/* One table from text to meaning; everything else asks the meaning. */
#include "schema/media_type.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define OCI    "application/vnd.oci."
#define DOCKER "application/vnd.docker."

static const struct {
	const char *text;
	enum media_type type;
} table[] = {
	{ OCI "image.index.v1+json", MEDIA_OCI_INDEX },
	{ OCI "image.manifest.v1+json", MEDIA_OCI_MANIFEST },
	{ DOCKER "distribution.manifest.list.v2+json", MEDIA_DOCKER_LIST },
	{ DOCKER "distribution.manifest.v2+json", MEDIA_DOCKER_MANIFEST },
	{ DOCKER "distribution.manifest.v1+json", MEDIA_DOCKER_SCHEMA1 },
	{ DOCKER "distribution.manifest.v1+jws", MEDIA_DOCKER_SCHEMA1 },
	{ DOCKER "distribution.manifest.v1+prettyjws", MEDIA_DOCKER_SCHEMA1 },
	{ OCI "image.config.v1+json", MEDIA_OCI_CONFIG },
	{ DOCKER "container.image.v1+json", MEDIA_DOCKER_CONFIG },
	{ OCI "empty.v1+json", MEDIA_EMPTY },
	{ OCI "image.layer.v1.tar", MEDIA_LAYER },
	{ OCI "image.layer.v1.tar+gzip", MEDIA_LAYER },
	{ OCI "image.layer.v1.tar+zstd", MEDIA_LAYER },
	{ DOCKER "image.rootfs.diff.tar", MEDIA_LAYER },
	{ DOCKER "image.rootfs.diff.tar.gzip", MEDIA_LAYER },
	{ DOCKER "image.rootfs.diff.tar.zstd", MEDIA_LAYER },
	{ OCI "image.layer.nondistributable.v1.tar", MEDIA_LAYER_FOREIGN },
	{ OCI "image.layer.nondistributable.v1.tar+gzip", MEDIA_LAYER_FOREIGN },
	{ OCI "image.layer.nondistributable.v1.tar+zstd", MEDIA_LAYER_FOREIGN },
	{ DOCKER "image.rootfs.foreign.diff.tar", MEDIA_LAYER_FOREIGN },
	{ DOCKER "image.rootfs.foreign.diff.tar.gzip", MEDIA_LAYER_FOREIGN },
	{ DOCKER "image.rootfs.foreign.diff.tar.zstd", MEDIA_LAYER_FOREIGN },
	{ "application/vnd.in-toto+json", MEDIA_IN_TOTO },
};

#define BLANK " \t"

enum media_type
media_type_parse(const char *text)
{
	if (!text)
		return MEDIA_NONE;
	text += strspn(text, BLANK);
	size_t length = strcspn(text, BLANK ";");
	if (length == 0)
		return MEDIA_NONE;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (strlen(table[i].text) == length &&
		        strncasecmp(table[i].text, text, length) == 0)
			return table[i].type;
	return MEDIA_OTHER;
}

bool
media_type_is_index(enum media_type type)
{
	return type == MEDIA_OCI_INDEX || type == MEDIA_DOCKER_LIST;
}

bool
media_type_is_manifest(enum media_type type)
{
	return type == MEDIA_OCI_MANIFEST || type == MEDIA_DOCKER_MANIFEST;
}

bool
media_type_is_image_config(enum media_type type)
{
	return type == MEDIA_OCI_CONFIG || type == MEDIA_DOCKER_CONFIG;
}
