/* Media types: the table once more, written out, and what is close to it. */
#include "tests/support/unit.h"

#include <string.h>

#include "common/memory.h"
#include "schema/media_type.h"

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		enum media_type type;
	} cases[] = {
		{ NULL, MEDIA_NONE },
		{ "", MEDIA_NONE },
		{ "  ", MEDIA_NONE },
		{ ";charset=utf-8", MEDIA_NONE },
		{ "application/vnd.oci.image.index.v1+json", MEDIA_OCI_INDEX },
		{ "application/vnd.oci.image.manifest.v1+json", MEDIA_OCI_MANIFEST },
		{ "application/vnd.oci.image.manifest.v1+json; charset=utf-8", MEDIA_OCI_MANIFEST },
		{ "application/vnd.oci.image.manifest.v1+json;charset=utf-8", MEDIA_OCI_MANIFEST },
		{ " application/vnd.oci.image.manifest.v1+json \t", MEDIA_OCI_MANIFEST },
		{ "Application/VND.OCI.Image.Manifest.V1+JSON", MEDIA_OCI_MANIFEST },
		{ "application/vnd.docker.distribution.manifest.list.v2+json", MEDIA_DOCKER_LIST },
		{ "application/vnd.docker.distribution.manifest.v2+json", MEDIA_DOCKER_MANIFEST },
		{ "application/vnd.docker.distribution.manifest.v1+json", MEDIA_DOCKER_SCHEMA1 },
		{ "application/vnd.docker.distribution.manifest.v1+jws", MEDIA_DOCKER_SCHEMA1 },
		{ "application/vnd.docker.distribution.manifest.v1+prettyjws",
		        MEDIA_DOCKER_SCHEMA1 },
		{ "application/vnd.oci.image.config.v1+json", MEDIA_OCI_CONFIG },
		{ "application/vnd.docker.container.image.v1+json", MEDIA_DOCKER_CONFIG },
		{ "application/vnd.oci.empty.v1+json", MEDIA_EMPTY },
		{ "application/vnd.oci.image.layer.v1.tar", MEDIA_LAYER },
		{ "application/vnd.oci.image.layer.v1.tar+gzip", MEDIA_LAYER },
		{ "application/vnd.oci.image.layer.v1.tar+zstd", MEDIA_LAYER },
		{ "application/vnd.docker.image.rootfs.diff.tar", MEDIA_LAYER },
		{ "application/vnd.docker.image.rootfs.diff.tar.gzip", MEDIA_LAYER },
		{ "application/vnd.docker.image.rootfs.diff.tar.zstd", MEDIA_LAYER },
		{ "application/vnd.oci.image.layer.nondistributable.v1.tar", MEDIA_LAYER_FOREIGN },
		{ "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
		        MEDIA_LAYER_FOREIGN },
		{ "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
		        MEDIA_LAYER_FOREIGN },
		{ "application/vnd.docker.image.rootfs.foreign.diff.tar", MEDIA_LAYER_FOREIGN },
		{ "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
		        MEDIA_LAYER_FOREIGN },
		{ "application/vnd.in-toto+json", MEDIA_IN_TOTO },
		{ "application/vnd.in-toto+json; predicate=x", MEDIA_IN_TOTO },
		{ "application/json", MEDIA_OTHER },
		{ "text/html; charset=utf-8", MEDIA_OTHER },
		{ "application/vnd.cncf.helm.config.v1+json", MEDIA_OTHER },
		{ "application/vnd.oci.image.layer.v1.tar+gzip+encrypted", MEDIA_OTHER },
		{ "application/vnd.oci.image.layer.v1.tar+gz", MEDIA_OTHER },
		{ "application/vnd.oci.image.manifest.v1", MEDIA_OTHER },
		{ "application/vnd.oci.image.manifest.v1+json2", MEDIA_OTHER },
		{ "application/vnd.oci.image.manifest.v2+json", MEDIA_OTHER },
		{ "application/vnd.oci.image.manifest.v1+json,text/html", MEDIA_OTHER },
		{ "application/vnd.docker.plugin.v1+json", MEDIA_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(media_type_parse(cases[i].text), cases[i].type);
}

static void
test_questions(void **state)
{
	(void)state;
	for (enum media_type type = MEDIA_NONE; type <= MEDIA_IN_TOTO; type++) {
		assert_int_equal(media_type_is_index(type),
		        type == MEDIA_OCI_INDEX || type == MEDIA_DOCKER_LIST);
		assert_int_equal(media_type_is_manifest(type),
		        type == MEDIA_OCI_MANIFEST || type == MEDIA_DOCKER_MANIFEST);
		assert_int_equal(media_type_is_image_config(type),
		        type == MEDIA_OCI_CONFIG || type == MEDIA_DOCKER_CONFIG);
	}
}

/* The Accept header names what we can read, each once. */
static void
test_accept(void **state)
{
	char text[] = MEDIA_ACCEPT_MANIFESTS;
	unsigned seen = 0;

	(void)state;
	for (char *rest = text, *one; (one = strsep(&rest, ",")) != NULL;) {
		enum media_type type = media_type_parse(one);

		assert_true(media_type_is_index(type) || media_type_is_manifest(type));
		assert_false(seen & 1u << type);
		seen |= 1u << type;
	}
	assert_int_equal(__builtin_popcount(seen), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_accept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
