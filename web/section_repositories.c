/* What each repository pays for: its images' shares, split among the repositories that name them.
 * With the rest below, the rows add up to what the registries store. */
#include "web/section.h"

#include <stdlib.h>

#include "common/memory.h"
#include "common/text.h"
#include "web/kit.h"

static const struct kit_column columns[] = {
	{ "Repository", false },
	{ "Attributed", true },
	{ "Share", true },
	{ "References", true },
};

struct repositories {
	uint32_t *order; /* of registries, the most expensive first */
	uint32_t count;
};

static int
compare(const void *a, const void *b, void *context)
{
	const uint64_t *bytes = context;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	if (bytes[left] != bytes[right])
		return bytes[left] < bytes[right] ? 1 : -1;
	return left < right ? -1 : left > right;
}

static struct repositories
repositories_make(struct page *page)
{
	const struct snapshot *snapshot = page->report->snapshot;
	struct repositories repositories = {
		.order = arena_new(&page->arena, uint32_t, snapshot->repository_count),
	};

	for (uint32_t i = 0; i < snapshot->repository_count; i++) {
		if (snapshot->sources[snapshot->repositories[i].source].kind != SOURCE_REGISTRY)
			continue;
		repositories.order[repositories.count++] = i;
	}
	qsort_r(repositories.order, repositories.count, sizeof(*repositories.order), compare,
	        page->report->attribution->repository_bytes);
	return repositories;
}

static void
put_row(struct page *page, uint32_t index, uint64_t full_bytes)
{
	const struct report *report = page->report;
	const struct snap_repository *repository = &report->snapshot->repositories[index];
	uint64_t bytes = report->attribution->repository_bytes[index];

	html(&page->html, "<tr><th scope=\"row\"><span class=\"name\">%s</span>", repository->name);
	if (report->snapshot->source_count > 1)
		html(&page->html, "<span class=\"sub\">%s</span>",
		        report->snapshot->sources[repository->source].name);
	html(&page->html, "</th>");
	kit_bytes_cell(&page->html, bytes);
	kit_share_cell(&page->html, bytes, report->attribution->total_bytes, full_bytes);
	kit_count_cell(&page->html, repository->reference_count);
	html(&page->html, "</tr>\n");
}

static void
put_rest(struct page *page, const struct repositories *repositories, uint32_t shown)
{
	const struct attribution *attribution = page->report->attribution;
	uint64_t bytes = 0, references = 0;

	for (uint32_t i = shown; i < repositories->count; i++) {
		bytes += attribution->repository_bytes[repositories->order[i]];
		references += page->report->snapshot->repositories[repositories->order[i]]
		                      .reference_count;
	}
	html(&page->html, "<tr>");
	kit_more(&page->html, repositories->count - shown, "repository", "repositories",
	        "layershare report --limit N");
	kit_bytes_cell(&page->html, bytes);
	kit_share_cell(&page->html, bytes, attribution->total_bytes, 0);
	kit_count_cell(&page->html, references);
	html(&page->html, "</tr>\n");
}

void
section_repositories(struct page *page)
{
	const struct attribution *attribution = page->report->attribution;
	struct html *out = &page->html;
	struct repositories repositories = repositories_make(page);
	uint32_t shown =
	        repositories.count > page->row_limit ? page->row_limit : repositories.count;
	uint64_t full_bytes;

	if (repositories.count == 0) {
		html(out, "<p>No repository of a registry was seen.</p>\n");
		return;
	}
	full_bytes = attribution->repository_bytes[repositories.order[0]];
	html(out, "<p>Each image's share, split evenly among the repositories that name "
	          "the image.</p>\n");
	kit_table_open(out, "Repositories, by attributed bytes", columns, countof(columns));
	for (uint32_t i = 0; i < shown; i++)
		put_row(page, repositories.order[i], full_bytes);
	kit_table_foot(out);
	if (shown < repositories.count)
		put_rest(page, &repositories, shown);
	kit_rest_row(out, "(indexes)", attribution->index_bytes, attribution->total_bytes, 1);
	kit_rest_row(out, "(artifacts)", attribution->artifact_bytes, attribution->total_bytes, 1);
	kit_total_row(out, "Stored in the registries", attribution->total_bytes, 2);
	kit_table_close(out, true);
}
