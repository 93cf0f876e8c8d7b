/* Calls and their answers. protobuf-c does not look whether strings are UTF-8, so that is done
 * here. */
#include "collector/node/cri/api.h"

#include <string.h>

#include "collector/node/cri/text.h"
#include "common/memory.h"
#include "common/text.h"
#include "schema/proto/cri.pb-c.h"

#define FIRST_TIMEOUT_MS 5000

static const Cri__Empty empty = CRI__EMPTY__INIT;

static bool
is_fine(const char *text)
{
	return text_is_utf8(text, strlen(text));
}

static int
ask(struct cri *cri, const char *method, const ProtobufCMessage *request,
        const ProtobufCMessageDescriptor *answer, struct arena *arena, void *out, struct error *err)
{
	const struct grpc_method path = {
		arena_printf(arena, "runtime.%s.%s", cri->version, method),
		answer,
	};

	return grpc_call(&cri->grpc, &path, request, arena, out, err);
}

/* --- the runtime ------------------------------------------------------------------------ */

static int
ask_version(struct cri *cri, struct arena *arena, struct error *err)
{
	static const char *const versions[] = { "v1", "v1alpha2" };
	const Cri__VersionAnswer *answer;

	for (size_t i = 0; i < countof(versions); i++) {
		*err = (struct error){ 0 };
		cri->version = versions[i];
		if (ask(cri, "RuntimeService/Version", &empty.base,
		            &cri__version_answer__descriptor, arena, &answer, err) == 0) {
			cri->runtime = is_fine(answer->runtime_name) ? answer->runtime_name : "";
			return 0;
		}
		if (cri->grpc.status != GRPC_UNIMPLEMENTED)
			break;
	}
	return -1;
}

int
cri_open(struct cri *cri, struct arena *arena, struct error *err)
{
	const Cri__FilesystemList *list;
	long timeout_ms = cri->grpc.timeout_ms;
	int result;

	/* Whatever else listens there may just keep quiet. */
	cri->grpc.timeout_ms = FIRST_TIMEOUT_MS;
	result = ask_version(cri, arena, err);
	cri->grpc.timeout_ms = timeout_ms;
	if (result != 0 || ask(cri, "ImageService/ImageFsInfo", &empty.base,
	                           &cri__filesystem_list__descriptor, arena, &list, err) != 0)
		return -1;
	cri->folder = "";
	for (size_t i = 0; i < list->n_image_filesystems; i++) {
		const Cri__Filesystem *filesystem = list->image_filesystems[i];

		if (filesystem->fs_id != NULL && is_fine(filesystem->fs_id->mountpoint) &&
		        *cri->folder == '\0')
			cri->folder = filesystem->fs_id->mountpoint;
		if (filesystem->used_bytes != NULL)
			cri->used_bytes += filesystem->used_bytes->value;
	}
	return 0;
}

/* --- images ----------------------------------------------------------------------------- */

/* Those that are UTF-8, in place. */
static size_t
keep_texts(char **texts, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (is_fine(texts[i]))
			texts[kept++] = texts[i];
	return kept;
}

int
cri_images(struct cri *cri, struct cri_image **images, size_t *count, struct arena *arena,
        struct error *err)
{
	const Cri__ImageList *list;

	if (ask(cri, "ImageService/ListImages", &empty.base, &cri__image_list__descriptor, arena,
	            &list, err) != 0)
		return -1;
	*images = arena_new(arena, struct cri_image, list->n_images);
	*count = 0;
	for (size_t i = 0; i < list->n_images; i++) {
		Cri__Image *image = list->images[i];

		if (is_fine(image->id))
			(*images)[(*count)++] = (struct cri_image){
				.id = image->id,
				.tag_count = keep_texts(image->repo_tags, image->n_repo_tags),
				.tags = (const char *const *)image->repo_tags,
				.digest_count =
				        keep_texts(image->repo_digests, image->n_repo_digests),
				.digests = (const char *const *)image->repo_digests,
			};
	}
	return 0;
}

int
cri_diff_ids(struct cri *cri, const char *image, const struct digest **diff_ids, size_t *count,
        struct arena *arena, struct error *err)
{
	Cri__ImageSpec spec = CRI__IMAGE_SPEC__INIT;
	Cri__StatusRequest request = CRI__STATUS_REQUEST__INIT;
	const Cri__StatusAnswer *answer;
	auto_arena own = { 0 };

	spec.image = arena_strdup(&own, image);
	request.image = &spec;
	request.verbose = 1;
	if (ask(cri, "ImageService/ImageStatus", &request.base, &cri__status_answer__descriptor,
	            &own, &answer, err) != 0)
		return -1;
	if (answer->image == NULL)
		return fail(err, ERROR_FAILED, "it is gone");
	for (size_t i = 0; i < answer->n_info; i++)
		if (strcmp(answer->info[i]->key, "info") == 0)
			return cri_info_decode(diff_ids, count, answer->info[i]->value, arena, err);
	return fail(err, ERROR_FAILED, "the runtime does not tell its layers");
}

/* --- containers ------------------------------------------------------------------------- */

int
cri_containers(struct cri *cri, struct cri_container **containers, size_t *count,
        struct arena *arena, struct error *err)
{
	const Cri__ContainerList *list;

	if (ask(cri, "RuntimeService/ListContainers", &empty.base, &cri__container_list__descriptor,
	            arena, &list, err) != 0)
		return -1;
	*containers = arena_new(arena, struct cri_container, list->n_containers);
	*count = 0;
	for (size_t i = 0; i < list->n_containers; i++) {
		const Cri__Container *container = list->containers[i];

		if (is_fine(container->id) && *container->id != '\0')
			(*containers)[(*count)++] = (struct cri_container){
				.id = container->id,
				.image = container->image_ref,
				.running =
				        container->state == CRI__CONTAINER_STATE__CONTAINER_RUNNING,
			};
	}
	return 0;
}
