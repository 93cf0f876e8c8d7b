/*
 * Image configs: identity (platform, DiffIDs) strictly, everything else as details that later
 * questions may want (collector/registry/config_details.c).
 */
#include <string.h>

#include "collector/registry/config_details.h"
#include "collector/registry/descriptor.h"
#include "collector/registry/json.h"
#include "collector/registry/manifest.h"
#include "common/text.h"

/* Docker writes 0001-01-01 when it does not know; that year is refused like any other nonsense. */
static int
decode_created(int64_t *out, const json_t *root, struct error *err)
{
	const char *text = NULL;

	*out = RECORD_TIME_UNKNOWN;
	if (json_member_text(&text, root, NULL, "created", err) < 0)
		return -1;
	if (text != NULL && text_parse_time(text, out))
		*out = RECORD_TIME_UNKNOWN;
	return 0;
}

static int
decode_diff_id(struct digest *out, const json_t *value, size_t i, struct error *err)
{
	if (!json_is_string(value))
		return fail(err, ERROR_FAILED, "rootfs.diff_ids[%zu]: not a string", i);
	if (!digest_parse(out, json_string_value(value)))
		return fail(err, ERROR_FAILED, "rootfs.diff_ids[%zu]: '%.160s' is not a digest", i,
		        json_string_value(value));
	return 0;
}

static int
decode_rootfs(struct record_config *out, struct arena *arena, const json_t *root, struct error *err)
{
	json_t *rootfs = NULL, *array = NULL;
	const char *type = "layers";
	struct digest *diff_ids;

	if (json_member_object(&rootfs, root, NULL, "rootfs", err) < 0)
		return -1;
	if (json_member_text(&type, rootfs, "rootfs", "type", err) < 0 ||
	        json_member_array(&array, rootfs, "rootfs", "diff_ids", err) < 0)
		return -1;
	if (strcmp(type, "layers") != 0)
		return fail(
		        err, ERROR_FAILED, "rootfs.type: '%.60s', but only 'layers' exists", type);
	if (json_array_size(array) > RECORD_MAX_LAYERS)
		return fail(err, ERROR_LIMIT,
		        "rootfs.diff_ids: %zu entries, more than the limit of %d",
		        json_array_size(array), RECORD_MAX_LAYERS);
	out->diff_id_count = json_array_size(array);
	out->diff_ids = diff_ids = arena_new(arena, struct digest, out->diff_id_count);
	for (size_t i = 0; i < out->diff_id_count; i++) {
		if (decode_diff_id(&diff_ids[i], json_array_get(array, i), i, err))
			return -1;
	}
	return 0;
}

int
config_decode(struct record_config *out, struct arena *arena, const struct digest *digest,
        const char *body, size_t length, struct error *err)
{
	json_auto_t *root = json_decode(body, length, err);

	*out = (struct record_config){ .digest = *digest, .size_bytes = length };
	if (root == NULL)
		return -1;
	if (!json_is_object(root))
		return fail(err, ERROR_FAILED, "not a JSON object");
	if (platform_decode(&out->platform, root, NULL, err) ||
	        decode_created(&out->created_at, root, err) || decode_rootfs(out, arena, root, err))
		return -1;
	out->details_json = config_details(arena, root);
	return 0;
}
