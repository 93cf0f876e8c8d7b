#include "collector/node/containers_storage/entry.h"

#include <string.h>

#include "collector/registry/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "schema/record.h"

#define MAX_NAME_BYTES 1024

static bool
is_id(const char *text)
{
	return strspn(text, "0123456789abcdef") == ENTRY_ID_LENGTH && text[ENTRY_ID_LENGTH] == '\0';
}

/* 1 and a copy, 0 not stated, -1. */
static int
decode_id(char out[ENTRY_ID_SIZE], const json_t *value, const char *member, struct error *err)
{
	const char *text = "";

	if (json_member_text(&text, value, NULL, member, err) < 0)
		return -1;
	if (*text == '\0')
		return 0;
	if (!is_id(text))
		return fail(err, ERROR_FAILED, "%s: '%.80s' is not an ID of 64 hex digits", member,
		        text);
	memcpy(out, text, ENTRY_ID_SIZE);
	return 1;
}

static int
decode_own_id(char out[ENTRY_ID_SIZE], const json_t *value, struct error *err)
{
	int found;

	if (!json_is_object(value))
		return fail(err, ERROR_FAILED, "not a JSON object");
	found = decode_id(out, value, "id", err);
	if (found == 0)
		return fail(err, ERROR_FAILED, "id: missing");
	return found < 0 ? -1 : 0;
}

static int
decode_digest(struct digest *out, const json_t *value, const char *member, struct error *err)
{
	const char *text = "";

	if (json_member_text(&text, value, NULL, member, err) < 0)
		return -1;
	if (*text != '\0' && !digest_parse(out, text))
		return fail(err, ERROR_FAILED, "%s: '%.160s' is not a digest", member, text);
	return 0;
}

/* Go writes what it does not know as -1, or leaves it out. */
static int
decode_size(uint64_t *out, const json_t *value, const char *member, struct error *err)
{
	const json_t *size = json_object_get(value, member);

	*out = BYTES_UNKNOWN;
	if (json_is_integer(size) && json_integer_value(size) == -1)
		return 0;
	return json_member_count(out, value, NULL, member, RECORD_MAX_SIZE_BYTES, err) < 0 ? -1 : 0;
}

/* Zero's value is Go's "not known". */
static int
decode_created(int64_t *out, const json_t *value, struct error *err)
{
	const char *text = NULL;

	*out = RECORD_TIME_UNKNOWN;
	if (json_member_text(&text, value, NULL, "created", err) < 0)
		return -1;
	if (text != NULL && text_parse_time(text, out) != 0)
		*out = RECORD_TIME_UNKNOWN;
	return 0;
}

int
layer_entry_decode(struct layer_entry *out, const json_t *value, struct error *err)
{
	json_t *flags = NULL;
	const char *toc = "";

	*out = (struct layer_entry){ 0 };
	if (decode_own_id(out->id, value, err) != 0)
		return -1;
	if (decode_id(out->parent, value, "parent", err) < 0 ||
	        decode_digest(&out->diff_id, value, "diff-digest", err) != 0 ||
	        decode_digest(&out->compressed, value, "compressed-diff-digest", err) != 0 ||
	        decode_size(&out->diff_bytes, value, "diff-size", err) != 0 ||
	        decode_created(&out->created_at, value, err) != 0 ||
	        json_member_text(&toc, value, NULL, "toc-digest", err) < 0 ||
	        json_member_object(&flags, value, NULL, "flags", err) < 0)
		return fail_in(err, "layer %s", out->id);
	out->by_toc = *toc != '\0';
	out->incomplete = json_is_true(json_object_get(flags, "incomplete"));
	return 0;
}

static int
decode_texts(const char ***out, size_t *count, struct arena *arena, const json_t *value,
        const char *member, size_t limit, struct error *err)
{
	json_t *array = NULL;
	size_t size;

	if (json_member_array(&array, value, NULL, member, err) < 0)
		return -1;
	size = json_array_size(array);
	if (size > limit)
		return fail(err, ERROR_LIMIT, "%s: %zu entries, more than the limit of %zu", member,
		        size, limit);
	*out = arena_new(arena, const char *, size);
	for (size_t i = 0; i < size; i++) {
		const json_t *item = json_array_get(array, i);

		if (!json_is_string(item) || json_string_length(item) > MAX_NAME_BYTES)
			return fail(err, ERROR_FAILED, "%s[%zu]: not a text of at most %d bytes",
			        member, i, MAX_NAME_BYTES);
		(*out)[(*count)++] = arena_strdup(arena, json_string_value(item));
	}
	return 0;
}

int
image_entry_decode(
        struct image_entry *out, struct arena *arena, const json_t *value, struct error *err)
{
	*out = (struct image_entry){ 0 };
	if (decode_own_id(out->id, value, err) != 0)
		return -1;
	if (decode_id(out->layer, value, "layer", err) < 0 ||
	        decode_digest(&out->digest, value, "digest", err) != 0 ||
	        decode_texts(&out->names, &out->name_count, arena, value, "names", ENTRY_MAX_NAMES,
	                err) != 0 ||
	        decode_texts(&out->big_data, &out->big_data_count, arena, value, "big-data-names",
	                ENTRY_MAX_BIG_DATA, err) != 0)
		return fail_in(err, "image %s", out->id);
	return 0;
}

int
container_entry_decode(struct container_entry *out, const json_t *value, struct error *err)
{
	*out = (struct container_entry){ 0 };
	if (decode_own_id(out->id, value, err) != 0)
		return -1;
	if (decode_id(out->image, value, "image", err) < 0 ||
	        decode_id(out->layer, value, "layer", err) < 0)
		return fail_in(err, "container %s", out->id);
	return 0;
}

static void
base64(const char *text, size_t length, char *out)
{
	static const char digits[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < length; i += 3) {
		uint32_t bits = 0;
		size_t have = length - i < 3 ? length - i : 3;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < have ? (unsigned char)text[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			*out++ = (char)(k <= have ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
	*out = '\0';
}

bool
entry_big_data_file(const char *name, char out[ENTRY_FILE_NAME_SIZE])
{
	size_t length = strlen(name);
	bool plain = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.") == length;

	if (length == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	        (plain ? length : (length + 2) / 3 * 4 + 1) >= ENTRY_FILE_NAME_SIZE)
		return false;
	if (plain) {
		memcpy(out, name, length + 1);
	} else {
		out[0] = '=';
		base64(name, length, out + 1);
	}
	return strchr(out, '/') == NULL;
}
