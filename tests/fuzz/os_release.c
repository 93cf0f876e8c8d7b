/* Values are short, clean and never empty. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/node/os_release.h"
#include "common/text.h"

static void
check_value(const char *text)
{
	assert(text == NULL || (text[0] != '\0' && strlen(text) <= OS_RELEASE_MAX_VALUE &&
	                               text_is_utf8(text, strlen(text))));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_arena arena = { 0 };
	const char *id, *version;

	os_release_parse(&id, &version, &arena, size > 0 ? (const char *)data : "", size);
	check_value(id);
	check_value(version);
	return 0;
}
