/* The daemon itself, and its snapshots; api_namespace.c has the rest. */
#include "collector/node/containerd/api.h"

#include <stdlib.h>
#include <string.h>

#include "collector/node/containerd/api_text.h"
#include "schema/proto/containerd.pb-c.h"
#include "schema/record.h"

#define FIRST_TIMEOUT_MS 5000
#define CONTENT_FOLDER   "/io.containerd.content.v1.content"

static const Containerd__Empty empty = CONTAINERD__EMPTY__INIT;

/* --- the daemon ------------------------------------------------------------------------- */

static const char *
root_of(const Containerd__Plugin *plugin)
{
	for (size_t i = 0; i < plugin->n_exports; i++)
		if (strcmp(plugin->exports[i]->key, "root") == 0 &&
		        api_text_is_fine(plugin->exports[i]->value))
			return plugin->exports[i]->value;
	return NULL;
}

/* The content store lies in a folder of its own beneath the daemon's root. */
static void
take_content_root(struct api_daemon *daemon, const char *content, struct arena *arena)
{
	size_t length = content != NULL ? strlen(content) : 0;
	size_t end = strlen(CONTENT_FOLDER);

	if (length > end && strcmp(content + length - end, CONTENT_FOLDER) == 0)
		daemon->root = arena_strndup(arena, content, length - end);
	else if (length > 0)
		daemon->root = content;
}

static int
compare_snapshotters(const void *left, const void *right)
{
	const struct api_snapshotter *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static int
ask_plugins(struct api_daemon *daemon, struct grpc *grpc, struct arena *arena, struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.introspection.v1.Introspection/Plugins",
		&containerd__plugin_list__descriptor,
	};
	const Containerd__PluginList *list;

	if (grpc_call(grpc, &method, &empty.base, arena, &list, err) != 0)
		return -1;
	for (size_t i = 0; i < list->n_plugins; i++) {
		const Containerd__Plugin *plugin = list->plugins[i];

		if (plugin->init_err != NULL || !api_text_is_fine(plugin->id))
			continue;
		if (strcmp(plugin->type, "io.containerd.content.v1") == 0)
			take_content_root(daemon, root_of(plugin), arena);
		if (strcmp(plugin->type, "io.containerd.snapshotter.v1") == 0)
			*vec_push(&daemon->snapshotters) =
			        (struct api_snapshotter){ plugin->id, root_of(plugin) };
	}
	if (daemon->snapshotters.count > 0)
		qsort(daemon->snapshotters.at, daemon->snapshotters.count,
		        sizeof(*daemon->snapshotters.at), compare_snapshotters);
	if (daemon->root == NULL)
		return fail(err, ERROR_FAILED, "it does not say where its root is");
	return 0;
}

static int
compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int
ask_namespaces(struct api_daemon *daemon, struct grpc *grpc, struct arena *arena, struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.namespaces.v1.Namespaces/List",
		&containerd__namespace_list__descriptor,
	};
	const Containerd__NamespaceList *list;

	if (grpc_call(grpc, &method, &empty.base, arena, &list, err) != 0)
		return -1;
	for (size_t i = 0; i < list->n_namespaces; i++)
		if (api_text_is_fine(list->namespaces[i]->name))
			*vec_push(&daemon->namespaces) = list->namespaces[i]->name;
	if (daemon->namespaces.count > 0)
		qsort(daemon->namespaces.at, daemon->namespaces.count,
		        sizeof(*daemon->namespaces.at), compare_names);
	return 0;
}

int
api_daemon(struct api_daemon *daemon, struct grpc *grpc, struct arena *arena, struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.version.v1.Version/Version",
		&containerd__version_answer__descriptor,
	};
	const Containerd__VersionAnswer *version;
	struct grpc impatient = *grpc;

	/* Whatever else listens there may just keep quiet. */
	impatient.timeout_ms = FIRST_TIMEOUT_MS;
	if (grpc_call(&impatient, &method, &empty.base, arena, &version, err) != 0) {
		grpc->status = impatient.status;
		return -1;
	}
	daemon->version = version->version;
	if (ask_plugins(daemon, grpc, arena, err) != 0)
		return -1;
	return ask_namespaces(daemon, grpc, arena, err);
}

void
api_daemon_release(struct api_daemon *daemon)
{
	vec_release(&daemon->namespaces);
	vec_release(&daemon->snapshotters);
}

/* --- snapshots -------------------------------------------------------------------------- */

static int
take_snapshots(void *context, const void *message, struct error *err)
{
	struct api_snapshots *out = context;
	const Containerd__SnapshotList *list = message;

	for (size_t i = 0; i < list->n_info; i++) {
		const Containerd__Snapshot *info = list->info[i];
		struct api_snapshot *snapshot = vec_push(out);

		if (!api_text_is_fine(info->name) || !api_text_is_fine(info->parent))
			return fail(err, ERROR_FAILED, "a snapshot's name is not UTF-8");
		*snapshot = (struct api_snapshot){
			.name = info->name,
			.parent = info->parent,
			.kind = info->kind == CONTAINERD__KIND__COMMITTED ? API_COMMITTED
			        : info->kind == CONTAINERD__KIND__ACTIVE  ? API_ACTIVE
			                                                  : API_VIEW,
			.created_at = info->created_at != NULL && info->created_at->seconds > 0
			                      ? info->created_at->seconds
			                      : RECORD_TIME_UNKNOWN,
		};
	}
	return 0;
}

static int
compare_snapshots(const void *left, const void *right)
{
	const struct api_snapshot *a = left, *b = right;

	return strcmp(a->name, b->name);
}

int
api_snapshots(struct api_snapshots *out, struct grpc *grpc, const char *snapshotter,
        struct arena *arena, struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.snapshots.v1.Snapshots/List",
		&containerd__snapshot_list__descriptor,
	};
	Containerd__SnapshotsRequest request = CONTAINERD__SNAPSHOTS_REQUEST__INIT;

	request.snapshotter = arena_strdup(arena, snapshotter);
	if (grpc_stream(grpc, &method, &request.base, arena, take_snapshots, out, err) != 0)
		return -1;
	if (out->count > 0)
		qsort(out->at, out->count, sizeof(*out->at), compare_snapshots);
	return 0;
}

int
api_usage(struct grpc *grpc, const char *snapshotter, const char *name, uint64_t *bytes,
        struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.snapshots.v1.Snapshots/Usage",
		&containerd__usage_answer__descriptor,
	};
	Containerd__SnapshotRequest request = CONTAINERD__SNAPSHOT_REQUEST__INIT;
	const Containerd__UsageAnswer *answer;
	auto_arena arena = { 0 };

	request.snapshotter = arena_strdup(&arena, snapshotter);
	request.key = arena_strdup(&arena, name);
	if (grpc_call(grpc, &method, &request.base, &arena, &answer, err) != 0)
		return grpc->status == GRPC_NOT_FOUND ? 0 : -1;
	if (answer->size < 0)
		return fail(err, ERROR_FAILED, "Usage: a negative size");
	*bytes = (uint64_t)answer->size;
	return 1;
}

int
api_mount(const char *const **options, size_t *option_count, struct grpc *grpc,
        const char *snapshotter, const char *name, struct arena *arena, struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.snapshots.v1.Snapshots/Mounts",
		&containerd__mount_list__descriptor,
	};
	Containerd__SnapshotRequest request = CONTAINERD__SNAPSHOT_REQUEST__INIT;
	const Containerd__MountList *list;

	request.snapshotter = arena_strdup(arena, snapshotter);
	request.key = arena_strdup(arena, name);
	if (grpc_call(grpc, &method, &request.base, arena, &list, err) != 0)
		return -1;
	if (list->n_mounts != 1)
		return fail(err, ERROR_FAILED, "Mounts: %zu instead of one", list->n_mounts);
	*options = (const char *const *)list->mounts[0]->options;
	*option_count = list->mounts[0]->n_options;
	return 0;
}

/* --- content ---------------------------------------------------------------------------- */

static int
take_piece(void *context, const void *message, struct error *err)
{
	struct buf *out = context;
	const Containerd__ReadAnswer *answer = message;

	if (answer->offset < 0 || (uint64_t)answer->offset != out->length)
		return fail(err, ERROR_FAILED, "pieces in another order");
	if (buf_append(out, answer->data.data, answer->data.len) != 0)
		return fail(err, ERROR_LIMIT, "more than %zu bytes", out->limit_bytes);
	return 0;
}

int
api_read(struct grpc *grpc, const struct digest *digest, size_t limit_bytes, struct buf *out,
        struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.content.v1.Content/Read",
		&containerd__read_answer__descriptor,
	};
	Containerd__ReadRequest request = CONTAINERD__READ_REQUEST__INIT;
	auto_arena arena = { 0 };
	char text[DIGEST_TEXT_SIZE];
	struct digest found;

	buf_reset(out);
	out->limit_bytes = limit_bytes;
	digest_format(digest, text);
	request.digest = text;
	if (grpc_stream(grpc, &method, &request.base, &arena, take_piece, out, err) != 0)
		return grpc->status == GRPC_NOT_FOUND ? 0 : -1;
	digest_of(&found, digest->length, buf_text(out), out->length);
	if (!digest_equal(&found, digest))
		return fail(err, ERROR_FAILED, "its content has another digest: damaged");
	return 1;
}
