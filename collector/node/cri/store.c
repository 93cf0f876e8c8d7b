/*
 * What CRI tells by itself. It has images by config digest, and runtimes add the diff IDs; so
 * chains and who shares them are known, but not what a layer takes. Configs are not emitted: what
 * we get is not the document, so its digest cannot be verified.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/node/cri/cri.h"
#include "collector/node/cri/text.h"
#include "collector/node/store_scan.h"
#include "common/map.h"
#include "common/memory.h"

#define NEEDS "needs root, or the group that owns the socket"

struct image {
	const struct cri_image *info;
	struct digest config, chain;
	bool known; /* its layers are */
};

struct scan {
	struct store_scan frame;
	struct cri *cri;
	struct arena arena;
	struct image *images;
	size_t image_count;
	struct map chains; /* that were said */
};

static int
emit(const struct scan *scan, const struct record *record, struct error *err)
{
	return store_scan_emit(&scan->frame, record, err);
}

static int
take_layers(struct scan *scan, struct image *image, const struct digest *diff_ids, size_t count,
        struct error *err)
{
	struct record record = { .kind = RECORD_CHAIN };
	struct record_chain *chain = &record.chain;

	chain->size_bytes = BYTES_UNKNOWN;
	chain->unpacked_at = RECORD_TIME_UNKNOWN;
	for (size_t i = 0; i < count; i++) {
		chain->parent = chain->chain_id;
		chain->diff_id = diff_ids[i];
		digest_chain(&chain->chain_id, &chain->parent, &chain->diff_id);
		if (map_add(&scan->chains, &chain->chain_id, 1) == MAP_NONE &&
		        emit(scan, &record, err) != 0)
			return -1;
	}
	image->chain = chain->chain_id;
	image->known = true;
	return 0;
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

/* Tags are names; "repo@digest" is one only for an image without a tag. */
static void
take_labels(struct scan *scan, const struct cri_image *info, struct record_node_image *out)
{
	const char *const *given = info->tag_count > 0 ? info->tags : info->digests;
	size_t count = info->tag_count > 0 ? info->tag_count : info->digest_count;
	const char **names = arena_new(&scan->arena, const char *, count);
	struct digest *manifests = arena_new(&scan->arena, struct digest, info->digest_count);

	for (size_t i = 0; i < count; i++)
		names[i] = given[i];
	qsort(names, count, sizeof(*names), compare_texts);
	out->names = names;
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(names[i], names[out->name_count - 1]) != 0)
			names[out->name_count++] = names[i];
	count = 0;
	for (size_t i = 0; i < info->digest_count; i++) {
		const char *at = strrchr(info->digests[i], '@');

		count += at != NULL && digest_parse(&manifests[count], at + 1);
	}
	qsort(manifests, count, sizeof(*manifests), compare_digests);
	out->manifests = manifests;
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !digest_equal(&manifests[i], &manifests[out->manifest_count - 1]))
			manifests[out->manifest_count++] = manifests[i];
}

static int
take_image(struct scan *scan, const struct cri_image *info, struct error *err)
{
	struct image *image = &scan->images[scan->image_count];
	struct record record = { .kind = RECORD_NODE_IMAGE };
	const struct digest *diff_ids = NULL;
	struct error why = { 0 };
	size_t count = 0;

	*image = (struct image){ .info = info };
	auto_free char *place = xprintf("image %.80s", info->id);
	if (!cri_image_id(&image->config, info->id))
		return store_problem(&scan->frame, err, place, "its ID is no config digest");
	scan->image_count++;
	if (cri_diff_ids(scan->cri, info->id, &diff_ids, &count, &scan->arena, &why) != 0) {
		if (store_problem(&scan->frame, err, place, "%s", why.message) != 0)
			return -1;
	} else if (take_layers(scan, image, diff_ids, count, err) != 0) {
		return -1;
	}
	record.node_image.config = image->config;
	record.node_image.chain = image->chain;
	record.node_image.chain_unknown = !image->known;
	take_labels(scan, info, &record.node_image);
	scan->frame.result->progress.images++;
	return emit(scan, &record, err);
}

static int
take_images(struct scan *scan, const struct cri_image *images, size_t count, struct error *err)
{
	struct map seen;
	int result = 0;

	scan->images = arena_new(&scan->arena, struct image, count);
	map_init(&seen, sizeof(struct digest));
	for (size_t i = 0; i < count && result == 0 && !store_scan_is_stopped(&scan->frame); i++) {
		struct digest config = { 0 };

		if (!cri_image_id(&config, images[i].id) || map_add(&seen, &config, 1) == MAP_NONE)
			result = take_image(scan, &images[i], err);
		store_scan_show_progress(&scan->frame);
	}
	map_release(&seen);
	return result;
}

/* --- containers ------------------------------------------------------------------------- */

static bool
has_name(const struct cri_image *info, const char *name)
{
	for (size_t i = 0; i < info->tag_count; i++)
		if (strcmp(info->tags[i], name) == 0)
			return true;
	for (size_t i = 0; i < info->digest_count; i++)
		if (strcmp(info->digests[i], name) == 0)
			return true;
	return false;
}

/* containerd says the ID, CRI-O a reference by digest. */
static const struct image *
find_image(const struct scan *scan, const char *name)
{
	struct digest id;
	bool by_id = cri_image_id(&id, name);

	for (size_t i = 0; i < scan->image_count; i++)
		if (by_id ? digest_equal(&scan->images[i].config, &id)
		          : has_name(scan->images[i].info, name))
			return &scan->images[i];
	return NULL;
}

static int
take_containers(
        struct scan *scan, const struct cri_container *containers, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct image *image = find_image(scan, containers[i].image);
		struct record record = {
			.kind = RECORD_CONTAINER,
			.container = { .id = containers[i].id,
			        .running = containers[i].running,
			        .writable_bytes = BYTES_UNKNOWN,
			        .mapped_file_bytes = BYTES_UNKNOWN,
			        .rss_file_bytes = BYTES_UNKNOWN },
		};

		if (image != NULL) {
			record.container.config = image->config;
			record.container.chain = image->chain;
		}
		if (emit(scan, &record, err) != 0)
			return -1;
	}
	return 0;
}

/* --- the scan --------------------------------------------------------------------------- */

static int
read_store(struct scan *scan, struct error *why, struct error *err)
{
	struct cri_image *images;
	struct cri_container *containers;
	size_t image_count, container_count;

	if (cri_images(scan->cri, &images, &image_count, &scan->arena, why) != 0 ||
	        cri_containers(scan->cri, &containers, &container_count, &scan->arena, why) != 0)
		return 0;
	if (take_images(scan, images, image_count, err) != 0)
		return -1;
	return take_containers(scan, containers, container_count, err);
}

/* Never depends on what else is there. */
static char *
source_name(const struct node_options *options, const struct cri *cri)
{
	bool usual = strcmp(cri->grpc.socket, "/run/crio/crio.sock") == 0;

	return xprintf(
	        "%s/cri%s%s", options->node, usual ? "" : ":", usual ? "" : cri->grpc.socket);
}

int
cri_store_read(struct cri *cri, const struct node_options *options,
        const struct collect_context *context, struct collect_result *result, struct error *err)
{
	struct scan scan = {
		.frame = { .options = options, .context = context, .result = result },
		.cri = cri,
	};
	auto_free char *name = source_name(options, cri);
	struct error why = { 0 };
	int status;

	map_init(&scan.chains, sizeof(struct digest));
	status = store_scan_begin(&scan.frame, name,
	        (struct record_store){ .engine = ENGINE_CRI,
	                .driver = "unknown",
	                .root = *cri->folder != '\0' ? cri->folder : NULL,
	                .sharing = SHARING_NOT_MODELLED,
	                .unit = UNIT_ALLOCATED },
	        err);
	if (status == 0)
		status = store_problem(&scan.frame, err, "layers",
		        "%s tells over CRI neither what its layers take nor how it keeps them "
		        "(%llu bytes in all): they are in no total; reading its own files or "
		        "socket needs root",
		        cri->runtime, (unsigned long long)cri->used_bytes);
	if (status == 0)
		status = read_store(&scan, &why, err);
	result->progress.received_bytes = cri->grpc.answer_bytes;
	if (status == 0)
		status = store_scan_end(&scan.frame, &why, NEEDS, err);
	map_release(&scan.chains);
	arena_release(&scan.arena);
	return status;
}
