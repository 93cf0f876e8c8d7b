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

/* Adds what the name means to the set. */
static int
find_images(const struct answer *answer, const char *name, uint32_t *found, bool *set,
        struct explain_named *named, struct error *err)
{
	uint32_t count = explain_find_named(answer->snapshot, name, found, named);
	char platform[PLATFORM_TEXT_SIZE];
	bool any = false;

	if (count == 0)
		return explain_fail_unknown(answer->snapshot, name, err);
	for (uint32_t i = 0; i < count; i++) {
		bool has = answer_has_image(answer, found[i]);

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
put_freed(const struct answer *answer, json_t *document, const struct explain *explain)
{
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
}

static int
put_document(const struct image_view *view, const struct explain *explain,
        const struct table *table, FILE *out, struct error *err)
{
	const struct answer *answer = view->answer;
	json_t *document = answer_json(answer, "explain");
	json_t *images = member_array(document, "images");

	for (size_t i = 0; i < table->row_count; i++) {
		uint32_t image = image_table_row(table, i);
		json_t *object = image_json(view, image);

		put_sharing(object, explain_image_of(explain, image));
		member_array(object, "nodes");
		json_array_append_new(images, object);
	}
	json_t *set = member_object(document, "set");
	member_number(set, "images", explain->image_count);
	member_number(set, "logical_bytes", explain->logical_bytes);
	member_number(set, "attributed_bytes", explain->attributed_bytes);
	put_freed(answer, document, explain);
	member_array(document, "pull");
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
	const struct explain *explain = explain_build(answer->snapshot, report->trie,
	        report->attribution, images, count, view.manifests, &answer->arena);
	image_table_init(&view, &table);
	for (uint32_t i = 0; i < explain->image_count; i++)
		image_table_add(&view, &table, explain->images[i].image);
	if (answer_select(answer, &table, "reference", err) != 0)
		return -1;
	if (answer->asked.format == ANSWER_JSON)
		return put_document(&view, explain, &table, out, err);
	if (answer->asked.format == ANSWER_CSV)
		explain_csv(&view, explain, &table, out);
	else
		explain_text(&view, explain, &table, out);
	return 0;
}

int
view_explain(
        struct answer *answer, char *const *names, size_t name_count, FILE *out, struct error *err)
{
	uint32_t image_count = answer->snapshot->image_count, count = 0;
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
