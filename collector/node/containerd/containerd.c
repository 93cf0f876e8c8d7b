/*
 * Sockets lead to daemons, daemons to stores. A store is a namespace with a snapshotter that has
 * snapshots there; a namespace that has images, but none of them unpacked, is one with the usual
 * snapshotter. dockerd up to 28 runs its containers in the namespace "moby" without either: its
 * layers are elsewhere, so that is no store of containerd.
 */
#include "collector/node/containerd/containerd.h"

#include <string.h>
#include <unistd.h>

#include "common/memory.h"

#define NEEDS "; asking containerd needs root, or the group that owns the socket"

static const char *const places[] = {
	"/run/containerd/containerd.sock",
	"/run/k3s/containerd/containerd.sock",
};

struct reading {
	const struct node_options *options;
	const struct collect_context *context;
	struct collect_result *total;
	struct grpc grpc;
	struct api_daemon daemon;
	VEC(struct digest) diff_ids; /* of all namespaces */
	const char *socket;
};

static int
read_store(struct reading *reading, const char *namespace,
        const struct api_snapshotter *snapshotter, struct error *err)
{
	const struct containerd_store store = { &reading->grpc, &reading->daemon, namespace,
		snapshotter, reading->diff_ids.at, reading->diff_ids.count };
	struct collect_result result;

	if (containerd_store_read(&store, reading->options, reading->context, &result, err) != 0)
		return -1;
	node_count_scan(reading->total, &result);
	return 0;
}

/* 1 if it has snapshots there, 0 if none, -1. */
static int
has_snapshots(
        struct reading *reading, const char *namespace, const char *snapshotter, struct error *why)
{
	struct grpc grpc = reading->grpc;
	struct api_snapshots snapshots = { 0 };
	auto_arena arena = { 0 };
	int result;

	grpc.namespace = namespace;
	result = api_snapshots(&snapshots, &grpc, snapshotter, &arena, why);
	if (result == 0)
		result = snapshots.count > 0;
	vec_release(&snapshots);
	return result;
}

static int
has_content(struct reading *reading, const char *namespace, struct error *why)
{
	struct grpc grpc = reading->grpc;
	struct api_namespace content = { 0 };
	auto_arena arena = { 0 };
	int result;

	grpc.namespace = namespace;
	result = api_namespace(&content, &grpc, &arena, why);
	if (result == 0)
		result = content.images.count > 0 || content.blobs.count > 0;
	api_namespace_release(&content);
	return result;
}

static const struct api_snapshotter *
usual_snapshotter(const struct api_daemon *daemon)
{
	static const struct api_snapshotter overlayfs = { "overlayfs", NULL };

	for (size_t i = 0; i < daemon->snapshotters.count; i++)
		if (strcmp(daemon->snapshotters.at[i].name, overlayfs.name) == 0)
			return &daemon->snapshotters.at[i];
	return daemon->snapshotters.count > 0 ? &daemon->snapshotters.at[0] : &overlayfs;
}

static void
count_problem(struct reading *reading, const char *part, const struct error *why)
{
	bool denied = strstr(why->message, "ermission denied") != NULL;
	auto_free char *text = xprintf("containerd %s: %s%s%s%s", reading->socket, part,
	        *part != '\0' ? ": " : "", why->message, denied ? NEEDS : "");

	node_count_problem(reading->total, text);
}

static int
read_namespace(struct reading *reading, const char *namespace, struct error *err)
{
	const struct api_daemon *daemon = &reading->daemon;
	struct error why = { 0 };
	bool any = false;
	int found;

	for (size_t i = 0; i < daemon->snapshotters.count; i++) {
		const struct api_snapshotter *snapshotter = &daemon->snapshotters.at[i];

		found = has_snapshots(reading, namespace, snapshotter->name, &why);
		if (found < 0)
			count_problem(reading, snapshotter->name, &why);
		any |= found != 0;
		if (found == 1 && read_store(reading, namespace, snapshotter, err) != 0)
			return -1;
	}
	if (any)
		return 0;
	found = has_content(reading, namespace, &why);
	if (found < 0)
		count_problem(reading, namespace, &why);
	return found == 1 ? read_store(reading, namespace, usual_snapshotter(daemon), err) : 0;
}

static bool
is_stopped(const struct reading *reading)
{
	return reading->context->stop != NULL && *reading->context->stop != 0;
}

/* What cannot be listed now is a problem when the namespace itself is read. */
static void
collect_diff_ids(struct reading *reading)
{
	for (size_t i = 0; i < reading->daemon.namespaces.count && !is_stopped(reading); i++) {
		struct grpc grpc = reading->grpc;
		struct api_namespace content = { 0 };
		struct error ignored = { 0 };

		grpc.namespace = reading->daemon.namespaces.at[i];
		if (api_blobs(&content, &grpc, &ignored) == 0)
			vec_each (const struct api_blob, blob, &content.blobs)
				if (digest_is_set(&blob->diff_id))
					*vec_push(&reading->diff_ids) = blob->diff_id;
		api_namespace_release(&content);
	}
}

static int
read_daemon(struct reading *reading, struct error *err)
{
	auto_free char *pool = xprintf("containerd:%s", reading->daemon.root);

	if (!node_pool_is_new(reading->options, pool))
		return 0;
	collect_diff_ids(reading);
	for (size_t i = 0; i < reading->daemon.namespaces.count && !is_stopped(reading); i++)
		if (read_namespace(reading, reading->daemon.namespaces.at[i], err) != 0)
			return -1;
	return 0;
}

int
containerd_read(const char *socket, const struct node_options *options,
        const struct collect_context *context, struct collect_result *total, struct error *why,
        struct error *err)
{
	struct reading reading = {
		.options = options,
		.context = context,
		.total = total,
		.grpc = { .socket = socket, .stop = context->stop },
		.socket = socket,
	};
	auto_arena arena = { 0 };
	int status = 0;

	if (api_daemon(&reading.daemon, &reading.grpc, &arena, why) == 0)
		status = read_daemon(&reading, err) == 0 ? 1 : -1;
	else
		fail_in(why, "containerd %s", socket);
	api_daemon_release(&reading.daemon);
	vec_release(&reading.diff_ids);
	return status;
}

/* --- the driver ------------------------------------------------------------------------- */

static int
read_socket(const struct node_options *options, const char *socket,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	struct error why = { 0 };
	int status = containerd_read(socket, options, context, total, &why, err);

	if (status == 0) {
		bool denied = strstr(why.message, "ermission denied") != NULL;
		auto_free char *text = xprintf("%s%s", why.message, denied ? NEEDS : "");

		node_count_problem(total, text);
	}
	return status < 0 ? -1 : 0;
}

static int
read_address(const struct node_options *options, const char *address,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	if (address != NULL && address[0] != '/')
		return fail(err, ERROR_USAGE,
		        "--store containerd=%.200s: write the absolute path of its socket",
		        address);
	if (address != NULL)
		return read_socket(options, address, context, total, err);
	for (size_t i = 0; i < countof(places); i++)
		if (access(places[i], F_OK) == 0 &&
		        read_socket(options, places[i], context, total, err) != 0)
			return -1;
	return 0;
}

const struct store_driver containerd_driver = {
	.engine = ENGINE_CONTAINERD,
	.name = "containerd",
	.read = read_address,
	.places = "/run/containerd/containerd.sock, /run/k3s/containerd/containerd.sock",
};
