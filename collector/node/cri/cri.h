/*
 * CRI: for stores that nothing else leads to. Most often it leads to a store that has a driver of
 * its own, and that is read instead:
 *
 *	socket ─┬─ speaks containerd's API too      ─▶ containerd
 *	        ├─ keeps images in containers/storage ─▶ its files (CRI-O), where they may be read
 *	        └─ else: images, their layers, containers; no sizes of layers   (store.c)
 */
#ifndef COLLECTOR_NODE_CRI_CRI_H
#define COLLECTOR_NODE_CRI_CRI_H

#include "collector/node/cri/api.h"
#include "collector/node/node.h"

/* One scan. -1 only when the sink failed. */
int cri_store_read(struct cri *cri, const struct node_options *options,
        const struct collect_context *context, struct collect_result *result,
        struct error *err) must_check;

#endif
