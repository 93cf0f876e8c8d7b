/* layers.json, images.json, containers.json: accepted elements have clean IDs, and layers make
 * chains whose parents come first. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/node/containers_storage/chains.h"
#include "collector/registry/json.h"
#include "common/vec.h"

static void
check_id(const char *id, bool may_be_empty)
{
	size_t length = strspn(id, "0123456789abcdef");

	assert(id[length] == '\0');
	assert(length == ENTRY_ID_LENGTH || (may_be_empty && length == 0));
}

static void
check_chains(const struct layer_entry *entries, size_t count)
{
	struct chains chains;
	auto_arena arena = { 0 };

	chains_build(&chains, &arena, entries, count);
	assert(chains.count <= count);
	for (size_t i = 0; i < chains.count; i++) {
		const struct chain *chain = &chains.at[i];

		assert(chains_find(&chains, chain->layer.id) == i);
		assert(chain->parent_index == CHAIN_BOTTOM || chain->parent_index < i);
		assert(digest_is_set(&chain->id) == (chain->state <= CHAIN_COPY));
	}
	chains_release(&chains);
}

static void
check_others(const json_t *value)
{
	auto_arena arena = { 0 };
	struct image_entry image;
	struct container_entry container;
	char file[ENTRY_FILE_NAME_SIZE];

	if (image_entry_decode(&image, &arena, value, NULL) == 0) {
		check_id(image.id, false);
		check_id(image.layer, true);
		for (size_t i = 0; i < image.big_data_count; i++)
			if (entry_big_data_file(image.big_data[i], file))
				assert(strchr(file, '/') == NULL && strcmp(file, "..") != 0);
	}
	if (container_entry_decode(&container, value, NULL) == 0)
		check_id(container.layer, true);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *array = json_decode(size > 0 ? (const char *)data : "", size, NULL);
	VEC(struct layer_entry) layers = { 0 };
	size_t i;
	const json_t *value;

	json_array_foreach(array, i, value)
	{
		struct layer_entry layer;

		check_others(value);
		if (layer_entry_decode(&layer, value, NULL) != 0)
			continue;
		check_id(layer.id, false);
		check_id(layer.parent, true);
		*vec_push(&layers) = layer;
	}
	check_chains(layers.at, layers.count);
	vec_release(&layers);
	return 0;
}
