/*
 * A layer's folder is named by its ChainID, and the ChainID follows from what lies in it: so each
 * folder proves itself, and a chain cannot be a circle. Damage shows as another name.
 *
 *	CHAIN/diff   ─┐
 *	CHAIN/parent ─┴▶ H(parent " " diff) = CHAIN ?  ─▶ layers, sorted by depth
 */
#include "collector/node/docker/layerdb.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "common/memory.h"
#include "common/text.h"
#include "schema/record.h"

#define MAX_FILE_BYTES 256
#define MAX_LAYERS     100000

void
layerdb_init(struct layerdb *db)
{
	*db = (struct layerdb){ 0 };
	map_init(&db->by_chain, sizeof(struct digest));
}

void
layerdb_release(struct layerdb *db)
{
	vec_release(&db->layers);
	vec_release(&db->problems);
	map_release(&db->by_chain);
}

struct docker_layer *
layerdb_find(const struct layerdb *db, const struct digest *chain)
{
	uint32_t index = map_get(&db->by_chain, chain);

	return index == MAP_NONE ? NULL : &db->layers.at[index];
}

/* One short file without its newline: 1, 0, -1. */
static int
read_line(int folder, const char *name, struct buf *out, struct error *err)
{
	int found = beneath_read(folder, name, MAX_FILE_BYTES, out, err);

	while (found == 1 && out->length > 0 && out->data[out->length - 1] == '\n')
		out->data[--out->length] = '\0';
	return found;
}

static int
read_digest(int folder, const char *name, struct digest *out, struct error *err)
{
	auto_buf text = { 0 };
	int found = read_line(folder, name, &text, err);

	if (found == 1 && !digest_parse_n(out, buf_text(&text), text.length))
		return fail(err, ERROR_FAILED, "%s: not a digest", name);
	return found;
}

/* 64 hex digits; what BuildKit made has 25 letters and digits. */
static bool
is_folder_name(const char *text, size_t length)
{
	return length > 0 && length <= DOCKER_ID_LENGTH &&
	       strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz") >= length;
}

/* 1, 0 not there, -1: the name of a folder of the driver, and `end` behind it. */
static int
read_id(int folder, const char *name, const char *end, char out[DOCKER_ID_SIZE], struct error *err)
{
	auto_buf text = { 0 };
	int found = read_line(folder, name, &text, err);
	size_t length;

	if (found != 1)
		return found;
	length = text.length > strlen(end) ? text.length - strlen(end) : 0;
	if (strcmp(buf_text(&text) + length, end) != 0 || !is_folder_name(buf_text(&text), length))
		return fail(err, ERROR_FAILED, "%s: not an ID", name);
	memcpy(out, buf_text(&text), length);
	out[length] = '\0';
	return 1;
}

static int
read_size(int folder, uint64_t *bytes, struct error *err)
{
	auto_buf text = { 0 };
	int found = read_line(folder, "size", &text, err);
	char *end = NULL;

	*bytes = BYTES_UNKNOWN;
	if (found != 1)
		return found < 0 ? -1 : fail(err, ERROR_FAILED, "size: missing");
	unsigned long long value = strtoull(buf_text(&text), &end, 10);
	if (text.length == 0 || strspn(buf_text(&text), "0123456789") != text.length ||
	        value > RECORD_MAX_SIZE_BYTES)
		return fail(
		        err, ERROR_FAILED, "size: '%.40s' is no number of bytes", buf_text(&text));
	*bytes = value;
	return 0;
}

/* What the folder says; that it is named so is checked. */
static int
read_layer(struct docker_layer *layer, int folder, struct error *err)
{
	struct stat status;
	struct digest computed;

	layer->unpacked_at = fstat(folder, &status) == 0 ? status.st_mtime : RECORD_TIME_UNKNOWN;
	if (read_size(folder, &layer->size_bytes, err) != 0)
		return -1;
	int found = read_digest(folder, "diff", &layer->diff_id, err);
	if (found != 1)
		return found < 0 ? -1 : fail(err, ERROR_FAILED, "diff: missing");
	if (read_digest(folder, "parent", &layer->parent, err) < 0)
		return -1;
	digest_chain(&computed, &layer->parent, &layer->diff_id);
	if (!digest_equal(&computed, &layer->chain_id))
		return fail(err, ERROR_FAILED, "its files make another ChainID: damaged");
	found = read_id(folder, "cache-id", "", layer->cache_id, err);
	return found == 0 ? fail(err, ERROR_FAILED, "cache-id: missing") : found < 0 ? -1 : 0;
}

static void
add_bytes(uint64_t *count, uint64_t *sum, uint64_t bytes)
{
	(*count)++;
	if (bytes != BYTES_UNKNOWN)
		*sum += bytes;
}

static void
add_problem(struct layerdb *db, struct arena *arena, const char *name, const struct error *why)
{
	*vec_push(&db->problems) = (struct layerdb_problem){
		arena_printf(arena, "layer %.12s", name),
		arena_strdup(arena, why->message),
	};
}

/* Removed while we look is no problem. */
static int
take_folder(struct layerdb *db, struct arena *arena, int parent, const char *name)
{
	auto_free char *text = xprintf("sha256:%s", name);
	auto_close int folder = -1;
	struct docker_layer layer = { .size_bytes = BYTES_UNKNOWN };
	struct error why = { 0 };
	bool is_chain = digest_parse(&layer.chain_id, text);
	bool removing = strlen(name) > DOCKER_ID_LENGTH && strstr(name, "-removing") != NULL;

	if (!is_chain && !removing)
		return 0;
	int found = beneath_folder(parent, name, &folder, &why);
	if (found == 0)
		return 0;
	if (found == 1 && removing) {
		int ignored = read_size(folder, &layer.size_bytes, &why);

		(void)ignored;
		add_bytes(&db->removing_count, &db->removing_bytes, layer.size_bytes);
		return 0;
	}
	if (found == 1 && read_layer(&layer, folder, &why) == 0) {
		*vec_push(&db->layers) = layer;
		return db->layers.count > MAX_LAYERS ? -1 : 0;
	}
	if (faccessat(parent, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	add_problem(db, arena, name, &why);
	add_bytes(&db->unidentified_count, &db->unidentified_bytes, layer.size_bytes);
	return 0;
}

static int
compare(const void *left, const void *right)
{
	const struct docker_layer *a = left, *b = right;

	return digest_compare(&a->chain_id, &b->chain_id);
}

/* Walks down from every layer to one that is placed, then places those on the way. A layer above
 * one that is not there is left out. */
struct placing {
	struct layerdb *db;
	const struct docker_layer *sorted;
	struct map index; /* chain to sorted */
	uint8_t *state;   /* 0 new, 1 placed, 2 left out */
	uint32_t *way;
	struct arena *arena;
};

static void
place_with_parents(struct placing *placing, uint32_t layer)
{
	size_t length = 0;
	bool broken = false;

	while (layer != MAP_NONE && placing->state[layer] == 0) {
		placing->way[length++] = layer;
		if (!digest_is_set(&placing->sorted[layer].parent))
			break;
		layer = map_get(&placing->index, &placing->sorted[layer].parent);
		broken = layer == MAP_NONE;
	}
	if (layer != MAP_NONE && placing->state[layer] == 2)
		broken = true;
	while (length > 0) {
		const struct docker_layer *next = &placing->sorted[placing->way[--length]];

		placing->state[placing->way[length]] = broken ? 2 : 1;
		if (!broken) {
			map_set(&placing->db->by_chain, &next->chain_id,
			        (uint32_t)placing->db->layers.count);
			*vec_push(&placing->db->layers) = *next;
			continue;
		}
		char hex[DIGEST_TEXT_SIZE];
		struct error why = { 0 };
		fail(&why, ERROR_FAILED, "a layer below it is missing or damaged");
		digest_format(&next->chain_id, hex);
		add_problem(placing->db, placing->arena, hex + strlen("sha256:"), &why);
		add_bytes(&placing->db->unidentified_count, &placing->db->unidentified_bytes,
		        next->size_bytes);
	}
}

static void
place_all(struct layerdb *db, struct arena *arena)
{
	size_t count = db->layers.count;
	auto_free struct docker_layer *sorted = xcalloc(count + 1, sizeof(*sorted));
	auto_free uint8_t *state = xcalloc(count + 1, sizeof(*state));
	auto_free uint32_t *way = xcalloc(count + 1, sizeof(*way));
	struct placing placing = {
		.db = db, .sorted = sorted, .state = state, .way = way, .arena = arena
	};

	if (count > 0)
		memcpy(sorted, db->layers.at, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare);
	map_init(&placing.index, sizeof(struct digest));
	for (uint32_t i = 0; i < count; i++)
		map_set(&placing.index, &sorted[i].chain_id, i);
	db->layers.count = 0;
	for (uint32_t i = 0; i < count; i++)
		place_with_parents(&placing, i);
	map_release(&placing.index);
}

void
layerdb_close_list(DIR **list)
{
	if (*list != NULL)
		closedir(*list);
}

int
layerdb_list(DIR **list, int root, const char *name, struct error *err)
{
	int folder = -1;
	int found = beneath_folder(root, name, &folder, err);

	*list = NULL;
	if (found != 1)
		return found;
	*list = fdopendir(folder);
	if (*list != NULL)
		return 1;
	close(folder);
	return fail_errno(err, "%s", name);
}

int
layerdb_read(
        struct layerdb *db, int root, const char *driver, struct arena *arena, struct error *err)
{
	auto_free char *name = xprintf("image/%s/layerdb/sha256", driver);
	auto_list DIR *list = NULL;
	int found = layerdb_list(&list, root, name, err);

	if (list == NULL)
		return found;
	for (const struct dirent *entry; (entry = readdir(list)) != NULL;)
		if (take_folder(db, arena, dirfd(list), entry->d_name) != 0)
			return fail(err, ERROR_LIMIT, "%s: more than %d layers", name, MAX_LAYERS);
	place_all(db, arena);
	return 1;
}

struct digest
layerdb_add_image(
        struct layerdb *db, const struct digest *diff_ids, const uint64_t *bytes, size_t count)
{
	struct digest below = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct docker_layer layer = {
			.parent = below,
			.diff_id = diff_ids[i],
			.size_bytes = bytes != NULL ? bytes[i] : BYTES_UNKNOWN,
			.unpacked_at = RECORD_TIME_UNKNOWN,
		};

		digest_chain(&layer.chain_id, &below, &diff_ids[i]);
		below = layer.chain_id;
		uint32_t known =
		        map_add(&db->by_chain, &layer.chain_id, (uint32_t)db->layers.count);
		if (known == MAP_NONE)
			*vec_push(&db->layers) = layer;
		else if (db->layers.at[known].size_bytes == BYTES_UNKNOWN)
			db->layers.at[known].size_bytes = layer.size_bytes;
	}
	return below;
}

int
layerdb_mount(struct layerdb_mount *out, int root, const char *driver, const char *container,
        struct error *err)
{
	auto_free char *name = xprintf("image/%s/layerdb/mounts/%s", driver, container);
	auto_close int folder = -1;
	char init[DOCKER_ID_SIZE] = "";
	int found = beneath_folder(root, name, &folder, err);

	*out = (struct layerdb_mount){ 0 };
	if (found != 1)
		return found;
	if (read_digest(folder, "parent", &out->parent, err) < 0 ||
	        read_id(folder, "mount-id", "", out->mount_id, err) < 0)
		return -1;
	found = read_id(folder, "init-id", "-init", init, err);
	if (found < 0)
		return -1;
	out->has_init = found == 1 && strcmp(init, out->mount_id) == 0;
	return 1;
}
