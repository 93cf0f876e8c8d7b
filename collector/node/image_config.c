/* The part of an image's config that says what it runs. Pure. */
#include <string.h>

#include "collector/node/contents.h"
#include "collector/registry/json.h"
#include "common/memory.h"

#define MAX_WORDS 1000

/* The words of an array behind those that are there already. -1 if it is none of texts. */
static int
add_words(const char **words, size_t *count, const json_t *object, const char *member,
        struct arena *arena)
{
	json_t *array = NULL;
	struct error ignored = { 0 };
	int found = json_member_array(&array, object, "", member, &ignored);

	if (found != 1)
		return found;
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *word = json_string_value(json_array_get(array, i));

		if (word == NULL || *count == MAX_WORDS)
			return -1;
		words[(*count)++] = arena_strdup(arena, word);
	}
	return 0;
}

/* Of several the last counts, as for a runtime that sets one after the other. */
static const char *
find_path(const json_t *object, struct arena *arena)
{
	const json_t *variables = json_object_get(object, "Env");
	const char *path = NULL;

	for (size_t i = 0; i < json_array_size(variables); i++) {
		const char *variable = json_string_value(json_array_get(variables, i));

		if (variable != NULL && strncmp(variable, "PATH=", 5) == 0)
			path = variable + 5;
	}
	return arena_strdup(arena, path);
}

int
contents_image_read(
        struct contents_image *image, const char *config_json, size_t length, struct arena *arena)
{
	struct error ignored = { 0 };
	json_auto_t *document = json_decode(config_json, length, &ignored);
	const json_t *object = json_object_get(document, "config");
	auto_free const char **words = xcalloc(MAX_WORDS, sizeof(*words));
	const char *folder = json_string_value(json_object_get(object, "WorkingDir"));
	size_t count = 0;

	if (!json_is_object(object) || add_words(words, &count, object, "Entrypoint", arena) != 0 ||
	        add_words(words, &count, object, "Cmd", arena) != 0 || count == 0 ||
	        words[0][0] == '\0')
		return -1;
	image->argv = arena_memdup(arena, words, count, sizeof(*words));
	image->argc = count;
	image->path_variable = find_path(object, arena);
	image->folder = folder != NULL && *folder != '\0' ? arena_strdup(arena, folder) : NULL;
	return 0;
}
