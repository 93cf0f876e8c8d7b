/*
 * The elements of layers.json, images.json and containers.json of containers/storage, as far as
 * they matter here. Pure; one element at a time, so that one that is broken costs only itself.
 */
#ifndef COLLECTOR_NODE_CONTAINERS_STORAGE_ENTRY_H
#define COLLECTOR_NODE_CONTAINERS_STORAGE_ENTRY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/error.h"
#include "schema/digest.h"

/* IDs become paths: 64 hex digits and nothing else. */
#define ENTRY_ID_LENGTH 64
#define ENTRY_ID_SIZE   (ENTRY_ID_LENGTH + 1)

#define ENTRY_MAX_NAMES    1000
#define ENTRY_MAX_BIG_DATA 1000

/* Texts are in the arena; an ID that is not stated is "". */
struct layer_entry {
	char id[ENTRY_ID_SIZE], parent[ENTRY_ID_SIZE];
	struct digest diff_id; /* not set: a container's, or one known by its table of contents */
	struct digest compressed; /* of the blob it came in; not set: made here, or not stated */
	bool by_toc;              /* zstd:chunked, pulled in parts */
	bool incomplete;          /* flags.incomplete: being made, or left over by a crash */
	uint64_t diff_bytes;      /* length of its tar; BYTES_UNKNOWN if absent or -1 */
	int64_t created_at;       /* RECORD_TIME_UNKNOWN */
	uint32_t root;            /* for the caller: where it was read */
};

struct image_entry {
	char id[ENTRY_ID_SIZE], layer[ENTRY_ID_SIZE];
	const char **names; /* "host/repo:tag" */
	size_t name_count;
	const char **big_data; /* names of documents kept beside the image */
	size_t big_data_count;
	struct digest digest; /* of a manifest or an index, not set if not stated */
	uint32_t root;        /* for the caller: where it was read */
};

struct container_entry {
	char id[ENTRY_ID_SIZE], image[ENTRY_ID_SIZE], layer[ENTRY_ID_SIZE];
};

int layer_entry_decode(struct layer_entry *out, const json_t *value, struct error *err) must_check;
int image_entry_decode(struct image_entry *out, struct arena *arena, const json_t *value,
        struct error *err) must_check;
int container_entry_decode(
        struct container_entry *out, const json_t *value, struct error *err) must_check;

/*
 * The file name of a big-data item: itself if it is of [a-z0-9.] only, else "=" and its base64
 * (images.go makeBigDataBaseName). False if it would be no single file name, or too long.
 */
#define ENTRY_FILE_NAME_SIZE 256
bool entry_big_data_file(const char *name, char out[ENTRY_FILE_NAME_SIZE]);

#endif
