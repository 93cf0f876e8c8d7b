/*
 * Sort the images by chain; then each differs from the one before it from some layer on, and that
 * is where new nodes begin:
 *
 *	debian                    node 0
 *	debian python             node 0, 1
 *	debian python app-a       node 0, 1, 2
 *	debian python app-b       node 0, 1, 3      (path keeps 0, 1; 2 is left, so it ends)
 *
 * Diff IDs are indices in the order of their digests, so chains compare as lists of numbers.
 */
#include "analyzer/model/trie.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/bytes.h"
#include "common/memory.h"

/* The empty layer as it travels, gzipped by Docker and by BuildKit: in a blob chain the diff ID is
 * not known. */
static const char *const empty_blobs[] = {
	"sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4",
	"sha256:4f4fb700ef54461cfa02571ae0db9a0dc1e0cdb5577484a6d75e68dc38e8acc1",
};

struct chain_row {
	const uint32_t *chain;
	uint32_t length;
	uint32_t image;
	bool blob_chain;
};

struct building {
	const struct snapshot *snapshot;
	struct trie *trie;
	uint32_t *path; /* the nodes of the current chain, bottom first */
	uint32_t path_length;
	uint32_t *manifest; /* per node, the one that says what it weighs */
	uint32_t *counted;  /* per blob the last image whose chain it was counted in, from 1 */
};

static uint32_t
common_length(const struct chain_row *a, const struct chain_row *b)
{
	uint32_t shorter = a->length < b->length ? a->length : b->length;
	uint32_t i = 0;

	while (i < shorter && a->chain[i] == b->chain[i])
		i++;
	return i;
}

static int
compare_rows(const void *left, const void *right)
{
	const struct chain_row *a = left, *b = right;

	if (a->blob_chain != b->blob_chain)
		return a->blob_chain ? 1 : -1;
	uint32_t same = common_length(a, b);
	if (same < a->length && same < b->length)
		return a->chain[same] < b->chain[same] ? -1 : 1;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return a->image < b->image ? -1 : 1;
}

/* The images with layers, by chain. Returns how many. */
static uint32_t
sort_images(const struct snapshot *snapshot, struct chain_row *rows)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		const struct snap_image *image = &snapshot->images[i];

		if (image->chain_length)
			rows[count++] = (struct chain_row){
				.chain = snapshot->chain + image->chain,
				.length = image->chain_length,
				.image = i,
				.blob_chain = image->blob_chain,
			};
	}
	qsort(rows, count, sizeof(*rows), compare_rows);
	return count;
}

/* How many layers of row i are those of the row before it. */
static uint32_t
kept_length(const struct chain_row *rows, uint32_t i)
{
	if (i == 0 || rows[i].blob_chain != rows[i - 1].blob_chain)
		return 0;
	return common_length(&rows[i - 1], &rows[i]);
}

static void
leave(struct building *building, uint32_t length)
{
	while (building->path_length > length)
		building->trie->nodes[building->path[--building->path_length]].end =
		        building->trie->node_count;
}

static void
enter(struct building *building, const struct chain_row *row, uint32_t position)
{
	struct trie *trie = building->trie;
	uint32_t depth = building->path_length;
	uint32_t parent = depth ? building->path[depth - 1] : NONE;
	uint32_t node = trie->node_count++;

	trie->nodes[node] = (struct trie_node){
		.parent = parent,
		.layer = row->chain[depth],
		.depth = depth + 1,
		.blob_chain = row->blob_chain,
	};
	if (parent != NONE)
		trie->nodes[parent].children++;
	trie->first_image[node] = position;
	building->manifest[node] = NONE;
	building->path[building->path_length++] = node;
}

/* Images with the whole chain come before those that stand on it. */
static bool
is_owned(const struct trie *trie, uint32_t node)
{
	return trie->image_node[trie->images[trie->first_image[node]]] == node;
}

/* One manifest says what a chain weighs, all of it: a layer that somebody above recompressed has no
 * part in that. */
static void
weigh(struct building *building, const struct chain_row *row)
{
	const struct snapshot *snapshot = building->snapshot;
	uint32_t manifest = snapshot->images[row->image].manifest;
	const struct snap_layer *layers = &snapshot->layers[snapshot->manifests[manifest].layers];
	uint64_t chain_bytes = 0;

	for (uint32_t i = 0; i < row->length; i++) {
		uint32_t node = building->path[i], blob = layers[i].blob;
		uint64_t bytes = layers[i].foreign ? 0 : snapshot->blobs[blob].size_bytes;

		if (!layers[i].foreign && building->counted[blob] != row->image + 1) {
			building->counted[blob] = row->image + 1;
			chain_bytes = bytes_add(chain_bytes, bytes);
		}
		if (manifest >= building->manifest[node] ||
		        (i + 1 < row->length && is_owned(building->trie, node)))
			continue;
		building->manifest[node] = manifest;
		building->trie->nodes[node].blob = blob;
		building->trie->nodes[node].compressed_bytes = bytes;
		building->trie->nodes[node].chain_compressed_bytes = chain_bytes;
	}
}

static void
add_image(struct building *building, const struct chain_row *row, uint32_t position)
{
	struct trie *trie = building->trie;

	while (building->path_length < row->length)
		enter(building, row, position);
	trie->images[position] = row->image;
	trie->image_node[row->image] = building->path[row->length - 1];
	weigh(building, row);
}

/* Per diff ID, so that each is looked at once. */
static bool *
find_empty(const struct snapshot *snapshot, bool blob_chains)
{
	bool *empty = xcalloc(snapshot->diff_id_count, sizeof(*empty));
	struct digest known[countof(empty_blobs)];

	for (size_t k = 0; k < countof(empty_blobs); k++)
		digest_parse(&known[k], empty_blobs[k]);
	for (uint32_t i = 0; i < snapshot->diff_id_count; i++) {
		const struct digest *digest = &snapshot->diff_ids[i];

		empty[i] = digest_is_empty_layer(digest);
		for (size_t k = 0; blob_chains && k < countof(empty_blobs); k++)
			empty[i] = empty[i] || digest_equal(digest, &known[k]);
	}
	return empty;
}

static void
mark_empty(const struct snapshot *snapshot, struct trie *trie)
{
	auto_free bool *empty = find_empty(snapshot, false);
	auto_free bool *empty_blob = find_empty(snapshot, true);

	for (uint32_t n = 0; n < trie->node_count; n++) {
		struct trie_node *node = &trie->nodes[n];

		node->empty_layer = (node->blob_chain ? empty_blob : empty)[node->layer];
	}
}

struct trie *
trie_build(const struct snapshot *snapshot, struct arena *arena)
{
	struct trie *trie = arena_new(arena, struct trie, 1);
	auto_free struct chain_row *rows = xcalloc(snapshot->image_count, sizeof(*rows));
	uint32_t count = sort_images(snapshot, rows);
	uint32_t node_count = 0, longest = 0;

	for (uint32_t i = 0; i < count; i++) {
		node_count += rows[i].length - kept_length(rows, i);
		longest = rows[i].length > longest ? rows[i].length : longest;
	}
	trie->nodes = arena_new(arena, struct trie_node, node_count);
	trie->first_image = arena_new(arena, uint32_t, (size_t)node_count + 1);
	trie->images = arena_new(arena, uint32_t, count);
	trie->image_node = arena_new(arena, uint32_t, snapshot->image_count);
	memset(trie->image_node, 0xff, snapshot->image_count * sizeof(*trie->image_node));

	auto_free uint32_t *path = xcalloc(longest, sizeof(*path));
	auto_free uint32_t *manifest = xcalloc(node_count, sizeof(*manifest));
	auto_free uint32_t *counted = xcalloc(snapshot->blob_count, sizeof(*counted));
	struct building building = { snapshot, trie, path, 0, manifest, counted };
	for (uint32_t i = 0; i < count; i++) {
		leave(&building, kept_length(rows, i));
		add_image(&building, &rows[i], i);
	}
	leave(&building, 0);
	trie->first_image[trie->node_count] = count;
	mark_empty(snapshot, trie);
	return trie;
}

void
trie_chain_id(const struct trie *trie, const struct snapshot *snapshot, uint32_t node,
        struct digest *chain_id)
{
	uint32_t depth = trie->nodes[node].depth;
	auto_free uint32_t *layers = xcalloc(depth, sizeof(*layers));

	for (uint32_t n = node; n != NONE; n = trie->nodes[n].parent)
		layers[trie->nodes[n].depth - 1] = trie->nodes[n].layer;
	*chain_id = snapshot->diff_ids[layers[0]];
	for (uint32_t i = 1; i < depth; i++) {
		struct digest below = *chain_id;

		digest_chain(chain_id, &below, &snapshot->diff_ids[layers[i]]);
	}
}
