/* The cache is emptied when full: no bookkeeping per use, and the next images fill it again. */
#include "analyzer/store/intern.h"

#include <stdlib.h>

#include "common/map.h"
#include "common/memory.h"

#define NO_LAYER UINT64_MAX

struct entry {
	int64_t id;
	uint64_t layer_bytes; /* NO_LAYER: not known to be a layer blob */
};

struct intern {
	struct db *db;
	struct map by_digest; /* to an index of entries */
	struct entry entries[INTERN_CACHE_MAX];
};

struct intern *
intern_new(struct db *db)
{
	struct intern *intern = xcalloc(1, sizeof(*intern));

	intern->db = db;
	map_init(&intern->by_digest, sizeof(struct digest));
	return intern;
}

void
intern_free(struct intern *intern)
{
	if (intern == NULL)
		return;
	map_release(&intern->by_digest);
	free(intern);
}

static struct entry *
remember(struct intern *intern, const struct digest *digest, int64_t id)
{
	struct entry *entry;

	if (intern->by_digest.count == INTERN_CACHE_MAX) {
		map_release(&intern->by_digest);
		map_init(&intern->by_digest, sizeof(struct digest));
	}
	entry = &intern->entries[intern->by_digest.count];
	map_set(&intern->by_digest, digest, (uint32_t)intern->by_digest.count);
	*entry = (struct entry){ .id = id, .layer_bytes = NO_LAYER };
	return entry;
}

static int
select_id(struct db *db, const struct digest *digest, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(db, "SELECT id FROM digest WHERE bytes = :bytes");

	query_bind_digest(&query, ":bytes", digest);
	*id = query_next(&query) ? query_int(&query, 0) : 0;
	return query_end(&query, err);
}

static int
insert_id(struct db *db, const struct digest *digest, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(db, "INSERT INTO digest (bytes) VALUES (:bytes)");

	query_bind_digest(&query, ":bytes", digest);
	if (query_run(&query, err) != 0)
		return -1;
	*id = db_last_id(db);
	return 0;
}

/* Valid until the next call. */
static struct entry *
look_up(struct intern *intern, const struct digest *digest, struct error *err)
{
	uint32_t index = map_get(&intern->by_digest, digest);
	int64_t id = 0;

	if (index != MAP_NONE)
		return &intern->entries[index];
	if (!digest_is_set(digest)) {
		fail(err, ERROR_FAILED, "a record without its digest");
		return NULL;
	}
	if (select_id(intern->db, digest, &id, err) != 0)
		return NULL;
	if (id == 0 && insert_id(intern->db, digest, &id, err) != 0)
		return NULL;
	return remember(intern, digest, id);
}

int
intern_digest(struct intern *intern, const struct digest *digest, int64_t *id, struct error *err)
{
	const struct entry *entry = look_up(intern, digest, err);

	if (entry == NULL)
		return -1;
	*id = entry->id;
	return 0;
}

static int
select_size(struct db *db, int64_t id, uint64_t *size_bytes, struct error *err)
{
	struct query query = db_query_cached(db, "SELECT size FROM layer_blob WHERE digest = :id");

	query_bind_int(&query, ":id", id);
	*size_bytes = query_next(&query) ? (uint64_t)query_int(&query, 0) : NO_LAYER;
	return query_end(&query, err);
}

static int
insert_size(struct db *db, int64_t id, uint64_t size_bytes, struct error *err)
{
	struct query query =
	        db_query_cached(db, "INSERT INTO layer_blob (digest, size) VALUES (:id, :size)");

	query_bind_int(&query, ":id", id);
	query_bind_int(&query, ":size", (int64_t)size_bytes);
	return query_run(&query, err);
}

int
intern_layer(struct intern *intern, const struct digest *digest, uint64_t size_bytes, int64_t *id,
        uint64_t *stored_bytes, struct error *err)
{
	struct entry *entry = look_up(intern, digest, err);

	if (entry == NULL)
		return -1;
	if (entry->layer_bytes == NO_LAYER &&
	        select_size(intern->db, entry->id, &entry->layer_bytes, err) != 0)
		return -1;
	if (entry->layer_bytes == NO_LAYER) {
		if (insert_size(intern->db, entry->id, size_bytes, err) != 0)
			return -1;
		entry->layer_bytes = size_bytes;
	}
	*id = entry->id;
	*stored_bytes = entry->layer_bytes;
	return 0;
}
