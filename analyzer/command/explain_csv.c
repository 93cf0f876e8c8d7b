/* explain as CSV: what can be listed of it are the layers. */
#include "analyzer/command/explain_view.h"
#include "common/memory.h"

enum { IMAGE, LAYER, BLOB, DIFF_ID, CHAIN_ID, BYTES, BLOB_IMAGES, REPOSITORIES, CHAIN_IMAGES };

static const struct column columns[] = {
	[IMAGE] = { "image", NULL, CELL_TEXT, 0 },
	[LAYER] = { "layer", NULL, CELL_COUNT, 0 },
	[BLOB] = { "blob", NULL, CELL_TEXT, 0 },
	[DIFF_ID] = { "diff_id", NULL, CELL_TEXT, 0 },
	[CHAIN_ID] = { "chain_id", NULL, CELL_TEXT, 0 },
	[BYTES] = { "compressed", NULL, CELL_BYTES, 0 },
	[BLOB_IMAGES] = { "other_images", NULL, CELL_COUNT, 0 },
	[REPOSITORIES] = { "other_repositories", NULL, CELL_COUNT, 0 },
	[CHAIN_IMAGES] = { "other_chain_images", NULL, CELL_COUNT, 0 },
};

static void
add_layer(const struct image_view *view, struct table *table, const struct explain_image *explained,
        uint32_t position)
{
	const struct report *report = view->answer->report;
	const struct snapshot *snapshot = report->snapshot;
	const struct snap_image *image = &snapshot->images[explained->image];
	const struct explain_layer *layer = &explained->layers[position];
	const struct snap_blob *blob = &snapshot->blobs[snapshot->layers[layer->layer].blob];
	struct row *row = table_row(table);
	struct digest chain_id;
	char text[DIGEST_TEXT_SIZE];

	row_text(table, row, IMAGE, image_view_name(view, explained->image, &table->arena));
	row_count(row, LAYER, position + 1);
	row_text(table, row, BLOB, digest_format(&blob->digest, text));
	if (!image->blob_chain)
		row_text(table, row, DIFF_ID,
		        digest_format(snapshot_diff_id(snapshot, image, position), text));
	trie_chain_id(report->trie, snapshot, layer->node, &chain_id);
	row_text(table, row, CHAIN_ID, digest_format(&chain_id, text));
	row_bytes(row, BYTES, blob->size_bytes);
	row_count(row, BLOB_IMAGES, layer->blob_images);
	row_count(row, REPOSITORIES, layer->repositories);
	row_count(row, CHAIN_IMAGES, layer->chain_images);
}

static void
add_local(const struct image_view *view, struct table *table, uint32_t number)
{
	const struct snapshot *snapshot = view->answer->snapshot;
	uint32_t *chains, count = image_local_chain(view, number, &chains, &table->arena);
	char text[DIGEST_TEXT_SIZE];

	for (uint32_t i = 0; i < count; i++) {
		const struct snap_chain *chain = &snapshot->chains[chains[i]];
		struct row *row = table_row(table);

		row_text(table, row, IMAGE, image_local_name(view, number, &table->arena));
		row_count(row, LAYER, i + 1);
		row_text(table, row, DIFF_ID, digest_format(&chain->diff_id, text));
		row_text(table, row, CHAIN_ID, digest_format(&chain->chain_id, text));
	}
}

void
explain_csv(const struct image_view *view, const struct explain *explain, const struct table *shown,
        FILE *out)
{
	auto_table table = { 0 };

	table_init(&table, columns, countof(columns));
	for (size_t i = 0; i < shown->row_count; i++) {
		uint32_t number = image_table_row(shown, i);

		if (image_is_local(view, number)) {
			add_local(view, &table, number);
			continue;
		}
		const struct explain_image *explained = explain_image_of(explain, number);
		for (uint32_t k = 0; k < explained->layer_count; k++)
			add_layer(view, &table, explained, k);
	}
	answer_print(view->answer, &table, out);
}
