/* The image stores of nodes: disk in each store's own unit, kept blobs, memory. No total: units
 * differ. */
#include "web/section.h"

#include "common/memory.h"
#include "web/kit.h"

static const struct kit_column columns[] = {
	{ "Store", false },
	{ "Actual", true },
	{ "Logical", true },
	{ "Factor", true },
	{ "Dangling", true },
	{ "Content", true },
	{ "Memory", true },
	{ "Images", true },
	{ "Running", true },
	{ "Stopped", true },
};

static const char *
unit_words(enum size_unit unit)
{
	switch (unit) {
	case UNIT_TAR:
		return "lengths of tars";
	case UNIT_APPARENT:
		return "lengths of files";
	case UNIT_ALLOCATED:
		return "blocks on disk";
	case UNIT_COMPRESSED:
	default:
		return "compressed";
	}
}

static void
put_disk(struct html *out, const struct store_row *row)
{
	if (!row->modelled) {
		kit_blank_cells(out, 4);
		return;
	}
	kit_bytes_cell(out, row->unpacked.actual_bytes);
	kit_bytes_cell(out, row->unpacked.logical_bytes);
	html(out, "<td class=\"n\">");
	kit_factor(out, row->unpacked.logical_bytes, row->unpacked.actual_bytes);
	html(out, "</td>");
	kit_bytes_cell(out, row->dangling.actual_bytes);
}

static void
put_memory(struct html *out, const struct memory_row *row)
{
	if (row->basis == MEMORY_NONE) {
		kit_blank_cells(out, 1);
		return;
	}
	html(out, "<td class=\"n\">");
	kit_bytes(out, row->actual_bytes);
	if (row->basis == MEMORY_ESTIMATED)
		html(out, "<span class=\"sub\">estimated</span>");
	else if (row->file_bytes > 0)
		html(out, "<span class=\"sub\">measured, %.0f %%</span>",
		        (double)row->measured_bytes / (double)row->file_bytes * 100);
	html(out, "</td>");
}

static void
put_row(struct page *page, const struct store_row *row)
{
	const struct report *report = page->report;
	const struct snap_store *store = &report->snapshot->stores[row->store];
	const struct content_row *content = &report->content[row->store];
	struct html *out = &page->html;

	html(out, "<tr><th scope=\"row\"><span class=\"name\">%s</span>",
	        report->snapshot->sources[store->source].name);
	html(out, "<span class=\"sub\">%s, %s</span></th>", store->driver,
	        row->modelled ? unit_words(store->unit)
	                      : "what it shares is not known, so it is not counted");
	put_disk(out, row);
	if (content->shown)
		kit_bytes_cell(out, content->actual_bytes);
	else
		kit_blank_cells(out, 1);
	put_memory(out, &report->memory->rows[row->store]);
	kit_count_cell(out, row->images);
	kit_count_cell(out, row->running);
	kit_count_cell(out, row->containers - row->running);
	html(out, "</tr>\n");
}

void
section_stores(struct page *page)
{
	const struct store_usage *stores = page->report->stores;
	struct html *out = &page->html;
	uint32_t shown;

	if (stores->row_count == 0) {
		html(out, "<p>No store of a node was scanned.</p>\n");
		return;
	}
	shown = stores->row_count > page->row_limit ? page->row_limit : stores->row_count;
	kit_table_open(out, "Image stores of nodes: disk and memory", columns, countof(columns));
	for (uint32_t i = 0; i < shown; i++)
		put_row(page, &stores->rows[i]);
	if (shown < stores->row_count) {
		kit_table_foot(out);
		html(out, "<tr>");
		kit_more(out, stores->row_count - shown, "store", "stores", "layershare usage");
		kit_blank_cells(out, countof(columns) - 1);
		html(out, "</tr>\n");
	}
	kit_table_close(out, shown < stores->row_count);
	html(out,
	        "<p class=\"note\"><em>Actual</em> and <em>logical</em> are of layers that named "
	        "images and containers stand on; <em>dangling</em> is what nobody holds. "
	        "<em>Content</em> are compressed blobs that the engine keeps beside them, once "
	        "for all stores of one daemon. <em>Memory</em> is page cache of the layers under "
	        "running containers: measured (with the part of the files that was looked at), or "
	        "estimated at %.1f %% of the layers. A blank cell is unknown, not zero. Stores "
	        "count in different units, so there is no total.</p>\n",
	        (double)page->report->memory->resident_permille / 10);
}
