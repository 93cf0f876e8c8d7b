/* Every registry and layout with its numbers. Layouts are a table of their own: the total is over
 * registries. */
#include "web/section.h"

#include "common/memory.h"
#include "web/kit.h"

static const struct kit_column columns[] = {
	{ "Source", false },
	{ "Actual", true },
	{ "Logical", true },
	{ "Factor", true },
	{ "Repositories", true },
	{ "References", true },
	{ "Images", true },
	{ "Blobs", true },
	{ "Other", true },
};

static const char *
scope_words(enum dedup_scope scope)
{
	switch (scope) {
	case SCOPE_NAMESPACE:
		return "stores a blob once per namespace";
	case SCOPE_REPOSITORY:
		return "stores a blob once per repository";
	case SCOPE_REGISTRY:
	default:
		return "stores a blob once";
	}
}

static void
put_numbers(struct html *out, const struct usage_row *row)
{
	kit_bytes_cell(out, row->actual_bytes);
	kit_bytes_cell(out, row->logical_bytes);
	html(out, "<td class=\"n\">");
	kit_factor(out, row->logical_bytes, row->actual_bytes);
	html(out, "</td>");
	kit_count_cell(out, row->repositories);
	kit_count_cell(out, row->tags);
	kit_count_cell(out, row->images);
	kit_count_cell(out, row->blobs);
	kit_bytes_cell(out, row->other_bytes);
}

static void
put_row(struct page *page, const struct usage_row *row)
{
	const struct snap_source *source = &page->report->snapshot->sources[row->source];

	html(&page->html, "<tr><th scope=\"row\"><span class=\"name\">%s</span>", source->name);
	if (source->kind == SOURCE_REGISTRY)
		html(&page->html, "<span class=\"sub\">%s</span>", scope_words(source->scope));
	html(&page->html, "</th>");
	put_numbers(&page->html, row);
	html(&page->html, "</tr>\n");
}

static void
put_table(struct page *page, const char *caption, const struct usage_row *rows, uint32_t count,
        const struct usage_row *total)
{
	struct html *out = &page->html;
	uint32_t shown = count > page->row_limit ? page->row_limit : count;
	bool foot = total != NULL || shown < count;

	kit_table_open(out, caption, columns, countof(columns));
	for (uint32_t i = 0; i < shown; i++)
		put_row(page, &rows[i]);
	if (foot)
		kit_table_foot(out);
	if (shown < count) {
		html(out, "<tr>");
		kit_more(out, count - shown, "source", "sources", "layershare usage");
		kit_blank_cells(out, countof(columns) - 1);
		html(out, "</tr>\n");
	}
	if (total != NULL) {
		html(out, "<tr class=\"total\"><th scope=\"row\">All registries</th>");
		put_numbers(out, total);
		html(out, "</tr>\n");
	}
	kit_table_close(out, foot);
}

void
section_sources(struct page *page)
{
	const struct usage *usage = page->report->usage;

	if (usage->registry_count == 0 && usage->layout_count == 0)
		html(&page->html, "<p>No registry and no layout has given data.</p>\n");
	if (usage->registry_count > 0)
		put_table(page, "Registries: bytes without sharing and as stored",
		        usage->registries, usage->registry_count,
		        usage->registry_count > 1 ? &usage->total : NULL);
	if (usage->layout_count > 0)
		put_table(page, "OCI layouts: bytes without sharing and as stored", usage->layouts,
		        usage->layout_count, NULL);
	html(&page->html,
	        "<p class=\"note\"><em>Other</em> are indexes, attestations and artifacts such as "
	        "signatures and charts; they are contained in logical and in actual. "
	        "<em>Ideal</em> is not computed in this version: it is unknown, not zero.</p>\n");
}
