/*
 * The documents on the way to a manifest: a reference may point at it, or at an index that names
 * it, or at an index of indexes. The smallest ways to all of them are found together, going on from
 * what references point at until nothing becomes smaller.
 */
#include "analyzer/model/pull_catalog.h"

#include "analyzer/model/bytes.h"
#include "common/memory.h"

#define NESTING_MAX 8 /* indexes of indexes; more are taken as not to be reached */

/* From a reference to a document. */
struct pull_way {
	uint64_t bytes;  /* of all documents, itself included; UINT64_MAX = no way */
	uint32_t parent; /* the index that names it; NONE = a reference points at it */
};

static uint64_t
document_bytes(const struct snapshot *snapshot, uint32_t manifest)
{
	return snapshot->blobs[snapshot->manifests[manifest].blob].size_bytes;
}

/* True if a child became nearer. */
static bool
go_on_from(const struct snapshot *snapshot, struct pull_way *ways, uint32_t index)
{
	const struct snap_manifest *manifest = &snapshot->manifests[index];
	bool nearer = false;

	for (uint32_t i = 0; i < manifest->child_count; i++) {
		uint32_t child = snapshot->children[manifest->children + i].manifest;

		if (child == NONE || ways[index].bytes == UINT64_MAX)
			continue;
		uint64_t bytes = bytes_add(ways[index].bytes, document_bytes(snapshot, child));
		if (bytes >= ways[child].bytes)
			continue;
		ways[child] = (struct pull_way){ bytes, index };
		nearer = true;
	}
	return nearer;
}

static void
spread(const struct snapshot *snapshot, struct pull_way *ways)
{
	bool nearer = true;

	for (int depth = 0; nearer && depth < NESTING_MAX; depth++) {
		nearer = false;
		for (uint32_t m = 0; m < snapshot->manifest_count; m++)
			nearer = go_on_from(snapshot, ways, m) || nearer;
	}
}

static struct pull_way *
ways_new(const struct snapshot *snapshot, struct arena *arena)
{
	struct pull_way *ways = arena_new(arena, struct pull_way, snapshot->manifest_count);

	for (uint32_t m = 0; m < snapshot->manifest_count; m++)
		ways[m] = (struct pull_way){ UINT64_MAX, NONE };
	return ways;
}

static void
start_at(const struct snapshot *snapshot, struct pull_way *ways, uint32_t manifest)
{
	ways[manifest] = (struct pull_way){ document_bytes(snapshot, manifest), NONE };
}

void
pull_catalog_init(struct pull_catalog *catalog, const struct snapshot *snapshot)
{
	*catalog = (struct pull_catalog){ .snapshot = snapshot };
	map_init(&catalog->numbers, sizeof(struct digest));
	catalog->images =
	        arena_new(&catalog->arena, const struct pull_image *, snapshot->image_count);
	catalog->ways = ways_new(snapshot, &catalog->arena);
	for (uint32_t i = 0; i < snapshot->reference_count; i++)
		start_at(snapshot, catalog->ways, snapshot->references[i].manifest);
	spread(snapshot, catalog->ways);
}

void
pull_catalog_release(struct pull_catalog *catalog)
{
	map_release(&catalog->numbers);
	vec_release(&catalog->digests);
	arena_release(&catalog->arena);
}

uint32_t
pull_number(struct pull_catalog *catalog, const struct digest *digest)
{
	if (!digest_is_set(digest))
		return NONE;
	uint32_t next = (uint32_t)catalog->numbers.count;
	uint32_t known = map_add(&catalog->numbers, digest, next);
	if (known != MAP_NONE)
		return known;
	*vec_push(&catalog->digests) = *digest;
	return next;
}

const struct digest *
pull_digest(const struct pull_catalog *catalog, uint32_t number)
{
	return &catalog->digests.at[number];
}

/* --- images ------------------------------------------------------------------------------ */

static void
put_documents(struct pull_catalog *catalog, struct pull_image *image, const struct pull_way *ways,
        uint32_t manifest)
{
	const struct snapshot *snapshot = catalog->snapshot;
	uint32_t way[NESTING_MAX + 2], length = 0;
	struct pull_document *documents;

	for (uint32_t m = manifest; m != NONE && length < NESTING_MAX + 2; m = ways[m].parent)
		way[length++] = m;
	image->documents = documents = arena_new(&catalog->arena, struct pull_document, length);
	while (length > 0) {
		uint32_t document = way[--length];
		uint32_t blob = snapshot->manifests[document].blob;

		documents[image->document_count++] = (struct pull_document){
			pull_number(catalog, &snapshot->blobs[blob].digest),
			snapshot->blobs[blob].size_bytes,
		};
	}
}

static void
put_layers(struct pull_catalog *catalog, struct pull_image *image, uint32_t manifest)
{
	const struct snapshot *snapshot = catalog->snapshot;
	const struct snap_manifest *from = &snapshot->manifests[manifest];
	const struct snap_image *of = &snapshot->images[from->image];
	bool known = !of->blob_chain && of->chain_length == from->layer_count;
	struct pull_layer *layers =
	        arena_new(&catalog->arena, struct pull_layer, from->layer_count);
	struct digest chain = { 0 };

	for (uint32_t i = 0; i < from->layer_count; i++) {
		const struct snap_blob *blob =
		        &snapshot->blobs[snapshot->layers[from->layers + i].blob];
		struct digest parent = chain;

		layers[i] = (struct pull_layer){
			.blob = pull_number(catalog, &blob->digest),
			.diff_id = NONE,
			.chain = NONE,
			.size_bytes = blob->size_bytes,
		};
		if (!known)
			continue;
		const struct digest *diff_id = snapshot_diff_id(snapshot, of, i);
		digest_chain(&chain, i > 0 ? &parent : NULL, diff_id);
		layers[i].diff_id = pull_number(catalog, diff_id);
		layers[i].chain = pull_number(catalog, &chain);
	}
	pull_mark_repeated(layers, from->layer_count);
	image->layers = layers;
	image->layer_count = from->layer_count;
}

static const struct pull_image *
make_image(struct pull_catalog *catalog, uint32_t manifest, const struct pull_way *ways)
{
	const struct snapshot *snapshot = catalog->snapshot;
	const struct snap_blob *config = &snapshot->blobs[snapshot->manifests[manifest].config];
	struct pull_image *image = arena_new(&catalog->arena, struct pull_image, 1);

	image->config = pull_number(catalog, &config->digest);
	image->config_bytes = config->size_bytes;
	put_documents(catalog, image, ways, manifest);
	put_layers(catalog, image, manifest);
	return image;
}

const struct pull_image *
pull_image_by(struct pull_catalog *catalog, uint32_t manifest, uint32_t reference)
{
	const struct snapshot *snapshot = catalog->snapshot;
	auto_arena scratch = { 0 };

	if (reference == NONE)
		return make_image(catalog, manifest, catalog->ways);
	struct pull_way *ways = ways_new(snapshot, &scratch);
	start_at(snapshot, ways, snapshot->references[reference].manifest);
	spread(snapshot, ways);
	return make_image(catalog, manifest, ways);
}

/* From empty. */
static uint64_t
whole_bytes(const struct pull_image *image)
{
	uint64_t bytes = image->config_bytes;

	for (uint32_t i = 0; i < image->document_count; i++)
		bytes = bytes_add(bytes, image->documents[i].size_bytes);
	for (uint32_t i = 0; i < image->layer_count; i++)
		bytes = bytes_add(bytes, image->layers[i].again ? 0 : image->layers[i].size_bytes);
	return bytes;
}

static const struct pull_image *
find_cheapest(struct pull_catalog *catalog, const struct snap_image *image)
{
	const struct pull_image *cheapest = NULL;

	for (uint32_t i = 0; i < image->manifest_count; i++) {
		uint32_t manifest = catalog->snapshot->image_manifests[image->manifests + i];
		const struct pull_image *way = make_image(catalog, manifest, catalog->ways);

		if (cheapest == NULL || whole_bytes(way) < whole_bytes(cheapest))
			cheapest = way;
	}
	return cheapest;
}

const struct pull_image *
pull_image_cheapest(struct pull_catalog *catalog, const struct snap_appearance *appearance)
{
	const struct pull_image **cheapest;

	if (appearance->image == NONE)
		return NULL;
	cheapest = &catalog->images[appearance->image];
	if (*cheapest == NULL)
		*cheapest = find_cheapest(catalog, &catalog->snapshot->images[appearance->image]);
	return *cheapest;
}
