/*
 * One scan after the other, each of another source. Inside one of an image store: the node, the
 * store, then the rest, parents of chains first. A scan that was cut may leave chains out that its
 * images stand on; one that claims to be complete may not.
 */
#include "schema/inventory/order.h"

#include <string.h>

#include "common/text.h"

struct source_key {
	uint64_t kind;
	struct digest name;
};

void
order_init(struct order *order, const char *node)
{
	*order = (struct order){ .node = node };
	map_init(&order->chains, sizeof(struct digest));
	map_init(&order->sources, sizeof(struct source_key));
}

void
order_release(struct order *order)
{
	map_release(&order->chains);
	map_release(&order->sources);
}

/* "NODE/…": nobody speaks for another node. */
static bool
is_of_node(const struct order *order, const char *source)
{
	return text_starts_with(source, order->node) && source[strlen(order->node)] == '/';
}

static int
begin_scan(struct order *order, const struct record_scan *scan, struct error *err)
{
	struct source_key key;

	if (order->in_scan)
		return fail(err, ERROR_FAILED, "a scan begins inside of another");
	if (scan->source_kind == SOURCE_STORE && !is_of_node(order, scan->source_name))
		return fail(err, ERROR_FAILED, "'%.200s' is no store of the node '%.200s'",
		        scan->source_name, order->node);
	memset(&key, 0, sizeof(key));
	key.kind = scan->source_kind;
	digest_of(&key.name, DIGEST_SHA256, scan->source_name, strlen(scan->source_name));
	if (map_add(&order->sources, &key, 1) != MAP_NONE)
		return fail(err, ERROR_FAILED, "a second scan of '%.200s'", scan->source_name);
	map_release(&order->chains);
	map_init(&order->chains, sizeof(struct digest));
	order->in_scan = true;
	order->of_store = scan->source_kind == SOURCE_STORE;
	order->node_said = order->store_said = false;
	order->dangling_line = 0;
	order->scans++;
	return 0;
}

static int
end_scan(struct order *order, const struct record_scan_end *end, struct error *err)
{
	order->in_scan = false;
	if (order->of_store && !order->store_said)
		return fail(err, ERROR_FAILED, "the scan ends, and has not said of which store");
	if (end->catalogue_complete && order->dangling_line != 0)
		return fail(err, ERROR_FAILED,
		        "the scan says that it is whole, but line %zu names a chain that is not "
		        "in it",
		        order->dangling_line);
	return 0;
}

static int
take_node(struct order *order, const char *node, bool *said, const char *what, struct error *err)
{
	if (!order->of_store)
		return fail(err, ERROR_FAILED, "a %s in a scan of something else", what);
	if (*said)
		return fail(err, ERROR_FAILED, "a second %s in one scan", what);
	*said = true;
	return strcmp(node, order->node) == 0
	               ? 0
	               : fail(err, ERROR_FAILED, "a %s of '%.200s' in an inventory of '%.200s'",
	                         what, node, order->node);
}

static int
take_chain(struct order *order, const struct record_chain *chain, struct error *err)
{
	if (digest_is_set(&chain->parent) && map_get(&order->chains, &chain->parent) == MAP_NONE)
		return fail(err, ERROR_FAILED, "a chain before its parent");
	return map_add(&order->chains, &chain->chain_id, 1) == MAP_NONE
	               ? 0
	               : fail(err, ERROR_FAILED, "a chain that was said before");
}

static int
name_chain(struct order *order, const struct digest *chain)
{
	if (digest_is_set(chain) && order->dangling_line == 0 &&
	        map_get(&order->chains, chain) == MAP_NONE)
		order->dangling_line = order->line;
	return 0;
}

static int
take_of_store(struct order *order, const struct record *record, struct error *err)
{
	if (!order->store_said)
		return fail(err, ERROR_FAILED, "a record of a store before its node and store");
	switch (record->kind) {
	case RECORD_CHAIN:
		return take_chain(order, &record->chain, err);
	case RECORD_NODE_IMAGE:
		return name_chain(order, &record->node_image.chain);
	case RECORD_CHAIN_FACTS:
		return name_chain(order, &record->chain_facts.chain_id);
	case RECORD_RESIDENT:
		return name_chain(order, &record->resident.chain_id);
	default:
		return 0;
	}
}

int
order_check(struct order *order, const struct record *record, struct error *err)
{
	if (record->kind == RECORD_SCAN)
		return begin_scan(order, &record->scan, err);
	if (!order->in_scan)
		return fail(err, ERROR_FAILED, "a record outside of a scan");
	switch (record->kind) {
	case RECORD_SCAN_END:
		return end_scan(order, &record->scan_end, err);
	case RECORD_PROBLEM:
		return 0;
	case RECORD_MANIFEST:
	case RECORD_CONFIG:
		return order->of_store && !order->store_said
		               ? fail(err, ERROR_FAILED, "a document before its node and store")
		               : 0;
	case RECORD_REFERENCE:
	case RECORD_REPOSITORY:
	case RECORD_ABSENT:
		return order->of_store ? fail(err, ERROR_FAILED,
		                                 "a record of a registry in a scan of a store")
		                       : 0;
	case RECORD_NODE:
		return take_node(order, record->node.name, &order->node_said, "node", err);
	case RECORD_STORE:
		return order->node_said ? take_node(order, record->store.node, &order->store_said,
		                                  "store", err)
		                        : fail(err, ERROR_FAILED, "a store before its node");
	default:
		return take_of_store(order, record, err);
	}
}

int
order_end(const struct order *order, struct error *err)
{
	return order->in_scan ? fail(err, ERROR_FAILED, "a scan that does not end") : 0;
}
