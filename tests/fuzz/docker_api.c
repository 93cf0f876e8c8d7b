/* Answers of dockerd: what is accepted may become a path, an URL or a row. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/node/docker/decode.h"
#include "common/text.h"
#include "schema/record.h"

static void
check_bytes(uint64_t bytes)
{
	assert(bytes == BYTES_UNKNOWN || bytes <= RECORD_MAX_SIZE_BYTES);
}

static void
check_daemon(const struct buf *body, struct arena *arena)
{
	struct docker_version version;
	struct docker_info info;

	if (docker_version_decode(&version, body, NULL) == 0)
		assert(version.minor < 1000 && version.min_minor < 1000);
	if (docker_info_decode(&info, arena, body, NULL) == 0) {
		assert(strpbrk(info.driver, "/.") == NULL && *info.driver != '\0');
		assert(*info.root == '\0' || *info.root == '/');
	}
}

static void
check_lists(const struct buf *body, struct arena *arena)
{
	struct docker_images images;
	struct docker_containers containers;

	if (docker_images_decode(&images, arena, body, NULL) == 0)
		for (size_t i = 0; i < images.count; i++) {
			assert(digest_is_set(&images.at[i].config));
			for (size_t k = 0; k < images.at[i].name_count; k++)
				assert(strchr(images.at[i].names[k], '/') != NULL);
			for (size_t k = 0; k < images.at[i].manifest_count; k++)
				assert(digest_is_set(&images.at[i].manifests[k]));
		}
	if (docker_containers_decode(&containers, arena, body, NULL) == 0)
		for (size_t i = 0; i < containers.count; i++) {
			assert(docker_is_id(containers.at[i].id));
			assert(digest_is_set(&containers.at[i].config));
			check_bytes(containers.at[i].writable_bytes);
		}
}

static void
check_sizes(const struct buf *body, struct arena *arena)
{
	struct docker_usage usage;
	struct digest *diff_ids;
	uint64_t *bytes;
	size_t count;

	if (docker_layers_decode(&diff_ids, &count, arena, body, NULL) == 0)
		for (size_t i = 0; i < count; i++)
			assert(digest_is_set(&diff_ids[i]));
	if (docker_history_decode(&bytes, &count, arena, body, NULL) == 0)
		for (size_t i = 0; i < count; i++)
			check_bytes(bytes[i]);
	if (docker_usage_decode(&usage, body, NULL) == 0) {
		check_bytes(usage.volume_bytes);
		check_bytes(usage.cache_bytes);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_arena arena = { 0 };
	auto_buf body = { 0 };

	buf_append(&body, size > 0 ? (const char *)data : "", size);
	check_daemon(&body, &arena);
	check_lists(&body, &arena);
	check_sizes(&body, &arena);
	return 0;
}
