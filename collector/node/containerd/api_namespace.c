/* What one namespace lists: names of images, blobs, containers and which of them run. */
#include <stdlib.h>
#include <string.h>

#include "collector/node/containerd/api.h"
#include "collector/node/containerd/api_text.h"
#include "schema/proto/containerd.pb-c.h"

#define UNCOMPRESSED "containerd.io/uncompressed"

static const Containerd__Empty empty = CONTAINERD__EMPTY__INIT;

/* --- images ----------------------------------------------------------------------------- */

static int
compare_images(const void *left, const void *right)
{
	const struct api_image *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static int
ask_images(struct api_namespace *out, struct grpc *grpc, struct arena *arena, struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.images.v1.Images/List",
		&containerd__image_list__descriptor,
	};
	const Containerd__ImageList *list;

	if (grpc_call(grpc, &method, &empty.base, arena, &list, err) != 0)
		return -1;
	for (size_t i = 0; i < list->n_images; i++) {
		const Containerd__Image *image = list->images[i];
		struct api_image entry = { .name = image->name };

		if (api_text_is_fine(image->name) && image->target != NULL &&
		        digest_parse(&entry.target, image->target->digest))
			*vec_push(&out->images) = entry;
		else
			out->strange++;
	}
	if (out->images.count > 0)
		qsort(out->images.at, out->images.count, sizeof(*out->images.at), compare_images);
	return 0;
}

/* --- blobs ------------------------------------------------------------------------------ */

static void
find_diff_id(struct digest *diff_id, const Containerd__Blob *blob)
{
	for (size_t i = 0; i < blob->n_labels; i++)
		if (strcmp(blob->labels[i]->key, UNCOMPRESSED) == 0)
			digest_parse(diff_id, blob->labels[i]->value);
}

static int
take_blobs(void *context, const void *message, struct error *err)
{
	struct api_namespace *out = context;
	const Containerd__BlobList *list = message;

	(void)err;
	for (size_t i = 0; i < list->n_info; i++) {
		const Containerd__Blob *blob = list->info[i];
		struct api_blob entry = { 0 };

		if (blob->size < 0 || !digest_parse(&entry.digest, blob->digest)) {
			out->strange++;
			continue;
		}
		entry.bytes = (uint64_t)blob->size;
		find_diff_id(&entry.diff_id, blob);
		*vec_push(&out->blobs) = entry;
	}
	return 0;
}

static int
compare_blobs(const void *left, const void *right)
{
	const struct api_blob *a = left, *b = right;

	return digest_compare(&a->digest, &b->digest);
}

/* Labels are most of the answer, so it goes when it was read. */
int
api_blobs(struct api_namespace *out, struct grpc *grpc, struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.content.v1.Content/List",
		&containerd__blob_list__descriptor,
	};
	auto_arena arena = { 0 };

	if (grpc_stream(grpc, &method, &empty.base, &arena, take_blobs, out, err) != 0)
		return -1;
	if (out->blobs.count > 0)
		qsort(out->blobs.at, out->blobs.count, sizeof(*out->blobs.at), compare_blobs);
	return 0;
}

/* --- containers ------------------------------------------------------------------------- */

struct container_taking {
	struct api_namespace *out;
	struct arena *arena;
};

static int
take_container(void *context, const void *message, struct error *err)
{
	struct container_taking *taking = context;
	const Containerd__ContainerMessage *answer = message;
	const Containerd__Container *container = answer->container;

	(void)err;
	if (container == NULL || !api_text_is_fine(container->id) || container->id[0] == '\0' ||
	        !api_text_is_fine(container->snapshot_key)) {
		taking->out->strange++;
		return 0;
	}
	*vec_push(&taking->out->containers) = (struct api_container){
		.id = arena_strdup(taking->arena, container->id),
		.image = arena_strdup(taking->arena, container->image),
		.snapshotter = arena_strdup(taking->arena, container->snapshotter),
		.snapshot = arena_strdup(taking->arena, container->snapshot_key),
	};
	return 0;
}

static int
compare_containers(const void *left, const void *right)
{
	const struct api_container *a = left, *b = right;

	return strcmp(a->id, b->id);
}

/* As a stream: a container carries its whole specification, and one message would hit the limit.
 */
static int
ask_containers(struct api_namespace *out, struct grpc *grpc, struct arena *arena, struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.containers.v1.Containers/ListStream",
		&containerd__container_message__descriptor,
	};
	struct container_taking taking = { out, arena };
	auto_arena answer = { 0 };

	if (grpc_stream(grpc, &method, &empty.base, &answer, take_container, &taking, err) != 0)
		return -1;
	if (out->containers.count > 0)
		qsort(out->containers.at, out->containers.count, sizeof(*out->containers.at),
		        compare_containers);
	return 0;
}

/* A paused container has its processes, and their pages, too. */
static bool
is_running(const Containerd__Task *task)
{
	return task->status == CONTAINERD__TASK_STATE__TASK_RUNNING ||
	       task->status == CONTAINERD__TASK_STATE__TASK_PAUSED ||
	       task->status == CONTAINERD__TASK_STATE__TASK_PAUSING;
}

static int
ask_tasks(struct api_namespace *out, struct grpc *grpc, struct error *err)
{
	static const struct grpc_method method = {
		"containerd.services.tasks.v1.Tasks/List",
		&containerd__task_list__descriptor,
	};
	const Containerd__TaskList *list;
	auto_arena arena = { 0 };

	if (out->containers.count == 0)
		return 0;
	if (grpc_call(grpc, &method, &empty.base, &arena, &list, err) != 0)
		return -1;
	for (size_t i = 0; i < list->n_tasks; i++) {
		const struct api_container wanted = { .id = list->tasks[i]->id };
		struct api_container *found = bsearch(&wanted, out->containers.at,
		        out->containers.count, sizeof(wanted), compare_containers);

		if (found != NULL && is_running(list->tasks[i]))
			found->running = true;
	}
	return 0;
}

int
api_namespace(struct api_namespace *out, struct grpc *grpc, struct arena *arena, struct error *err)
{
	if (ask_images(out, grpc, arena, err) != 0 || api_blobs(out, grpc, err) != 0 ||
	        ask_containers(out, grpc, arena, err) != 0)
		return -1;
	return ask_tasks(out, grpc, err);
}

void
api_namespace_release(struct api_namespace *namespace)
{
	vec_release(&namespace->images);
	vec_release(&namespace->blobs);
	vec_release(&namespace->containers);
}
