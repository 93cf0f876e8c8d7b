/*
 * explain: what these images are made of, who shares it, what they cost and what deleting all of
 * them frees. --filter, --sort and --limit choose which of the images are shown; the numbers of the
 * set are of all that were named.
 */
#include "analyzer/command/ask.h"
#include "analyzer/command/coverage.h"
#include "analyzer/command/explain_view.h"
#include "analyzer/command/view.h"
#include "common/memory.h"

/* As registries and layouts name it, else as nodes do. */
static uint32_t
find_name(
        const struct answer *answer, const char *name, uint32_t *found, struct explain_named *named)
{
	const struct snapshot *snapshot = answer->snapshot;
	uint32_t count = explain_find_named(snapshot, name, found, named);

	if (count > 0 || explain_is_ambiguous(snapshot, name))
		return count;
	return explain_find_on_nodes(snapshot, answer->report->node_images, name, found);
}

static bool
is_asked(const struct answer *answer, uint32_t number)
{
	const struct snapshot *snapshot = answer->snapshot;
	const struct node_images *images = answer->report->node_images;

	if (number < snapshot->image_count)
		return answer_has_image(answer, number);
	return !answer->asked.has_platform ||
	       platform_compare(&answer->asked.platform,
	               &node_image_shown(snapshot, node_image_local(images, number))->platform) ==
	               0;
}

/* Adds what the name means to the set. */
static int
find_images(const struct answer *answer, const char *name, uint32_t *found, bool *set,
        struct explain_named *named, struct error *err)
{
	uint32_t count = find_name(answer, name, found, named);
	char platform[PLATFORM_TEXT_SIZE];
	bool any = false;

	if (count == 0)
		return explain_fail_unknown(answer->snapshot, name, err);
	for (uint32_t i = 0; i < count; i++) {
		bool has = is_asked(answer, found[i]);

		set[found[i]] = set[found[i]] || has;
		any = any || has;
	}
	if (any)
		return 0;
	return fail(err, ERROR_FAILED, "%s: no image of %s has that name", name,
	        platform_format(&answer->asked.platform, platform));
}

static void
put_sharing(json_t *object, const struct explain_image *image)
{
	json_t *layers = json_object_get(object, "layers");

	for (uint32_t i = 0; i < image->layer_count; i++) {
		const struct explain_layer *layer = &image->layers[i];
		json_t *shared = member_object(json_array_get(layers, i), "shared");

		member_number(shared, "images", layer->blob_images);
		member_number(shared, "repositories", layer->repositories);
		member_number(shared, "chain_images", layer->chain_images);
	}
}

static void
put_freed(const struct image_view *view, json_t *document, const struct explained *explained)
{
	const struct answer *answer = view->answer;
	const struct explain *explain = explained->registries;
	const struct usage *usage = answer->report->usage;
	json_t *frees = member_object(document, "frees");

	member_number(frees, "registry_bytes", explain->frees_registry_bytes);
	json_t *registries = member_array(frees, "registries");
	for (uint32_t i = 0; i < usage->registry_count; i++) {
		uint32_t source = usage->registries[i].source;
		json_t *row = json_object();

		json_object_set_new(
		        row, "source", coverage_source_id(&answer->snapshot->sources[source]));
		member_number(row, "bytes", explain->frees_bytes[source]);
		json_array_append_new(registries, row);
	}
	json_t *disk = member_array(frees, "disk");
	for (uint32_t i = 0; i < usage->layout_count; i++) {
		uint32_t source = usage->layouts[i].source;
		json_t *row = json_object();

		json_object_set_new(
		        row, "store", coverage_source_id(&answer->snapshot->sources[source]));
		member_text(row, "unit", "compressed");
		member_number(row, "bytes", explain->frees_bytes[source]);
		json_array_append_new(disk, row);
	}
	explain_put_freed(view, disk, explained->nodes);
}

static int
put_document(const struct image_view *view, const struct explained *explained,
        const struct table *table, FILE *out, struct error *err)
{
	const struct explain *explain = explained->registries;
	const struct answer *answer = view->answer;
	json_t *document = answer_json(answer, "explain");
	json_t *images = member_array(document, "images");

	for (size_t i = 0; i < table->row_count; i++) {
		uint32_t image = image_table_row(table, i);
		json_t *object = image_json(view, image);

		if (image_is_local(view, image))
			explain_put_local_sharing(view, object, image);
		else
			put_sharing(object, explain_image_of(explain, image));
		explain_put_nodes(view, object, image);
		json_array_append_new(images, object);
	}
	json_t *set = member_object(document, "set");
	member_number(set, "images", explained->count);
	member_number(set, "logical_bytes", explain->logical_bytes);
	member_number(set, "attributed_bytes", explain->attributed_bytes);
	put_freed(view, document, explained);
	explain_put_pull(view, document, explained->nodes, explained->count);
	return answer_put_json(answer, document, out, err);
}

static int
view_set(struct answer *answer, const uint32_t *images, uint32_t count,
        const struct explain_named *named, FILE *out, struct error *err)
{
	const struct report *report = answer->report;
	auto_image_view view = { 0 };
	auto_table table = { 0 };

	image_view_init(&view, answer);
	image_view_ask(&view, named);
	uint32_t known = count;
	while (known > 0 && image_is_local(&view, images[known - 1]))
		known--;
	const struct explained explained = {
		explain_build(answer->snapshot, report->trie, report->attribution, images, known,
		        view.manifests, &answer->arena),
		explain_nodes_build(answer->snapshot, report->node_images, images, count,
		        view.manifests, named, &answer->arena),
		count,
	};
	image_table_init(&view, &table);
	for (uint32_t i = 0; i < count; i++)
		image_table_add(&view, &table, images[i]);
	if (answer_select(answer, &table, "reference", err) != 0)
		return -1;
	if (answer->asked.format == ANSWER_JSON)
		return put_document(&view, &explained, &table, out, err);
	if (answer->asked.format == ANSWER_CSV)
		explain_csv(&view, explained.registries, &table, out);
	else
		explain_text(&view, &explained, &table, out);
	return 0;
}

int
view_explain(
        struct answer *answer, char *const *names, size_t name_count, FILE *out, struct error *err)
{
	uint32_t image_count = answer->report->node_images->number_count, count = 0;
	auto_free uint32_t *found = xcalloc((size_t)image_count + 1, sizeof(*found));
	auto_free bool *set = xcalloc((size_t)image_count + 1, sizeof(*set));
	auto_free struct explain_named *named = xcalloc((size_t)image_count + 1, sizeof(*named));

	for (uint32_t i = 0; i < image_count; i++)
		named[i] = (struct explain_named){ NONE, NONE };
	for (size_t i = 0; i < name_count; i++) {
		if (find_images(answer, names[i], found, set, named, err) != 0)
			return -1;
	}
	for (uint32_t i = 0; i < image_count; i++) {
		if (set[i])
			found[count++] = i;
	}
	return view_set(answer, found, count, named, out, err);
}

int
command_explain(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_answer answer = { 0 };

	if (answer_open(&answer, session, options, err) != 0 ||
	        view_explain(&answer, argv, (size_t)argc, stdout, err) != 0)
		return -1;
	return answer_end(&answer, stdout, err);
}
