/*
 * One namespace with one snapshotter as one scan. Snapshots are listed before images, so that an
 * image that is being pulled meanwhile is at worst not unpacked yet.
 *
 *	images     ─▶ config, manifest  …  node_image
 *	snapshots  ─▶ chain, extra: unidentified, copies, incomplete
 *	containers ─▶ container, with the bytes of its own snapshot
 *	blobs      ─▶ store_blob
 *	files      ─▶ chain_facts, image_facts, resident (files.c)
 */
#include <stdlib.h>
#include <string.h>

#include "collector/node/containerd/containerd.h"
#include "collector/node/containerd/files.h"
#include "common/memory.h"
#include "common/text.h"

#define NEEDS "needs root, or the group that owns the socket"

enum { EXTRA_COPIES, EXTRA_UNIDENTIFIED, EXTRA_INCOMPLETE, EXTRA_COUNT };

struct scan {
	struct store_scan frame;
	const struct containerd_store *store;
	struct grpc grpc;
	struct arena arena;
	struct api_snapshots listed;
	struct api_namespace namespace;
	struct document_tree documents;
	struct claims claims;
	struct snapshots snapshots;
	uint8_t *taken; /* per snapshot: said as a container's */
	struct snapshot_files files;
	enum driver_sharing sharing;
	uint64_t extra_bytes[EXTRA_COUNT], extra_count[EXTRA_COUNT];
	size_t packed_images;
};

static int
emit(const struct scan *scan, const struct record *record, struct error *err)
{
	return store_scan_emit(&scan->frame, record, err);
}

/* 1 and bytes (BYTES_UNKNOWN after a problem), 0 if it is gone meanwhile, -1. */
static int
size_of(struct scan *scan, const char *name, uint64_t *bytes, struct error *err)
{
	struct error why = { 0 };
	int found = api_usage(&scan->grpc, scan->store->snapshotter->name, name, bytes, &why);

	if (found >= 0)
		return found;
	*bytes = BYTES_UNKNOWN;
	auto_free char *place = xprintf("snapshot %.80s", name);
	return store_problem(&scan->frame, err, place, "%s", why.message) == 0 ? 1 : -1;
}

/* --- snapshots -------------------------------------------------------------------------- */

static void
learn(struct scan *scan)
{
	vec_each (const struct document_image, image, &scan->documents.images)
		claims_add_image(&scan->claims, image->diff_ids, image->diff_id_count);
	for (size_t i = 0; i < scan->store->diff_id_count; i++)
		claims_add_diff_id(&scan->claims, &scan->store->diff_ids[i]);
	snapshots_identify(&scan->snapshots, &scan->arena, &scan->listed, &scan->claims);
	scan->taken = arena_new(&scan->arena, uint8_t, scan->snapshots.count);
	scan->files.folders = arena_new(&scan->arena, const char *, scan->snapshots.count);
	scan->files.running = arena_new(&scan->arena, bool, scan->snapshots.count);
	scan->files.root = scan->store->snapshotter->root;
}

static int
take_chain(
        const struct scan *scan, const struct snapshot *snapshot, uint64_t bytes, struct error *err)
{
	const struct record record = {
		.kind = RECORD_CHAIN,
		.chain = { .chain_id = snapshot->chain,
		        .parent = snapshot->parent,
		        .diff_id = snapshot->diff_id,
		        .size_bytes = bytes,
		        .unpacked_at = snapshot->info->created_at },
	};

	return emit(scan, &record, err);
}

static void
add_extra(struct scan *scan, int part, uint64_t bytes)
{
	scan->extra_count[part]++;
	if (bytes != BYTES_UNKNOWN)
		scan->extra_bytes[part] += bytes;
}

static int
take_snapshot(struct scan *scan, const struct snapshot *snapshot, struct error *err)
{
	uint64_t bytes = BYTES_UNKNOWN;
	int found = size_of(scan, snapshot->info->name, &bytes, err);

	if (found != 1)
		return found;
	switch (snapshot->state) {
	case SNAPSHOT_CHAIN:
		return take_chain(scan, snapshot, bytes, err);
	case SNAPSHOT_COPY:
		add_extra(scan, EXTRA_COPIES, bytes);
		return 0;
	case SNAPSHOT_OPEN:
		add_extra(scan, EXTRA_INCOMPLETE, bytes);
		return 0;
	case SNAPSHOT_UNIDENTIFIED:
	case SNAPSHOT_CONTRADICTED:
		break;
	}
	add_extra(scan, EXTRA_UNIDENTIFIED, bytes);
	if (snapshot->state == SNAPSHOT_UNIDENTIFIED)
		return 0;
	return store_problem(&scan->frame, err, snapshot->info->name,
	        "stands on '%.80s', which its own name contradicts", snapshot->info->parent);
}

static int
take_committed(struct scan *scan, struct error *err)
{
	for (size_t i = 0; i < scan->snapshots.count; i++) {
		const struct snapshot *snapshot = &scan->snapshots.at[i];

		if (store_scan_is_stopped(&scan->frame))
			return 0;
		store_scan_show_progress(&scan->frame);
		if (snapshot->state != SNAPSHOT_OPEN && take_snapshot(scan, snapshot, err) != 0)
			return -1;
	}
	return 0;
}

/* Views write nothing, and belong to whoever looks right now. */
static int
take_open(struct scan *scan, struct error *err)
{
	for (size_t i = 0; i < scan->snapshots.count && !store_scan_is_stopped(&scan->frame); i++) {
		const struct snapshot *snapshot = &scan->snapshots.at[i];

		if (snapshot->state == SNAPSHOT_OPEN && snapshot->info->kind == API_ACTIVE &&
		        !scan->taken[i] && take_snapshot(scan, snapshot, err) != 0)
			return -1;
	}
	return 0;
}

static int
take_extras(struct scan *scan, struct error *err)
{
	static const struct {
		const char *part, *remark;
	} parts[EXTRA_COUNT] = {
		{ "copies", "snapshots are layers that lie here a second time, with other owners" },
		{ "unidentified", "snapshots are layers of no image, and nothing says which: what "
		                  "they share is not known" },
		{ "incomplete", "snapshots are being made, or were left over" },
	};

	for (int i = 0; i < EXTRA_COUNT; i++) {
		const struct record record = {
			.kind = RECORD_EXTRA,
			.extra = { parts[i].part, scan->extra_count[i], scan->extra_bytes[i],
			        UNIT_ALLOCATED },
		};

		if (scan->extra_count[i] > 0 &&
		        (emit(scan, &record, err) != 0 ||
		                store_remark(&scan->frame, err, "snapshots", "%llu %s",
		                        (unsigned long long)scan->extra_count[i],
		                        parts[i].remark) != 0))
			return -1;
	}
	return 0;
}

/* --- images ----------------------------------------------------------------------------- */

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

/* dockerd and CRI keep what has no name under one of these. */
static bool
is_reference(const char *name)
{
	return !text_starts_with(name, "sha256:") && !text_starts_with(name, "moby-dangling@");
}

/* CRI names an image three times; NAME@DIGEST is a name only for an image without a tag. */
static void
choose_names(struct scan *scan, const struct document_image *image, struct record_node_image *out)
{
	const char **names = arena_new(&scan->arena, const char *, image->names.count);
	size_t count = 0;
	bool tagged = false;

	vec_each (const char *const, name, &image->names)
		tagged |= is_reference(*name) && strchr(*name, '@') == NULL;
	vec_each (const char *const, name, &image->names)
		if (is_reference(*name) && (!tagged || strchr(*name, '@') == NULL))
			names[count++] = *name;
	qsort(names, count, sizeof(*names), compare_texts);
	out->names = names;
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(names[i], names[out->name_count - 1]) != 0)
			names[out->name_count++] = names[i];
}

static void
choose_manifests(
        struct scan *scan, const struct document_image *image, struct record_node_image *out)
{
	size_t count = image->manifests.count;
	struct digest *manifests =
	        arena_memdup(&scan->arena, image->manifests.at, count, sizeof(*manifests));

	qsort(manifests, count, sizeof(*manifests), compare_digests);
	out->manifests = manifests;
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !digest_equal(&manifests[i], &manifests[out->manifest_count - 1]))
			manifests[out->manifest_count++] = manifests[i];
}

static int
take_image(struct scan *scan, const struct document_image *image, struct error *err)
{
	struct record record = {
		.kind = RECORD_NODE_IMAGE,
		.node_image = { .config = image->config },
	};
	struct record_node_image *out = &record.node_image;
	bool all;

	out->chain = snapshots_reach(&scan->snapshots, image->diff_ids, image->diff_id_count, &all);
	out->chain_unknown = !image->has_config;
	scan->packed_images += !all;
	choose_names(scan, image, out);
	choose_manifests(scan, image, out);
	scan->frame.result->progress.images++;
	return emit(scan, &record, err);
}

static int
take_images(struct scan *scan, struct error *err)
{
	vec_each (const struct document_image, image, &scan->documents.images)
		if (take_image(scan, image, err) != 0)
			return -1;
	if (scan->namespace.strange > 0 &&
	        store_problem(&scan->frame, err, "images",
	                "%zu entries of the daemon's lists are not understood",
	                scan->namespace.strange) != 0)
		return -1;
	return scan->packed_images == 0
	               ? 0
	               : store_remark(&scan->frame, err, "images",
	                         "%zu are not unpacked with this snapshotter, or only in part",
	                         scan->packed_images);
}

/* --- containers ------------------------------------------------------------------------- */

static int
take_container(struct scan *scan, const struct api_container *container, struct error *err)
{
	const struct snapshot *own = snapshots_find(&scan->snapshots, container->snapshot);
	const struct document_image *image = document_tree_find(&scan->documents, container->image);
	struct record record = {
		.kind = RECORD_CONTAINER,
		.container = { .id = container->id,
		        .running = container->running,
		        .writable_bytes = BYTES_UNKNOWN,
		        .mapped_file_bytes = BYTES_UNKNOWN,
		        .rss_file_bytes = BYTES_UNKNOWN },
	};

	if (image != NULL)
		record.container.config = image->config;
	if (own != NULL) {
		record.container.chain = own->below;
		scan->taken[own - scan->snapshots.at] = 1;
		if (size_of(scan, own->info->name, &record.container.writable_bytes, err) < 0)
			return -1;
		files_find(&scan->files, &scan->grpc, scan->store->snapshotter->name,
		        &scan->snapshots, own, container->running, &scan->arena);
	}
	return emit(scan, &record, err);
}

static int
take_containers(struct scan *scan, struct error *err)
{
	vec_each (const struct api_container, container, &scan->namespace.containers) {
		if (store_scan_is_stopped(&scan->frame))
			return 0;
		if (strcmp(container->snapshotter, scan->store->snapshotter->name) == 0 &&
		        take_container(scan, container, err) != 0)
			return -1;
	}
	return 0;
}

/* --- blobs ------------------------------------------------------------------------------ */

static int
take_blobs(struct scan *scan, struct error *err)
{
	vec_each (const struct api_blob, blob, &scan->namespace.blobs) {
		struct record record = {
			.kind = RECORD_STORE_BLOB,
			.store_blob = { blob->digest, blob->diff_id, blob->bytes },
		};
		const struct digest *said = document_tree_diff_id(&scan->documents, &blob->digest);

		if (!digest_is_set(&blob->diff_id) && said != NULL)
			record.store_blob.diff_id = *said;
		if (emit(scan, &record, err) != 0)
			return -1;
	}
	return 0;
}

/* --- the scan --------------------------------------------------------------------------- */

static int
read_lists(struct scan *scan, struct error *why)
{
	if (api_snapshots(&scan->listed, &scan->grpc, scan->store->snapshotter->name, &scan->arena,
	            why) != 0)
		return -1;
	return api_namespace(&scan->namespace, &scan->grpc, &scan->arena, why);
}

static int
read_store(struct scan *scan, struct error *why, struct error *err)
{
	if (read_lists(scan, why) != 0)
		return 0;
	if (document_tree_read(&scan->documents, err) != 0)
		return -1;
	learn(scan);
	if (take_committed(scan, err) != 0 || take_images(scan, err) != 0 ||
	        take_containers(scan, err) != 0 || take_blobs(scan, err) != 0 ||
	        take_open(scan, err) != 0 || take_extras(scan, err) != 0)
		return -1;
	return store_scan_is_stopped(&scan->frame)
	               ? 0
	               : files_read(&scan->files, &scan->frame, scan->sharing, &scan->snapshots,
	                         &scan->documents, err);
}

/* model.md 3. What is not here keeps layers in ways that sizes of snapshots do not tell. */
static enum driver_sharing
sharing_of(const char *snapshotter)
{
	static const struct {
		const char *name;
		enum driver_sharing sharing;
	} known[] = {
		{ "overlayfs", SHARING_CHAINS },
		{ "native", SHARING_CUMULATIVE },
		{ "btrfs", SHARING_CHAINS_DISK },
		{ "zfs", SHARING_CHAINS_DISK },
		{ "fuse-overlayfs", SHARING_CHAINS_DISK },
	};

	for (size_t i = 0; i < countof(known); i++)
		if (strcmp(known[i].name, snapshotter) == 0)
			return known[i].sharing;
	return SHARING_NOT_MODELLED;
}

/* Never depends on what else is there. */
static char *
source_name(const struct node_options *options, const struct containerd_store *store)
{
	bool usual_root = strcmp(store->daemon->root, "/var/lib/containerd") == 0;
	bool usual_snapshotter = strcmp(store->snapshotter->name, "overlayfs") == 0;

	return xprintf("%s/containerd%s%s/%s%s%s", options->node, usual_root ? "" : ":",
	        usual_root ? "" : store->daemon->root, store->namespace,
	        usual_snapshotter ? "" : "@", usual_snapshotter ? "" : store->snapshotter->name);
}

static void
scan_init(struct scan *scan)
{
	scan->grpc = *scan->store->grpc;
	scan->grpc.namespace = scan->store->namespace;
	document_tree_init(&scan->documents);
	scan->documents.scan = &scan->frame;
	scan->documents.grpc = &scan->grpc;
	scan->documents.namespace = &scan->namespace;
	claims_init(&scan->claims);
}

static void
scan_release(struct scan *scan)
{
	document_tree_release(&scan->documents);
	claims_release(&scan->claims);
	snapshots_release(&scan->snapshots);
	api_namespace_release(&scan->namespace);
	vec_release(&scan->listed);
	arena_release(&scan->arena);
}

int
containerd_store_read(const struct containerd_store *store, const struct node_options *options,
        const struct collect_context *context, struct collect_result *result, struct error *err)
{
	struct scan scan = {
		.frame = { .options = options, .context = context, .result = result },
		.store = store,
		.sharing = sharing_of(store->snapshotter->name),
	};
	auto_free char *name = source_name(options, store);
	auto_free char *pool = xprintf("%s/containerd:%s", options->node, store->daemon->root);
	struct error why = { 0 };
	int status;

	scan_init(&scan);
	status = store_scan_begin(&scan.frame, name,
	        (struct record_store){ .engine = ENGINE_CONTAINERD,
	                .driver = store->snapshotter->name,
	                .namespace = store->namespace,
	                .root = store->daemon->root,
	                .sharing = scan.sharing,
	                .unit = UNIT_ALLOCATED,
	                .content_pool = pool },
	        err);
	if (status == 0 && scan.sharing == SHARING_NOT_MODELLED)
		status = store_problem(&scan.frame, err, store->snapshotter->name,
		        "what this snapshotter shares is not modelled: its layers are in no total");
	if (status == 0)
		status = read_store(&scan, &why, err);
	result->progress.received_bytes = scan.grpc.answer_bytes;
	if (status == 0)
		status = store_scan_end(&scan.frame, &why, NEEDS, err);
	scan_release(&scan);
	return status;
}
