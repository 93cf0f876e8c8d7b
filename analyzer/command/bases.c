/*
 * bases: what images stand on, as a forest: a base stands on the base below it. In its own order a
 * base comes before those that stand on it, the most saving ones first; sorted or filtered rows are
 * a plain list.
 */
#include "analyzer/command/ask.h"
#include "analyzer/command/names.h"
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "common/memory.h"

enum {
	BASE,
	EVIDENCE,
	PLATFORM,
	LAYERS,
	IMAGES,
	REPOSITORIES,
	BYTES,
	SAVED,
	CHAIN,
	FOR_PEOPLE = CHAIN
};

static const struct column columns[] = {
	[BASE] = { "base", NULL, CELL_TEXT, 0 },
	[EVIDENCE] = { "evidence", NULL, CELL_TEXT, 2 },
	[PLATFORM] = { "platform", NULL, CELL_TEXT, 3 },
	[LAYERS] = { "layers", NULL, CELL_COUNT, 4 },
	[IMAGES] = { "images", NULL, CELL_COUNT, 0 },
	[REPOSITORIES] = { "repositories", NULL, CELL_COUNT, 3 },
	[BYTES] = { "bytes", "SIZE", CELL_BYTES, 1 },
	[SAVED] = { "saved", NULL, CELL_BYTES, 1 },
	[CHAIN] = { "chain_id", NULL, CELL_TEXT, 5 },
};

static void
add_row(const struct answer *answer, struct table *table, uint32_t index, unsigned depth)
{
	const struct report *report = answer->report;
	const struct base *base = &report->bases->at[index];
	struct row *row = table_row(table);
	struct digest chain_id;
	char text[DIGEST_TEXT_SIZE];

	row->object = json_integer(index);
	row->indent = depth;
	row_text(table, row, BASE, name_base(report, index, &table->arena));
	row_text(table, row, EVIDENCE, base_evidence_name(base->evidence));
	row_text(table, row, PLATFORM, name_platform(&base->platform, &table->arena));
	row_count(row, LAYERS, report->trie->nodes[base->node].depth);
	row_count(row, IMAGES, base->users);
	row_count(row, REPOSITORIES, base->repositories);
	row_bytes(row, BYTES, base->bytes);
	row_bytes(row, SAVED, base->saved_bytes);
	if (table->column_count <= CHAIN)
		return;
	trie_chain_id(report->trie, report->snapshot, base->node, &chain_id);
	row_text(table, row, CHAIN, digest_format(&chain_id, text));
}

/* The children of each base in a list, in the order of bases.at. */
struct forest {
	uint32_t *first, *next; /* per base; [count] of first are the roots */
};

static void
link_forest(struct forest *forest, const struct bases *bases, struct arena *arena)
{
	forest->first = arena_new(arena, uint32_t, (size_t)bases->count + 1);
	forest->next = arena_new(arena, uint32_t, (size_t)bases->count + 1);
	for (uint32_t i = 0; i <= bases->count; i++)
		forest->first[i] = NONE;
	for (uint32_t i = bases->count; i-- > 0;) {
		uint32_t parent = bases->at[i].parent == NONE ? bases->count : bases->at[i].parent;

		forest->next[i] = forest->first[parent];
		forest->first[parent] = i;
	}
}

/* Depth first without recursion: a stack of bases can be as high as an image has layers. */
static void
add_rows(const struct answer *answer, struct table *table)
{
	const struct bases *bases = answer->report->bases;
	bool tree = answer->asked.sort == NULL && answer->asked.filter_count == 0;
	auto_arena scratch = { 0 };
	struct forest forest;
	unsigned depth = 0;

	link_forest(&forest, bases, &scratch);
	for (uint32_t at = forest.first[bases->count]; at != NONE;) {
		add_row(answer, table, at, tree ? depth : 0);
		if (forest.first[at] != NONE) {
			at = forest.first[at];
			depth++;
			continue;
		}
		while (at != NONE && forest.next[at] == NONE) {
			at = bases->at[at].parent;
			depth -= at != NONE;
		}
		if (at != NONE)
			at = forest.next[at];
	}
}

/* After selecting, for people: shorter names, and how many more there are. */
static void
add_more(const struct answer *answer, struct table *table)
{
	for (size_t i = 0; i < table->row_count; i++) {
		uint32_t index = (uint32_t)json_integer_value(table->rows[i].object);
		const struct base *base = &answer->report->bases->at[index];
		struct cell *cell = &table->rows[i].cells[BASE];

		cell->text = name_shown(answer->report, cell->text);
		if (base->owner_count > 1)
			cell->text =
			        name_with_more(cell->text, base->owner_count - 1, &table->arena);
	}
}

static void
say_what_it_means(const struct answer *answer, size_t rows, FILE *out)
{
	if (answer->report->bases->count == 0)
		say(out, "No base: no chain of layers has images of other repositories on it.\n");
	if (rows == 0)
		return;
	say(out, "\n");
	say(out, "Saved: the size once for every image but one. A base includes those below it, "
	         "so these do not add up.\n");
}

json_t *
base_json(const struct report *report, uint32_t index)
{
	const struct base *base = &report->bases->at[index];
	json_t *object = json_object();
	struct digest chain_id;

	trie_chain_id(report->trie, report->snapshot, base->node, &chain_id);
	member_digest(object, "id", &chain_id);
	json_t *names = member_array(object, "names");
	for (uint32_t i = 0; i < base->owner_count; i++)
		json_array_append_new(names, json_text(base->names[i]));
	member_flag(object, "ambiguous", base->several_owners);
	member_text(object, "evidence", base_evidence_name(base->evidence));
	member_null(object, "line");
	member_platform(object, "platform", &base->platform);
	member_digest(object, "chain_id", &chain_id);
	member_flag(object, "blob_chain", report->trie->nodes[base->node].blob_chain);
	if (base->parent == NONE) {
		member_null(object, "parent");
	} else {
		trie_chain_id(report->trie, report->snapshot, report->bases->at[base->parent].node,
		        &chain_id);
		member_digest(object, "parent", &chain_id);
	}
	member_number(object, "layers", report->trie->nodes[base->node].depth);
	member_number(object, "images", base->users);
	member_number(object, "repositories", base->repositories);
	member_number(object, "node_count", 0);
	member_number(object, "bytes", base->bytes);
	member_text(object, "unit", "compressed");
	member_number(object, "saved_bytes", base->saved_bytes);
	member_null(object, "newest");
	return object;
}

static int
put_document(struct answer *answer, const struct table *table, FILE *out, struct error *err)
{
	json_t *document = answer_json(answer, "bases");
	json_t *bases = member_array(document, "bases");

	for (size_t i = 0; i < table->row_count; i++) {
		uint32_t index = (uint32_t)json_integer_value(table->rows[i].object);

		json_array_append_new(bases, base_json(answer->report, index));
	}
	return answer_put_json(answer, document, out, err);
}

int
view_bases(struct answer *answer, FILE *out, struct error *err)
{
	auto_table table = { 0 };

	table_init(&table, columns,
	        answer->asked.format == ANSWER_TABLE ? FOR_PEOPLE : countof(columns));
	add_rows(answer, &table);
	if (answer_select(answer, &table, NULL, err) != 0)
		return -1;
	if (answer->asked.format == ANSWER_JSON)
		return put_document(answer, &table, out, err);
	if (answer->asked.format == ANSWER_TABLE)
		add_more(answer, &table);
	if (answer->asked.format == ANSWER_CSV || table.row_count > 0)
		answer_print(answer, &table, out);
	if (answer->asked.format == ANSWER_TABLE)
		say_what_it_means(answer, table.row_count, out);
	return 0;
}

int
command_bases(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_answer answer = { 0 };

	(void)argc;
	(void)argv;
	if (answer_open(&answer, session, options, err) != 0 ||
	        view_bases(&answer, stdout, err) != 0)
		return -1;
	return answer_end(&answer, stdout, err);
}
