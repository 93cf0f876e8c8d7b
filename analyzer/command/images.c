/* images: who pays for what. The rows add up to what is stored, whatever is cut. */
#include "analyzer/command/ask.h"
#include "analyzer/command/image_view.h"
#include "analyzer/command/view.h"
#include "common/memory.h"

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

int
view_images(struct answer *answer, FILE *out, struct error *err)
{
	auto_image_view view = { 0 };
	auto_table table = { 0 };

	image_view_init(&view, answer);
	image_table_init(&view, &table);
	for (uint32_t i = 0; i < answer->report->node_images->number_count; i++) {
		if (image_view_has(&view, i))
			image_table_add(&view, &table, i);
	}
	if (answer_select(answer, &table, "attributed", err) != 0)
		return -1;
	auto_free bool *shown = mark_shown(answer, &table);
	if (answer->asked.format == ANSWER_JSON) {
		json_t *document = answer_json(answer, "images");
		json_t *images = member_array(document, "images");

		for (size_t i = 0; i < table.row_count; i++)
			json_array_append_new(
			        images, image_json(&view, image_table_row(&table, i)));
		json_object_set_new(document, "rest", image_rest_json(&view, shown));
		return answer_put_json(answer, document, out, err);
	}
	image_table_finish(&view, &table);
	image_table_rest(&view, &table, shown, answer->asked.format == ANSWER_TABLE);
	answer_print(answer, &table, out);
	return 0;
}

int
command_images(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_answer answer = { 0 };

	(void)argc;
	(void)argv;
	if (answer_open(&answer, session, options, err) != 0 ||
	        view_images(&answer, stdout, err) != 0)
		return -1;
	return answer_end(&answer, stdout, err);
}
