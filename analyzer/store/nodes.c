/*
 * Nodes, stores, chains, images. What fleets have in common (chain, layer, appearance) is written
 * once; a store's own rows point at it and are opened when it is first said.
 */
#include "analyzer/store/nodes.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

#define COMPACT (JSON_COMPACT | JSON_SORT_KEYS)

void
nodes_start(struct ingest *ingest)
{
	map_init(&ingest->said_layers, sizeof(int64_t));
	map_init(&ingest->said_images, sizeof(int64_t));
	map_init(&ingest->said_containers, sizeof(int64_t));
	map_init(&ingest->said_extras, sizeof(int64_t));
	map_init(&ingest->said_blobs, sizeof(int64_t));
	ingest->in_store = false;
}

void
nodes_forget(struct ingest *ingest)
{
	map_release(&ingest->said_layers);
	map_release(&ingest->said_images);
	map_release(&ingest->said_containers);
	map_release(&ingest->said_extras);
	map_release(&ingest->said_blobs);
}

int
nodes_intern(struct ingest *ingest, const struct digest *digest, int64_t *id, struct error *err)
{
	*id = 0;
	return digest_is_set(digest) ? intern_digest(ingest->intern, digest, id, err) : 0;
}

void
nodes_bind_id(struct query *query, const char *name, int64_t id)
{
	if (id != 0)
		query_bind_int(query, name, id);
	else
		query_bind_null(query, name);
}

void
nodes_bind_bytes(struct query *query, const char *name, uint64_t bytes)
{
	if (bytes <= INT64_MAX)
		query_bind_int(query, name, (int64_t)bytes);
	else
		query_bind_null(query, name);
}

/* --- the node and the store ------------------------------------------------------------- */

/* NULL without memory, or for texts that are not UTF-8. */
static char *
labels_json(const struct record_node *node)
{
	json_auto_t *labels = json_object();

	for (size_t i = 0; i < node->label_count; i++)
		json_object_set_new(
		        labels, node->labels[i].key, json_string(node->labels[i].value));
	return json_dumps(labels, COMPACT);
}

static int
take_node(struct ingest *ingest, const struct record_node *node, struct error *err)
{
	auto_free char *labels = labels_json(node);
	struct query query = db_query_cached(ingest->db,
	        "INSERT INTO node (name, labels, memory) VALUES (:name, :labels, :memory)"
	        " ON CONFLICT (name) DO UPDATE SET labels = excluded.labels,"
	        " memory = excluded.memory"
	        " WHERE labels <> excluded.labels OR memory IS NOT excluded.memory");

	query_bind_text(&query, ":name", node->name);
	query_bind_text(&query, ":labels", labels != NULL ? labels : "{}");
	nodes_bind_bytes(&query, ":memory", node->memory_bytes);
	return query_run(&query, err);
}

static int
take_store(struct ingest *ingest, const struct record_store *store, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "INSERT INTO store (source, node, engine, driver, namespace, root, sharing, unit,"
	        " content_pool) SELECT :source, id, :engine, :driver, :namespace, :root, :sharing,"
	        " :unit, :content_pool FROM node WHERE name = :node"
	        " ON CONFLICT (source) DO UPDATE SET node = excluded.node,"
	        " engine = excluded.engine, driver = excluded.driver,"
	        " namespace = excluded.namespace, root = excluded.root,"
	        " sharing = excluded.sharing, unit = excluded.unit,"
	        " content_pool = excluded.content_pool"
	        " WHERE (node, engine, driver, sharing, unit) <> (excluded.node, excluded.engine,"
	        " excluded.driver, excluded.sharing, excluded.unit)"
	        " OR namespace IS NOT excluded.namespace OR root IS NOT excluded.root"
	        " OR content_pool IS NOT excluded.content_pool");

	query_bind_int(&query, ":source", ingest->source);
	query_bind_text(&query, ":node", store->node);
	query_bind_int(&query, ":engine", store->engine);
	query_bind_text(&query, ":driver", store->driver);
	query_bind_text(&query, ":namespace", store->namespace);
	query_bind_text(&query, ":root", store->root);
	query_bind_int(&query, ":sharing", store->sharing);
	query_bind_int(&query, ":unit", store->unit);
	query_bind_text(&query, ":content_pool", store->content_pool);
	ingest->in_store = true;
	return query_run(&query, err);
}

/* --- chains ----------------------------------------------------------------------------- */

static int
add_chain(struct ingest *ingest, const struct record_chain *chain, int64_t *id, struct error *err)
{
	int64_t parent, diff_id;
	struct digest actual;
	struct query query;

	/* So no parents can ever go in a circle. */
	digest_chain(&actual, &chain->parent, &chain->diff_id);
	if (!digest_equal(&actual, &chain->chain_id))
		return fail(err, ERROR_FAILED, "a record of a chain whose ChainID is wrong");
	if (nodes_intern(ingest, &chain->chain_id, id, err) != 0 ||
	        nodes_intern(ingest, &chain->parent, &parent, err) != 0 ||
	        nodes_intern(ingest, &chain->diff_id, &diff_id, err) != 0)
		return -1;
	query = db_query_cached(ingest->db,
	        "INSERT INTO chain (digest, parent, diff_id) VALUES (:digest, :parent, :diff_id)"
	        " ON CONFLICT DO NOTHING");
	nodes_bind_id(&query, ":digest", *id);
	nodes_bind_id(&query, ":parent", parent);
	nodes_bind_id(&query, ":diff_id", diff_id);
	return query_run(&query, err);
}

static int64_t
stored_size(uint64_t bytes)
{
	return bytes <= INT64_MAX ? (int64_t)bytes : -1;
}

static int
find_layer(struct ingest *ingest, const struct record_chain *chain, int64_t chain_id, int64_t *id,
        struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT l.id FROM layer l JOIN store s ON s.source = :store"
	        " WHERE l.chain = :chain AND l.unit = s.unit AND l.size = :size"
	        " AND l.build_cache = :build_cache");

	query_bind_int(&query, ":store", ingest->source);
	query_bind_int(&query, ":chain", chain_id);
	query_bind_int(&query, ":size", stored_size(chain->size_bytes));
	query_bind_int(&query, ":build_cache", chain->build_cache);
	*id = query_next(&query) ? query_int(&query, 0) : 0;
	return query_end(&query, err);
}

static int
add_layer(struct ingest *ingest, const struct record_chain *chain, int64_t *id, struct error *err)
{
	int64_t chain_id;
	struct query query;

	if (add_chain(ingest, chain, &chain_id, err) != 0 ||
	        find_layer(ingest, chain, chain_id, id, err) != 0)
		return -1;
	if (*id != 0)
		return 0;
	query = db_query_cached(ingest->db,
	        "INSERT INTO layer (chain, unit, size, build_cache)"
	        " SELECT :chain, unit, :size, :build_cache FROM store WHERE source = :store");
	query_bind_int(&query, ":store", ingest->source);
	query_bind_int(&query, ":chain", chain_id);
	query_bind_int(&query, ":size", stored_size(chain->size_bytes));
	query_bind_int(&query, ":build_cache", chain->build_cache);
	if (query_run(&query, err) != 0)
		return -1;
	*id = db_last_id(ingest->db);
	return 0;
}

static int
open_layer(struct ingest *ingest, int64_t layer, int64_t unpacked_at, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "INSERT INTO store_layer (store, layer, since, unpacked_at)"
	        " SELECT :store, :layer, :scan, :unpacked_at WHERE NOT EXISTS (SELECT 1 FROM"
	        " store_layer WHERE store = :store AND layer = :layer AND until IS NULL)");

	query_bind_int(&query, ":store", ingest->source);
	query_bind_int(&query, ":layer", layer);
	query_bind_int(&query, ":scan", ingest->scan);
	if (unpacked_at != RECORD_TIME_UNKNOWN)
		query_bind_int(&query, ":unpacked_at", unpacked_at);
	return query_run(&query, err);
}

/* Removed and fetched again between two scans. */
static int
correct_layer(struct ingest *ingest, int64_t layer, int64_t unpacked_at, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "UPDATE store_layer SET unpacked_at = :unpacked_at WHERE store = :store"
	        " AND layer = :layer AND until IS NULL AND unpacked_at IS NOT :unpacked_at");

	query_bind_int(&query, ":store", ingest->source);
	query_bind_int(&query, ":layer", layer);
	if (unpacked_at != RECORD_TIME_UNKNOWN)
		query_bind_int(&query, ":unpacked_at", unpacked_at);
	return query_run(&query, err);
}

static int
take_chain(struct ingest *ingest, const struct record_chain *chain, struct error *err)
{
	int64_t layer = 0;

	if (add_layer(ingest, chain, &layer, err) != 0 ||
	        open_layer(ingest, layer, chain->unpacked_at, err) != 0)
		return -1;
	map_set(&ingest->said_layers, &layer, 1);
	return db_changed(ingest->db) ? 0 : correct_layer(ingest, layer, chain->unpacked_at, err);
}

/* --- images ----------------------------------------------------------------------------- */

static char *
labels_of(const struct record_node_image *image)
{
	json_auto_t *labels = json_object();
	json_t *names = json_array(), *manifests = json_array();
	char text[DIGEST_TEXT_SIZE];

	for (size_t i = 0; i < image->name_count; i++)
		json_array_append_new(names, json_string(image->names[i]));
	for (size_t i = 0; i < image->manifest_count; i++)
		json_array_append_new(
		        manifests, json_string(digest_format(&image->manifests[i], text)));
	json_object_set_new(labels, "names", names);
	json_object_set_new(labels, "manifests", manifests);
	return json_dumps(labels, COMPACT);
}

struct appearance {
	int64_t config, chain;
	bool chain_unknown;
	char *labels;
};

static int
find_appearance(
        struct ingest *ingest, const struct appearance *appearance, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "SELECT id FROM appearance WHERE config = :config AND ifnull(chain, 0) = :chain"
	        " AND chain_unknown = :unknown AND labels = :labels");

	query_bind_int(&query, ":config", appearance->config);
	query_bind_int(&query, ":chain", appearance->chain);
	query_bind_int(&query, ":unknown", appearance->chain_unknown);
	query_bind_text(&query, ":labels", appearance->labels);
	*id = query_next(&query) ? query_int(&query, 0) : 0;
	return query_end(&query, err);
}

static int
add_appearance(
        struct ingest *ingest, const struct appearance *appearance, int64_t *id, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "INSERT INTO appearance (config, chain, chain_unknown, labels)"
	        " VALUES (:config, :chain, :unknown, :labels)");

	query_bind_int(&query, ":config", appearance->config);
	nodes_bind_id(&query, ":chain", appearance->chain);
	query_bind_int(&query, ":unknown", appearance->chain_unknown);
	query_bind_text(&query, ":labels", appearance->labels);
	if (query_run(&query, err) != 0)
		return -1;
	*id = db_last_id(ingest->db);
	return 0;
}

static int
open_image(struct ingest *ingest, int64_t appearance, struct error *err)
{
	struct query query = db_query_cached(ingest->db,
	        "INSERT INTO store_image (store, appearance, since) SELECT :store, :appearance,"
	        " :scan WHERE NOT EXISTS (SELECT 1 FROM store_image WHERE store = :store"
	        " AND appearance = :appearance AND until IS NULL)");

	query_bind_int(&query, ":store", ingest->source);
	query_bind_int(&query, ":appearance", appearance);
	query_bind_int(&query, ":scan", ingest->scan);
	return query_run(&query, err);
}

static int
take_image(struct ingest *ingest, const struct record_node_image *image, struct error *err)
{
	auto_free char *labels = labels_of(image);
	struct appearance appearance = { .chain_unknown = image->chain_unknown, .labels = labels };
	int64_t id = 0;

	if (labels == NULL)
		return fail(err, ERROR_FAILED, "names of an image are not UTF-8");
	if (intern_digest(ingest->intern, &image->config, &appearance.config, err) != 0 ||
	        nodes_intern(ingest, &image->chain, &appearance.chain, err) != 0 ||
	        find_appearance(ingest, &appearance, &id, err) != 0)
		return -1;
	if (id == 0 && add_appearance(ingest, &appearance, &id, err) != 0)
		return -1;
	map_set(&ingest->said_images, &id, 1);
	return open_image(ingest, id, err);
}

int
nodes_record(struct ingest *ingest, const struct record *record, struct error *err)
{
	if (record->kind == RECORD_NODE)
		return take_node(ingest, &record->node, err);
	if (record->kind == RECORD_STORE)
		return take_store(ingest, &record->store, err);
	if (!ingest->in_store)
		return fail(err, ERROR_FAILED, "a record of a store before the store");
	switch (record->kind) {
	case RECORD_CHAIN:
		return take_chain(ingest, &record->chain, err);
	case RECORD_NODE_IMAGE:
		return take_image(ingest, &record->node_image, err);
	case RECORD_CONTAINER:
		return nodes_container(ingest, &record->container, err);
	case RECORD_EXTRA:
		return nodes_extra(ingest, &record->extra, err);
	case RECORD_STORE_BLOB:
		return nodes_store_blob(ingest, &record->store_blob, err);
	case RECORD_CHAIN_FACTS:
		return nodes_chain_facts(ingest, &record->chain_facts, err);
	case RECORD_IMAGE_FACTS:
		return nodes_image_facts(ingest, &record->image_facts, err);
	case RECORD_RESIDENT:
		return nodes_resident(ingest, &record->resident, err);
	default:
		return fail(err, ERROR_FAILED, "unknown kind of record: %d", (int)record->kind);
	}
}
