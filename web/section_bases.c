/*
 * The bases as a tree written as an indented table:
 *
 *	debian:bookworm
 *	    buildpack-deps:bookworm
 *	        python:3.12
 *
 * Where there are more than the table takes, the ones that save most are chosen, each with all it
 * stands on, so that no shown base hangs in the air.
 */
#include "web/section.h"

#include "common/memory.h"
#include "common/text.h"
#include "web/kit.h"
#include "web/names.h"

/* report.css has a class for each. */
#define DEEPEST_INDENT 6
/* Names below a base that several repositories own. */
#define OTHER_NAMES 3

static const struct kit_column columns[] = {
	{ "Base", false },
	{ "Saved", true },
	{ "Size", true },
	{ "Images on it", true },
	{ "Repositories", true },
	{ "Layers", true },
	{ "Platform", false },
	{ "Evidence", false },
};

/* The bases of the report, linked as a forest of the chosen ones. */
struct forest {
	bool *chosen;
	uint32_t chosen_count;
	uint32_t first_root;
	uint32_t *first_child, *next; /* siblings keep the report's order */
};

static void
choose(struct forest *forest, const struct bases *bases, uint32_t limit)
{
	for (uint32_t i = 0; i < bases->count; i++) {
		uint32_t missing = 0;

		for (uint32_t at = i; at != NONE && !forest->chosen[at]; at = bases->at[at].parent)
			missing++;
		if (forest->chosen_count + missing > limit)
			return;
		for (uint32_t at = i; at != NONE && !forest->chosen[at]; at = bases->at[at].parent)
			forest->chosen[at] = true;
		forest->chosen_count += missing;
	}
}

static struct forest
forest_make(struct page *page)
{
	const struct bases *bases = page->report->bases;
	struct forest forest = {
		.chosen = arena_new(&page->arena, bool, bases->count),
		.first_child = arena_new(&page->arena, uint32_t, bases->count),
		.next = arena_new(&page->arena, uint32_t, bases->count),
		.first_root = NONE,
	};

	choose(&forest, bases, page->row_limit);
	for (uint32_t i = 0; i < bases->count; i++)
		forest.first_child[i] = NONE;
	/* From the last, each in front of its sisters. */
	for (uint32_t i = bases->count; i-- > 0;) {
		uint32_t parent = bases->at[i].parent;
		uint32_t *first = parent == NONE ? &forest.first_root : &forest.first_child[parent];

		if (!forest.chosen[i])
			continue;
		forest.next[i] = *first;
		*first = i;
	}
	return forest;
}

static void
put_other_names(struct page *page, const struct base *base)
{
	struct html *out = &page->html;
	uint32_t shown = base->owner_count - 1 < OTHER_NAMES ? base->owner_count - 1 : OTHER_NAMES;

	if (base->owner_count < 2)
		return;
	html(out, "<span class=\"sub\">");
	if (base->several_owners)
		html(out, "<b>several owners</b>, ");
	html(out, "also ");
	for (uint32_t i = 1; i <= shown; i++) {
		if (i > 1)
			html(out, ", ");
		names_full_reference(page, base->owners[i]);
	}
	if (base->owner_count - 1 > shown)
		html(out, " and %u more", base->owner_count - 1 - shown);
	html(out, "</span>");
}

static void
put_row(struct page *page, uint32_t index, unsigned depth)
{
	const struct base *base = &page->report->bases->at[index];
	struct html *out = &page->html;

	html(out, "<tr><th scope=\"row\" class=\"d%u\">",
	        depth < DEEPEST_INDENT ? depth : DEEPEST_INDENT);
	if (depth > 0) {
		html(out, "<span class=\"vh\">on ");
		names_base(page, base->parent);
		html(out, ": </span>");
	}
	names_base(page, index);
	if (base->owner_count > 0)
		names_place(page, base->owners[0]);
	put_other_names(page, base);
	html(out, "</th>");
	kit_bytes_cell(out, base->saved_bytes);
	kit_bytes_cell(out, base->bytes);
	kit_count_cell(out, base->users);
	kit_count_cell(out, base->repositories);
	kit_count_cell(out, page->report->trie->nodes[base->node].depth);
	html(out, "<td>");
	names_platform(page, &base->platform);
	html(out, "</td><td>%s</td>", base_evidence_name(base->evidence));
	html(out, "</tr>\n");
}

/* A walk in preorder without recursion: the depth comes from outside. */
static void
put_forest(struct page *page, const struct forest *forest)
{
	const struct bases *bases = page->report->bases;
	unsigned depth = 0;

	for (uint32_t at = forest->first_root; at != NONE;) {
		put_row(page, at, depth);
		if (forest->first_child[at] != NONE) {
			at = forest->first_child[at];
			depth++;
			continue;
		}
		while (at != NONE && forest->next[at] == NONE) {
			at = bases->at[at].parent;
			depth -= at != NONE;
		}
		if (at != NONE)
			at = forest->next[at];
	}
}

void
section_bases(struct page *page)
{
	const struct bases *bases = page->report->bases;
	struct html *out = &page->html;
	struct forest forest;

	if (bases->count == 0) {
		html(out, "<p>No base was found: no image here stands on the whole chain of an "
		          "image of another repository, and no two repositories have their bottom "
		          "layers in common.</p>\n");
		return;
	}
	html(out, "<p>A base is a row of bottom layers that images of other repositories stand "
	          "on. A base that is indented stands on the one it is indented under. Neighbours "
	          "are in order of what sharing them saves: the size, for every image on it but "
	          "one.</p>\n");
	forest = forest_make(page);
	kit_table_open(out, "Bases, by bytes saved", columns, countof(columns));
	put_forest(page, &forest);
	if (forest.chosen_count < bases->count) {
		kit_table_foot(out);
		html(out, "<tr>");
		kit_more(out, bases->count - forest.chosen_count, "base", "bases",
		        "layershare bases");
		kit_blank_cells(out, countof(columns) - 1);
		html(out, "</tr>\n");
	}
	kit_table_close(out, forest.chosen_count < bases->count);
	html(out, "<p class=\"note\">Savings of nested bases overlap, so they have no sum. "
	          "<em>Proven</em>: an image that is known here is exactly this chain. "
	          "<em>Unnamed</em>: no known image is, but several repositories have it in "
	          "common. <em>Several owners</em>: images of more than one repository are this "
	          "chain, and bytes cannot tell which one was meant.</p>\n");
}
