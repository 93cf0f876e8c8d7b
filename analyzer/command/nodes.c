/* nodes: each node with its stores and the images that lie there. */
#include <stdlib.h>

#include "analyzer/command/ask.h"
#include "analyzer/command/coverage.h"
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "common/buf.h"
#include "common/memory.h"

enum { NODE, STORES, IMAGES, CHAINS, CONTAINERS, RUNNING, LABELS };

static const struct column columns[] = {
	[NODE] = { "node", NULL, CELL_TEXT, 0 },
	[STORES] = { "stores", NULL, CELL_COUNT, 0 },
	[IMAGES] = { "images", NULL, CELL_COUNT, 0 },
	[CHAINS] = { "chains", NULL, CELL_COUNT, 2 },
	[CONTAINERS] = { "containers", NULL, CELL_COUNT, 1 },
	[RUNNING] = { "running", NULL, CELL_COUNT, 1 },
	[LABELS] = { "labels", NULL, CELL_TEXT, 3 },
};

static int
compare_digests(const void *left, const void *right)
{
	return digest_compare(
	        *(const struct digest *const *)left, *(const struct digest *const *)right);
}

/* Of the node's stores, each config once, ascending. Returns how many. */
static size_t
gather_images(const struct report *report, uint32_t node, const struct digest ***out)
{
	const struct snapshot *snapshot = report->snapshot;
	const struct digest **list;
	size_t count = 0, distinct = 0;

	for (uint32_t s = 0; s < snapshot->store_count; s++)
		count += snapshot->stores[s].node == node ? snapshot->stores[s].image_count : 0;
	*out = list = xcalloc(count, sizeof(*list));
	count = 0;
	for (uint32_t s = 0; s < snapshot->store_count; s++) {
		const struct snap_store *store = &snapshot->stores[s];

		for (uint32_t i = 0; store->node == node && i < store->image_count; i++)
			list[count++] = &snapshot->appearances[store->images[i]].config_digest;
	}
	qsort(list, count, sizeof(*list), compare_digests);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !digest_equal(list[i], list[distinct - 1]))
			list[distinct++] = list[i];
	return distinct;
}

static json_t *
node_json(const struct report *report, uint32_t node)
{
	const struct snapshot *snapshot = report->snapshot;
	json_t *object = json_object(), *labels, *stores, *images;
	auto_free const struct digest **list = NULL;
	size_t count = gather_images(report, node, &list);

	member_text(object, "name", snapshot->nodes[node].name);
	if (snapshot->nodes[node].memory_bytes == BYTES_UNKNOWN)
		member_null(object, "memory_bytes");
	else
		member_number(object, "memory_bytes", snapshot->nodes[node].memory_bytes);
	labels = json_loads(snapshot->nodes[node].labels_json, 0, NULL);
	json_object_set_new(object, "labels", labels != NULL ? labels : json_object());
	stores = member_array(object, "stores");
	for (uint32_t i = 0; i < report->stores->row_count; i++)
		if (snapshot->stores[report->stores->rows[i].store].node == node)
			json_array_append_new(stores, store_json(report, &report->stores->rows[i]));
	images = member_array(object, "images");
	for (size_t i = 0; i < count; i++)
		json_array_append_new(images, json_digest(list[i]));
	return object;
}

/* {"pool":"web"} as pool=web, several with a blank between. */
static void
put_labels(struct table *table, struct row *row, const char *text)
{
	json_auto_t *labels = json_loads(text, 0, NULL);
	auto_buf out = { 0 };
	const char *key;
	json_t *value;

	json_object_foreach(labels, key, value)
	{
		buf_printf(&out, "%s%s=%s", out.length > 0 ? " " : "", key,
		        json_is_string(value) ? json_string_value(value) : "");
	}
	row_text(table, row, LABELS, buf_text(&out));
}

static void
add_row(const struct report *report, uint32_t node, struct table *table)
{
	struct row *row = table_row(table);
	auto_free const struct digest **list = NULL;
	uint64_t stores = 0, chains = 0, containers = 0, running = 0;

	for (uint32_t i = 0; i < report->stores->row_count; i++) {
		const struct store_row *store = &report->stores->rows[i];

		if (report->snapshot->stores[store->store].node != node)
			continue;
		stores++;
		chains += store->chains;
		containers += store->containers;
		running += store->running;
	}
	row->object = node_json(report, node);
	row_text(table, row, NODE, report->snapshot->nodes[node].name);
	row_count(row, STORES, stores);
	row_count(row, IMAGES, gather_images(report, node, &list));
	row_count(row, CHAINS, chains);
	row_count(row, CONTAINERS, containers);
	row_count(row, RUNNING, running);
	put_labels(table, row, report->snapshot->nodes[node].labels_json);
}

int
view_nodes(struct answer *answer, FILE *out, struct error *err)
{
	const struct snapshot *snapshot = answer->report->snapshot;
	auto_table table = { 0 };

	table_init(&table, columns, countof(columns));
	for (uint32_t i = 0; i < snapshot->node_count; i++)
		if (snapshot->nodes[i].store_count > 0)
			add_row(answer->report, i, &table);
	if (answer_select(answer, &table, NULL, err) != 0)
		return -1;
	if (answer->asked.format == ANSWER_JSON) {
		json_t *document = answer_json(answer, "nodes");

		json_object_set_new(document, "nodes", table_json(&table));
		return answer_put_json(answer, document, out, err);
	}
	answer_print(answer, &table, out);
	if (answer->asked.format == ANSWER_TABLE && snapshot->node_count == 0)
		say(out, "no node was scanned yet: layershare scan node\n");
	return 0;
}

int
command_nodes(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_answer answer = { 0 };

	(void)argc;
	(void)argv;
	if (answer_open(&answer, session, options, err) != 0 ||
	        view_nodes(&answer, stdout, err) != 0)
		return -1;
	return answer_end(&answer, stdout, err);
}
