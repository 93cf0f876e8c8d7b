/* Accepted texts are UTF-8 and within the limits; refusals name a line. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/node/containers_storage/conf.h"
#include "common/text.h"

static void
check_text(const char *text)
{
	assert(text == NULL || (text[0] != '\0' && text_is_utf8(text, strlen(text))));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_arena arena = { 0 };
	struct storage_conf conf = { 0 };
	struct error err = { 0 };

	if (storage_conf_parse(&conf, &arena, size > 0 ? (const char *)data : "", size, &err) !=
	        0) {
		assert(strncmp(err.message, "line ", 5) == 0);
		return 0;
	}
	check_text(conf.driver);
	check_text(conf.graphroot);
	check_text(conf.runroot);
	check_text(conf.imagestore);
	check_text(conf.rootless_storage_path);
	assert(conf.additional_store_count <= STORAGE_CONF_MAX_ROOTS);
	for (size_t i = 0; i < conf.additional_store_count; i++)
		assert(text_is_utf8(conf.additional_stores[i], strlen(conf.additional_stores[i])));
	return 0;
}
