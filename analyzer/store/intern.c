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
remember(struct intern *intern, const struct digest *digest, const struct entry *new)
{
	struct entry *entry;

	if (intern->by_digest.count == INTERN_CACHE_MAX) {
		map_release(&intern->by_digest);
		map_init(&intern->by_digest, sizeof(struct digest));
	}
	entry = &intern->entries[intern->by_digest.count];
	map_set(&intern->by_digest, digest, (uint32_t)intern->by_digest.count);
	*entry = *new;
	return entry;
}

/* *id is 0 when the digest was there already. */
static int
insert(struct db *db, const struct digest *digest, uint64_t layer_bytes, int64_t *id,
        struct error *err)
{
	struct query query = db_query_cached(db,
	        "INSERT INTO digest (bytes, layer_size) VALUES (:bytes, :layer_size)"
	        " ON CONFLICT DO NOTHING");

	query_bind_digest(&query, ":bytes", digest);
	if (layer_bytes != NO_LAYER)
		query_bind_int(&query, ":layer_size", (int64_t)layer_bytes);
	if (query_run(&query, err) != 0)
		return -1;
	*id = db_changed(db) ? db_last_id(db) : 0;
	return 0;
}

static int
select_entry(struct db *db, const struct digest *digest, struct entry *entry, struct error *err)
{
	struct query query =
	        db_query_cached(db, "SELECT id, layer_size FROM digest WHERE bytes = :bytes");

	query_bind_digest(&query, ":bytes", digest);
	*entry = (struct entry){ 0 };
	if (query_next(&query)) {
		entry->id = query_int(&query, 0);
		entry->layer_bytes =
		        query_is_null(&query, 1) ? NO_LAYER : (uint64_t)query_int(&query, 1);
	}
	return query_end(&query, err);
}

/* Valid until the next call. A digest that is new gets `layer_bytes`. */
static struct entry *
look_up(struct intern *intern, const struct digest *digest, uint64_t layer_bytes, struct error *err)
{
	uint32_t index = map_get(&intern->by_digest, digest);
	struct entry entry = { .layer_bytes = layer_bytes };

	if (index != MAP_NONE)
		return &intern->entries[index];
	if (!digest_is_set(digest)) {
		fail(err, ERROR_FAILED, "a record without its digest");
		return NULL;
	}
	/* Most digests that are not in the cache are new. */
	if (insert(intern->db, digest, layer_bytes, &entry.id, err) != 0)
		return NULL;
	if (entry.id == 0 && select_entry(intern->db, digest, &entry, err) != 0)
		return NULL;
	return remember(intern, digest, &entry);
}

int
intern_digest(struct intern *intern, const struct digest *digest, int64_t *id, struct error *err)
{
	const struct entry *entry = look_up(intern, digest, NO_LAYER, err);

	if (entry == NULL)
		return -1;
	*id = entry->id;
	return 0;
}

static int
set_size(struct db *db, int64_t id, uint64_t size_bytes, struct error *err)
{
	struct query query =
	        db_query_cached(db, "UPDATE digest SET layer_size = :layer_size WHERE id = :id");

	query_bind_int(&query, ":layer_size", (int64_t)size_bytes);
	query_bind_int(&query, ":id", id);
	return query_run(&query, err);
}

int
intern_layer(struct intern *intern, const struct digest *digest, uint64_t size_bytes, int64_t *id,
        uint64_t *stored_bytes, struct error *err)
{
	struct entry *entry = look_up(intern, digest, size_bytes, err);

	if (entry == NULL)
		return -1;
	if (entry->layer_bytes == NO_LAYER) {
		if (set_size(intern->db, entry->id, size_bytes, err) != 0)
			return -1;
		entry->layer_bytes = size_bytes;
	}
	*id = entry->id;
	*stored_bytes = entry->layer_bytes;
	return 0;
}
