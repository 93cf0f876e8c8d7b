/* Manifests and indexes: what each document counts as, and which are refused with what reason. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#include "collector/registry/manifest.h"
#include "common/buf.h"
#include "common/memory.h"

#define HEX         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define D           "sha256:" HEX
#define D512        "sha512:" HEX HEX
#define SIZED       "\"digest\":\"" D "\",\"size\":7"
#define TYPED(type) "{\"mediaType\":\"" type "\"," SIZED "}"

#define OCI_INDEX     "application/vnd.oci.image.index.v1+json"
#define OCI_MANIFEST  "application/vnd.oci.image.manifest.v1+json"
#define OCI_CONFIG    "application/vnd.oci.image.config.v1+json"
#define OCI_LAYER     "application/vnd.oci.image.layer.v1.tar+gzip"
#define EMPTY         "application/vnd.oci.empty.v1+json"
#define IN_TOTO       "application/vnd.in-toto+json"
#define DOCKER_LIST   "application/vnd.docker.distribution.manifest.list.v2+json"
#define DOCKER        "application/vnd.docker.distribution.manifest.v2+json"
#define DOCKER_CONFIG "application/vnd.docker.container.image.v1+json"
#define DOCKER_LAYER  "application/vnd.docker.image.rootfs.diff.tar.gzip"
#define SCHEMA1       "application/vnd.docker.distribution.manifest.v1+prettyjws"

/* A document by type, config type, layers ("" = none) and more members (",…"). */
#define DOCUMENT(type, config, layers, more)                                                       \
	"{\"schemaVersion\":2,\"mediaType\":\"" type                                               \
	"\",\"config\":" TYPED(config) ",\"layers\":[" layers "]" more "}"
#define IMAGE(layers) DOCUMENT(OCI_MANIFEST, OCI_CONFIG, layers, "")
#define INDEX(children)                                                                            \
	"{\"schemaVersion\":2,\"mediaType\":\"" OCI_INDEX "\",\"manifests\":[" children "]}"

static enum manifest_result
decode(struct record_manifest *out, struct arena *arena, const char *content_type, const char *body,
        struct error *err)
{
	struct digest digest;

	digest_of(&digest, DIGEST_SHA256, body, strlen(body));
	return manifest_decode(out, arena, &digest, content_type, body, strlen(body), err);
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *body;
		enum manifest_kind kind;
		size_t layers;
		const char *artifact_type;
	} cases[] = {
		{ IMAGE(TYPED(OCI_LAYER)), MANIFEST_IMAGE, 1, NULL },
		{ IMAGE(""), MANIFEST_IMAGE, 0, NULL },
		{ IMAGE(TYPED(OCI_LAYER) "," TYPED(OCI_LAYER)), MANIFEST_IMAGE, 2, NULL },
		{ DOCUMENT(DOCKER, DOCKER_CONFIG, TYPED(DOCKER_LAYER), ""), MANIFEST_IMAGE, 1,
		        NULL },
		/* Types that nobody told us about are layers all the same. */
		{ IMAGE(TYPED("application/vnd.example.blocks.v1")), MANIFEST_IMAGE, 1, NULL },
		{ IMAGE(TYPED("application/vnd.oci.image.layer.v1.tar+gzip+encrypted")),
		        MANIFEST_IMAGE, 1, NULL },
		{ IMAGE("{" SIZED "}"), MANIFEST_IMAGE, 1, NULL },
		{ IMAGE(TYPED(OCI_LAYER) "," TYPED("text/plain")), MANIFEST_IMAGE, 2, NULL },
		/* Docker's images of 2016. */
		{ DOCUMENT(DOCKER, "application/octet-stream", TYPED(DOCKER_LAYER), ""),
		        MANIFEST_IMAGE, 1, NULL },
		{ DOCUMENT(DOCKER, "text/html", TYPED(DOCKER_LAYER), ""), MANIFEST_IMAGE, 1, NULL },
		{ DOCUMENT(DOCKER, "", TYPED(DOCKER_LAYER), ""), MANIFEST_IMAGE, 1, NULL },
		/* Attestations. */
		{ IMAGE(TYPED(IN_TOTO)), MANIFEST_ATTESTATION, 1, NULL },
		{ IMAGE(TYPED(IN_TOTO) "," TYPED(IN_TOTO)), MANIFEST_ATTESTATION, 2, NULL },
		{ DOCUMENT(OCI_MANIFEST, EMPTY, TYPED(IN_TOTO),
		          ",\"artifactType\":\"application/"
		          "vnd.docker.attestation.manifest.v1+json\""),
		        MANIFEST_ATTESTATION, 1,
		        "application/vnd.docker.attestation.manifest.v1+json" },
		{ IMAGE(TYPED(OCI_LAYER) "," TYPED(IN_TOTO)), MANIFEST_IMAGE, 2, NULL },
		/* Artifacts. */
		{ DOCUMENT(OCI_MANIFEST, "application/vnd.cncf.helm.config.v1+json",
		          TYPED("application/vnd.cncf.helm.chart.content.v1.tar+gzip"), ""),
		        MANIFEST_ARTIFACT, 1, "application/vnd.cncf.helm.config.v1+json" },
		{ DOCUMENT(OCI_MANIFEST, EMPTY, TYPED(EMPTY),
		          ",\"artifactType\":\"application/example\""),
		        MANIFEST_ARTIFACT, 1, "application/example" },
		{ DOCUMENT(OCI_MANIFEST, EMPTY, TYPED("application/wasm"), ""), MANIFEST_ARTIFACT,
		        1, EMPTY },
		{ DOCUMENT(OCI_MANIFEST, OCI_CONFIG, TYPED(OCI_LAYER),
		          ",\"artifactType\":\"application/example\""),
		        MANIFEST_ARTIFACT, 1, "application/example" },
		{ DOCUMENT(OCI_MANIFEST, "application/octet-stream", TYPED(OCI_LAYER), ""),
		        MANIFEST_ARTIFACT, 1, "application/octet-stream" },
		{ DOCUMENT(
		          DOCKER, "application/vnd.docker.plugin.v1+json", TYPED(DOCKER_LAYER), ""),
		        MANIFEST_ARTIFACT, 1, "application/vnd.docker.plugin.v1+json" },
		/* Signatures under an image config. */
		{ IMAGE(TYPED("application/vnd.dev.cosign.simplesigning.v1+json")),
		        MANIFEST_ARTIFACT, 1, NULL },
		{ IMAGE(TYPED("text/spdx")), MANIFEST_ARTIFACT, 1, NULL },
		{ IMAGE(TYPED("application/vnd.cyclonedx+xml")), MANIFEST_ARTIFACT, 1, NULL },
		/* Indexes. */
		{ INDEX(""), MANIFEST_INDEX, 0, NULL },
		{ INDEX(TYPED(OCI_MANIFEST)), MANIFEST_INDEX, 0, NULL },
		{ "{\"manifests\":null}", MANIFEST_INDEX, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		struct record_manifest out;
		struct error err = { 0 };

		if (decode(&out, &arena, "", cases[i].body, &err) != MANIFEST_OK)
			fail_msg("case %zu %s: %s", i, cases[i].body, err.message);
		if (out.kind != cases[i].kind || out.layer_count != cases[i].layers)
			fail_msg("case %zu %s: kind %d, %zu layers", i, cases[i].body, out.kind,
			        out.layer_count);
		if (cases[i].artifact_type == NULL)
			assert_null(out.artifact_type);
		else
			assert_string_equal(out.artifact_type, cases[i].artifact_type);
	}
}

static void
test_types(void **state)
{
	static const char untyped[] =
	        "{\"schemaVersion\":2,\"config\":" TYPED(OCI_CONFIG) ",\"layers\":[]}";
	static const struct {
		const char *content_type;
		const char *body;
		enum manifest_result result;
		const char *media_type; /* when OK, else part of the message */
	} cases[] = {
		{ OCI_MANIFEST, IMAGE(""), MANIFEST_OK, OCI_MANIFEST },
		{ OCI_MANIFEST "; charset=utf-8", IMAGE(""), MANIFEST_OK, OCI_MANIFEST },
		{ "application/json", IMAGE(""), MANIFEST_OK, OCI_MANIFEST },
		{ "Application/JSON; charset=utf-8", IMAGE(""), MANIFEST_OK, OCI_MANIFEST },
		{ "text/plain", IMAGE(""), MANIFEST_OK, OCI_MANIFEST },
		{ "application/octet-stream", IMAGE(""), MANIFEST_OK, OCI_MANIFEST },
		{ "", IMAGE(""), MANIFEST_OK, OCI_MANIFEST },
		{ OCI_MANIFEST, untyped, MANIFEST_OK, OCI_MANIFEST },
		{ DOCKER "; charset=utf-8", untyped, MANIFEST_OK, DOCKER },
		{ "", untyped, MANIFEST_OK, OCI_MANIFEST },
		{ "", "{\"manifests\":[]}", MANIFEST_OK, OCI_INDEX },
		{ DOCKER_LIST, "{\"manifests\":[]}", MANIFEST_OK, DOCKER_LIST },
		{ DOCKER, IMAGE(""), MANIFEST_BAD, "disagrees" },
		{ OCI_INDEX, IMAGE(""), MANIFEST_BAD, "disagrees" },
		{ DOCKER_LIST, INDEX(""), MANIFEST_BAD, "disagrees" },
		{ SCHEMA1, IMAGE(""), MANIFEST_BAD, "disagrees" },
		{ "text/html", IMAGE(""), MANIFEST_BAD, "disagrees" },
		{ "text/html", untyped, MANIFEST_BAD, "neither" },
		{ OCI_INDEX, untyped, MANIFEST_BAD, "manifests: missing" },
		{ OCI_MANIFEST, "{\"manifests\":[]}", MANIFEST_BAD, "layers: missing" },
		{ SCHEMA1, "{\"schemaVersion\":1,\"fsLayers\":[]}", MANIFEST_SCHEMA1, "" },
		{ "application/json", "{\"schemaVersion\":1,\"fsLayers\":[]}", MANIFEST_SCHEMA1,
		        "" },
		{ "",
		        "{\"schemaVersion\":1,\"mediaType\":"
		        "\"application/vnd.docker.distribution.manifest.v1+json\"}",
		        MANIFEST_SCHEMA1, "" },
		{ SCHEMA1, untyped, MANIFEST_BAD, "schemaVersion" },
		{ OCI_MANIFEST, "{\"schemaVersion\":1,\"layers\":[]}", MANIFEST_BAD,
		        "schemaVersion 1" },
		{ "", "{\"schemaVersion\":3,\"manifests\":[]}", MANIFEST_BAD, "schemaVersion 3" },
		{ "", "{\"schemaVersion\":\"2\",\"manifests\":[]}", MANIFEST_BAD,
		        "schemaVersion: not a whole number" },
		{ "", "{}", MANIFEST_BAD, "no type stated" },
		{ "", "{\"errors\":[]}", MANIFEST_BAD, "no type stated" },
		{ "", "{\"mediaType\":\"" OCI_CONFIG "\"}", MANIFEST_BAD, "neither" },
		{ "", "{\"mediaType\":7,\"manifests\":[]}", MANIFEST_BAD,
		        "mediaType: not a string" },
		{ "", "{\"mediaType\":\"" OCI_INDEX "\",\"manifests\":[],\"layers\":[]}",
		        MANIFEST_BAD, "both 'manifests' and 'layers'" },
		{ "", "{\"manifests\":[],\"config\":" TYPED(OCI_CONFIG) "}", MANIFEST_BAD,
		        "both 'manifests' and 'config'" },
		{ "", "{\"manifests\":[],\"config\":null}", MANIFEST_BAD, "both" },
		{ "", "{\"layers\":[]}", MANIFEST_BAD, "config: missing" },
		{ "", "{\"config\":" TYPED(OCI_CONFIG) "}", MANIFEST_BAD, "layers: missing" },
		{ "", "[]", MANIFEST_BAD, "not a JSON object" },
		{ "", "", MANIFEST_BAD, "empty" },
		{ "", "<html>", MANIFEST_BAD, "not valid JSON" },
		{ "", "{\"mediaType\":\"" OCI_INDEX "\",\"mediaType\":\"" OCI_MANIFEST "\"}",
		        MANIFEST_BAD, "duplicate" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		struct record_manifest out;
		struct error err = { 0 };
		enum manifest_result result =
		        decode(&out, &arena, cases[i].content_type, cases[i].body, &err);

		if (result != cases[i].result)
			fail_msg("case %zu %s: %d %s", i, cases[i].body, result, err.message);
		if (result == MANIFEST_OK)
			assert_string_equal(out.media_type, cases[i].media_type);
		else if (strstr(err.message, cases[i].media_type) == NULL)
			fail_msg("case %zu %s: '%s'", i, cases[i].body, err.message);
	}
}

/* Each document is refused, and the message is exactly this. */
static void
test_refused(void **state)
{
#define LAYER(members) IMAGE(TYPED(OCI_LAYER) ",{" members "}")
	static const struct {
		const char *body;
		const char *message;
	} cases[] = {
		{ LAYER("\"digest\":\"" D "\""), "layers[1].size: missing" },
		{ LAYER("\"digest\":\"" D "\",\"size\":null"), "layers[1].size: missing" },
		{ LAYER("\"digest\":\"" D "\",\"size\":-1"), "layers[1].size: negative" },
		{ LAYER("\"digest\":\"" D "\",\"size\":9007199254740993"),
		        "layers[1].size: larger than any real one" },
		{ LAYER("\"digest\":\"" D "\",\"size\":9223372036854775807"),
		        "layers[1].size: larger than any real one" },
		{ LAYER("\"digest\":\"" D "\",\"size\":\"7\""),
		        "layers[1].size: not a whole number" },
		{ LAYER("\"digest\":\"" D "\",\"size\":7.0"),
		        "layers[1].size: not a whole number" },
		{ LAYER("\"digest\":\"" D "\",\"size\":1e3"),
		        "layers[1].size: not a whole number" },
		{ LAYER("\"size\":7"), "layers[1].digest: missing" },
		{ LAYER("\"size\":7,\"digest\":7"), "layers[1].digest: not a string" },
		{ LAYER("\"size\":7,\"digest\":\"sha256:../../etc/passwd\""),
		        "layers[1].digest: 'sha256:../../etc/passwd' is not a sha256 or sha512 "
		        "digest" },
		{ LAYER(SIZED ",\"mediaType\":[]"), "layers[1].mediaType: not a string" },
		{ LAYER(SIZED ",\"annotations\":\"x\""), "layers[1].annotations: not an object" },
		{ IMAGE("7"), "layers[0]: not an object" },
		{ IMAGE("null"), "layers[0]: not an object" },
		{ INDEX("{\"size\":1}"), "manifests[0].digest: missing" },
		{ INDEX("{" SIZED ",\"platform\":[]}"), "manifests[0].platform: not an object" },
		{ INDEX("{" SIZED ",\"platform\":{\"os\":1}}"),
		        "manifests[0].platform.os: not a string" },
		{ "{\"config\":{},\"layers\":[]}", "config.digest: missing" },
		{ "{\"config\":7,\"layers\":[]}", "config: not an object" },
		{ "{\"config\":" TYPED(OCI_CONFIG) ",\"layers\":{}}", "layers: not an array" },
		{ "{\"manifests\":{}}", "manifests: not an array" },
		{ "{\"manifests\":[],\"subject\":{\"size\":1}}", "subject.digest: missing" },
		{ "{\"manifests\":[],\"subject\":\"x\"}", "subject: not an object" },
		{ "{\"manifests\":[],\"annotations\":[]}", "annotations: not an object" },
		{ "{\"manifests\":[],\"artifactType\":{}}", "artifactType: not a string" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		struct record_manifest out;
		struct error err = { 0 };

		assert_int_equal(decode(&out, &arena, "", cases[i].body, &err), MANIFEST_BAD);
		if (strcmp(err.message, cases[i].message) != 0)
			fail_msg("case %zu %s: '%s'", i, cases[i].body, err.message);
	}
}

static void
test_size_overflow(void **state)
{
	auto_arena arena = { 0 };
	struct record_manifest out;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(decode(&out, &arena, "",
	                         LAYER("\"digest\":\"" D "\",\"size\":18446744073709551616"), &err),
	        MANIFEST_BAD);
	assert_non_null(strstr(err.message, "too big integer"));
	assert_int_equal(decode(&out, &arena, "",
	                         LAYER("\"digest\":\"" D "\",\"size\":9007199254740992"), &err),
	        MANIFEST_OK);
	assert_true(out.layers[1].size_bytes == RECORD_MAX_SIZE_BYTES);
}

static void
test_image_content(void **state)
{
	static const char body[] =
	        "{\"schemaVersion\":2,\"mediaType\":\"" OCI_MANIFEST "\","
	        "\"config\":{\"mediaType\":\"" OCI_CONFIG "\",\"digest\":\"" D512 "\",\"size\":11,"
	        "\"data\":\"e30=\"},"
	        "\"layers\":[{\"mediaType\":\"" OCI_LAYER "\",\"digest\":\"" D512 "\",\"size\":0,"
	        "\"urls\":[\"http://169.254.169.254/\"],\"data\":\"!\"},"
	        "{\"mediaType\":\"application/"
	        "vnd.docker.image.rootfs.foreign.diff.tar.gzip\"," SIZED "},"
	        "{\"mediaType\":\"application/"
	        "vnd.oci.image.layer.nondistributable.v1.tar+zstd\"," SIZED "}],"
	        "\"subject\":" TYPED(OCI_MANIFEST) ","
	                                           "\"annotations\":{\"org.opencontainers.image."
	                                           "base.name\":\"docker.io/debian:12\","
	                                           "\"org.opencontainers.image.base.digest\":\"" D
	                                           "\",\"x\":[]}}";
	auto_arena arena = { 0 };
	struct record_manifest out;
	struct error err = { 0 };
	struct digest digest;
	char text[DIGEST_TEXT_SIZE];

	(void)state;
	assert_int_equal(decode(&out, &arena, OCI_MANIFEST, body, &err), MANIFEST_OK);
	digest_of(&digest, DIGEST_SHA256, body, strlen(body));
	assert_true(digest_equal(&out.digest, &digest));
	assert_int_equal(out.size_bytes, strlen(body));
	assert_string_equal(digest_format(&out.config, text), D512);
	assert_int_equal(out.config_size_bytes, 11);
	assert_int_equal(out.layer_count, 3);
	assert_string_equal(digest_format(&out.layers[0].digest, text), D512);
	assert_int_equal(out.layers[0].size_bytes, 0);
	/* urls alone do not make a layer foreign; its media type does. */
	assert_false(out.layers[0].foreign);
	assert_true(out.layers[1].foreign);
	assert_true(out.layers[2].foreign);
	assert_string_equal(digest_format(&out.subject, text), D);
	assert_string_equal(out.base_name, "docker.io/debian:12");
	assert_string_equal(out.base_digest_text, D);
	assert_int_equal(out.child_count, 0);
}

static void
test_index_content(void **state)
{
	static const char body[] = INDEX(
	        "{\"mediaType\":\"" OCI_MANIFEST "\"," SIZED
	        ",\"platform\":{\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\","
	        "\"os.version\":\"1\"}},"
	        "{" SIZED ",\"platform\":{\"architecture\":\"unknown\",\"os\":\"unknown\"},"
	        "\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\","
	        "\"vnd.docker.reference.digest\":\"" D512 "\"}},"
	        "{" SIZED ",\"platform\":{\"architecture\":\"unknown\",\"os\":\"unknown\"}},"
	        "{" SIZED ",\"annotations\":{\"vnd.docker.reference.type\":true}}");
	auto_arena arena = { 0 };
	struct record_manifest out;
	struct error err = { 0 };
	char text[PLATFORM_TEXT_SIZE], digest[DIGEST_TEXT_SIZE];

	(void)state;
	assert_int_equal(decode(&out, &arena, "", body, &err), MANIFEST_OK);
	assert_int_equal(out.kind, MANIFEST_INDEX);
	assert_int_equal(out.child_count, 4);
	assert_string_equal(platform_format(&out.children[0].platform, text), "linux/arm64");
	assert_int_equal(out.children[0].size_bytes, 7);
	assert_false(out.children[0].attestation);
	assert_true(out.children[1].attestation);
	assert_string_equal(digest_format(&out.children[1].attests, digest), D512);
	assert_false(digest_is_set(&out.children[0].attests));
	assert_false(out.children[2].attestation);
	assert_false(out.children[3].attestation);
	assert_false(digest_is_set(&out.config));
	assert_null(out.base_name);
}

/* `count` layers or children, one more than allowed is a limit. */
static enum manifest_result
decode_many(const char *head, size_t count, const char *tail, struct error *err)
{
	auto_arena arena = { 0 };
	auto_buf body = { 0 };
	struct record_manifest out;

	buf_puts(&body, head);
	for (size_t i = 0; i < count; i++)
		buf_printf(&body, "%s{%s}", i > 0 ? "," : "", SIZED);
	buf_puts(&body, tail);
	return decode(&out, &arena, "", body.data, err);
}

static void
test_limits(void **state)
{
	static const char image[] = "{\"config\":" TYPED(OCI_CONFIG) ",\"layers\":[";
	static const char index[] = "{\"manifests\":[";
	struct error err = { 0 };

	(void)state;
	assert_int_equal(decode_many(image, RECORD_MAX_LAYERS, "]}", &err), MANIFEST_OK);
	assert_int_equal(decode_many(index, RECORD_MAX_CHILDREN, "]}", &err), MANIFEST_OK);
	assert_int_equal(decode_many(image, RECORD_MAX_LAYERS + 1, "]}", &err), MANIFEST_BAD);
	assert_string_equal(err.message, "layers: 1001 entries, more than the limit of 1000");
	assert_int_equal(err.code, ERROR_LIMIT);
	assert_int_equal(decode_many(index, RECORD_MAX_CHILDREN + 1, "]}", &err), MANIFEST_BAD);
	assert_string_equal(err.message, "manifests: 1001 entries, more than the limit of 1000");
}

static void
test_long_texts(void **state)
{
	auto_arena arena = { 0 };
	auto_buf body = { 0 };
	struct record_manifest out;
	struct error err = { 0 };

	(void)state;
	buf_puts(&body,
	        "{\"manifests\":[],\"annotations\":{\"org.opencontainers.image.base.name\":\"a");
	for (size_t i = 0; i < 1000; i++)
		buf_puts(&body, "é");
	buf_puts(&body, "\"}}");
	assert_int_equal(decode(&out, &arena, "", body.data, &err), MANIFEST_OK);
	assert_int_equal(strlen(out.base_name), 511);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_size_overflow),
		cmocka_unit_test(test_image_content),
		cmocka_unit_test(test_index_content),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_long_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
