/* images: who pays for what. The rows add up to what is stored, whatever is cut. */
#include <stdlib.h>
#include <string.h>

#include "analyzer/command/ask.h"
#include "analyzer/command/image_view.h"
#include "analyzer/command/view.h"
#include "analyzer/command/say.h"
#include "analyzer/model/unused.h"
#include "common/memory.h"
#include "common/text.h"

/* Which images the rows are, or NULL if all of them. */
static bool *
mark_shown(const struct answer *answer, const struct table *table)
{
	if (!answer->truncated)
		return NULL;
	bool *shown = xcalloc(answer->report->node_images->number_count, sizeof(*shown));
	for (size_t i = 0; i < table->row_count; i++)
		shown[image_table_row(table, i)] = true;
	return shown;
}

/* Which images were asked for by --unused-for; NULL = all. Fails if nobody can know. */
static int
find_unused(struct answer *answer, const struct unused **unused, struct error *err)
{
	char since[32];

	*unused = NULL;
	if (!answer->asked.has_unused)
		return 0;
	*unused = unused_build(answer->report, answer->asked.unused_seconds, &answer->arena);
	text_time((*unused)->watched_since, since);
	if ((*unused)->basis == UNUSED_NO_NODES)
		return fail(err, ERROR_FAILED,
		        "--unused-for: no node was scanned, so nothing is known of what is used; "
		        "run layershare scan node on them");
	if ((*unused)->basis == UNUSED_TOO_SHORT)
		return fail(err, ERROR_FAILED,
		        "--unused-for: nodes are scanned since %s only, so what was used before is "
		        "not known; ask for a shorter time",
		        since);
	return 0;
}

/* What the list rests on. */
static json_t *
unused_json(const struct answer *answer, const struct unused *unused)
{
	const struct snapshot *snapshot = answer->snapshot;
	json_t *object = json_object();
	uint32_t nodes = 0;

	for (uint32_t i = 0; i < snapshot->node_count; i++)
		nodes += snapshot->nodes[i].store_count > 0;
	member_number(object, "seconds", answer->asked.unused_seconds);
	member_number(object, "images", unused->count);
	member_number(object, "nodes", nodes);
	member_number(object, "stores", snapshot->store_count);
	member_time(object, "watched_since", unused->watched_since);
	return object;
}

static void
say_unused(const struct answer *answer, const struct unused *unused, FILE *out)
{
	char since[32];

	text_time(unused->watched_since, since);
	say(out,
	        "%u images of registries are on none of the %u stores that were scanned, and were "
	        "not for so long.\n",
	        unused->count, answer->snapshot->store_count);
	say(out, "Nodes are scanned since %s; what runs on others is not known.\n", since);
}

int
view_images(struct answer *answer, FILE *out, struct error *err)
{
	auto_image_view view = { 0 };
	auto_table table = { 0 };

	const struct unused *unused;

	if (find_unused(answer, &unused, err) != 0)
		return -1;
	image_view_init(&view, answer);
	image_table_init(&view, &table);
	for (uint32_t i = 0; i < answer->report->node_images->number_count; i++) {
		if (unused != NULL && (image_is_local(&view, i) || !unused->images[i])) {
			answer->truncated = true;
			continue;
		}
		if (image_view_has(&view, i))
			image_table_add(&view, &table, i);
	}
	if (answer_select(answer, &table, "attributed", err) != 0)
		return -1;
	auto_free bool *shown = mark_shown(answer, &table);
	if (answer->asked.format == ANSWER_JSON) {
		json_t *document = answer_json(answer, "images");
		json_t *images = member_array(document, "images");

		if (unused != NULL)
			json_object_set_new(document, "unused", unused_json(answer, unused));

		for (size_t i = 0; i < table.row_count; i++)
			json_array_append_new(
			        images, image_json(&view, image_table_row(&table, i)));
		json_object_set_new(document, "rest", image_rest_json(&view, shown));
		return answer_put_json(answer, document, out, err);
	}
	image_table_finish(&view, &table);
	image_table_rest(&view, &table, shown, answer->asked.format == ANSWER_TABLE);
	answer_print(answer, &table, out);
	if (unused != NULL && answer->asked.format == ANSWER_TABLE)
		say_unused(answer, unused, out);
	return 0;
}

/* "90d": a number and its unit. */
static int
parse_unused(struct asked *asked, const char *text, struct error *err)
{
	static const char units[] = "smhdw";
	static const uint64_t seconds[] = { 1, 60, 3600, 86400, 604800 };
	const char *unit;
	char *end;

	if (text == NULL)
		return 0;
	unsigned long number = strtoul(text, &end, 10);
	unit = *end != '\0' && end[1] == '\0' ? strchr(units, *end) : NULL;
	if (*text < '0' || *text > '9' || unit == NULL || number > 1000000)
		return fail(err, ERROR_USAGE,
		        "--unused-for %s: not a number and s, m, h, d or w, as in 90d", text);
	asked->has_unused = true;
	asked->unused_seconds = number * seconds[unit - units];
	return 0;
}

int
command_images(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_answer answer = { 0 };

	(void)argc;
	(void)argv;
	if (parse_unused(&answer.asked, option_text(options, "unused-for"), err) != 0 ||
	        answer_open(&answer, session, options, err) != 0 ||
	        view_images(&answer, stdout, err) != 0)
		return -1;
	return answer_end(&answer, stdout, err);
}
