/*
 * The registry client when things are not as they should be. The torture at the end breaks each
 * request in turn, and each record.
 */
#include "tests/support/unit.h"
#include "tests/support/scan_run.h"

#include <string.h>

#include "common/memory.h"

static void
test_bad_documents(void **state)
{
	struct run *run = run_begin();
	struct answers *answers = &run->answers;

	(void)state;
	small_registry(run);
	run_target(run, HOST);
	run_every_tag_is_known(run);
	const char *lie = answers_digest(answers, "lie");
	answers_add(answers, 200, "", "HEAD /v2/shop/app/manifests/latest")->digest = lie;
	answers_add(answers, 200, "something else", "GET /v2/shop/app/manifests/%s", lie);
	const char *log = run_scan(run);
	assert_says(
	        log, "problem shop/app:latest: the registry sent 14 bytes that have the digest");
	assert_says(log, "reference shop/app:latest unread");
	assert_says(log, "repository shop/app complete");
	assert_says(log, "end partial catalogue");
	assert_int_equal(run->result.problems, 1);
	assert_int_equal(strncmp(run->result.first_problem, "shop/app:latest: the", 20), 0);

	/* Schema 1 is skipped, which is no failure. */
	answers_add(answers, 200, "", "HEAD /v2/shop/app/manifests/latest")->type =
	        "application/vnd.docker.distribution.manifest.v1+prettyjws";
	log = run_scan(run);
	assert_says(log, "remark shop/app:latest: Docker schema 1, legacy: skipped");
	assert_says(log, "reference shop/app:latest unread");
	assert_says(log, "end complete");

	/* Gone between the list and the question. */
	answers_add(answers, 404, "{}", "HEAD /v2/shop/app/manifests/latest");
	log = run_scan(run);
	assert_silent(log, "reference shop/app:latest");
	assert_says(log, "problem shop/app:latest: listed, but");
	run_end(run);
}

/* Catalogues go on naming what was deleted. Whoever says so in the specification's word ends what
 * the repository had; any other 404 proves nothing. */
static void
test_repository_gone(void **state)
{
	static const char unknown[] = "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}";
	struct run *run = run_begin();

	(void)state;
	small_registry(run);
	run_target(run, HOST);
	answers_add(&run->answers, 404, unknown, "GET /v2/shop/app/tags/list?n=1000");
	const char *log = run_scan(run);
	assert_says(log, "remark shop/app: has no list of tags: HTTP 404 (NAME_UNKNOWN)");
	assert_says(log, "repository shop/app complete");
	assert_says(log, "end complete catalogue");

	answers_add(&run->answers, 404, "404 page not found", "GET /v2/shop/app/tags/list?n=1000");
	log = run_scan(run);
	assert_says(log, "problem shop/app: HTTP 404");
	assert_says(log, "repository shop/app partial");
	assert_says(log, "end partial catalogue");

	run_untarget(run);
	run_target(run, HOST "/shop/app");
	answers_add(&run->answers, 404, unknown, "GET /v2/shop/app/tags/list?n=1000");
	log = run_scan(run);
	assert_says(log, "problem shop/app: no such repository: HTTP 404 (NAME_UNKNOWN)");
	run_end(run);
}

/* The part of a descriptor that makes it BuildKit's attestation of an image. */
static char *
attests(const char *image)
{
	return xprintf(
	        ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},\"annotations\":{"
	        "\"vnd.docker.reference.type\":\"attestation-manifest\","
	        "\"vnd.docker.reference.digest\":\"%s\"}",
	        image);
}

static void
test_index(void **state)
{
	struct run *run = run_begin();
	struct answers *answers = &run->answers;
	struct platform amd64;

	(void)state;
	run_target(run, HOST "/app:multi");
	const char *here = answers_image(answers, "app", NULL, "amd64");
	const char *there = answers_image(answers, "app", NULL, "arm64");
	const char *proof = answers_image(answers, "app", NULL, "proof");
	const char *other_proof = answers_image(answers, "app", NULL, "other proof");
	const char *absent = answers_digest(answers, "absent");
	auto_free char *of_here = attests(here), *of_there = attests(there);
	answers_document(answers, "app", "multi", OCI_INDEX,
	        arena_printf(&answers->arena,
	                "{\"schemaVersion\":2,\"manifests\":[%s,%s,%s,%s,%s]}",
	                answers_descriptor(answers, OCI_MANIFEST, here, IMAGE_BYTES,
	                        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}"),
	                answers_descriptor(answers, OCI_MANIFEST, there, IMAGE_BYTES,
	                        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}"),
	                answers_descriptor(answers, OCI_MANIFEST, absent, IMAGE_BYTES,
	                        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"s390x\"}"),
	                answers_descriptor(answers, OCI_MANIFEST, proof, IMAGE_BYTES, of_here),
	                answers_descriptor(answers, OCI_MANIFEST, other_proof, 1, of_there)));
	const char *log = run_scan(run);
	assert_int_equal(count_of(log, "manifest image"), 4);
	assert_int_equal(count_of(log, "absent app "), 1);
	assert_silent(log, "remark");
	assert_says(log, "bytes, the index says 1\n");
	assert_says(log, "end partial"); /* that one size */
	answers_asked(answers);

	assert_true(platform_parse(&amd64, "linux/amd64"));
	run->options.platform = &amd64;
	log = run_scan(run);
	const char *asked = answers_asked(answers);
	assert_int_equal(count_of(log, "manifest image"), 2);
	assert_says(asked, proof);
	assert_silent(asked, other_proof);
	assert_silent(asked, absent);
	assert_says(log, "end complete");
	run_end(run);
}

/* Indexes in indexes: the image under three of them is read, under four not. */
static void
test_nesting(void **state)
{
	for (int depth = 1; depth <= 4; depth++) {
		struct run *run = run_begin();
		struct answers *answers = &run->answers;
		const char *type = OCI_MANIFEST;
		const char *digest = answers_image(answers, "app", NULL, "deep");
		size_t size = IMAGE_BYTES;

		run_target(run, HOST "/app:multi");
		for (int i = 0; i < depth; i++) {
			const char *body = arena_printf(&answers->arena,
			        "{\"schemaVersion\":2,\"manifests\":[%s]}",
			        answers_descriptor(answers, type, digest, size, ""));
			digest = answers_document(answers, "app", "multi", OCI_INDEX, body);
			type = OCI_INDEX;
			size = strlen(body);
		}
		const char *log = run_scan(run);
		assert_int_equal(count_of(log, "manifest image"), depth <= 3);
		assert_int_equal(count_of(log, "nested deeper"), depth > 3);
		assert_int_equal(count_of(log, "reference app:multi unread"), 0);
		run_end(run);
	}
	(void)state;
}

/* A document that is broken in one repository may be whole in another. */
static void
test_other_repository_helps(void **state)
{
	struct run *run = run_begin();

	(void)state;
	run_target(run, HOST "/a");
	run_target(run, HOST "/b");
	run_every_tag_is_known(run);
	answers_add(&run->answers, 200, "{\"tags\":[\"1\",\"2\"]}", "GET /v2/a/tags/list?n=1000");
	answers_add(&run->answers, 200, "{\"tags\":[\"1\"]}", "GET /v2/b/tags/list?n=1000");
	const char *digest = answers_image(&run->answers, "a", "1", "x");
	answers_image(&run->answers, "a", "2", "x");
	answers_image(&run->answers, "b", "1", "x");
	answers_add(&run->answers, 500, "{}", "GET /v2/a/manifests/%s", digest);
	const char *log = run_scan(run);
	assert_says(log, "problem a:1: HTTP 500");
	assert_says(log, "problem a:2: its manifest sha256:");
	assert_silent(log, "reference b:1 unread");
	assert_says(log, "reference b:1 ");
	assert_int_equal(count_of(answers_asked(&run->answers), "GET a/manifests/sha256"), 1);
	run_end(run);
}

static void
test_repository_gives_up(void **state)
{
	struct run *run = run_begin();
	auto_buf tags = { 0 };

	(void)state;
	run_target(run, HOST "/a");
	run_target(run, HOST "/b");
	run_every_tag_is_known(run);
	for (int i = 0; i < 500; i++) {
		buf_printf(&tags, "%s\"%d\"", i ? "," : "", i);
		answers_add(&run->answers, 500, "{}", "HEAD /v2/a/manifests/%d", i);
	}
	answers_add(&run->answers, 200,
	        arena_printf(&run->answers.arena, "{\"tags\":[%s]}", buf_text(&tags)),
	        "GET /v2/a/tags/list?n=1000");
	answers_add(&run->answers, 200, "{\"tags\":[\"1\"]}", "GET /v2/b/tags/list?n=1000");
	answers_image(&run->answers, "b", "1", "x");
	const char *log = run_scan(run);
	assert_int_equal(count_of(log, "problem a"), REGISTRY_MAX_FAILURES_IN_REPOSITORY + 1);
	assert_says(log, "problem a: given up after 100 failures; not read: 400 tags");
	assert_says(log, "repository a partial");
	assert_says(log, "repository b complete");
	run_end(run);
}

/* The next page of the list is under way when the repository is given up. */
static void
test_gives_up_with_a_page_under_way(void **state)
{
	for (int tags = 96; tags < 106; tags++) {
		struct run *run = run_begin();
		auto_buf names = { 0 };

		run_target(run, HOST "/a");
		run->answers.parallel = 4;
		for (int i = 0; i < tags; i++) {
			buf_printf(&names, "%s\"%d\"", i ? "," : "", i);
			answers_add(&run->answers, 500, "{}", "HEAD /v2/a/manifests/%d", i);
		}
		answers_add(&run->answers, 200,
		        arena_printf(&run->answers.arena, "{\"tags\":[%s]}", buf_text(&names)),
		        "GET /v2/a/tags/list?n=1000")
		        ->link = "</v2/a/tags/list?last=x>; rel=next";
		answers_add(&run->answers, 200, "{\"tags\":[\"x\",\"y\"]}",
		        "GET /v2/a/tags/list?last=x")
		        ->link = "</v2/a/tags/list?last=y>; rel=next";
		answers_add(&run->answers, 200, "{\"tags\":[]}", "GET /v2/a/tags/list?last=y");
		answers_image(&run->answers, "a", "x", "x");
		answers_image(&run->answers, "a", "y", "y");
		const char *log = run_scan(run);
		assert_int_equal(count_of(log, "given up after"), tags >= 100);
		assert_says(log, tags >= 100 ? "repository a partial" : "repository a complete");
		run_end(run);
	}
	(void)state;
}

/* --- torture ---------------------------------------------------------------------------- */

/* What a scan of the small registry asks: new tags by GET, known ones by HEAD. */
#define REQUESTS_NEW   11
#define REQUESTS_KNOWN 14

static void
torture_begin(struct run *run, bool known)
{
	small_registry(run);
	run_target(run, HOST);
	if (known)
		run_every_tag_is_known(run);
}

static bool
is_known_variant(size_t at)
{
	return at > REQUESTS_NEW;
}

/* The request that breaks in variant `at`, from 1. */
static size_t
request_of(size_t at)
{
	return is_known_variant(at) ? at - REQUESTS_NEW : at;
}

/* Whatever breaks, and when: the scan ends, says so, and closes what it opened. */
static void
test_every_request_breaks(void **state)
{
	(void)state;
	for (size_t parallel = 1; parallel <= 4; parallel += 3) {
		for (size_t at = 1; at <= REQUESTS_NEW + REQUESTS_KNOWN; at++) {
			struct run *run = run_begin();

			torture_begin(run, is_known_variant(at));
			run->answers.parallel = parallel;
			run->answers.fail_at = request_of(at);
			const char *log = run_scan(run);
			assert_says(log, "as the test wants");
			assert_says(log, request_of(at) == 1 ? "end failed" : "end partial");
			assert_in_range(run->result.problems, 1, 2); /* two tags, one image */
			run_end(run);
		}
	}
}

static void
test_registry_dies(void **state)
{
	(void)state;
	for (size_t parallel = 1; parallel <= 4; parallel += 3) {
		for (size_t at = 1; at <= REQUESTS_NEW + REQUESTS_KNOWN; at++) {
			struct run *run = run_begin();

			torture_begin(run, is_known_variant(at));
			run->answers.parallel = parallel;
			run->answers.fail_at = request_of(at);
			run->answers.stay_down = true;
			const char *log = run_scan(run);
			assert_says(log, "as the test wants");
			assert_true(run->result.problems <= REGISTRY_MAX_FAILURES_IN_ROW + 1);
			assert_silent(log, "end complete");
			run_end(run);
		}
	}
}

/* Answers in any order, with failures anywhere: what was opened is closed, once, and last. */
static void
test_any_order(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 500; seed++) {
		struct run *run = run_begin();

		small_registry(run);
		run_target(run, HOST);
		run_target(run, HOST "/base:1");
		run_target(run,
		        HOST "/base@sha256:"
		             "0000000000000000000000000000000000000000000000000000000000000000");
		run->options.referrers = seed % 2 == 0;
		run->answers.parallel = 1 + seed % 7;
		run->answers.shuffled = true;
		run->answers.random.state = seed;
		const char *log = run_scan(run);
		assert_int_equal(count_of(log, "repository base "), 1);
		assert_in_range(count_of(log, "repository shop/app "), 0, 1);
		assert_null(strstr(strstr(log, "repository base "), "reference base"));
		assert_int_equal(count_of(log, "\nend "), 1);
		assert_silent(log, "end complete"); /* the digest is not there */
		run_end(run);
	}
}

static void
test_interrupted(void **state)
{
	(void)state;
	for (size_t at = 1; at <= REQUESTS_NEW + REQUESTS_KNOWN; at++) {
		struct run *run = run_begin();
		volatile int stop = 0;

		torture_begin(run, is_known_variant(at));
		run->answers.parallel = 3;
		run->answers.fail_at = request_of(at);
		run->answers.stop_at_failure = &stop;
		run->context.stop = &stop;
		const char *log = run_scan(run);
		assert_says(log, "problem : interrupted; not read: ");
		assert_silent(log, "end complete");
		assert_silent(log, "catalogue\n");
		run_end(run);
	}
}

static void
test_every_record_fails(void **state)
{
	size_t records;
	struct run *run = run_begin();

	(void)state;
	small_registry(run);
	run_target(run, HOST);
	records = count_of(run_scan(run), "\n");
	run_end(run);
	for (size_t at = 1; at <= records; at++) {
		run = run_begin();
		small_registry(run);
		run_target(run, HOST);
		run->answers.parallel = 1 + at % 4;
		run->log.fail_at = at;
		assert_null(run_scan(run));
		assert_int_equal(run->err.code, ERROR_FAILED);
		run_end(run);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_documents),
		cmocka_unit_test(test_repository_gone),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_other_repository_helps),
		cmocka_unit_test(test_repository_gives_up),
		cmocka_unit_test(test_gives_up_with_a_page_under_way),
		cmocka_unit_test(test_every_request_breaks),
		cmocka_unit_test(test_registry_dies),
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_every_record_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
