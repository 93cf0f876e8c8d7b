/* The part of a config that is kept as JSON (struct record_config.details_json). */
#ifndef COLLECTOR_REGISTRY_CONFIG_DETAILS_H
#define COLLECTOR_REGISTRY_CONFIG_DETAILS_H

#include <jansson.h>

#include "common/arena.h"

#define CONFIG_DETAILS_MAX_BYTES 65536

/*
 * {"labels":{…},"entrypoint":[…],"cmd":[…],"env_names":[…],
 *  "history":[{"created_by":"…","empty_layer":true},…],"dropped":["history"]}
 *
 * Each member only where the config has it. What does not fit into CONFIG_DETAILS_MAX_BYTES is
 * left out whole and named in "dropped": history first, then labels, then the rest. Values of
 * environment variables and build arguments are never in it, also not inside of created_by.
 * Never NULL; "{}" when there is nothing.
 */
char *config_details(struct arena *arena, const json_t *config);

/* `created_by` without the values of ENV and ARG instructions and of build arguments, at most 512
 * bytes. */
char *config_created_by(struct arena *arena, const char *created_by);

#endif
