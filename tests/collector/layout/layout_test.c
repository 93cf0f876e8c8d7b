/* Layouts, good and damaged: what each scan says, record by record. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/layout/layout.h"
#include "common/memory.h"
#include "tests/support/layout_maker.h"
#include "tests/support/record_log.h"

#define auto_maker __attribute__((cleanup(maker_release))) struct maker

/* One scan and its records as text; its first line, with the path, is cut off. */
struct scan {
	struct record_log log;
	struct collect_result result;
	struct error err;
	int status;
};

#define auto_scan __attribute__((cleanup(scan_release))) struct scan

static void
scan_release(struct scan *scan)
{
	record_log_release(&scan->log);
}

static void
scan_path(struct scan *scan, const char *path)
{
	struct collect_context context = { .sink = record_log_sink(&scan->log) };

	scan->status = layout_collect(path, &context, &scan->result, &scan->err);
}

static const char *
scan_text(const struct scan *scan)
{
	const char *text = buf_text(&scan->log.text);

	return text + strcspn(text, "\n") + (*text != '\0');
}

/* `pattern` has the name of the folder for '@', and for "$1", "$2" the short digests of `made`. */
static char *
expand(const struct maker *maker, const char *pattern, const struct made *made[])
{
	struct buf out = { 0 };

	for (const char *at = pattern; *at != '\0'; at++) {
		if (*at == '@')
			buf_puts(&out, strrchr(maker->path, '/') + 1);
		else if (*at == '$')
			buf_append(&out, made[*++at - '1']->text + 7, 12);
		else
			buf_putc(&out, *at);
	}
	return out.data;
}

static void
assert_scan(struct maker *maker, const char *pattern, const struct made *made[])
{
	auto_free char *expected = expand(maker, pattern, made);
	auto_scan scan = { 0 };

	scan_path(&scan, maker->path);
	assert_int_equal(scan.status, 0);
	assert_string_equal(scan_text(&scan), expected);
}

#define MADE(...) ((const struct made *[]){ __VA_ARGS__ })

static void
test_one_image(void **state)
{
	auto_maker maker = { 0 };
	auto_scan scan = { 0 };
	struct made layer, config, manifest;

	(void)state;
	maker_init(&maker);
	layer = maker_blob(&maker, "layer");
	config = maker_config(&maker, "amd64", "layer");
	manifest = maker_manifest(&maker, &config, &layer);
	maker_name(&maker, MADE_MANIFEST, &manifest, "1.2");
	maker_finish(&maker);
	assert_scan(&maker,
	        "manifest image $1 config $2 layers 1\n"
	        "config $2 linux/amd64 diffs 1\n"
	        "reference @:1.2 $1\n"
	        "repository @ complete\n"
	        "end complete catalogue\n",
	        MADE(&manifest, &config));
	scan_path(&scan, maker.path);
	assert_int_equal(scan.result.state, SCAN_COMPLETE);
	assert_int_equal(scan.result.progress.images, 1);
	assert_int_equal(scan.result.progress.tags_done, 1);
	assert_int_equal(scan.result.progress.tags_total, 1);
	assert_int_equal(scan.result.progress.repositories_done, 1);
	assert_int_equal(scan.result.progress.repositories_total, 1);
	assert_int_equal(scan.result.progress.received_bytes, manifest.length + config.length);
}

/* The source is named by where the folder really is. */
static void
test_source_name(void **state)
{
	auto_maker maker = { 0 };
	struct made image;
	char here[4096];

	(void)state;
	maker_init(&maker);
	image = maker_image(&maker, "x");
	maker_name(&maker, MADE_MANIFEST, &image, "1");
	maker_finish(&maker);
	auto_free char *line = xprintf("scan 2 %s\n", maker.path);
	auto_free char *link = xprintf("%s/link", maker.path);
	auto_free char *slashes = xprintf("%s//", maker.path);
	assert_int_equal(symlink(maker.path, link), 0);
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(maker.path), 0);
	for (size_t i = 0; i < 5; i++) {
		const char *const paths[] = { maker.path, link, slashes, ".", "blobs/.." };
		auto_scan scan = { 0 };

		scan_path(&scan, paths[i]);
		assert_int_equal(scan.result.state, SCAN_COMPLETE);
		assert_memory_equal(buf_text(&scan.log.text), line, strlen(line));
		assert_non_null(strstr(buf_text(&scan.log.text), "reference layout-"));
	}
	assert_int_equal(chdir(here), 0);
}

/* One image, one scan for each name. */
static void
test_names(void **state)
{
	static const struct {
		const char *ref_name, *image_name; /* NULL = absent */
		const char *repository, *tag;      /* '@' = the folder */
		bool remark;
	} cases[] = {
		{ NULL, NULL, "@", "", false },
		{ "", NULL, "@", "", false },
		{ "1.2", NULL, "@", "1.2", false },
		{ "latest", NULL, "@", "latest", false },
		{ "app:1.2", NULL, "app", "1.2", false },
		{ "team/app", NULL, "team/app", "latest", false },
		{ "ghcr.io/team/app:1.2", NULL, "ghcr.io/team/app", "1.2", false },
		{ "docker.io/debian:12", NULL, "docker.io/library/debian", "12", false },
		{ "12", "docker.io/library/debian:12", "docker.io/library/debian", "12", false },
		{ "12", "not a name", "@", "12", false },
		{ "not a name", NULL, "@", "", true },
		{ "../../etc", NULL, "@", "", true },
		{ "Team/app:1", NULL, "Team/app", "1", false },
		{ "http://evil/x", NULL, "@", "", true },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_maker maker = { 0 };
		auto_buf entry = { 0 }, more = { 0 };
		auto_scan scan = { 0 };
		struct made image;

		maker_init(&maker);
		image = maker_image(&maker, "x");
		buf_puts(&more, ",\"annotations\":{\"other\":\"x\"");
		if (cases[i].ref_name != NULL)
			buf_printf(&more, ",\"org.opencontainers.image.ref.name\":\"%s\"",
			        cases[i].ref_name);
		if (cases[i].image_name != NULL)
			buf_printf(
			        &more, ",\"io.containerd.image.name\":\"%s\"", cases[i].image_name);
		buf_puts(&more, "}");
		maker_descriptor(&entry, MADE_MANIFEST, &image, buf_text(&more));
		maker_entry(&maker, buf_text(&entry));
		maker_finish(&maker);
		scan_path(&scan, maker.path);

		auto_free char *repository = expand(&maker, cases[i].repository, NULL);
		auto_free char *line = xprintf(
		        "reference %s:%s %.12s\n", repository, cases[i].tag, image.text + 7);
		if (strstr(scan_text(&scan), line) == NULL)
			fail_msg("case %zu: %s", i, scan_text(&scan));
		assert_int_equal(
		        strstr(scan_text(&scan), "cannot be a name") != NULL, cases[i].remark);
		assert_int_equal(scan.result.state, SCAN_COMPLETE);
	}
}

static void
test_several_names(void **state)
{
	auto_maker maker = { 0 };
	auto_scan scan = { 0 };
	struct made a, b, config_a, config_b;

	(void)state;
	maker_init(&maker);
	a = maker_image(&maker, "a");
	b = maker_image(&maker, "b");
	config_a = maker_config(&maker, "amd64", "a");
	config_b = maker_config(&maker, "amd64", "b");
	maker_name(&maker, MADE_MANIFEST, &b, "web:2");
	maker_name(&maker, MADE_MANIFEST, &a, "web:1");
	maker_name(&maker, MADE_MANIFEST, &a, "api:1");
	maker_name(&maker, MADE_MANIFEST, &a, "web:1"); /* twice the same */
	maker_name(&maker, MADE_MANIFEST, &b, "web:1"); /* taken */
	maker_finish(&maker);
	assert_scan(&maker,
	        "manifest image $1 config $2 layers 1\n"
	        "config $2 linux/amd64 diffs 1\n"
	        "reference api:1 $1\n"
	        "repository api complete\n"
	        "reference web:1 $1\n"
	        "reference web:1 $1\n"
	        "remark web: sha256:$3: index.json gives this name to several images; the first "
	        "one "
	        "keeps it\n"
	        "manifest image $3 config $4 layers 1\n"
	        "config $4 linux/amd64 diffs 1\n"
	        "reference web: $3\n"
	        "reference web:2 $3\n"
	        "repository web complete\n"
	        "end complete catalogue\n",
	        MADE(&a, &config_a, &b, &config_b));
	scan_path(&scan, maker.path);
	assert_int_equal(scan.result.progress.images, 2);
	assert_int_equal(scan.result.progress.repositories_total, 2);
	assert_int_equal(scan.result.progress.tags_total, 5);
}

static struct made
make_index(struct maker *maker, const struct made *children[], size_t count, const char *media_type)
{
	auto_buf text = { 0 };

	buf_puts(&text, "{\"schemaVersion\":2,\"mediaType\":\"" MADE_INDEX "\",\"manifests\":[");
	for (size_t i = 0; i < count; i++) {
		buf_puts(&text, i > 0 ? "," : "");
		maker_descriptor(&text, media_type, children[i], "");
	}
	buf_puts(&text, "]}");
	return maker_blob(maker, buf_text(&text));
}

static void
test_index(void **state)
{
	auto_maker maker = { 0 };
	struct made amd64, arm64, index, layer, configs[2];
	char name[160];

	(void)state;
	maker_init(&maker);
	layer = maker_blob(&maker, "layer");
	configs[0] = maker_config(&maker, "amd64", "layer");
	configs[1] = maker_config(&maker, "arm64", "layer");
	amd64 = maker_manifest(&maker, &configs[0], &layer);
	arm64 = maker_manifest(&maker, &configs[1], &layer);
	index = make_index(&maker, MADE(&amd64, &arm64), 2, MADE_MANIFEST);
	maker_name(&maker, MADE_INDEX, &index, "app:1");
	maker_finish(&maker);
	assert_scan(&maker,
	        "manifest index $1 children 2\n"
	        "manifest image $2 config $3 layers 1\n"
	        "config $3 linux/amd64 diffs 1\n"
	        "manifest image $4 config $5 layers 1\n"
	        "config $5 linux/arm64 diffs 1\n"
	        "reference app:1 $1\n"
	        "repository app complete\n"
	        "end complete catalogue\n",
	        MADE(&index, &amd64, &configs[0], &arm64, &configs[1]));
	/* Copied without all its children: legal. */
	maker_remove(&maker, maker_blob_name(&arm64, name));
	assert_scan(&maker,
	        "manifest index $1 children 2\n"
	        "manifest image $2 config $3 layers 1\n"
	        "config $3 linux/amd64 diffs 1\n"
	        "remark app:1: sha256:$4: an index names it, but it is not in the layout\n"
	        "reference app:1 $1\n"
	        "repository app complete\n"
	        "end complete catalogue\n",
	        MADE(&index, &amd64, &configs[0], &arm64));
	/* Broken: a problem. */
	maker_write(&maker, maker_blob_name(&arm64, name), "{}");
	assert_scan(&maker,
	        "manifest index $1 children 2\n"
	        "manifest image $2 config $3 layers 1\n"
	        "config $3 linux/amd64 diffs 1\n"
	        "problem app:1: sha256:$4: its 2 bytes have the digest sha256:44136fa355b3: "
	        "damaged\n"
	        "reference app:1 $1\n"
	        "repository app complete\n"
	        "end partial catalogue\n",
	        MADE(&index, &amd64, &configs[0], &arm64));
}

static void
test_nested_indexes(void **state)
{
	auto_maker maker = { 0 };
	auto_scan scan = { 0 };
	struct made made[6];

	(void)state;
	maker_init(&maker);
	made[0] = maker_image(&maker, "x");
	made[1] = make_index(&maker, MADE(&made[0]), 1, MADE_MANIFEST);
	for (size_t i = 2; i < 6; i++)
		made[i] = make_index(&maker, MADE(&made[i - 1]), 1, MADE_INDEX);
	maker_name(&maker, MADE_INDEX, &made[3], "three:1");
	maker_finish(&maker);
	scan_path(&scan, maker.path);
	assert_int_equal(scan.result.state, SCAN_COMPLETE);
	assert_int_equal(scan.result.progress.images, 1);

	auto_scan deep = { 0 };
	buf_reset(&maker.entries);
	maker_name(&maker, MADE_INDEX, &made[5], "five:1");
	maker_finish(&maker);
	scan_path(&deep, maker.path);
	assert_int_equal(deep.result.state, SCAN_PARTIAL);
	assert_int_equal(deep.result.progress.images, 0);
	assert_non_null(strstr(deep.result.first_problem, "nested deeper than we follow"));
}

/* Damage to one file of an image that stands beside a good one; what is said about it. */
static void
test_damage(void **state)
{
	enum file { LAYER, CONFIG, MANIFEST };
	static const struct {
		enum file file;
		const char *content; /* NULL = removed */
		const char *says;
		bool read;
	} cases[] = {
		{ LAYER, NULL, "sha256:$1: not in the layout", true },
		{ LAYER, "longer than it was",
		        "sha256:$1: it has 18 bytes, but what names it says 5", true },
		{ CONFIG, NULL, "sha256:$2: config: not in the layout", true },
		{ CONFIG, "{}",
		        "sha256:$2: config: its 2 bytes have the digest sha256:44136fa355b3: "
		        "damaged",
		        true },
		{ CONFIG, "",
		        "sha256:$2: config: its 0 bytes have the digest sha256:e3b0c44298fc: "
		        "damaged",
		        true },
		{ MANIFEST, NULL, "sha256:$3: not in the layout", false },
		{ MANIFEST, "{}",
		        "sha256:$3: its 2 bytes have the digest sha256:44136fa355b3: damaged",
		        false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_maker maker = { 0 };
		auto_scan scan = { 0 };
		struct made made[3], good;
		char name[160];

		maker_init(&maker);
		made[LAYER] = maker_blob(&maker, "layer");
		made[CONFIG] = maker_config(&maker, "amd64", "layer");
		made[MANIFEST] = maker_manifest(&maker, &made[CONFIG], &made[LAYER]);
		good = maker_image(&maker, "good");
		maker_name(&maker, MADE_MANIFEST, &made[MANIFEST], "bad:1");
		maker_name(&maker, MADE_MANIFEST, &good, "good:1");
		maker_finish(&maker);
		maker_blob_name(&made[cases[i].file], name);
		if (cases[i].content == NULL)
			maker_remove(&maker, name);
		else
			maker_write(&maker, name, cases[i].content);
		scan_path(&scan, maker.path);

		auto_free char *says =
		        expand(&maker, cases[i].says, MADE(&made[0], &made[1], &made[2]));
		auto_free char *line = xprintf("problem bad:1: %s\n", says);
		if (strstr(scan_text(&scan), line) == NULL)
			fail_msg("case %zu: %s", i, scan_text(&scan));
		assert_int_equal(
		        strstr(scan_text(&scan), "reference bad:1 unread") == NULL, cases[i].read);
		assert_non_null(strstr(scan_text(&scan), "reference good:1 "));
		assert_non_null(strstr(scan_text(&scan), "end partial catalogue\n"));
		assert_int_equal(scan.result.problems, 1);
	}
}

static void
test_other_documents(void **state)
{
	static const struct {
		const char *media_type;
		const char *body;
		const char *says;
	} cases[] = {
		{ "application/xml", "<x/>",
		        "remark @:1: sha256:$1: 'application/xml' is neither an image nor an "
		        "index: "
		        "skipped\nreference @:1 unread\nrepository @ complete\nend complete "
		        "catalogue\n" },
		{ MADE_MANIFEST, "{\"mediaType\":\"" MADE_INDEX "\",\"manifests\":[]}",
		        "problem @:1: sha256:$1: mediaType '" MADE_INDEX
		        "' disagrees with '" MADE_MANIFEST
		        "', the type it came with\nreference @:1 unread\nrepository @ complete\n"
		        "end failed\n" },
		{ "application/vnd.docker.distribution.manifest.v1+prettyjws",
		        "{\"schemaVersion\":1,\"fsLayers\":[]}",
		        "remark @:1: sha256:$1: Docker schema 1, legacy: skipped\n"
		        "reference @:1 unread\nrepository @ complete\nend complete catalogue\n" },
		{ MADE_INDEX, "{\"manifests\":[]}",
		        "manifest index $1 children 0\nreference @:1 $1\nrepository @ complete\n"
		        "end complete catalogue\n" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_maker maker = { 0 };
		struct made made;

		maker_init(&maker);
		made = maker_blob(&maker, cases[i].body);
		maker_name(&maker, cases[i].media_type, &made, "1");
		maker_finish(&maker);
		assert_scan(&maker, cases[i].says, MADE(&made));
	}
}

/* Foreign layers lie elsewhere; those of artifacts are looked at, their configs are not decoded. */
static void
test_foreign_and_artifact(void **state)
{
	auto_maker maker = { 0 };
	auto_buf text = { 0 };
	struct made config, foreign, manifest, empty, artifact;
	char name[160];

	(void)state;
	maker_init(&maker);
	config = maker_config(&maker, "amd64", "x");
	foreign = maker_blob(&maker, "elsewhere");
	maker_remove(&maker, maker_blob_name(&foreign, name));
	buf_puts(&text, "{\"mediaType\":\"" MADE_MANIFEST "\",\"config\":");
	maker_descriptor(&text, MADE_CONFIG, &config, "");
	buf_puts(&text, ",\"layers\":[");
	maker_descriptor(&text, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
	        &foreign, ",\"urls\":[\"http://169.254.169.254/\"]");
	buf_puts(&text, "]}");
	manifest = maker_blob(&maker, buf_text(&text));
	empty = maker_blob(&maker, "{}");
	buf_reset(&text);
	buf_puts(&text, "{\"mediaType\":\"" MADE_MANIFEST "\",\"config\":");
	maker_descriptor(&text, "application/vnd.oci.empty.v1+json", &empty, "");
	buf_puts(&text, ",\"layers\":[");
	maker_descriptor(&text, "application/vnd.oci.empty.v1+json", &empty, "");
	buf_puts(&text, "]}");
	artifact = maker_blob(&maker, buf_text(&text));
	maker_name(&maker, MADE_MANIFEST, &manifest, "a");
	maker_name(&maker, MADE_MANIFEST, &artifact, "b");
	maker_finish(&maker);
	assert_scan(&maker,
	        "manifest image $1 config $2 layers 1\n"
	        "config $2 linux/amd64 diffs 1\n"
	        "reference @:a $1\n"
	        "manifest artifact $3 config $4 layers 1\n"
	        "reference @:b $3\n"
	        "repository @ complete\n"
	        "end complete catalogue\n",
	        MADE(&manifest, &config, &artifact, &empty));
}

static void
test_bad_entries(void **state)
{
	auto_maker maker = { 0 };
	struct made image, config;

	(void)state;
	maker_init(&maker);
	config = maker_config(&maker, "amd64", "x");
	image = maker_image(&maker, "x");
	maker_entry(&maker, "{\"mediaType\":\"" MADE_MANIFEST "\",\"digest\":\"sha256:../x\","
	                    "\"size\":1}");
	maker_name(&maker, MADE_MANIFEST, &image, "1");
	maker_finish(&maker);
	assert_scan(&maker,
	        "problem index.json: manifests[0].digest: 'sha256:../x' is not a sha256 or sha512 "
	        "digest\n"
	        "manifest image $1 config $2 layers 1\n"
	        "config $2 linux/amd64 diffs 1\n"
	        "reference @:1 $1\n"
	        "repository @ partial\n"
	        "end partial\n",
	        MADE(&image, &config));
}

static void
test_wrong_sizes(void **state)
{
	auto_maker maker = { 0 };
	auto_scan scan = { 0 };
	struct made image;

	(void)state;
	maker_init(&maker);
	image = maker_image(&maker, "x");
	image.length += 7;
	maker_name(&maker, MADE_MANIFEST, &image, "1");
	maker_finish(&maker);
	scan_path(&scan, maker.path);
	assert_non_null(strstr(scan.result.first_problem, "but what names it says"));
	assert_int_equal(scan.result.state, SCAN_PARTIAL);
	assert_non_null(strstr(scan_text(&scan), "manifest image"));
}

static void
test_not_a_layout(void **state)
{
	static const struct {
		const char *name, *content; /* written; content NULL = removed */
		const char *says;
	} cases[] = {
		{ "oci-layout", NULL,
		        "is not an OCI layout: no oci-layout file; a docker save "
		        "archive is not supported yet" },
		{ "oci-layout", "{}", "oci-layout: version '' is not 1.x" },
		{ "oci-layout", "{\"imageLayoutVersion\":\"2.0.0\"}",
		        "version '2.0.0' is not 1.x" },
		{ "oci-layout", "x", "oci-layout: not valid JSON" },
		{ "index.json", NULL, "index.json: missing" },
		{ "index.json", "", "index.json: empty instead of JSON" },
		{ "index.json", "{}", "index.json: manifests: missing" },
		{ "index.json", "[]", "index.json: manifests: missing" },
		{ "index.json", "{\"manifests\":{}}", "index.json: manifests: not an array" },
		{ "index.json", "{\"manifests\":[", "index.json: not valid JSON" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_maker maker = { 0 };
		auto_scan scan = { 0 };

		maker_init(&maker);
		maker_finish(&maker);
		if (cases[i].content == NULL)
			maker_remove(&maker, cases[i].name);
		else
			maker_write(&maker, cases[i].name, cases[i].content);
		scan_path(&scan, maker.path);
		assert_int_equal(scan.status, 0);
		if (strstr(scan.result.first_problem, cases[i].says) == NULL)
			fail_msg("case %zu: '%s'", i, scan.result.first_problem);
		assert_int_equal(scan.result.state, SCAN_FAILED);
		assert_non_null(strstr(scan_text(&scan), "end failed\n"));
	}
}

static void
test_no_folder(void **state)
{
	auto_maker maker = { 0 };
	auto_scan file = { 0 }, nowhere = { 0 }, empty = { 0 }, broken = { 0 };

	(void)state;
	maker_init(&maker);
	maker_write(&maker, "image.tar", "x");
	auto_free char *tar = xprintf("%s/image.tar", maker.path);
	scan_path(&file, tar);
	assert_non_null(strstr(file.result.first_problem, "is a file, not a folder"));
	assert_int_equal(file.result.state, SCAN_FAILED);
	auto_free char *none = xprintf("%s/nowhere/", maker.path);
	auto_free char *line = xprintf("scan 2 %s/nowhere\n", maker.path);
	scan_path(&nowhere, none);
	assert_non_null(strstr(nowhere.result.first_problem, "No such file or directory"));
	assert_non_null(strstr(buf_text(&nowhere.log.text), line));
	scan_path(&empty, "");
	assert_int_equal(empty.status, -1);
	assert_int_equal(empty.err.code, ERROR_USAGE);
	scan_path(&broken, "/\xff");
	assert_int_equal(broken.status, -1);
	assert_int_equal(broken.log.count, 0);
}

static void
test_empty_layout(void **state)
{
	auto_maker maker = { 0 };

	(void)state;
	maker_init(&maker);
	maker_finish(&maker);
	assert_scan(&maker,
	        "remark index.json: names no image: the layout is empty\nend complete catalogue\n",
	        NULL);
	maker_write(&maker, "index.json", "{\"manifests\":null}");
	assert_scan(&maker,
	        "remark index.json: names no image: the layout is empty\nend complete catalogue\n",
	        NULL);
}

static void
test_large_documents(void **state)
{
	auto_maker maker = { 0 };
	auto_scan scan = { 0 };
	auto_buf text = { 0 };
	struct made large, image;

	(void)state;
	maker_init(&maker);
	image = maker_image(&maker, "x");
	buf_puts(&text, "{\"manifests\":[],\"x\":\"");
	for (size_t i = 0; i < (size_t)5 << 16; i++)
		buf_puts(&text, "0123456789abcdef");
	buf_puts(&text, "\"}");
	large = maker_blob(&maker, buf_text(&text));
	maker_name(&maker, MADE_INDEX, &large, "large");
	maker_name(&maker, MADE_MANIFEST, &image, "small");
	maker_finish(&maker);
	scan_path(&scan, maker.path);
	assert_non_null(strstr(scan.result.first_problem, "more than 4194304 bytes"));
	assert_int_equal(scan.result.state, SCAN_PARTIAL);
}

/* The sink may fail at any record: the error comes back, and nothing leaks. */
static void
test_sink_failures(void **state)
{
	auto_maker maker = { 0 };
	struct made image, index, broken;
	size_t records = 0;

	(void)state;
	maker_init(&maker);
	image = maker_image(&maker, "x");
	index = make_index(&maker, MADE(&image), 1, MADE_MANIFEST);
	broken = maker_blob(&maker, "{}");
	maker_name(&maker, MADE_INDEX, &index, "a:1");
	maker_name(&maker, MADE_MANIFEST, &broken, "b:1");
	maker_finish(&maker);
	for (size_t at = 1; at == 1 || at <= records; at++) {
		auto_scan scan = { 0 }, whole = { 0 };

		scan_path(&whole, maker.path);
		records = whole.log.count;
		scan.log.fail_at = at;
		scan_path(&scan, maker.path);
		assert_int_equal(scan.status, -1);
		assert_string_equal(scan.err.message, "the sink is full");
	}
	assert_int_equal(records, 10);
}

static int stop_flag;

static void
stop_at_once(void *context, const struct progress *progress)
{
	(void)context;
	(void)progress;
	stop_flag = 1;
}

static void
test_stop(void **state)
{
	auto_maker maker = { 0 };
	auto_scan scan = { 0 };
	struct made a, b;

	(void)state;
	maker_init(&maker);
	a = maker_image(&maker, "a");
	b = maker_image(&maker, "b");
	maker_name(&maker, MADE_MANIFEST, &a, "a:1");
	maker_name(&maker, MADE_MANIFEST, &b, "b:1");
	maker_finish(&maker);
	stop_flag = 0;
	struct collect_context context = {
		.sink = record_log_sink(&scan.log), .progress = stop_at_once, .stop = &stop_flag
	};
	assert_int_equal(layout_collect(maker.path, &context, &scan.result, &scan.err), 0);
	assert_int_equal(scan.result.state, SCAN_PARTIAL);
	assert_non_null(strstr(scan_text(&scan), "repository a complete\n"));
	assert_non_null(strstr(scan_text(&scan), "repository b partial\nend partial\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_image),
		cmocka_unit_test(test_source_name),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_several_names),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_nested_indexes),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_other_documents),
		cmocka_unit_test(test_foreign_and_artifact),
		cmocka_unit_test(test_bad_entries),
		cmocka_unit_test(test_wrong_sizes),
		cmocka_unit_test(test_not_a_layout),
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test(test_empty_layout),
		cmocka_unit_test(test_large_documents),
		cmocka_unit_test(test_sink_failures),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
