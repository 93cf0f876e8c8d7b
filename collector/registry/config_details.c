/*
 * A new object is built from the few members that are worth keeping; nothing is copied whole. Odd
 * types inside are left out silently: these details explain, they never count.
 */
#include "collector/registry/config_details.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/registry/json.h"
#include "common/memory.h"

#define CREATED_BY_MAX_BYTES 512
#define TEXT_MAX_BYTES       4096
#define NAME_MAX_BYTES       256

static json_t *
text_value(const char *text, size_t max)
{
	return json_stringn(text, json_text_cut(text, max));
}

/* Adds `value` (taken over) unless it is empty. */
static void
add_filled(json_t *details, const char *name, json_t *value)
{
	if (json_object_size(value) + json_array_size(value) == 0)
		json_decref(value);
	else
		json_object_set_new(details, name, value);
}

static void
add_texts(json_t *details, const char *name, const json_t *array)
{
	json_t *texts = json_array();

	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *item = json_array_get(array, i);

		if (json_is_string(item))
			json_array_append_new(
			        texts, text_value(json_string_value(item), TEXT_MAX_BYTES));
	}
	add_filled(details, name, texts);
}

static void
add_labels(json_t *details, json_t *labels)
{
	json_t *kept = json_object(), *value;
	const char *name;

	json_object_foreach(labels, name, value)
	{
		if (json_is_string(value))
			json_object_set_new(
			        kept, name, text_value(json_string_value(value), TEXT_MAX_BYTES));
	}
	add_filled(details, "labels", kept);
}

/* "NAME=value": the name. Values are often secrets. */
static void
add_env_names(json_t *details, const json_t *env)
{
	json_t *names = json_array();

	for (size_t i = 0; i < json_array_size(env); i++) {
		const char *text = json_string_value(json_array_get(env, i));
		char name[NAME_MAX_BYTES + 1];
		size_t length;

		if (text == NULL)
			continue;
		length = strcspn(text, "=");
		if (length > NAME_MAX_BYTES)
			length = json_text_cut(text, NAME_MAX_BYTES);
		memcpy(name, text, length);
		name[length] = '\0';
		json_array_append_new(names, json_string(name));
	}
	add_filled(details, "env_names", names);
}

/* --- history ---------------------------------------------------------------------------- */

/* Behind "/bin/sh -c #(nop) " of the classic builder, if it is there. */
static const char *
skip_nop(const char *text)
{
	const char *nop = strstr(text, "#(nop)");

	if (nop == NULL)
		return text;
	nop += strlen("#(nop)");
	return nop + strspn(nop, " ");
}

/* "ENV A=secret B=…" becomes "ENV A=…": where the next variable starts cannot be told, since
 * values hold spaces. The same for "ARG A=secret" and "ENV A secret". */
static char *
scrub_instruction(struct arena *arena, const char *text, const char *instruction)
{
	const char *name = instruction + 4;
	size_t length = strcspn(name, "= \t");

	if (name[length] == '\0')
		return json_text_copy(arena, text, CREATED_BY_MAX_BYTES);
	return arena_printf(arena, "%.*s=…", (int)(name - text + (ptrdiff_t)length), text);
}

/* "|2 A=secret B=x /bin/sh -c make" becomes "|2 … /bin/sh -c make": build arguments stand before
 * the shell, values with spaces unquoted. */
static char *
scrub_arguments(struct arena *arena, const char *text, const char *bar)
{
	const char *shell = strstr(bar, " /bin/");

	if (shell == NULL)
		shell = "";
	return arena_printf(arena, "%.*s …%s",
	        (int)(bar - text + 1 + strspn(bar + 1, "0123456789")), text, shell);
}

/* The '|' of "RUN |2 …" or "|2 …", else NULL. */
static const char *
find_arguments(const char *text)
{
	if (strncasecmp(text, "RUN ", 4) == 0)
		text += 4;
	return text[0] == '|' && strchr("0123456789", text[1]) != NULL && text[1] != '\0' ? text
	                                                                                  : NULL;
}

char *
config_created_by(struct arena *arena, const char *created_by)
{
	const char *instruction = skip_nop(created_by);
	const char *arguments = find_arguments(created_by);
	char *text;

	if (strncasecmp(instruction, "ENV ", 4) == 0 || strncasecmp(instruction, "ARG ", 4) == 0)
		text = scrub_instruction(arena, created_by, instruction);
	else if (arguments != NULL)
		text = scrub_arguments(arena, created_by, arguments);
	else
		text = arena_strdup(arena, created_by);
	text[json_text_cut(text, CREATED_BY_MAX_BYTES)] = '\0';
	return text;
}

static void
add_history(json_t *details, struct arena *arena, const json_t *history)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < json_array_size(history); i++) {
		const json_t *entry = json_array_get(history, i);
		const char *by = json_string_value(json_object_get(entry, "created_by"));
		json_t *step = json_object();

		if (by != NULL)
			json_object_set_new(
			        step, "created_by", json_string(config_created_by(arena, by)));
		if (json_is_true(json_object_get(entry, "empty_layer")))
			json_object_set_new(step, "empty_layer", json_true());
		json_array_append_new(steps, step);
	}
	add_filled(details, "history", steps);
}

/* --- all of it -------------------------------------------------------------------------- */

static void
drop(json_t *details, const char *name)
{
	json_t *dropped = json_object_get(details, "dropped");

	if (json_object_del(details, name))
		return;
	if (dropped == NULL) {
		dropped = json_array();
		json_object_set_new(details, "dropped", dropped);
	}
	json_array_append_new(dropped, json_string(name));
}

/* NULL if it is larger than allowed. */
static char *
dump(struct arena *arena, const json_t *details)
{
	auto_free char *text = xrealloc(NULL, CONFIG_DETAILS_MAX_BYTES, 1);
	size_t size = json_dumpb(details, text, CONFIG_DETAILS_MAX_BYTES, JSON_COMPACT);

	return size <= CONFIG_DETAILS_MAX_BYTES ? arena_strndup(arena, text, size) : NULL;
}

char *
config_details(struct arena *arena, const json_t *config)
{
	static const char *const order[] = { "history", "labels", "env_names", "cmd",
		"entrypoint" };
	json_auto_t *details = json_object();
	auto_arena scratch = { 0 };
	const json_t *run = json_object_get(config, "config");
	char *text;

	add_labels(details, json_object_get(run, "Labels"));
	add_texts(details, "entrypoint", json_object_get(run, "Entrypoint"));
	add_texts(details, "cmd", json_object_get(run, "Cmd"));
	add_env_names(details, json_object_get(run, "Env"));
	add_history(details, &scratch, json_object_get(config, "history"));
	text = dump(arena, details);
	for (size_t i = 0; text == NULL && i < countof(order); i++) {
		drop(details, order[i]);
		text = dump(arena, details);
	}
	return text != NULL ? text : arena_strdup(arena, "{}");
}
