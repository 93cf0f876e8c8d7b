/* What is kept of a config is a JSON object within its limit, without any value of a variable. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/registry/config_details.h"
#include "collector/registry/manifest.h"

static void
check_details(const char *text)
{
	json_auto_t *details = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const json_t *names = json_object_get(details, "env_names");

	assert(json_is_object(details) && strlen(text) <= CONFIG_DETAILS_MAX_BYTES);
	for (size_t i = 0; i < json_array_size(names); i++)
		assert(strchr(json_string_value(json_array_get(names, i)), '=') == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_arena arena = { 0 };
	struct record_config config;
	struct error err = { 0 };
	struct digest digest;
	int status;

	digest_of(&digest, DIGEST_SHA256, data, size);
	status = config_decode(&config, &arena, &digest, (const char *)data, size, &err);
	assert((status == -1) == (err.code != ERROR_NONE));
	if (status != 0)
		return 0;
	assert(config.diff_id_count <= RECORD_MAX_LAYERS && config.size_bytes == size);
	for (size_t i = 0; i < config.diff_id_count; i++)
		assert(digest_is_set(&config.diff_ids[i]));
	check_details(config.details_json);
	return 0;
}
