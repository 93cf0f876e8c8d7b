/* What the numbers rest on: which sources answered and when, what failed, and what a scan cannot
 * see at all. */
#include "web/section.h"

#include "common/memory.h"
#include "common/text.h"
#include "web/kit.h"
#include "web/names.h"

static const struct kit_column source_columns[] = {
	{ "Source", false },
	{ "Kind", false },
	{ "State", false },
	{ "Last data", false },
	{ "Problems", true },
	{ "Foreign layers", true },
	{ "Absent children", true },
};

static const struct kit_column problem_columns[] = {
	{ "Where", false },
	{ "What happened", false },
	{ "Since", false },
};

static const char *
state_meaning(enum source_state state)
{
	switch (state) {
	case SOURCE_COMPLETE:
		return "everything asked for was read";
	case SOURCE_PARTIAL:
		return "something failed or was cut";
	case SOURCE_STALE:
		return "older data: the newest scan gave none";
	case SOURCE_FAILED:
	default:
		return "no data";
	}
}

static const struct usage_row *
usage_of(const struct usage *usage, uint32_t source)
{
	for (uint32_t i = 0; i < usage->registry_count; i++) {
		if (usage->registries[i].source == source)
			return &usage->registries[i];
	}
	for (uint32_t i = 0; i < usage->layout_count; i++) {
		if (usage->layouts[i].source == source)
			return &usage->layouts[i];
	}
	return NULL;
}

static void
put_source(struct page *page, uint32_t index)
{
	const struct snap_source *source = &page->report->snapshot->sources[index];
	const struct usage_row *usage = usage_of(page->report->usage, index);
	struct html *out = &page->html;

	html(out, "<tr><th scope=\"row\"><span class=\"name\">%s</span></th><td>%s</td>",
	        source->name, names_source_kind(source->kind));
	html(out, "<td><span class=\"state %s\">%s</span><span class=\"sub\">%s</span>",
	        source->state == SOURCE_COMPLETE ? "good" : "bad",
	        names_source_state(source->state), state_meaning(source->state));
	if (source->selection != NULL)
		html(out, "<span class=\"sub\">only: %s</span>", source->selection);
	html(out, "</td><td>");
	kit_time(out, source->scanned_at);
	html(out, "<span class=\"sub\">");
	kit_age(out, "", source->scanned_at, page->options->generated_at);
	html(out, "</span></td>");
	kit_count_cell(out, source->problems);
	if (usage != NULL) {
		kit_count_cell(out, usage->foreign_layers);
		kit_count_cell(out, usage->absent_children);
	} else {
		kit_blank_cells(out, 2);
	}
	html(out, "</tr>\n");
}

static void
put_sources(struct page *page)
{
	uint32_t count = page->report->snapshot->source_count;
	uint32_t shown = count > page->row_limit ? page->row_limit : count;

	kit_table_open(&page->html, "Sources: how complete and how new each one is", source_columns,
	        countof(source_columns));
	for (uint32_t i = 0; i < shown; i++)
		put_source(page, i);
	if (shown < count) {
		kit_table_foot(&page->html);
		html(&page->html, "<tr>");
		kit_more(&page->html, count - shown, "source", "sources", "layershare usage");
		kit_blank_cells(&page->html, countof(source_columns) - 1);
		html(&page->html, "</tr>\n");
	}
	kit_table_close(&page->html, shown < count);
}

static void
put_problem(struct page *page, const struct snap_problem *problem)
{
	html(&page->html,
	        "<tr><th scope=\"row\"><span class=\"name\">%s</span>"
	        "<span class=\"sub\">%s</span></th><td class=\"text\">%s</td><td>",
	        problem->place[0] == '\0' ? "(the whole source)" : problem->place,
	        page->report->snapshot->sources[problem->source].name, problem->message);
	kit_time(&page->html, problem->since);
	html(&page->html, "</td></tr>\n");
}

/* Problems or remarks, whichever `harmless` asks for. Nothing if there are none. */
static void
put_problems(
        struct page *page, const char *caption, const char *one, const char *many, bool harmless)
{
	const struct snapshot *snapshot = page->report->snapshot;
	uint32_t count = 0, shown = 0;

	for (uint32_t i = 0; i < snapshot->problem_count; i++)
		count += snapshot->problems[i].harmless == harmless;
	if (count == 0)
		return;
	kit_table_open(&page->html, caption, problem_columns, countof(problem_columns));
	for (uint32_t i = 0; i < snapshot->problem_count && shown < page->row_limit; i++) {
		if (snapshot->problems[i].harmless != harmless)
			continue;
		put_problem(page, &snapshot->problems[i]);
		shown++;
	}
	if (shown < count) {
		kit_table_foot(&page->html);
		html(&page->html, "<tr>");
		kit_more(&page->html, count - shown, one, many, "layershare report --limit N");
		kit_blank_cells(&page->html, countof(problem_columns) - 1);
		html(&page->html, "</tr>\n");
	}
	kit_table_close(&page->html, shown < count);
}

void
section_coverage(struct page *page)
{
	struct html *out = &page->html;

	if (page->report->snapshot->source_count > 0)
		put_sources(page);
	put_problems(page, "Problems: what could not be read", "problem", "problems", false);
	put_problems(page, "Remarks: seen, understood and left out on purpose", "remark", "remarks",
	        true);
	html(out, "<p class=\"note\">A source that fails keeps its last good data, marked stale; "
	          "it never appears as a saving. A registry does not tell what no tag reaches: "
	          "untagged manifests and blobs that wait for garbage collection are not in any "
	          "number here. <em>Foreign layers</em> lie elsewhere, and <em>absent "
	          "children</em> are named by an index but not there: both count 0.</p>\n");
}
