/* Good layouts: what a scan says, record by record. */
#include "tests/collector/layout/scan.h"

#include <stdio.h>
#include <unistd.h>

#include "common/memory.h"

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
	maker_name(&maker, MADE_MANIFEST, &a, NULL);
	maker_name(&maker, MADE_MANIFEST, &b, NULL); /* no name is no conflict */
	maker_finish(&maker);
	assert_scan(&maker,
	        "manifest image $1 config $2 layers 1\n"
	        "config $2 linux/amd64 diffs 1\n"
	        "reference api:1 $1\n"
	        "repository api complete\n"
	        "reference @: $1\n"
	        "manifest image $3 config $4 layers 1\n"
	        "config $4 linux/amd64 diffs 1\n"
	        "reference @: $3\n"
	        "repository @ complete\n"
	        "reference web:1 $1\n"
	        "reference web:1 $1\n"
	        "remark web: sha256:$3: index.json gives this name to several images; the first "
	        "one "
	        "keeps it\n"
	        "reference web: $3\n"
	        "reference web:2 $3\n"
	        "repository web complete\n"
	        "end complete catalogue\n",
	        MADE(&a, &config_a, &b, &config_b));
	scan_path(&scan, maker.path);
	assert_int_equal(scan.result.progress.images, 2);
	assert_int_equal(scan.result.progress.repositories_total, 3);
	assert_int_equal(scan.result.progress.tags_total, 7);
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
	index = maker_index(&maker, MADE(&amd64, &arm64), 2, MADE_MANIFEST);
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
	        "absent app $4\n"
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
	struct made made[5];

	(void)state;
	maker_init(&maker);
	made[0] = maker_image(&maker, "x");
	made[1] = maker_index(&maker, MADE(&made[0]), 1, MADE_MANIFEST);
	for (size_t i = 2; i < 5; i++)
		made[i] = maker_index(&maker, MADE(&made[i - 1]), 1, MADE_INDEX);
	maker_name(&maker, MADE_INDEX, &made[3], "three:1");
	maker_finish(&maker);
	scan_path(&scan, maker.path);
	assert_int_equal(scan.result.state, SCAN_COMPLETE);
	assert_int_equal(scan.result.progress.images, 1);

	auto_scan deep = { 0 };
	buf_reset(&maker.entries);
	maker_name(&maker, MADE_INDEX, &made[4], "four:1");
	maker_finish(&maker);
	scan_path(&deep, maker.path);
	assert_int_equal(deep.result.state, SCAN_PARTIAL);
	assert_int_equal(deep.result.progress.images, 0);
	assert_non_null(strstr(deep.result.first_problem, "nested deeper than we follow"));
}

/* Damage to one file of an image that stands beside a good one; what is said about it. */
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

/* The sink may fail at any record: the error comes back, and nothing leaks. */
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
		cmocka_unit_test(test_foreign_and_artifact),
		cmocka_unit_test(test_empty_layout),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
