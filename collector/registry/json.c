/*
 * A scan over the bytes, then jansson. The scan needs no stack and no memory: it counts brackets
 * and commas outside of strings and stops at the first limit, so "[[[[…" a million deep costs 64
 * steps. It decides nothing else: whether the document is well formed is jansson's to say.
 */
#include "collector/registry/json.h"

#include <string.h>

struct shape {
	size_t depth;
	size_t containers;
	size_t values;
};

/* The position behind the string that opens at `at`. */
static size_t
skip_string(const char *body, size_t length, size_t at)
{
	for (at++; at < length && body[at] != '"'; at++) {
		if (body[at] == '\\')
			at++;
	}
	return at < length ? at + 1 : length;
}

static int
count_byte(struct shape *shape, char c, struct error *err)
{
	if (c == '[' || c == '{') {
		shape->containers++;
		shape->values++;
		if (++shape->depth > JSON_MAX_DEPTH)
			return fail(err, ERROR_LIMIT, "JSON is nested deeper than %d levels",
			        JSON_MAX_DEPTH);
	} else if ((c == ']' || c == '}') && shape->depth > 0) {
		shape->depth--;
	} else if (c == ',') {
		shape->values++;
	}
	if (shape->containers > JSON_MAX_CONTAINERS)
		return fail(err, ERROR_LIMIT, "JSON has more than %d objects and arrays",
		        JSON_MAX_CONTAINERS);
	if (shape->values > JSON_MAX_VALUES)
		return fail(err, ERROR_LIMIT, "JSON has more than %d values", JSON_MAX_VALUES);
	return 0;
}

static int
check_shape(const char *body, size_t length, struct error *err)
{
	struct shape shape = { 0 };
	size_t at = 0;

	while (at < length) {
		if (body[at] == '"') {
			at = skip_string(body, length, at);
			continue;
		}
		if (count_byte(&shape, body[at], err))
			return -1;
		at++;
	}
	return 0;
}

static json_t *
decode(const char *body, size_t length, size_t flags, struct error *err)
{
	json_error_t reason;
	json_t *value;

	if (length == 0) {
		fail(err, ERROR_FAILED, "empty instead of JSON");
		return NULL;
	}
	if (check_shape(body, length, err))
		return NULL;
	value = json_loadb(body, length, JSON_REJECT_DUPLICATES | flags, &reason);
	if (value == NULL)
		fail(err, ERROR_FAILED, "not valid JSON, byte %d: %s", reason.position,
		        reason.text);
	return value;
}

json_t *
json_decode(const char *body, size_t length, struct error *err)
{
	return decode(body, length, 0, err);
}

json_t *
json_decode_names(const char *body, size_t length, struct error *err)
{
	return decode(body, length, JSON_ALLOW_NUL, err);
}

static int
fail_member(struct error *err, const char *place, const char *member, const char *what)
{
	const char *dot = place != NULL && *place != '\0' ? "." : "";

	return fail(err, ERROR_FAILED, "%s%s%s: %s", place != NULL ? place : "", dot, member, what);
}

/* The member unless absent or null. */
static json_t *
member_of(const json_t *object, const char *member)
{
	json_t *value = json_object_get(object, member);

	return json_is_null(value) ? NULL : value;
}

int
json_member_text(const char **out, const json_t *object, const char *place, const char *member,
        struct error *err)
{
	const json_t *value = member_of(object, member);

	if (value == NULL)
		return 0;
	if (!json_is_string(value))
		return fail_member(err, place, member, "not a string");
	*out = json_string_value(value);
	return 1;
}

int
json_member_object(json_t **out, const json_t *object, const char *place, const char *member,
        struct error *err)
{
	json_t *value = member_of(object, member);

	if (value == NULL)
		return 0;
	if (!json_is_object(value))
		return fail_member(err, place, member, "not an object");
	*out = value;
	return 1;
}

int
json_member_array(json_t **out, const json_t *object, const char *place, const char *member,
        struct error *err)
{
	json_t *value = member_of(object, member);

	if (value == NULL)
		return 0;
	if (!json_is_array(value))
		return fail_member(err, place, member, "not an array");
	*out = value;
	return 1;
}

int
json_member_count(uint64_t *out, const json_t *object, const char *place, const char *member,
        uint64_t max, struct error *err)
{
	const json_t *value = member_of(object, member);

	if (value == NULL)
		return 0;
	if (!json_is_integer(value))
		return fail_member(err, place, member, "not a whole number");
	if (json_integer_value(value) < 0)
		return fail_member(err, place, member, "negative");
	if ((uint64_t)json_integer_value(value) > max)
		return fail_member(err, place, member, "larger than any real one");
	*out = (uint64_t)json_integer_value(value);
	return 1;
}

size_t
json_text_cut(const char *text, size_t max)
{
	size_t length = strnlen(text, max + 1);

	if (length <= max)
		return length;
	/* text[max] starts a character unless it is a continuation byte, 10xxxxxx. */
	for (length = max; length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80;)
		length--;
	return length;
}

char *
json_text_copy(struct arena *arena, const char *text, size_t max)
{
	return text == NULL ? NULL : arena_strndup(arena, text, json_text_cut(text, max));
}
