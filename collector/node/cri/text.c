/* Small parsers. crictl.yaml is a flat list of "key: value": no library is needed for one of them.
 */
#include "collector/node/cri/text.h"

#include <string.h>

#include "collector/registry/json.h"
#include "common/text.h"
#include "schema/record.h"

const char *
cri_socket(const char *endpoint)
{
	if (text_starts_with(endpoint, "unix://"))
		endpoint += strlen("unix://");
	else if (text_starts_with(endpoint, "unix:"))
		endpoint += strlen("unix:");
	return endpoint[0] == '/' && endpoint[1] != '\0' ? endpoint : NULL;
}

/* Without quotes, comment and blanks at the end. */
static const char *
take_value(const char *value, size_t length, struct arena *arena)
{
	while (length > 0 && (*value == ' ' || *value == '\t'))
		value++, length--;
	if (length > 0 && (*value == '"' || *value == '\'')) {
		const char *end = memchr(value + 1, *value, length - 1);

		return end != NULL ? arena_strndup(arena, value + 1, (size_t)(end - value - 1))
		                   : NULL;
	}
	for (size_t i = 1; i < length; i++)
		if (value[i] == '#' && (value[i - 1] == ' ' || value[i - 1] == '\t'))
			length = i;
	while (length > 0 && strchr(" \t\r", value[length - 1]) != NULL)
		length--;
	return length > 0 && *value != '#' ? arena_strndup(arena, value, length) : NULL;
}

const char *
cri_config_endpoint(const char *text, struct arena *arena)
{
	static const char key[] = "runtime-endpoint:";
	const char *found = NULL;

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		if (text_starts_with(text, key)) {
			const char *value = take_value(
			        text + sizeof(key) - 1, length - (sizeof(key) - 1), arena);

			found = value != NULL && *value != '\0' ? value : NULL;
		}
		text += length + (text[length] == '\n');
	}
	return found;
}

bool
cri_image_id(struct digest *config, const char *id)
{
	char text[DIGEST_TEXT_SIZE] = "sha256:";
	size_t length = strlen(id);

	if (digest_parse(config, id))
		return true;
	if (length != 2 * DIGEST_SHA256)
		return false;
	memcpy(text + strlen(text), id, length);
	return digest_parse(config, text);
}

bool
cri_storage_folder(
        const char **root, const char **driver, const char *mountpoint, struct arena *arena)
{
	static const char end[] = "-images";
	const char *name = strrchr(mountpoint, '/');
	size_t length;

	if (name == NULL || name == mountpoint || mountpoint[0] != '/')
		return false;
	length = strlen(++name);
	if (length < sizeof(end) || strcmp(name + length - (sizeof(end) - 1), end) != 0)
		return false;
	*root = arena_strndup(arena, mountpoint, (size_t)(name - 1 - mountpoint));
	*driver = arena_strndup(arena, name, length - (sizeof(end) - 1));
	return true;
}

/* --- info ------------------------------------------------------------------------------- */

static int
take_diff_ids(struct digest *diff_ids, const json_t *list, struct digest *chain, struct error *err)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));
		struct digest below = *chain;

		if (text == NULL || !digest_parse(&diff_ids[i], text))
			return fail(
			        err, ERROR_FAILED, "imageSpec.rootfs.diff_ids[%zu]: no digest", i);
		digest_chain(chain, &below, &diff_ids[i]);
	}
	return 0;
}

static int
check_chain(const json_t *info, const struct digest *chain, struct error *err)
{
	const char *text;
	struct digest stated;
	int found = json_member_text(&text, info, NULL, "chainID", err);

	if (found != 1 || *text == '\0')
		return found < 0 ? -1 : 0;
	return digest_parse(&stated, text) && digest_equal(&stated, chain)
	               ? 0
	               : fail(err, ERROR_FAILED, "chainID is not that of the diff IDs");
}

int
cri_info_decode(const struct digest **diff_ids, size_t *count, const char *json,
        struct arena *arena, struct error *err)
{
	json_auto_t *info = json_decode(json, strlen(json), err);
	json_t *spec, *rootfs, *list;
	struct digest chain = { 0 };
	struct digest *out;

	if (info == NULL)
		return -1;
	if (json_member_object(&spec, info, NULL, "imageSpec", err) != 1 ||
	        json_member_object(&rootfs, spec, "imageSpec", "rootfs", err) != 1 ||
	        json_member_array(&list, rootfs, "imageSpec.rootfs", "diff_ids", err) != 1)
		return fail(err, ERROR_FAILED, "no imageSpec.rootfs.diff_ids");
	if (json_array_size(list) > RECORD_MAX_LAYERS)
		return fail(err, ERROR_LIMIT, "more than %d layers", RECORD_MAX_LAYERS);
	out = arena_new(arena, struct digest, json_array_size(list));
	if (take_diff_ids(out, list, &chain, err) != 0 || check_chain(info, &chain, err) != 0)
		return -1;
	*diff_ids = out;
	*count = json_array_size(list);
	return 0;
}
