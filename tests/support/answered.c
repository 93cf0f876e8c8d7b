#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "tests/support/answered.h"

static void
forget(struct answered *answered)
{
	free(answered->text);
	json_decref(answered->json);
	answered->text = NULL;
	answered->json = NULL;
	answered->error = (struct error){ 0 };
}

/* `view`, or explain of a name. */
static int
ask(struct answered *answered, enum answer_format format, view_function *view, char *name)
{
	auto_answer answer = { .asked = answered->asked };
	size_t length;
	int result;

	forget(answered);
	FILE *out = open_memstream(&answered->text, &length);
	assert_non_null(out);
	answer.asked.format = format;
	answer_build(&answer, fleet_snapshot(&answered->fleet, 0), NULL, 0);
	if (name != NULL)
		result = view_explain(&answer, &name, 1, out, &answered->error);
	else
		result = view(&answer, out, &answered->error);
	fclose(out);
	if (format == ANSWER_JSON && result == 0) {
		answered->json = json_loads(answered->text, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(answered->json);
		assert_int_equal(answered->text[length - 1], '\n');
	}
	return result;
}

int
answered_view(struct answered *answered, enum answer_format format, view_function *view)
{
	return ask(answered, format, view, NULL);
}

int
answered_explain(struct answered *answered, enum answer_format format, const char *name)
{
	auto_free char *copy = xstrdup(name);

	return ask(answered, format, NULL, copy);
}

void
answered_release(struct answered *answered)
{
	forget(answered);
	fleet_release(&answered->fleet);
}

json_t *
json_at(json_t *document, const char *path)
{
	auto_free char *copy = xstrdup(path);
	char *rest = NULL;

	for (char *word = strtok_r(copy, "/", &rest); word != NULL;
	        word = strtok_r(NULL, "/", &rest))
		document = json_is_array(document)
		                   ? json_array_get(document, strtoul(word, NULL, 10))
		                   : json_object_get(document, word);
	return document;
}

long long
number_at(json_t *document, const char *path)
{
	json_t *value = json_at(document, path);

	if (!json_is_integer(value))
		fail_msg("%s is no number", path);
	return json_integer_value(value);
}

const char *
text_at(json_t *document, const char *path)
{
	json_t *value = json_at(document, path);

	if (!json_is_string(value))
		fail_msg("%s is no text", path);
	return json_string_value(value);
}
