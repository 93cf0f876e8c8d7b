/* What an import asks before it writes: is there something newer? */
#include "analyzer/store/db.h"
#include "analyzer/store/handle.h"

int
store_newest_scan(struct store *store, enum source_kind kind, const char *source,
        struct store_newest *newest, struct error *err)
{
	struct query query = db_query_cached(&store->db,
	        "SELECT s.started_at, s.state <> 0 FROM source o JOIN scan s ON s.source = o.id"
	        " WHERE o.kind = :kind AND o.name = :name"
	        " ORDER BY s.started_at DESC, s.state <> 0 DESC LIMIT 1");

	*newest = (struct store_newest){ .started_at = INT64_MIN };
	query_bind_int(&query, ":kind", kind);
	query_bind_text(&query, ":name", source);
	if (query_next(&query)) {
		newest->started_at = query_int(&query, 0);
		newest->ended = query_int(&query, 1) != 0;
	}
	return query_end(&query, err);
}

int
store_newest_of_node(struct store *store, const char *node, int64_t *started_at, struct error *err)
{
	struct query query = db_query_cached(&store->db,
	        "SELECT max(c.started_at) FROM node n JOIN store t ON t.node = n.id"
	        " JOIN scan c ON c.source = t.source WHERE n.name = :name");

	*started_at = INT64_MIN;
	query_bind_text(&query, ":name", node);
	if (query_next(&query) && !query_is_null(&query, 0))
		*started_at = query_int(&query, 0);
	return query_end(&query, err);
}
