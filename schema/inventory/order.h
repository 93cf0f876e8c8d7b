/* The order of records that record.h and record_node.h demand, as far as answers depend on it. */
#ifndef SCHEMA_INVENTORY_ORDER_H
#define SCHEMA_INVENTORY_ORDER_H

#include "common/map.h"
#include "schema/inventory/inventory.h"

struct order {
	const char *node;       /* whose inventory it is; not owned */
	bool in_scan, of_store; /* a scan has begun; it is one of an image store */
	bool node_said, store_said;
	size_t scans;
	struct map chains;  /* said in this scan */
	struct map sources; /* begun in this file: kind and digest of the name */
	size_t line;        /* of the record that is looked at */
	/* The first line that names a chain nobody said: wrong in a scan that says everything. */
	size_t dangling_line;
};

void order_init(struct order *order, const char *node);
int order_check(struct order *order, const struct record *record, struct error *err) must_check;
/* After the last record. */
int order_end(const struct order *order, struct error *err) must_check;
void order_release(struct order *order);

#endif
