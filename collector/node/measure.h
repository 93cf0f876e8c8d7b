/* Sizes of folders. */
#ifndef COLLECTOR_NODE_MEASURE_H
#define COLLECTOR_NODE_MEASURE_H

#include <stdint.h>

#include "common/error.h"

/*
 * Σ st_size of everything in the folder `name` beneath `root`, itself and its folders included,
 * each inode once: what `du --apparent-size` of coreutils 9.1 says. Nothing is opened but folders,
 * no link is followed. 1 found, 0 no such folder, -1 a part could not be read.
 */
int measure_apparent(int root, const char *name, uint64_t *bytes, struct error *err) must_check;

#endif
