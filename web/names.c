/* Names are put together from the snapshot, piece by piece, so that each piece can be placed. */
#include "web/names.h"

static bool
several_sources(const struct page *page)
{
	return page->report->snapshot->source_count > 1;
}

static const struct snap_repository *
repository_of(const struct page *page, uint32_t reference)
{
	const struct snapshot *snapshot = page->report->snapshot;

	return &snapshot->repositories[snapshot->references[reference].repository];
}

static const char *
source_of(const struct page *page, uint32_t reference)
{
	return page->report->snapshot->sources[repository_of(page, reference)->source].name;
}

void
names_reference(struct page *page, uint32_t reference)
{
	const struct snapshot *snapshot = page->report->snapshot;
	const struct snap_reference *ref = &snapshot->references[reference];
	const struct snap_blob *document =
	        &snapshot->blobs[snapshot->manifests[ref->manifest].blob];
	const char *repository = repository_of(page, reference)->name;
	char digest[13];

	if (ref->tag[0] != '\0')
		html(&page->html, "<span class=\"name\">%s:%s</span>", repository, ref->tag);
	else
		html(&page->html, "<span class=\"name\">%s@%s</span>", repository,
		        digest_short(&document->digest, digest));
}

void
names_full_reference(struct page *page, uint32_t reference)
{
	if (several_sources(page))
		html(&page->html, "%s/", source_of(page, reference));
	names_reference(page, reference);
}

void
names_place(struct page *page, uint32_t reference)
{
	if (several_sources(page))
		html(&page->html, "<span class=\"sub\">%s</span>", source_of(page, reference));
}

void
names_image(struct page *page, uint32_t image)
{
	const struct snap_image *it = &page->report->snapshot->images[image];
	const uint32_t *references;
	char digest[13];

	if (report_image_references(page->report, image, &page->arena, &references) > 0)
		names_reference(page, references[0]);
	else
		html(&page->html, "<span class=\"name\">no name, config %s</span>",
		        digest_short(&it->config_digest, digest));
}

void
names_image_details(struct page *page, uint32_t image)
{
	const struct snap_image *it = &page->report->snapshot->images[image];
	const uint32_t *references;
	uint32_t count = report_image_references(page->report, image, &page->arena, &references);
	char digest[13];

	if (count > 0)
		names_place(page, references[0]);
	html(&page->html, "<span class=\"sub\">");
	names_platform(page, &it->platform);
	html(&page->html, " · config <code>%s</code>", digest_short(&it->config_digest, digest));
	if (count > 1) {
		html(&page->html, " · also ");
		names_full_reference(page, references[1]);
	}
	if (count > 2)
		html(&page->html, " and %u more name%s", count - 2, count == 3 ? "" : "s");
	html(&page->html, "</span>");
}

void
names_base(struct page *page, uint32_t base)
{
	const struct report *report = page->report;
	const struct base *it = &report->bases->at[base];
	struct digest chain;
	char digest[13];

	if (it->owner_count > 0) {
		names_reference(page, it->owners[0]);
		return;
	}
	trie_chain_id(report->trie, report->snapshot, it->node, &chain);
	html(&page->html, "<span class=\"name unnamed\">unnamed <code>%s</code></span>",
	        digest_short(&chain, digest));
}

void
names_platform(struct page *page, const struct platform *platform)
{
	char text[PLATFORM_TEXT_SIZE];

	html(&page->html, "%s", platform_format(platform, text));
}

const char *
names_source_kind(enum source_kind kind)
{
	switch (kind) {
	case SOURCE_REGISTRY:
		return "registry";
	case SOURCE_LAYOUT:
		return "layout";
	default:
		return "store";
	}
}

const char *
names_source_state(enum source_state state)
{
	switch (state) {
	case SOURCE_COMPLETE:
		return "complete";
	case SOURCE_PARTIAL:
		return "partial";
	case SOURCE_STALE:
		return "stale";
	case SOURCE_FAILED:
	default:
		return "failed";
	}
}
