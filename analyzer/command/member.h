/*
 * Members of a JSON object, by type: sizes beyond 2^63 stay at the largest number that JSON readers
 * take, "unknown" is null, and texts from outside stay valid UTF-8.
 */
#ifndef ANALYZER_COMMAND_MEMBER_H
#define ANALYZER_COMMAND_MEMBER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "schema/digest.h"
#include "schema/platform.h"

/* New values. */
json_t *json_text(const char *text); /* NULL = null */
json_t *json_digest(const struct digest *digest);
json_t *json_number(uint64_t value);

void member_null(json_t *object, const char *name);
void member_flag(json_t *object, const char *name, bool value);
void member_number(json_t *object, const char *name, uint64_t value);
void member_text(json_t *object, const char *name, const char *text); /* NULL = null */
void member_digest(json_t *object, const char *name, const struct digest *digest);
void member_platform(json_t *object, const char *name, const struct platform *platform);
void member_time(json_t *object, const char *name, int64_t unix_seconds);
/* A new array or object that is already a member. */
json_t *member_array(json_t *object, const char *name);
json_t *member_object(json_t *object, const char *name);

#endif
