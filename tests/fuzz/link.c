/* Whatever a Link header says, the next page is on the origin that sent it, and another page. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/registry/link.h"
#include "common/memory.h"

static void
check(const char *header, const char *current, const char *origin)
{
	char next[1024];
	struct error err = { 0 };
	int found = link_next(next, sizeof(next), header, current, &err);

	assert(found == 1 || found == 0 || found == -1);
	assert((found == -1) == (err.code != ERROR_NONE));
	if (found != 1)
		return;
	assert(strlen(next) < sizeof(next));
	assert(strncmp(next, origin, strlen(origin)) == 0 && next[strlen(origin)] == '/');
	assert(strcmp(next, current) != 0);
	for (const char *at = next; *at != '\0'; at++)
		assert(*at > ' ' && *at < 0x7f && *at != '\\' && *at != '#');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *header = xcalloc(size + 1, 1);

	if (size > 0)
		memcpy(header, data, size);
	check(header, "http://127.0.0.1:5000/v2/_catalog?n=2", "http://127.0.0.1:5000");
	check(header, "https://[::1]", "https://[::1]");
	check(header, "https://ghcr.io/v2/a/b/tags/list", "https://ghcr.io");
	return 0;
}
