/*
 * The registry client over a table of answers: what it asks, in which order, and what it says.
 */
#include "tests/support/unit.h"
#include "tests/support/scan_run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/memory.h"

static void
test_catalogue(void **state)
{
	struct run *run = run_begin();

	(void)state;
	run_target(run, HOST);
	small_registry(run);
	const char *log = run_scan(run);
	assert_says(log, "scan 1 " HOST "\n");
	assert_int_equal(count_of(log, "manifest image"), 3);
	assert_int_equal(count_of(log, "manifest index"), 1);
	assert_int_equal(count_of(log, "\nconfig "), 3);
	assert_int_equal(count_of(log, "reference "), 4);
	assert_says(log, "repository base complete\n");
	assert_says(log, "repository shop/app complete\n");
	assert_says(log, "end complete catalogue\n");
	assert_silent(log, "problem");
	/* A repository is closed behind its references, before the next is opened. */
	assert_true(strstr(log, "repository base") < strstr(log, "reference shop/app"));

	const char *asked = answers_asked(&run->answers);
	/* Three lists, a GET per tag, which brings its document, one child of the index, and a
	 * config for each of three images. */
	assert_int_equal(count_of(asked, "\n"), 3 + 4 + 1 + 3);
	assert_int_equal(count_of(asked, "HEAD "), 0);
	assert_int_equal(run->result.progress.images, 3);
	assert_int_equal(run->result.progress.tags_done, 4);
	assert_int_equal(run->result.progress.tags_total, 4);
	assert_int_equal(run->result.progress.repositories_done, 2);
	assert_int_equal(run->result.progress.repositories_total, 2);
	run_end(run);
}

static struct known_reference *
find_reference(struct run *run, const char *repository, const char *tag)
{
	auto_free char *name = xprintf("%s:%s", repository, tag);

	vec_each (struct known_reference, reference, &run->known_references) {
		if (strcmp(reference->name, name) == 0)
			return reference;
	}
	return NULL;
}

static void
remember_reference(struct run *run, const struct record_reference *record)
{
	struct known_reference *reference = find_reference(run, record->repository, record->tag);

	if (reference == NULL) {
		reference = vec_push(&run->known_references);
		reference->name =
		        arena_printf(&run->memory, "%s:%s", record->repository, record->tag);
	}
	reference->digest = record->digest;
}

static int
remember(void *context, const struct record *record, struct error *err)
{
	struct run *run = context;

	if (record->kind == RECORD_MANIFEST) {
		struct record_manifest copy = record->manifest;
		copy.children = arena_memdup(
		        &run->memory, copy.children, copy.child_count, sizeof(*copy.children));
		copy.layers = NULL;
		copy.layer_count = 0;
		copy.media_type = "";
		*vec_push(&run->known) = copy;
	}
	if (record->kind == RECORD_CONFIG)
		map_set(&run->known_configs, &record->config.digest, 0);
	if (record->kind == RECORD_REFERENCE && record->reference.state == REFERENCE_READ)
		remember_reference(run, &record->reference);
	if (record->kind == RECORD_ABSENT)
		*vec_push(&run->known_absent) = record->absent.digest;
	struct record_sink log = record_log_sink(&run->log);
	return log.emit(log.context, record, err);
}

static int
knows_manifest(void *context, const struct digest *digest, struct arena *arena,
        struct record_manifest *out, struct error *err)
{
	struct run *run = context;

	(void)arena;
	(void)err;
	vec_each (struct record_manifest, manifest, &run->known) {
		if (digest_equal(&manifest->digest, digest)) {
			*out = *manifest;
			return 1;
		}
	}
	return 0;
}

static int
knows_config(void *context, const struct digest *digest, struct error *err)
{
	struct run *run = context;

	(void)err;
	return map_get(&run->known_configs, digest) != MAP_NONE;
}

static int
knows_reference(void *context, const char *repository, const char *name, struct digest *digest,
        struct error *err)
{
	const struct known_reference *reference = find_reference(context, repository, name);

	(void)err;
	if (reference == NULL)
		return 0;
	*digest = reference->digest;
	return 1;
}

static int
knows_absent(void *context, const struct digest *digest, struct error *err)
{
	struct run *run = context;

	(void)err;
	vec_each (struct digest, absent, &run->known_absent) {
		if (digest_equal(absent, digest))
			return 1;
	}
	return 0;
}

static void
make_it_remember(struct run *run)
{
	run->context.sink = (struct record_sink){ .emit = remember, .context = run };
	run->context.known = (struct known){
		.manifest = knows_manifest,
		.config = knows_config,
		.reference = knows_reference,
		.absent = knows_absent,
		.context = run,
	};
}

static void
test_rescan(void **state)
{
	struct run *run = run_begin();

	(void)state;
	run_target(run, HOST);
	small_registry(run);
	make_it_remember(run);
	assert_non_null(run_scan(run));
	answers_asked(&run->answers);

	/* Unchanged: the lists and one HEAD per tag, nothing else. */
	const char *log = run_scan(run);
	const char *asked = answers_asked(&run->answers);
	assert_int_equal(count_of(asked, "\n"), 3 + 4);
	assert_int_equal(count_of(asked, "HEAD "), 4);
	assert_int_equal(count_of(log, "reference "), 4);
	assert_silent(log, "manifest ");
	assert_int_equal(run->result.progress.images, 3);

	/* One tag has moved: exactly that image. */
	answers_image(&run->answers, "shop/app", "latest", "new");
	log = run_scan(run);
	asked = answers_asked(&run->answers);
	assert_int_equal(count_of(asked, "\n"), 3 + 4 + 2);
	assert_int_equal(count_of(log, "manifest "), 1);

	/* A config that got lost is fetched, though its manifest is known. */
	map_release(&run->known_configs);
	run_scan(run);
	asked = answers_asked(&run->answers);
	assert_int_equal(count_of(asked, "/blobs/"), 4);
	assert_int_equal(count_of(asked, "GET shop/app/manifests"), 0);
	run_end(run);
}

static void
test_pages(void **state)
{
	struct run *run = run_begin();
	struct answers *answers = &run->answers;

	(void)state;
	run_target(run, HOST);
	/* Unsorted, twice, and an empty page in between. */
	answers_add(answers, 200, "{\"repositories\":[\"b\"]}", "GET /v2/_catalog?n=1000")->link =
	        "</v2/_catalog?n=1000&last=b>; rel=\"next\"";
	answers_add(answers, 200, "{\"repositories\":null}", "GET /v2/_catalog?n=1000&last=b")
	        ->link = "<http://" HOST "/v2/_catalog?last=x>; rel=next";
	answers_add(
	        answers, 200, "{\"repositories\":[\"a\",\"b\",\"a\"]}", "GET /v2/_catalog?last=x");
	answers_add(answers, 200, "{\"tags\":[\"2\",\"1\"]}", "GET /v2/a/tags/list?n=1000")->link =
	        "</v2/a/tags/list?last=1>; rel=\"next\"";
	answers_add(answers, 200, "{\"tags\":[\"1\",\"3\"]}", "GET /v2/a/tags/list?last=1");
	answers_add(answers, 200, "{\"tags\":[]}", "GET /v2/b/tags/list?n=1000");
	answers_image(answers, "a", "1", "x");
	answers_image(answers, "a", "2", "x");
	answers_image(answers, "a", "3", "x");
	const char *log = run_scan(run);
	assert_int_equal(count_of(log, "reference a:"), 3);
	assert_int_equal(count_of(log, "repository "), 2);
	assert_says(log, "repository a complete");
	assert_says(log, "repository b complete");
	assert_says(log, "end complete catalogue");

	/* A list that leads back, or elsewhere, is cut: what it did not name may still be there. */
	answers_add(answers, 200, "{\"tags\":[\"1\",\"3\"]}", "GET /v2/a/tags/list?last=1")->link =
	        "</v2/a/tags/list?n=1000>; rel=next";
	log = run_scan(run);
	assert_says(log, "problem a: the list is cut after page 2: the next page is one");
	assert_int_equal(count_of(log, "reference a:"), 3);
	assert_says(log, "repository a partial");
	assert_says(log, "end partial catalogue");
	answers_add(answers, 200, "{\"repositories\":[\"a\"]}", "GET /v2/_catalog?n=1000")->link =
	        "<http://127.0.0.1:5001/v2/_catalog?last=x>; rel=next";
	log = run_scan(run);
	assert_says(log, "problem catalogue: the list is cut after page 1");
	assert_says(log, "end partial\n");
	run_end(run);
}

static void
test_without_catalogue(void **state)
{
	static const struct {
		long status;
		const char *body;
	} cases[] = { { 404, "{}" }, { 405, "{}" }, { 401, "{}" }, { 403, "{}" },
		{ 200, "{\"repositories\":[]}" }, { 200, "{\"repositories\":null}" } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct run *run = run_begin();

		run_target(run, HOST);
		answers_add(
		        &run->answers, cases[i].status, cases[i].body, "GET /v2/_catalog?n=1000");
		const char *log = run_scan(run);
		assert_says(log, "problem catalogue: ");
		assert_says(log, "HOST/REPO, or @FILE");
		assert_says(log, "end failed\n");
		run_end(run);
	}
}

static void
test_targets(void **state)
{
	struct run *run = run_begin();
	static const char *const exclude[] = { "ba*" };

	(void)state;
	/* A repository that is met three times is read once. */
	small_registry(run);
	run_target(run, HOST "/shop/app:latest");
	run_target(run, HOST "/shop/");
	run_target(run, HOST "/shop/app");
	const char *log = run_scan(run);
	assert_int_equal(count_of(log, "repository shop/app complete"), 1);
	assert_int_equal(count_of(log, "reference shop/app:"), 2);
	assert_says(log, "repository base skipped");
	assert_int_equal(count_of(answers_asked(&run->answers), "shop/app/tags/list"), 1);

	/* One tag is not the repository. */
	run_untarget(run);
	run_target(run, HOST "/shop/app:latest");
	log = run_scan(run);
	assert_says(log, "repository shop/app partial");
	assert_int_equal(count_of(log, "reference "), 1);
	assert_says(log, "end complete\n");
	assert_int_equal(count_of(answers_asked(&run->answers), "\n"), 2);

	/* What the globs leave out exists all the same. */
	run_untarget(run);
	run->options.exclude = exclude;
	run->options.exclude_count = 1;
	run_target(run, HOST);
	run_target(run, HOST "/base");
	log = run_scan(run);
	assert_says(log, "repository base skipped");
	assert_silent(log, "reference base");
	assert_says(log, "repository shop/app complete");
	assert_says(log, "end complete catalogue");
	run->options.include = exclude;
	run->options.include_count = 1;
	log = run_scan(run);
	assert_says(log, "no repository is left to read");
	assert_says(log, "end failed");
	run_end(run);
}

static void
test_by_digest(void **state)
{
	struct run *run = run_begin();
	const char *digest = answers_image(&run->answers, "app", NULL, "x");
	auto_free char *good = xprintf(HOST "/app@%s", digest);
	auto_free char *bad = xprintf(HOST "/app@%s", answers_digest(&run->answers, "none"));

	(void)state;
	run_target(run, good);
	run_target(run, bad);
	const char *log = run_scan(run);
	assert_int_equal(count_of(log, "reference app: "), 1);
	assert_says(log, "problem app@sha256:");
	assert_says(log, "no such image (HTTP 404)");
	assert_says(log, "repository app partial");
	run_end(run);
}

/* What the receiver has from elsewhere is asked for once, where an index is new; what is absent not
 * again, until something new names it. */
static void
test_sparse_copy(void **state)
{
	struct run *run = run_begin();
	struct answers *answers = &run->answers;

	(void)state;
	small_registry(run);
	run_target(run, HOST);
	make_it_remember(run);
	assert_non_null(run_scan(run));
	const char *child = answers_image(answers, "base", NULL, "child");
	answers_add(answers, 404, "{}", "GET /v2/base/manifests/%s", child);
	answers_add(answers, 404, "{}", "HEAD /v2/base/manifests/%s", child);

	/* Another registry, whose tags are new. */
	run->known_references.count = 0;
	answers_asked(answers);
	const char *log = run_scan(run);
	const char *asked = answers_asked(answers);
	assert_int_equal(count_of(log, "absent base "), 1);
	assert_says(log, "end complete");
	assert_int_equal(count_of(asked, "HEAD base/manifests/sha256:"), 1);
	assert_int_equal(count_of(asked, "\n"), 3 + 4 + 1);
	log = run_scan(run);
	asked = answers_asked(answers);
	assert_silent(log, "absent");
	assert_int_equal(count_of(asked, "HEAD "), 4);
	assert_int_equal(count_of(asked, "\n"), 3 + 4);

	/* It was pushed, and a new tag names its index: only the body says that it is there now. */
	answers_image(answers, "base", NULL, "child");
	run->known_references.count = 0;
	log = run_scan(run);
	asked = answers_asked(answers);
	assert_int_equal(count_of(asked, "GET base/manifests/sha256:"), 1);
	assert_silent(log, "absent");

	/* There, known, and met for the first time: a HEAD is enough. */
	run->known_references.count = 0;
	run->known_absent.count = 0;
	log = run_scan(run);
	asked = answers_asked(answers);
	assert_int_equal(count_of(asked, "HEAD base/manifests/sha256:"), 1);
	assert_silent(log, "absent");
	run_end(run);
}

/* Two repositories have one index; only the second has all its children, however many questions are
 * under way, and whichever of the two was scanned before the other one came. */
static void
test_sparse_beside_full_copy(void **state)
{
	static const struct {
		size_t parallel;
		const char *earlier; /* the repository that an earlier scan has read */
		bool child_has_tag;
	} cases[] = {
		{ 1, NULL, false },
		{ 6, NULL, false },
		{ 1, "a", false },
		{ 6, "a", false },
		{ 1, "b", false },
		{ 6, "b", false },
		{ 1, NULL, true },
		{ 6, NULL, true },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct run *run = run_begin();
		struct answers *answers = &run->answers;
		const char *full = "{\"repositories\":[\"a\",\"b\"]}";

		run_target(run, HOST);
		make_it_remember(run);
		answers->parallel = cases[i].parallel;
		const char *child = answers_image(
		        answers, "b", cases[i].child_has_tag ? "amd64" : NULL, "child");
		const char *index =
		        arena_printf(&answers->arena, "{\"schemaVersion\":2,\"manifests\":[%s]}",
		                answers_descriptor(answers, OCI_MANIFEST, child, IMAGE_BYTES, ""));
		answers_document(answers, "a", "1", OCI_INDEX, index);
		answers_document(answers, "b", "1", OCI_INDEX, index);
		answers_add(answers, 404, "{}", "GET /v2/a/manifests/%s", child);
		answers_add(answers, 200, "{\"tags\":[\"1\"]}", "GET /v2/a/tags/list?n=1000");
		answers_add(answers, 200,
		        cases[i].child_has_tag ? "{\"tags\":[\"1\",\"amd64\"]}"
		                               : "{\"tags\":[\"1\"]}",
		        "GET /v2/b/tags/list?n=1000");
		answers_add(answers, 404, "{}", "HEAD /v2/a/manifests/%s", child);
		if (cases[i].earlier != NULL) {
			answers_add(answers, 200,
			        arena_printf(&answers->arena, "{\"repositories\":[\"%s\"]}",
			                cases[i].earlier),
			        "GET /v2/_catalog?n=1000");
			assert_non_null(run_scan(run));
			answers_asked(answers);
		}
		answers_add(answers, 200, full, "GET /v2/_catalog?n=1000");
		const char *log = run_scan(run);
		/* The last word is that it is there. */
		const char *there = strstr(log, "manifest image"), *not_there = log;
		for (const char *at; (at = strstr(not_there, "absent ")) != NULL;)
			not_there = at + 1;
		assert_true(not_there == log || (there != NULL && there > not_there));
		assert_true(there != NULL || cases[i].earlier != NULL);
		assert_silent(log, "problem");
		assert_silent(log, "unread");
		assert_says(log, "repository a complete\n");
		assert_says(log, "repository b complete\n");
		assert_says(log, "end complete catalogue\n");
		/* Nothing is asked twice of the same name. */
		const char *asked = answers_asked(answers);
		assert_in_range(count_of(asked, child), 0, 2);
		assert_in_range(count_of(asked, "GET b/manifests/amd64"), 0, 1);
		assert_in_range(count_of(asked, "GET b/manifests/sha256:"), 0, 1);
		run_end(run);
	}
}

static void
test_tag_pattern(void **state)
{
	struct run *run = run_begin();

	(void)state;
	small_registry(run);
	run_target(run, HOST);
	run->options.tags = "l*";
	run_every_tag_is_known(run);
	const char *log = run_scan(run);
	assert_says(log, "reference shop/app:1 unread");
	assert_silent(log, "reference shop/app:latest unread");
	assert_says(log, "repository shop/app partial");
	assert_int_equal(count_of(answers_asked(&run->answers), "HEAD"), 1);
	run->options.tags = "nothing*";
	log = run_scan(run);
	assert_says(log, "none of 4 tags matches 'nothing*'");
	run_end(run);
}

static void
test_head_does_not_help(void **state)
{
	struct run *run = run_begin();

	(void)state;
	small_registry(run);
	run_target(run, HOST);
	run_every_tag_is_known(run);
	/* 405: everything is asked by GET from then on, and nothing twice. */
	answers_add(&run->answers, 405, "", "HEAD /v2/base/manifests/1");
	const char *log = run_scan(run);
	const char *asked = answers_asked(&run->answers);
	assert_int_equal(count_of(log, "reference "), 4);
	assert_int_equal(count_of(log, "manifest "), 4);
	assert_int_equal(count_of(asked, "HEAD "), 1);
	assert_int_equal(count_of(asked, "/manifests/sha256:"), 1); /* the index's child */
	assert_says(log, "end complete");
	/* No digest: the same. */
	answers_add(&run->answers, 200, "", "HEAD /v2/base/manifests/1")->digest = "sha256:xyz";
	log = run_scan(run);
	assert_int_equal(count_of(answers_asked(&run->answers), "HEAD "), 1);
	assert_says(log, "end complete");
	run_end(run);
}

static void
test_login(void **state)
{
	char file[] = "/tmp/layershare-password-XXXXXX";
	int fd = mkstemp(file);
	struct run *run = run_begin();

	(void)state;
	assert_int_equal(write(fd, "secret\n", 7), 7);
	close(fd);
	setenv("LAYERSHARE_REGISTRY_USER", "reader", 1);
	setenv("LAYERSHARE_REGISTRY_PASSWORD_FILE", file, 1);
	small_registry(run);
	run_target(run, HOST);
	vec_each (struct answer, answer, &run->answers.table) {
		answer->authorization = "Basic cmVhZGVyOnNlY3JldA==";
		answer->challenge = "Bearer realm=\"x, Basic y\", basic realm=\"z\"";
	}
	const char *log = run_scan(run);
	assert_says(log, "end complete catalogue");
	assert_int_equal(count_of(log, "reference "), 4);
	/* One 401; from then on the credentials go along. */
	assert_int_equal(count_of(answers_asked(&run->answers), "\n"), 11 + 1);

	vec_each (struct answer, answer, &run->answers.table)
		answer->authorization = "Basic wrong";
	log = run_scan(run);
	assert_says(log, "problem catalogue: the user and password from ");
	assert_says(log, "were refused (HTTP 401)");
	assert_silent(log, "secret");

	vec_each (struct answer, answer, &run->answers.table)
		answer->challenge = "Bearer realm=\"https://x\",service=\"Basic\"";
	log = run_scan(run);
	assert_says(log, "asks for a Bearer token, which this version does not support yet");
	assert_says(log, "end failed");

	unsetenv("LAYERSHARE_REGISTRY_USER");
	unsetenv("LAYERSHARE_REGISTRY_PASSWORD_FILE");
	unlink(file);
	run_end(run);
}

static void
test_referrers(void **state)
{
	struct run *run = run_begin();
	struct answers *answers = &run->answers;

	(void)state;
	run_target(run, HOST);
	small_registry(run);
	run->options.referrers = true;
	/* Nobody there: asked once. */
	const char *log = run_scan(run);
	assert_int_equal(count_of(answers_asked(answers), "/referrers/"), 1);
	assert_says(log, "end complete");

	run_end(run);

	run = run_begin();
	answers = &run->answers;
	run_target(run, HOST "/base:1");
	run->options.referrers = true;
	const char *subject = answers_image(answers, "base", "1", "base");
	const char *signature = answers_image(answers, "base", NULL, "signature");
	answers_add(answers, 200,
	        arena_printf(&answers->arena, "{\"schemaVersion\":2,\"manifests\":[%s]}",
	                answers_descriptor(answers, OCI_MANIFEST, signature, IMAGE_BYTES, "")),
	        "GET /v2/base/referrers/%s", subject)
	        ->type = OCI_INDEX;
	answers_add(answers, 200, "{\"schemaVersion\":2,\"manifests\":[]}",
	        "GET /v2/base/referrers/%s", signature)
	        ->type = OCI_INDEX;
	log = run_scan(run);
	const char *asked = answers_asked(answers);
	assert_int_equal(count_of(asked, "/referrers/"), 2);
	assert_says(asked, signature);
	assert_int_equal(count_of(log, "manifest image"), 2);
	assert_says(log, "end complete");
	run_end(run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_rescan),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_without_catalogue),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_by_digest),
		cmocka_unit_test(test_sparse_copy),
		cmocka_unit_test(test_sparse_beside_full_copy),
		cmocka_unit_test(test_tag_pattern),
		cmocka_unit_test(test_head_does_not_help),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_referrers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
