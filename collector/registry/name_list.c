/*
 * Pages of names. A name that is not valid by the grammar becomes part of no URL: it is left out,
 * counted, and one of them shown.
 */
#include <stdio.h>
#include <string.h>

#include "collector/registry/json.h"
#include "collector/registry/manifest.h"
#include "common/buf.h"
#include "common/text.h"

static void
add_invalid(struct name_list *out, const json_t *value)
{
	const char *name = json_is_string(value) ? json_string_value(value) : "(not a string)";
	auto_buf clean = { 0 };

	if (out->invalid++ > 0)
		return;
	/* Cleaning can make it longer: cut before, for speed, and after, to fit. */
	text_clean(&clean, name, json_text_cut(name, sizeof(out->invalid_example)));
	snprintf(out->invalid_example, sizeof(out->invalid_example), "%.*s",
	        (int)json_text_cut(buf_text(&clean), sizeof(out->invalid_example) - 1),
	        buf_text(&clean));
}

static bool
is_good(const json_t *value, bool (*is_valid)(const char *))
{
	const char *name = json_string_value(value);

	return name != NULL && strlen(name) == json_string_length(value) && is_valid(name);
}

int
name_list_decode(struct name_list *out, struct arena *arena, const char *member,
        bool (*is_valid)(const char *), const char *body, size_t length, struct error *err)
{
	json_auto_t *root = json_decode_names(body, length, err);
	json_t *array = NULL;

	*out = (struct name_list){ 0 };
	if (root == NULL)
		return -1;
	if (!json_is_object(root))
		return fail(err, ERROR_FAILED, "not a JSON object");
	/* Without the member this is no list at all; an empty list says so. */
	if (json_object_get(root, member) == NULL)
		return fail(err, ERROR_FAILED, "no member '%s'", member);
	if (json_member_array(&array, root, NULL, member, err) < 0)
		return -1;
	out->names = arena_new(arena, const char *, json_array_size(array));
	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *value = json_array_get(array, i);

		if (is_good(value, is_valid))
			out->names[out->count++] = arena_strdup(arena, json_string_value(value));
		else
			add_invalid(out, value);
	}
	return 0;
}
