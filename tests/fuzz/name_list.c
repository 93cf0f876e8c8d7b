/* Every name of a page is valid; what is shown of the others, and of error bodies, is clean. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/registry/manifest.h"
#include "common/text.h"
#include "schema/reference.h"

static void
check_list(const char *member, bool (*is_valid)(const char *), const char *body, size_t size)
{
	auto_arena arena = { 0 };
	struct name_list list;
	struct error err = { 0 };
	int status = name_list_decode(&list, &arena, member, is_valid, body, size, &err);

	assert((status == -1) == (err.code != ERROR_NONE));
	for (size_t i = 0; status == 0 && i < list.count; i++)
		assert(is_valid(list.names[i]));
	assert(strlen(list.invalid_example) < sizeof(list.invalid_example));
	assert(text_is_utf8(list.invalid_example, strlen(list.invalid_example)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *body = (const char *)data;
	char text[256];

	check_list("tags", reference_is_tag, body, size);
	check_list("repositories", reference_is_repository, body, size);
	registry_error_text(text, sizeof(text), body, size);
	assert(strlen(text) <= 200 && text_is_utf8(text, strlen(text)));
	return 0;
}
