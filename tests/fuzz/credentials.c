/* The first line is "HOST REPOSITORY", the rest the document. Nothing found leaves nothing behind.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "collector/registry/credentials.h"
#include "common/memory.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct credentials none;
	auto_free char *text = xcalloc(size + 1, 1);
	char host[256] = "", repository[256] = "", basic[CREDENTIALS_BASIC_SIZE];
	struct credentials found;
	struct error err = { 0 };
	const char *json;
	int status;

	if (size > 0)
		memcpy(text, data, size);
	sscanf(text, "%255[^ \n] %255[^\n]", host, repository);
	json = text + strcspn(text, "\n");
	status = credentials_from_json(
	        &found, json, size - (size_t)(json - text), host, repository, &err);
	assert((status == -1) == (err.code != ERROR_NONE));
	if (status == 1)
		assert(credentials_basic(&found, basic, sizeof(basic), &err) == 0);
	else
		assert(memcmp(&found, &none, sizeof(none)) == 0);
	credentials_clear(&found);
	return 0;
}
