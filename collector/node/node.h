/*
 * The node collector: every image store of this machine, each engine a driver.
 *
 *	scan node ─▶ driver per engine ─▶ its stores ─▶ records (schema/record_node.h)
 *	              │                                   one scan for each store
 *	              └─ where it looks for them, if none is named
 *
 * All paths below a store are opened beneath its root (collector/beneath.h): what lies there was
 * made by others.
 */
#ifndef COLLECTOR_NODE_NODE_H
#define COLLECTOR_NODE_NODE_H

#include "collector/collector.h"
#include "common/buf.h"
#include "common/map.h"
#include "schema/record_node.h"

struct node_store {
	enum store_engine engine;
	const char *address; /* what the driver takes: a socket or a folder */
};

struct node_options {
	const char *node;                  /* names the node in every source: never NULL */
	const struct record_label *labels; /* pool, zone, owner */
	size_t label_count;
	const struct node_store *stores; /* none = find them */
	size_t store_count;
	struct map *pools; /* node_collect() keeps here what this run has met; NULL = nothing */
};

/*
 * One engine. A driver emits one scan per store, and turns what it cannot read into problems that
 * name the permission it needs.
 */
struct store_driver {
	enum store_engine engine;
	const char *name; /* "containers-storage": as in --store NAME=ADDRESS */
	/*
	 * Required. Reads the stores behind the address; NULL = all in the documented places, those
	 * that are not there are no problem. Each scan goes to node_count_scan(). -1 for failures
	 * of the sink, and ERROR_USAGE for an address that means nothing.
	 */
	int (*read)(const struct node_options *options, const char *address,
	        const struct collect_context *context, struct collect_result *total,
	        struct error *err);
	/* Required: where it looks, for people. */
	const char *places;
};

extern const struct store_driver *const store_drivers[];
extern const size_t store_driver_count;
extern const struct store_driver docker_driver;
extern const struct store_driver containers_storage_driver;
extern const struct store_driver containerd_driver;
extern const struct store_driver cri_driver;

/* "docker" and the like, of every engine of the contract; NULL = no such engine. */
const char *store_engine_name(enum store_engine engine);
/* "ENGINE=ADDRESS" of the command line. The text must live as long as *out. */
int node_store_parse(struct node_store *out, const char *text, struct error *err) must_check;
/* The name that this machine has for itself. In the arena. */
const char *node_own_name(struct arena *arena);

/*
 * Emits a scan for each store: those that are named, or all that are found. *result adds them up:
 * complete if all are, failed if all are. ERROR_FAILED if none was found; the message says where
 * was looked.
 */
int node_collect(const struct node_options *options, const struct collect_context *context,
        struct collect_result *result, struct error *err) must_check;

/* For drivers: adds one scan that ended to the total. */
void node_count_scan(struct collect_result *total, const struct collect_result *scan);
/* For drivers: false if this run has met that pool ("containerd:/var/lib/containerd") before: two
 * sockets, or a socket and a folder, onto one pool are one store. */
bool node_pool_is_new(const struct node_options *options, const char *pool);
/* For drivers: something kept them from finding stores. */
void node_count_problem(struct collect_result *total, const char *message);

#endif
