/*
 * The document around the sections. The policy comes first in <head>, before anything it could
 * concern: nothing may be loaded, no script may run, and the only style is the one whose hash it
 * names. So a name that got past the escaping could still do nothing.
 */
#include "web/page.h"

#include <openssl/evp.h>

#include "common/memory.h"
#include "schema/digest.h"
#include "schema/embed.h"
#include "web/kit.h"
#include "web/names.h"
#include "web/section.h"

#define DEFAULT_TITLE "What our images share"

static const struct section sections[] = {
	{ "summary", "Summary", "At a glance", section_summary },
	{ "sources", "Sources", "Where the bytes are", section_sources },
	{ "stores", "Nodes", "What lies on nodes", section_stores },
	{ "bases", "Bases", "Bases that images stand on", section_bases },
	{ "images", "Images", "What each image costs", section_images },
	{ "repositories", "Repositories", "What each repository costs", section_repositories },
	{ "coverage", "Coverage", "What was seen, and what was not", section_coverage },
	{ "counting", "How it counts", "How it counts", section_counting },
};

static const char *
title_of(const struct page *page)
{
	return page->options->title != NULL ? page->options->title : DEFAULT_TITLE;
}

static void
put_policy(struct html *out, const struct embedded *style)
{
	struct digest hash;
	char text[4 * ((DIGEST_SHA256 + 2) / 3) + 1];

	digest_of(&hash, DIGEST_SHA256, style->data, style->length);
	EVP_EncodeBlock((unsigned char *)text, hash.bytes, DIGEST_SHA256);
	html(out,
	        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	        "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
	        text);
}

static void
put_head(struct page *page)
{
	struct embedded style = embedded(report_css);
	struct html *out = &page->html;

	html(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
	put_policy(out, &style);
	html(out, "<meta charset=\"utf-8\">\n"
	          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	          "<meta name=\"color-scheme\" content=\"light dark\">\n"
	          "<meta name=\"referrer\" content=\"no-referrer\">\n");
	html(out, "<title>%s</title>\n<style>", title_of(page));
	html_asset(out, style.data, style.length);
	html(out, "</style>\n</head>\n");
}

static void
put_masthead(struct page *page)
{
	struct html *out = &page->html;

	html(out, "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n");
	html(out, "<h1>%s</h1>\n<p class=\"meta\">layershare report, ", title_of(page));
	kit_time(out, page->options->generated_at);
	if (page->options->platform != NULL) {
		html(out, ", only ");
		names_platform(page, page->options->platform);
	}
	html(out, "</p>\n</header>\n<nav aria-label=\"Contents\">\n<ul>\n");
	for (size_t i = 0; i < countof(sections); i++)
		html(out, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id, sections[i].menu);
	html(out, "</ul>\n</nav>\n");
}

static void
put_section(struct page *page, const struct section *section)
{
	html(&page->html,
	        "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n",
	        section->id, section->id, section->id, section->title);
	section->render(page);
	html(&page->html, "</section>\n");
}

static void
put_footer(struct page *page)
{
	const char *version = page->options->version;

	html(&page->html, "<footer>\n<p>Made by layershare");
	if (version != NULL)
		html(&page->html, " %s", version);
	html(&page->html, ". One file: no scripts, nothing loaded from anywhere.</p>\n</footer>\n");
}

void
page_render(const struct report *report, const struct page_options *options, struct buf *out)
{
	struct page page = { .html = { .out = *out },
		.report = report,
		.options = options,
		.row_limit = options->row_limit > 0 ? options->row_limit : PAGE_ROW_LIMIT };

	put_head(&page);
	html(&page.html, "<body>\n");
	put_masthead(&page);
	html(&page.html, "<main id=\"main\">\n");
	for (size_t i = 0; i < countof(sections); i++)
		put_section(&page, &sections[i]);
	html(&page.html, "</main>\n");
	put_footer(&page);
	html(&page.html, "</body>\n</html>\n");
	*out = page.html.out;
	arena_release(&page.arena);
}
