/* What a scan asks for, as one line for people. */
#ifndef COLLECTOR_REGISTRY_SELECTION_H
#define COLLECTOR_REGISTRY_SELECTION_H

#include "collector/registry/registry.h"
#include "common/buf.h"

/* Appends "team/, base/os:1; tags latest; platform linux/arm64", clean and cut with "…" at
 * RECORD_MAX_SELECTION bytes. False, and nothing appended, when everything is asked for. */
bool selection_write(struct buf *out, const struct registry_options *options);

#endif
