/*
 * dockerd is trusted to be honest, not to be sane: every text that becomes a path or an URL is
 * checked, every number is limited, what Go leaves out (zero) or marks (-1) is told apart.
 */
#include "collector/node/docker/decode.h"

#include <string.h>

#include "collector/registry/json.h"
#include "common/map.h"
#include "common/text.h"
#include "schema/record.h"
#include "schema/reference.h"

#define MAX_NAMES      1000
#define MAX_ENTRIES    (2 * RECORD_MAX_LAYERS)
#define MAX_API        999
#define NAME_MAX_BYTES 1024

bool
docker_is_id(const char *text)
{
	return strspn(text, "0123456789abcdef") == DOCKER_ID_LENGTH &&
	       text[DOCKER_ID_LENGTH] == '\0';
}

static json_t *
decode(const struct buf *body, struct error *err)
{
	return json_decode(buf_text(body), body->length, err);
}

/* --- the daemon ------------------------------------------------------------------------- */

/* "1.41" */
static int
decode_minor(unsigned *minor, const json_t *document, const char *member, struct error *err)
{
	const char *text = "";
	size_t digits;

	if (json_member_text(&text, document, NULL, member, err) < 0)
		return -1;
	digits = text_starts_with(text, "1.") ? strspn(text + 2, "0123456789") : 0;
	if (digits == 0 || digits > 3 || text[2 + digits] != '\0')
		return fail(
		        err, ERROR_FAILED, "%s: '%.40s' is no version of the API", member, text);
	*minor = 0;
	for (size_t i = 0; i < digits; i++)
		*minor = *minor * 10 + (unsigned)(text[2 + i] - '0');
	return 0;
}

static bool
is_podman(const json_t *document)
{
	const json_t *component;
	size_t i;

	json_array_foreach(json_object_get(document, "Components"), i, component)
	{
		const char *name = json_string_value(json_object_get(component, "Name"));

		if (name != NULL && text_starts_with(name, "Podman"))
			return true;
	}
	return false;
}

int
docker_version_decode(struct docker_version *out, const struct buf *body, struct error *err)
{
	json_auto_t *document = decode(body, err);

	*out = (struct docker_version){ 0 };
	if (document == NULL || decode_minor(&out->minor, document, "ApiVersion", err) != 0 ||
	        decode_minor(&out->min_minor, document, "MinAPIVersion", err) != 0)
		return -1;
	out->podman = is_podman(document);
	return 0;
}

/* DriverStatus is a list of pairs. */
static bool
is_containerd(const json_t *document)
{
	const json_t *pair;
	size_t i;

	json_array_foreach(json_object_get(document, "DriverStatus"), i, pair)
	{
		const char *key = json_string_value(json_array_get(pair, 0));
		const char *value = json_string_value(json_array_get(pair, 1));

		if (key != NULL && value != NULL && strcmp(key, "driver-type") == 0 &&
		        text_starts_with(value, "io.containerd.snapshotter."))
			return true;
	}
	return false;
}

static bool
is_driver_name(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return length > 0 && length <= 40 && text[length] == '\0';
}

int
docker_info_decode(
        struct docker_info *out, struct arena *arena, const struct buf *body, struct error *err)
{
	json_auto_t *document = decode(body, err);
	const char *driver = "", *root = "", *id = "", *socket = NULL;
	json_t *containerd = NULL;

	*out = (struct docker_info){ 0 };
	if (document == NULL || json_member_text(&driver, document, NULL, "Driver", err) < 0 ||
	        json_member_text(&root, document, NULL, "DockerRootDir", err) < 0 ||
	        json_member_text(&id, document, NULL, "ID", err) < 0 ||
	        json_member_object(&containerd, document, NULL, "Containerd", err) < 0 ||
	        json_member_text(&socket, containerd, "Containerd", "Address", err) < 0)
		return -1;
	out->containerd = is_containerd(document);
	if (!is_driver_name(driver))
		return fail(err, ERROR_FAILED, "Driver: '%.80s' is no storage driver", driver);
	if (*root != '\0' && (*root != '/' || strlen(root) > NAME_MAX_BYTES))
		return fail(err, ERROR_FAILED, "DockerRootDir: '%.80s' is no absolute path", root);
	out->driver = arena_strdup(arena, driver);
	out->root = arena_strdup(arena, root);
	out->id = arena_strdup(arena, id);
	if (socket != NULL && *socket == '/')
		out->containerd_socket = arena_strdup(arena, socket);
	return 0;
}

/* --- images ----------------------------------------------------------------------------- */

/* Docker leaves out its own hub: "debian:12" is docker.io/library/debian:12 here. NULL for the
 * "<none>:<none>" of older versions. */
static const char *
full_name(struct arena *arena, const char *text)
{
	struct reference reference;

	if (reference_parse(&reference, text, NULL) != 0)
		return NULL;
	if (reference.host[0] != '\0')
		return arena_printf(
		        arena, "%s/%s:%s", reference.host, reference.repository, reference.tag);
	return arena_printf(arena, "docker.io/%s%s:%s",
	        strchr(reference.repository, '/') == NULL ? "library/" : "", reference.repository,
	        reference.tag);
}

static int
decode_names(struct docker_image *out, struct arena *arena, const json_t *value, struct error *err)
{
	json_t *tags = NULL;
	const json_t *tag;
	size_t i;

	if (json_member_array(&tags, value, NULL, "RepoTags", err) < 0)
		return -1;
	if (json_array_size(tags) > MAX_NAMES)
		return fail(err, ERROR_LIMIT, "RepoTags: more than %d", MAX_NAMES);
	out->names = arena_new(arena, const char *, json_array_size(tags));
	json_array_foreach(tags, i, tag)
	{
		const char *text = json_string_value(tag);
		const char *name = text != NULL ? full_name(arena, text) : NULL;

		if (name != NULL)
			out->names[out->name_count++] = name;
	}
	return 0;
}

/* "repository@sha256:…" */
static int
decode_manifests(
        struct docker_image *out, struct arena *arena, const json_t *value, struct error *err)
{
	json_t *digests = NULL;
	const json_t *item;
	size_t i;

	if (json_member_array(&digests, value, NULL, "RepoDigests", err) < 0)
		return -1;
	if (json_array_size(digests) > MAX_NAMES)
		return fail(err, ERROR_LIMIT, "RepoDigests: more than %d", MAX_NAMES);
	out->manifests = arena_new(arena, struct digest, json_array_size(digests));
	json_array_foreach(digests, i, item)
	{
		const char *text = json_string_value(item);
		const char *at = text != NULL ? strrchr(text, '@') : NULL;

		if (at != NULL && digest_parse(&out->manifests[out->manifest_count], at + 1))
			out->manifest_count++;
	}
	return 0;
}

static int
decode_config_id(struct digest *out, const json_t *value, const char *member, struct error *err)
{
	const char *text = "";

	if (json_member_text(&text, value, NULL, member, err) < 0)
		return -1;
	if (!digest_parse(out, text))
		return fail(err, ERROR_FAILED, "%s: '%.100s' is not a digest", member, text);
	return 0;
}

static json_t *
decode_list(const struct buf *body, struct error *err)
{
	json_t *list = decode(body, err);

	if (list == NULL || json_is_array(list) || json_is_null(list))
		return list;
	json_decref(list);
	fail(err, ERROR_FAILED, "not a list");
	return NULL;
}

/* An element that cannot be understood: true, and the reason of the first is kept. */
static bool
is_broken(int status, size_t *broken, struct error *why, const struct error *reason)
{
	if (status != 0 && (*broken)++ == 0)
		*why = *reason;
	return status != 0;
}

int
docker_images_decode(
        struct docker_images *out, struct arena *arena, const struct buf *body, struct error *err)
{
	json_auto_t *list = decode_list(body, err);
	const json_t *value;
	struct map seen;
	size_t i;

	*out = (struct docker_images){ 0 };
	if (list == NULL)
		return -1;
	out->at = arena_new(arena, struct docker_image, json_array_size(list));
	map_init(&seen, sizeof(struct digest));
	json_array_foreach(list, i, value)
	{
		struct docker_image image = { 0 };
		struct error reason = { 0 };
		int status = decode_config_id(&image.config, value, "Id", &reason);

		if (status == 0)
			status = decode_names(&image, arena, value, &reason);
		if (status == 0)
			status = decode_manifests(&image, arena, value, &reason);
		if (!is_broken(status, &out->broken, &out->why, &reason) &&
		        map_add(&seen, &image.config, 1) == MAP_NONE)
			out->at[out->count++] = image;
	}
	map_release(&seen);
	return 0;
}

int
docker_layers_decode(struct digest **diff_ids, size_t *count, struct arena *arena,
        const struct buf *body, struct error *err)
{
	json_auto_t *document = decode(body, err);
	json_t *rootfs = NULL, *layers = NULL;
	const json_t *layer;
	size_t i;

	*count = 0;
	if (document == NULL || json_member_object(&rootfs, document, NULL, "RootFS", err) < 0 ||
	        json_member_array(&layers, rootfs, "RootFS", "Layers", err) < 0)
		return -1;
	if (json_array_size(layers) > RECORD_MAX_LAYERS)
		return fail(err, ERROR_LIMIT, "RootFS.Layers: more than %d", RECORD_MAX_LAYERS);
	*diff_ids = arena_new(arena, struct digest, json_array_size(layers));
	json_array_foreach(layers, i, layer)
	{
		const char *text = json_string_value(layer);

		if (text == NULL || !digest_parse(&(*diff_ids)[(*count)++], text))
			return fail(err, ERROR_FAILED, "RootFS.Layers[%zu]: not a digest", i);
	}
	return 0;
}

/* -1 is Go's "not known". */
static uint64_t
size_of(const json_t *object, const char *member, uint64_t missing)
{
	const json_t *size = json_object_get(object, member);

	if (size == NULL)
		return missing;
	if (!json_is_integer(size) || json_integer_value(size) < 0 ||
	        (uint64_t)json_integer_value(size) > RECORD_MAX_SIZE_BYTES)
		return BYTES_UNKNOWN;
	return (uint64_t)json_integer_value(size);
}

int
docker_history_decode(uint64_t **bytes, size_t *count, struct arena *arena, const struct buf *body,
        struct error *err)
{
	json_auto_t *list = decode_list(body, err);
	size_t size;

	*count = 0;
	if (list == NULL)
		return -1;
	size = json_array_size(list);
	if (size > MAX_ENTRIES)
		return fail(err, ERROR_LIMIT, "more than %d entries", MAX_ENTRIES);
	*bytes = arena_new(arena, uint64_t, size);
	for (size_t i = size; i > 0; i--)
		(*bytes)[(*count)++] = size_of(json_array_get(list, i - 1), "Size", BYTES_UNKNOWN);
	return 0;
}

/* --- containers ------------------------------------------------------------------------- */

static int
decode_container(struct docker_container *out, const json_t *value, struct error *err)
{
	const char *id = "", *state = "";

	if (json_member_text(&id, value, NULL, "Id", err) < 0 ||
	        json_member_text(&state, value, NULL, "State", err) < 0 ||
	        decode_config_id(&out->config, value, "ImageID", err) != 0)
		return -1;
	if (!docker_is_id(id))
		return fail(err, ERROR_FAILED, "Id: '%.80s' is not an ID of 64 hex digits", id);
	memcpy(out->id, id, DOCKER_ID_SIZE);
	out->running = strcmp(state, "running") == 0 || strcmp(state, "paused") == 0;
	/* It leaves out what is 0. */
	out->writable_bytes = size_of(value, "SizeRw", 0);
	return 0;
}

int
docker_containers_decode(struct docker_containers *out, struct arena *arena, const struct buf *body,
        struct error *err)
{
	json_auto_t *list = decode_list(body, err);
	const json_t *value;
	size_t i;

	*out = (struct docker_containers){ 0 };
	if (list == NULL)
		return -1;
	out->at = arena_new(arena, struct docker_container, json_array_size(list));
	json_array_foreach(list, i, value)
	{
		struct error reason = { 0 };
		int status = decode_container(&out->at[out->count], value, &reason);

		if (!is_broken(status, &out->broken, &out->why, &reason))
			out->count++;
	}
	return 0;
}

/* --- beside them ------------------------------------------------------------------------ */

static void
add(uint64_t *count, uint64_t *sum, uint64_t bytes)
{
	(*count)++;
	if (bytes != BYTES_UNKNOWN && *sum + bytes <= RECORD_MAX_SIZE_BYTES)
		*sum += bytes;
}

int
docker_usage_decode(struct docker_usage *out, const struct buf *body, struct error *err)
{
	json_auto_t *document = decode(body, err);
	json_t *volumes = NULL, *cache = NULL;
	const json_t *value;
	size_t i;

	*out = (struct docker_usage){ 0 };
	if (document == NULL || json_member_array(&volumes, document, NULL, "Volumes", err) < 0 ||
	        json_member_array(&cache, document, NULL, "BuildCache", err) < 0)
		return -1;
	json_array_foreach(volumes, i, value)
	{
		add(&out->volume_count, &out->volume_bytes,
		        size_of(json_object_get(value, "UsageData"), "Size", BYTES_UNKNOWN));
	}
	json_array_foreach(cache, i, value)
	{
		if (!json_is_true(json_object_get(value, "Shared")))
			add(&out->cache_count, &out->cache_bytes,
			        size_of(value, "Size", BYTES_UNKNOWN));
	}
	return 0;
}
