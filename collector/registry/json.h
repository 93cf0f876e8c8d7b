/* jansson with our limits: JSON from outside is never deeper or larger than we said. */
#ifndef COLLECTOR_REGISTRY_JSON_H
#define COLLECTOR_REGISTRY_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "common/error.h"

#define JSON_MAX_DEPTH 64

/* Parses a whole body: valid UTF-8, no duplicate keys, no NUL in strings, depth ≤ JSON_MAX_DEPTH
 * (checked before the parser runs, so depth costs no stack). NULL and the reason on failure. The
 * caller owns the value (json_auto_t). */
json_t *json_decode(const char *body, size_t length, struct error *err);

#endif
