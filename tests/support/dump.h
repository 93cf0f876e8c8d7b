/* A snapshot as text: everything in it, in its order. Equal snapshots give equal text. */
#ifndef TESTS_SUPPORT_DUMP_H
#define TESTS_SUPPORT_DUMP_H

#include "analyzer/model/snapshot.h"
#include "common/buf.h"

void snapshot_dump(const struct snapshot *snapshot, struct buf *out);

#endif
