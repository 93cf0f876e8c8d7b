/*
 * One pool as one scan. Each thing in its order: images give documents first, because chains are
 * checked against what configs claim.
 *
 *	images     ─▶ config, manifest  …  node_image: those with one config are one
 *	layers     ─▶ chain: known, once   extra: copies, unidentified, incomplete
 *	containers ─▶ container, with the bytes of its own layer
 */
#include <stdlib.h>
#include <string.h>

#include "collector/beneath.h"
#include "collector/node/containers_storage/blobs.h"
#include "collector/node/containers_storage/containers_storage.h"
#include "collector/node/measure.h"
#include "collector/node/store_scan.h"
#include "common/memory.h"
#include "common/text.h"

#define NEEDS "needs root or CAP_DAC_READ_SEARCH"

enum { EXTRA_COPIES, EXTRA_UNIDENTIFIED, EXTRA_INCOMPLETE, EXTRA_COUNT };

struct scan {
	struct store_scan frame;
	const struct storage_driver *driver;
	struct pool pool;
	struct arena arena;
	struct image_documents *documents; /* per image */
	bool *running;                     /* per chain: a running container stands on it */
	uint64_t extra_bytes[EXTRA_COUNT], extra_count[EXTRA_COUNT];
	size_t running_unknown;
};

#define problem(scan, err, ...) store_problem(&(scan)->frame, err, __VA_ARGS__)
#define remark(scan, err, ...)  store_remark(&(scan)->frame, err, __VA_ARGS__)

/* --- layers ----------------------------------------------------------------------------- */

/* Walks a layer's folder. *bytes stays unknown where it cannot be read. */
static int
measure_layer(
        struct scan *scan, const struct layer_entry *layer, uint64_t *bytes, struct error *err)
{
	struct error why = { 0 };
	int found;

	*bytes = BYTES_UNKNOWN;
	if (scan->driver->layers == NULL)
		return 0;
	auto_free char *folder =
	        xprintf("%s%s%s", scan->driver->layers, layer->id, scan->driver->layer_end);
	found = measure_apparent(scan->pool.roots[layer->root], folder, bytes, &why);
	if (found == 1)
		return 0;
	*bytes = BYTES_UNKNOWN;
	if (found == 0)
		return problem(scan, err, folder, "the layer's folder is missing");
	return problem(
	        scan, err, folder, "%s; reading the files of all layers " NEEDS, why.message);
}

/* What one layer occupies, in the unit of the store. */
static int
size_layer(struct scan *scan, const struct layer_entry *layer, uint64_t *bytes, struct error *err)
{
	*bytes = layer->diff_bytes;
	return scan->driver->unit == UNIT_TAR ? 0 : measure_layer(scan, layer, bytes, err);
}

static void
add_extra(struct scan *scan, int part, uint64_t bytes)
{
	scan->extra_count[part]++;
	if (bytes != BYTES_UNKNOWN)
		scan->extra_bytes[part] += bytes;
}

static int
take_chain(struct scan *scan, const struct chain *chain, struct error *err)
{
	struct record record = {
		.kind = RECORD_CHAIN,
		.chain = { .chain_id = chain->id,
		        .parent = chain->parent,
		        .diff_id = chain->layer.diff_id,
		        .unpacked_at = chain->layer.created_at },
	};
	uint64_t bytes;

	if (size_layer(scan, &chain->layer, &bytes, err) != 0)
		return -1;
	switch (chain->state) {
	case CHAIN_KNOWN:
		record.chain.size_bytes = bytes;
		return store_scan_emit(&scan->frame, &record, err);
	case CHAIN_COPY:
		add_extra(scan, EXTRA_COPIES, bytes);
		return 0;
	case CHAIN_UNKNOWN:
		add_extra(scan, EXTRA_UNIDENTIFIED, bytes);
		return 0;
	case CHAIN_INCOMPLETE:
		add_extra(scan, EXTRA_INCOMPLETE, bytes);
		return 0;
	case CHAIN_BROKEN:
		break;
	}
	add_extra(scan, EXTRA_UNIDENTIFIED, bytes);
	auto_free char *place = xprintf("layer %.12s", chain->layer.id);
	return problem(scan, err, place, "a layer below it (%.12s) is not in the store",
	        chain->layer.parent);
}

static bool
is_container_layer(const struct scan *scan, const struct chain *chain)
{
	return map_get(&scan->pool.container_layers, chain->layer.id) != MAP_NONE;
}

static int
take_chains(struct scan *scan, struct error *err)
{
	for (size_t i = 0; i < scan->pool.chains.count && !store_scan_is_stopped(&scan->frame);
	        i++) {
		const struct chain *chain = &scan->pool.chains.at[i];

		if (!is_container_layer(scan, chain) && take_chain(scan, chain, err) != 0)
			return -1;
		store_scan_show_progress(&scan->frame);
	}
	return 0;
}

static int
take_extras(struct scan *scan, struct error *err)
{
	static const struct {
		const char *part, *remark;
	} parts[EXTRA_COUNT] = {
		{ "copies", "layers lie here a second time, with other owners or built twice" },
		{ "unidentified",
		        "layers have no diff ID (pulled in parts, by a table of contents, or "
		        "a layer below is missing): what they share is not known" },
		{ "incomplete", "layers are being made, or were left over by a crash" },
	};

	for (int i = 0; i < EXTRA_COUNT; i++) {
		struct record record = {
			.kind = RECORD_EXTRA,
			.extra = { parts[i].part, scan->extra_count[i], scan->extra_bytes[i],
			        scan->driver->unit },
		};

		if (scan->extra_count[i] > 0 &&
		        (store_scan_emit(&scan->frame, &record, err) != 0 ||
		                remark(scan, err, "layers", "%llu %s",
		                        (unsigned long long)scan->extra_count[i],
		                        parts[i].remark) != 0))
			return -1;
	}
	return 0;
}

/* --- images ----------------------------------------------------------------------------- */

static int
read_documents(struct scan *scan, struct error *err)
{
	size_t count = scan->pool.images.count;

	scan->documents = arena_new(&scan->arena, struct image_documents, count);
	for (size_t i = 0; i < count && !store_scan_is_stopped(&scan->frame); i++) {
		if (documents_read(&scan->documents[i], &scan->pool, &scan->pool.images.at[i],
		            scan->frame.context, scan->frame.result, &scan->arena, err) != 0)
			return -1;
		store_scan_show_progress(&scan->frame);
	}
	return 0;
}

/* The chain that the image stands on; *known false if it cannot be told. */
static int
find_chain(struct scan *scan, const struct image_entry *image,
        const struct image_documents *documents, struct digest *id, bool *known, struct error *err)
{
	uint32_t index = chains_find(&scan->pool.chains, image->layer);
	auto_free char *place = xprintf("image %.12s", image->id);
	struct digest claimed;

	*id = (struct digest){ 0 };
	*known = image->layer[0] == '\0';
	if (!*known && index == CHAIN_NONE)
		return problem(
		        scan, err, place, "its layer %.12s is not in the store", image->layer);
	if (!*known && digest_is_set(&scan->pool.chains.at[index].id)) {
		*id = scan->pool.chains.at[index].id;
		*known = true;
	}
	if (!*known || !documents->has_config)
		return 0;
	documents_chain(&claimed, documents);
	return digest_equal(&claimed, id)
	               ? 0
	               : problem(scan, err, place,
	                         "its config claims other layers than the store has");
}

/* Images of one config: under several IDs, or in an additional store too. */
struct image_row {
	const struct digest *config;
	uint32_t image;
};

static int
compare_rows(const void *left, const void *right)
{
	const struct image_row *a = left, *b = right;
	int order = digest_compare(a->config, b->config);

	return order != 0 ? order : (a->image > b->image) - (a->image < b->image);
}

static int
compare_texts(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int
compare_digests(const void *left, const void *right)
{
	return digest_compare(left, right);
}

/* Sorted, each once: the order in the files changes with every tag. */
static void
join_labels(struct scan *scan, const struct image_row *rows, size_t count,
        struct record_node_image *out)
{
	size_t names = 0, manifests = 0;

	for (size_t i = 0; i < count; i++) {
		names += scan->pool.images.at[rows[i].image].name_count;
		manifests += scan->documents[rows[i].image].manifest_count;
	}
	const char **name = arena_new(&scan->arena, const char *, names);
	struct digest *manifest = arena_new(&scan->arena, struct digest, manifests);
	names = manifests = 0;
	for (size_t i = 0; i < count; i++) {
		const struct image_entry *image = &scan->pool.images.at[rows[i].image];
		const struct image_documents *documents = &scan->documents[rows[i].image];

		for (size_t k = 0; k < image->name_count; k++)
			name[names++] = image->names[k];
		for (size_t k = 0; k < documents->manifest_count; k++)
			manifest[manifests++] = documents->manifests[k];
	}
	qsort(name, names, sizeof(*name), compare_texts);
	qsort(manifest, manifests, sizeof(*manifest), compare_digests);
	out->names = name;
	for (size_t i = 0; i < names; i++)
		if (i == 0 || strcmp(name[i], name[out->name_count - 1]) != 0)
			name[out->name_count++] = name[i];
	out->manifests = manifest;
	for (size_t i = 0; i < manifests; i++)
		if (i == 0 || !digest_equal(&manifest[i], &manifest[out->manifest_count - 1]))
			manifest[out->manifest_count++] = manifest[i];
}

static int
take_image(struct scan *scan, const struct image_row *rows, size_t count, struct error *err)
{
	struct record record = {
		.kind = RECORD_NODE_IMAGE,
		.node_image = { .config = *rows[0].config },
	};
	bool known;

	if (find_chain(scan, &scan->pool.images.at[rows[0].image], &scan->documents[rows[0].image],
	            &record.node_image.chain, &known, err) != 0)
		return -1;
	record.node_image.chain_unknown = !known;
	join_labels(scan, rows, count, &record.node_image);
	scan->frame.result->progress.images++;
	return store_scan_emit(&scan->frame, &record, err);
}

static int
take_images(struct scan *scan, struct error *err)
{
	size_t count = 0, end;
	auto_free struct image_row *rows = xcalloc(scan->pool.images.count, sizeof(*rows));

	for (uint32_t i = 0; i < scan->pool.images.count; i++)
		if (digest_is_set(&scan->documents[i].config))
			rows[count++] = (struct image_row){ &scan->documents[i].config, i };
	qsort(rows, count, sizeof(*rows), compare_rows);
	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count && digest_equal(rows[end].config, rows[i].config);)
			end++;
		if (take_image(scan, &rows[i], end - i, err) != 0)
			return -1;
	}
	return 0;
}

/* --- containers ------------------------------------------------------------------------- */

static const struct digest *
config_of(const struct scan *scan, const char *image)
{
	static const struct digest none = { 0 };

	for (size_t i = 0; i < scan->pool.images.count; i++)
		if (strcmp(scan->pool.images.at[i].id, image) == 0)
			return &scan->documents[i].config;
	return &none;
}

static int
take_container(struct scan *scan, const struct container_entry *container, struct error *err)
{
	uint32_t index = chains_find(&scan->pool.chains, container->layer);
	struct record record = {
		.kind = RECORD_CONTAINER,
		.container = { .id = container->id,
		        .config = *config_of(scan, container->image),
		        .writable_bytes = BYTES_UNKNOWN,
		        .mapped_file_bytes = BYTES_UNKNOWN,
		        .rss_file_bytes = BYTES_UNKNOWN },
	};
	struct error why = { 0 };
	int running = container_is_running(&scan->pool, container, &why);

	scan->running_unknown += running < 0;
	record.container.running = running == 1;
	if (index != CHAIN_NONE) {
		const struct chain *own = &scan->pool.chains.at[index];

		if (own->parent_index != CHAIN_BOTTOM) {
			record.container.chain = scan->pool.chains.at[own->parent_index].id;
			scan->running[own->parent_index] |= running == 1;
		}
		if (measure_layer(scan, &own->layer, &record.container.writable_bytes, err) != 0)
			return -1;
	}
	return store_scan_emit(&scan->frame, &record, err);
}

static int
take_containers(struct scan *scan, struct error *err)
{
	size_t count = scan->pool.containers.count;

	scan->running = arena_new(&scan->arena, bool, scan->pool.chains.count);
	for (size_t i = 0; i < count && !store_scan_is_stopped(&scan->frame); i++)
		if (take_container(scan, &scan->pool.containers.at[i], err) != 0)
			return -1;
	if (count > 0 && scan->pool.runroot < 0 &&
	        remark(scan, err, "containers",
	                "the run root %s is not there: none of them runs, or it lies elsewhere "
	                "(--store containers-storage=ROOT+RUNROOT)",
	                scan->pool.place->runroot != NULL ? scan->pool.place->runroot : "") != 0)
		return -1;
	return scan->running_unknown == 0
	               ? 0
	               : remark(scan, err, "containers",
	                         "whether %zu of them run is not known: that needs root or "
	                         "CAP_SYS_PTRACE",
	                         scan->running_unknown);
}

/* --- the scan --------------------------------------------------------------------------- */

/* What could not be read as a whole is in *why. */
static int
read_pool(struct scan *scan, const struct pool_place *place, struct error *why, struct error *err)
{
	int result = pool_read(&scan->pool, place, why);

	scan->frame.cut = scan->pool.problems.count > 0;
	vec_each (struct pool_problem, part, &scan->pool.problems)
		if (problem(scan, err, part->place, "%s", part->message) != 0)
			return -1;
	if (result != 0)
		return 0;
	if (read_documents(scan, err) != 0 || take_chains(scan, err) != 0 ||
	        take_images(scan, err) != 0 || take_containers(scan, err) != 0 ||
	        take_extras(scan, err) != 0 || storage_blobs(&scan->frame, &scan->pool, err) != 0)
		return -1;
	return storage_files_read(
	        &scan->frame, &scan->pool, scan->driver, scan->documents, scan->running, err);
}

/* Never depends on what else is there. */
static char *
source_name(const struct node_options *options, const struct pool_place *place)
{
	bool usual_root = strcmp(place->roots[0], "/var/lib/containers/storage") == 0;
	bool usual_driver = strcmp(place->driver, "overlay") == 0;

	return xprintf("%s/containers-storage%s%s%s%s", options->node, usual_root ? "" : ":",
	        usual_root ? "" : place->roots[0], usual_driver ? "" : "@",
	        usual_driver ? "" : place->driver);
}

/* FUSE makes pages of its own for every mount (model.md 3). */
static bool
is_mounted_by_program(const struct pool_place *place)
{
	struct error ignored = { 0 };
	auto_close int root = beneath_root(place->roots[0], &ignored);
	auto_buf text = { 0 };

	return root >= 0 &&
	       beneath_read(root, "overlay/.has-mount-program", 16, &text, &ignored) == 1 &&
	       text_starts_with(buf_text(&text), "true");
}

int
storage_read(const struct node_options *options, const struct pool_place *place,
        const struct collect_context *context, struct collect_result *result, struct error *err)
{
	struct storage_driver driver = *storage_driver_find(place->driver);
	struct scan scan = {
		.frame = { .options = options, .context = context, .result = result },
		.driver = &driver,
	};
	auto_free char *name = source_name(options, place);
	struct error why = { 0 };
	int status;

	if (strcmp(driver.name, "overlay") == 0 && is_mounted_by_program(place))
		driver.sharing = SHARING_CHAINS_DISK;
	status = store_scan_begin(&scan.frame, name,
	        (struct record_store){ .engine = ENGINE_CONTAINERS_STORAGE,
	                .driver = place->driver,
	                .root = place->roots[0],
	                .sharing = driver.sharing,
	                .unit = driver.unit },
	        err);
	if (place->unclear != NULL)
		fail(&why, ERROR_FAILED, "%s", place->unclear);
	else if (status == 0)
		status = read_pool(&scan, place, &why, err);
	if (status == 0)
		status = store_scan_end(&scan.frame, &why, NEEDS, err);
	pool_release(&scan.pool);
	arena_release(&scan.arena);
	return status;
}

/* --- the driver ------------------------------------------------------------------------- */

static int
read_places(const struct node_options *options, const struct place_list *places,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	for (size_t i = 0; i < places->count; i++) {
		struct collect_result result;
		auto_free char *pool = xprintf(
		        "containers-storage:%s@%s", places->at[i].roots[0], places->at[i].driver);

		if (!node_pool_is_new(options, pool))
			continue;
		if (storage_read(options, &places->at[i], context, &result, err) != 0)
			return -1;
		node_count_scan(total, &result);
	}
	return 0;
}

static int
read_address(const struct node_options *options, const char *address,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	struct place_list places = { 0 };
	auto_arena arena = { 0 };
	auto_buf problems = { 0 };
	int status;

	if (address == NULL)
		places_find(&places, &arena, &problems);
	else if (places_parse(&places, &arena, address, err) != 0)
		return -1;
	status = read_places(options, &places, context, total, err);
	vec_release(&places);
	if (status == 0 && problems.length > 0)
		node_count_problem(total, buf_text(&problems));
	return status;
}

const struct store_driver containers_storage_driver = {
	.engine = ENGINE_CONTAINERS_STORAGE,
	.name = "containers-storage",
	.read = read_address,
	.places = "storage.conf, /var/lib/containers/storage, ~/.local/share/containers/storage",
};
