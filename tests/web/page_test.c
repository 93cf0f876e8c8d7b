/* The page as a whole: well formed, safe whatever the names are, complete, always the same. */
#include "tests/support/unit.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "common/text.h"
#include "tests/web/fixture.h"
#include "tests/web/hostile.h"
#include "tests/web/markup.h"
#include "web/page.h"

struct rendered {
	struct arena arena;
	struct report *report;
	struct buf out;
};

static struct rendered
render(uint32_t apps, const char *outside, uint32_t row_limit)
{
	struct rendered page = { 0 };

	page.report = fixture_make(&page.arena, (struct fixture_options){ apps, outside });
	page_render(page.report,
	        &(struct page_options){ .title = outside,
	                .generated_at = FIXTURE_NOW,
	                .version = outside,
	                .row_limit = row_limit },
	        &page.out);
	return page;
}

static void
release(struct rendered *page)
{
	buf_release(&page->out);
	arena_release(&page->arena);
}

static bool
has(const struct rendered *page, const char *text)
{
	return strstr(buf_text(&page->out), text) != NULL;
}

/* Nothing that loads, runs or styles by itself; links stay in the page. */
static void
check_attribute(void *context, const char *element, const char *name, const char *value)
{
	(void)context;
	assert_false(text_starts_with(name, "on"));
	assert_string_not_equal(name, "style");
	assert_string_not_equal(name, "src");
	assert_string_not_equal(name, "action");
	if (strcmp(name, "href") == 0) {
		assert_string_equal(element, "a");
		assert_int_equal(value[0], '#');
	}
}

static struct buf
skeleton_of(const struct rendered *page)
{
	struct markup markup = { .attribute = check_attribute };

	if (!markup_read(&markup, buf_text(&page->out)))
		fail_msg("not well formed at: %.80s", markup.at ? markup.at : "(end)");
	return markup.skeleton;
}

static void
is_well_formed(void **state)
{
	static const char *const forbidden[] = { "<script", "<iframe", "<link", "<object",
		"http:", "https:", "javascript:", "@import", "url(" };
	struct rendered page = render(30, NULL, 0);
	struct buf skeleton = skeleton_of(&page);

	(void)state;
	for (size_t i = 0; i < countof(forbidden); i++)
		assert_null(strstr(buf_text(&page.out), forbidden[i]));
	assert_true(text_starts_with(buf_text(&page.out),
	        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	        "style-src 'sha256-"));
	assert_true(
	        has(&page, "'; base-uri 'none'; form-action 'none'\">\n<meta charset=\"utf-8\">"));
	buf_release(&skeleton);
	release(&page);
}

/* The hash in the policy is that of the bytes between <style> and </style>. */
static void
policy_names_the_style(void **state)
{
	struct rendered page = render(1, NULL, 0);
	const char *style = strstr(buf_text(&page.out), "<style>") + strlen("<style>");
	size_t length = (size_t)(strstr(style, "</style>") - style);
	unsigned char hash[SHA256_DIGEST_LENGTH], text[64];
	char source[120];

	(void)state;
	assert_true(length > 1000);
	SHA256((const unsigned char *)style, length, hash);
	EVP_EncodeBlock(text, hash, sizeof(hash));
	snprintf(source, sizeof(source), "style-src 'sha256-%s';", (const char *)text);
	assert_true(has(&page, source));
	release(&page);
}

struct targets {
	const char *page;
};

static void
check_target(void *context, const char *element, const char *name, const char *value)
{
	const struct targets *targets = context;
	char id[80];

	(void)element;
	if (strcmp(name, "href") == 0)
		value++;
	else if (!text_starts_with(name, "aria-labelledby") && strcmp(name, "id") != 0 &&
	         strcmp(name, "aria-describedby") != 0)
		return;
	/* It exists, once. */
	snprintf(id, sizeof(id), " id=\"%s\"", value);
	assert_non_null(strstr(targets->page, id));
	assert_null(strstr(strstr(targets->page, id) + 1, id));
}

static void
links_and_labels_lead_somewhere(void **state)
{
	struct rendered page = render(5, NULL, 0);
	struct targets targets = { buf_text(&page.out) };
	struct markup markup = { .attribute = check_target, .context = &targets };

	(void)state;
	assert_true(markup_read(&markup, buf_text(&page.out)));
	buf_release(&markup.skeleton);
	release(&page);
}

/* Every text from outside is hostile at once: the tags and attributes of the page stay exactly
 * those of the harmless page. */
static void
hostile_names_change_no_markup(void **state)
{
	struct rendered plain = render(8, "", 0);
	struct buf expected = skeleton_of(&plain);

	(void)state;
	for (size_t i = 0; i < countof(hostile); i++) {
		struct rendered page = render(8, hostile[i], 0);
		struct buf skeleton = skeleton_of(&page);

		assert_string_equal(buf_text(&skeleton), buf_text(&expected));
		assert_true(text_is_utf8(buf_text(&page.out), page.out.length));
		for (const char *at = buf_text(&page.out); *at != '\0'; at++)
			assert_true((unsigned char)*at >= 0x20 || *at == '\n');
		buf_release(&skeleton);
		release(&page);
	}
	buf_release(&expected);
	release(&plain);
}

static void
shows_what_it_must(void **state)
{
	static const char *const expected[] = { /* summary */
		"<title>What our images share</title>",
		"13 images in 13 repositories of 2 registries", "not computed in this version",
		"<strong>Not complete.</strong> 3 of 7 sources", "only: team/&lt;b&gt;; tags 1*<",
		"registry.example.com:5000 <span class=\"sub\">scanned <time ",
		"\"2026-01-30T23:00:00Z\">2026-01-30 23:00 UTC</time>, 3 hours old</span>",
		", less than a minute old, <b>partial</b></span>", "role=\"img\"",
		/* stores */
		"node-1/docker</span><span class=\"sub\">overlay2, lengths of files<",
		"title=\"123,000,000 bytes\"", "measured, 80 %", ">estimated<",
		"zoo, what it shares is not known",
		/* bases */
		">debian:bookworm</span>", "class=\"d1\"", ">unnamed <code>", "several owners",
		"873.8 MB", "title=\"873,794,520 bytes\"",
		/* images */
		">team-0/app-0:1.4.2</span>", ">team-2/app-2@", "(indexes)", "(artifacts)",
		"title=\"4,711 bytes\"", "Images in OCI layouts",
		/* coverage */
		"never", "9 days old", "manifest: HTTP 500: try again later", "(the whole source)",
		"schema 1 manifest: skipped",
		/* counting */
		"The four meanings of shared", "Claimed", "Measured"
	};
	struct rendered page = render(9, NULL, 0);

	(void)state;
	for (size_t i = 0; i < countof(expected); i++) {
		if (!has(&page, expected[i]))
			fail_msg("not in the page: %s", expected[i]);
	}
	release(&page);
}

static void
long_tables_say_what_they_leave_out(void **state)
{
	struct rendered page = render(20, NULL, 3);
	struct rendered whole = render(20, NULL, 24);

	(void)state;
	assert_true(has(&page, "and 21 more images"));
	assert_true(has(&page, "and 21 more repositories"));
	assert_true(has(&page, "and 1 more base<"));
	assert_true(has(&page, "and 4 more sources<"));
	assert_false(has(&page, ">team-3/app-3:1.4.2</span>"));
	assert_false(has(&whole, "and 0 more"));
	assert_false(has(&whole, " more images"));
	release(&whole);
	release(&page);
}

/* The second base stands on the first: with one row it waits, it is not shown without its base. */
static void
bases_are_cut_with_what_they_stand_on(void **state)
{
	struct rendered one = render(4, NULL, 1), two = render(4, NULL, 2);
	struct base swap;

	(void)state;
	assert_true(has(&one, "and 3 more bases"));
	assert_true(has(&one, "and 2 more stores"));
	assert_true(has(&two, "and 2 more bases"));
	/* The base that saves most stands on one that saves less. */
	swap = two.report->bases->at[0];
	two.report->bases->at[0] = two.report->bases->at[1];
	two.report->bases->at[1] = swap;
	two.report->bases->at[0].parent = 1;
	two.report->bases->at[3].parent = 1;
	buf_reset(&two.out);
	page_render(two.report,
	        &(struct page_options){ .generated_at = FIXTURE_NOW, .row_limit = 1 }, &two.out);
	assert_true(has(&two, "and 4 more bases"));
	buf_reset(&two.out);
	page_render(two.report,
	        &(struct page_options){ .generated_at = FIXTURE_NOW, .row_limit = 2 }, &two.out);
	assert_true(has(&two, "and 2 more bases"));
	assert_true(has(&two, "class=\"d1\""));
	release(&two);
	release(&one);
}

static void
is_the_same_every_time(void **state)
{
	struct rendered first = render(50, "é", 0), second = render(50, "é", 0);

	(void)state;
	assert_string_equal(buf_text(&first.out), buf_text(&second.out));
	release(&second);
	release(&first);
}

/* A single source is not repeated in every row. */
static void
one_source_is_named_once(void **state)
{
	struct rendered page = render(3, NULL, 0);

	(void)state;
	page.report->snapshot =
	        arena_memdup(&page.arena, page.report->snapshot, 1, sizeof(struct snapshot));
	((struct snapshot *)page.report->snapshot)->source_count = 1;
	((struct snapshot *)page.report->snapshot)->problem_count = 0;
	page.report->usage->registry_count = 1;
	page.report->usage->layout_count = 0;
	buf_reset(&page.out);
	page_render(page.report, &(struct page_options){ .generated_at = FIXTURE_NOW }, &page.out);
	assert_false(has(&page, "registry.example.com:5000/"));
	assert_false(has(&page, "Not complete."));
	assert_true(has(&page, "7 images in 7 repositories would take"));
	release(&page);
}

/* Nothing scanned: still a page, and it says what to do. */
static void
empty_is_a_page(void **state)
{
	struct rendered page = render(0, NULL, 0);
	struct snapshot *snapshot = arena_new(&page.arena, struct snapshot, 1);
	struct buf skeleton;

	(void)state;
	page.report->snapshot = snapshot;
	memset(page.report->usage, 0, sizeof(*page.report->usage));
	memset(page.report->bases, 0, sizeof(*page.report->bases));
	memset(page.report->stores, 0, sizeof(*page.report->stores));
	buf_reset(&page.out);
	page_render(page.report, &(struct page_options){ .generated_at = FIXTURE_NOW }, &page.out);
	skeleton = skeleton_of(&page);
	assert_true(has(&page, "Nothing was scanned yet"));
	assert_true(has(&page, "layershare scan registry"));
	buf_release(&skeleton);
	release(&page);
}

/* However many images: the tables are limited. */
static void
stays_small(void **state)
{
	struct rendered usual = render(5000, NULL, 0);

	(void)state;
	assert_true(usual.out.length < 400000);
	release(&usual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_well_formed),
		cmocka_unit_test(policy_names_the_style),
		cmocka_unit_test(links_and_labels_lead_somewhere),
		cmocka_unit_test(hostile_names_change_no_markup),
		cmocka_unit_test(shows_what_it_must),
		cmocka_unit_test(long_tables_say_what_they_leave_out),
		cmocka_unit_test(bases_are_cut_with_what_they_stand_on),
		cmocka_unit_test(is_the_same_every_time),
		cmocka_unit_test(one_source_is_named_once),
		cmocka_unit_test(empty_is_a_page),
		cmocka_unit_test(stays_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
