/* Random scans, valid in all that schema/record.h and record_node.h demand. The same seed makes the
 * same records. */
#ifndef TESTS_SUPPORT_RECORD_MAKER_H
#define TESTS_SUPPORT_RECORD_MAKER_H

#include "schema/record.h"
#include "tests/support/random.h"

/* One scan of the image store "NODE/containers-storage:NUMBER". */
int record_maker_store(struct random *random, const struct record_sink *sink, const char *node,
        unsigned number, int64_t started_at, struct error *err);
/* One scan of the registry "r:NUMBER". */
int record_maker_registry(
        struct random *random, const struct record_sink *sink, unsigned number, struct error *err);

#endif
