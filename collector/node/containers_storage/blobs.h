/* The compressed blobs that the layers of a pool came from: a pull does not fetch these again. */
#ifndef COLLECTOR_NODE_CONTAINERS_STORAGE_BLOBS_H
#define COLLECTOR_NODE_CONTAINERS_STORAGE_BLOBS_H

#include "collector/node/containers_storage/pool.h"
#include "collector/node/store_scan.h"

/* A record for each; the engine knows them, and keeps none. */
int storage_blobs(
        const struct store_scan *frame, const struct pool *pool, struct error *err) must_check;

#endif
