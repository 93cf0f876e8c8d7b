/* What an image runs: words that are there, whatever the config says. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>

#include "collector/node/contents.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_arena arena = { 0 };
	struct contents_image image = { 0 };

	if (contents_image_read(&image, size > 0 ? (const char *)data : "", size, &arena) != 0)
		return 0;
	assert(image.argc > 0 && image.argv[0][0] != '\0');
	for (size_t i = 0; i < image.argc; i++)
		assert(image.argv[i] != NULL);
	return 0;
}
