/* Damaged layouts, and what is none: the place, the cause, and what is still read. */
#include "tests/collector/layout/scan.h"

#include "common/memory.h"

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

static void
test_sink_failures(void **state)
{
	auto_maker maker = { 0 };
	struct made image, index, broken;
	size_t records = 0;

	(void)state;
	maker_init(&maker);
	image = maker_image(&maker, "x");
	index = maker_index(&maker, MADE(&image), 1, MADE_MANIFEST);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_other_documents),
		cmocka_unit_test(test_bad_entries),
		cmocka_unit_test(test_wrong_sizes),
		cmocka_unit_test(test_not_a_layout),
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test(test_large_documents),
		cmocka_unit_test(test_sink_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
