/*
 * The answer first: how many bytes the images would take apart, how many they take, and how far
 * that can be trusted. Registries if there are any, else layouts; the two are never added.
 */
#include "web/section.h"

#include "common/text.h"
#include "web/kit.h"
#include "web/names.h"
#include "web/svg.h"

/* More sources than this are in the table only. */
#define CHART_LIMIT 12

struct summary {
	const char *place;  /* "registry" */
	const char *places; /* "registries" */
	const struct usage_row *rows;
	uint32_t row_count;
	struct usage_row total;
};

static struct summary
summarise(const struct usage *usage)
{
	struct summary summary = { "registry", "registries", usage->registries,
		usage->registry_count, usage->total };

	if (usage->registry_count > 0 || usage->layout_count == 0)
		return summary;
	summary = (struct summary){ .place = "layout",
		.places = "layouts",
		.rows = usage->layouts,
		.row_count = usage->layout_count };
	for (uint32_t i = 0; i < usage->layout_count; i++) {
		summary.total.repositories += usage->layouts[i].repositories;
		summary.total.images += usage->layouts[i].images;
		summary.total.logical_bytes += usage->layouts[i].logical_bytes;
		summary.total.actual_bytes += usage->layouts[i].actual_bytes;
	}
	return summary;
}

static void
put_sentence(struct page *page, const struct summary *summary)
{
	struct html *out = &page->html;
	const struct usage_row *total = &summary->total;
	char images[32], repositories[32];

	html(out, "<p class=\"lead\">%s image%s in %s repositor%s",
	        text_count(total->images, images), kit_s(total->images),
	        text_count(total->repositories, repositories),
	        total->repositories == 1 ? "y" : "ies");
	if (summary->row_count > 1)
		html(out, " of %u %s", summary->row_count, summary->places);
	html(out, " would take <strong>");
	kit_bytes(out, total->logical_bytes);
	html(out, "</strong> if nothing were shared. As stored, they take <strong>");
	kit_bytes(out, total->actual_bytes);
	html(out, "</strong>: layers that images have in common lie there once.</p>\n");
}

static void
put_coverage(struct page *page)
{
	const struct snapshot *snapshot = page->report->snapshot;
	uint32_t unsure = 0;

	for (uint32_t i = 0; i < snapshot->source_count; i++)
		unsure += snapshot->sources[i].state != SOURCE_COMPLETE;
	if (report_is_incomplete(snapshot))
		html(&page->html,
		        "<p class=\"notice\"><strong>Not complete.</strong> %u of %u source%s "
		        "could not be read in full or %s out of date: the numbers are true for "
		        "what was seen. <a href=\"#coverage\">What is missing</a></p>\n",
		        unsure, snapshot->source_count, kit_s(snapshot->source_count),
		        unsure == 1 ? "is" : "are");
}

static void
put_figures(struct html *out, const struct usage_row *total)
{
	uint64_t logical_bytes = total->logical_bytes, actual_bytes = total->actual_bytes;

	html(out, "<dl class=\"figures\">\n<div class=\"first\"><dt>Sharing factor</dt><dd>");
	kit_factor(out, logical_bytes, actual_bytes);
	html(out, "</dd></div>\n<div><dt>Saved by sharing</dt><dd>");
	kit_bytes(out, logical_bytes > actual_bytes ? logical_bytes - actual_bytes : 0);
	html(out, "</dd></div>\n<div><dt>Stored (actual)</dt><dd>");
	kit_bytes(out, actual_bytes);
	html(out, "</dd></div>\n<div><dt>Without sharing (logical)</dt><dd>");
	kit_bytes(out, logical_bytes);
	html(out, "</dd></div>\n<div><dt>Possible (ideal)</dt><dd class=\"none\">not computed in "
	          "this version</dd></div>\n</dl>\n");
}

static void
put_age(struct page *page, const struct snap_source *source)
{
	html(&page->html, "<span class=\"sub\">scanned ");
	kit_time(&page->html, source->scanned_at);
	kit_age(&page->html, ", ", source->scanned_at, page->options->generated_at);
	if (source->state != SOURCE_COMPLETE)
		html(&page->html, ", <b>%s</b>", names_source_state(source->state));
	html(&page->html, "</span>");
}

static void
put_chart(struct page *page, const struct summary *summary)
{
	struct html *out = &page->html;
	uint64_t full_bytes = 0;

	for (uint32_t i = 0; i < summary->row_count; i++) {
		if (summary->rows[i].logical_bytes > full_bytes)
			full_bytes = summary->rows[i].logical_bytes;
	}
	for (uint32_t i = 0; i < summary->row_count && i < CHART_LIMIT; i++) {
		const struct usage_row *row = &summary->rows[i];
		const struct snap_source *source = &page->report->snapshot->sources[row->source];

		html(out, "<figure>\n<figcaption>%s ", source->name);
		put_age(page, source);
		html(out, "</figcaption>\n");
		svg_bars(out, i + 1,
		        &(struct svg_bars){
		                source->name, row->logical_bytes, row->actual_bytes, full_bytes });
		html(out, "</figure>\n");
	}
	if (summary->row_count > CHART_LIMIT)
		html(out, "<p>and %u more %s, in <a href=\"#sources\">the table below</a>.</p>\n",
		        summary->row_count - CHART_LIMIT, summary->places);
}

void
section_summary(struct page *page)
{
	struct summary summary = summarise(page->report->usage);

	if (summary.row_count == 0) {
		html(&page->html,
		        "<p class=\"lead\">Nothing was scanned yet. <code>layershare scan "
		        "registry HOST</code> reads a registry; then write this report "
		        "again.</p>\n");
		return;
	}
	put_sentence(page, &summary);
	put_coverage(page);
	put_figures(&page->html, &summary.total);
	put_chart(page, &summary);
}
