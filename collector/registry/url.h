/* Where a relative or absolute URL leads, if it stays on the origin it was found on. Pure. */
#ifndef COLLECTOR_REGISTRY_URL_H
#define COLLECTOR_REGISTRY_URL_H

#include <stddef.h>

#include "collector/registry/slice.h"
#include "common/error.h"

/*
 * Resolves `target` against `current_url` (http or https, without user info) into `out`, without
 * its fragment. -1 when it has another scheme, host or port, is no URL, is longer than `size`, or
 * is current_url itself. Strict: no user info, printable ASCII only.
 */
int url_resolve(char *out, size_t size, const char *current_url, struct slice target,
        struct error *err) must_check;

#endif
