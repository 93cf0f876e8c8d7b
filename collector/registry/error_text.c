/*
 * Error bodies: {"errors":[{"code":…,"message":…}]} by the distribution-spec; token servers and
 * proxies send {"error":…}, {"message":…} or a page of HTML (which says nothing worth showing).
 */
#include <stdio.h>

#include "collector/registry/json.h"
#include "collector/registry/manifest.h"

#define MAX_BYTES 200

static const char *
member_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text != NULL ? text : "";
}

void
registry_error_text(char *out, size_t size, const char *body, size_t length)
{
	json_auto_t *root = json_decode(body, length, NULL);
	const json_t *first = json_array_get(json_object_get(root, "errors"), 0);
	const char *code = member_text(first, "code"), *message = member_text(first, "message");
	char text[MAX_BYTES + 8];
	size_t max = size - 1 < MAX_BYTES ? size - 1 : MAX_BYTES;

	if (*code == '\0' && *message == '\0') {
		code = member_text(root, "error");
		message = member_text(root, "message");
	}
	snprintf(text, sizeof(text), "%s%s%s", code, *code != '\0' && *message != '\0' ? ": " : "",
	        message);
	snprintf(out, size, "%.*s", (int)json_text_cut(text, max), text);
}
