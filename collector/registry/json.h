/*
 * jansson with our limits: JSON from outside is never deeper or larger than we said. And the few
 * getters that decoders share: they name the member in their message ("layers[3].size: missing"),
 * and take null for absent.
 */
#ifndef COLLECTOR_REGISTRY_JSON_H
#define COLLECTOR_REGISTRY_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/error.h"

#define JSON_MAX_DEPTH 64
/* What 4 MiB of "{},{},…" would cost in memory is 60 times its size; so both are counted before
 * the parser allocates anything. The longest honest list is 100,000 tags. */
#define JSON_MAX_VALUES     250000
#define JSON_MAX_CONTAINERS 50000

/* Parses a whole body: valid UTF-8, no duplicate keys, no NUL in strings, depth ≤ JSON_MAX_DEPTH
 * (checked before the parser runs, so depth costs no stack). NULL and the reason on failure. The
 * caller owns the value (json_auto_t). */
json_t *json_decode(const char *body, size_t length, struct error *err);
/* The same for lists of names, of which one may be bad: strings may hold NUL, so whoever takes one
 * compares json_string_length() with strlen(). */
json_t *json_decode_names(const char *body, size_t length, struct error *err);

/* A path for messages: "layers[3]" + "size" = "layers[3].size"; place "" or NULL = the document. */
#define JSON_PLACE_SIZE 96

/*
 * json_member_TYPE(out, object, place, member): 1 found, 0 absent or null, -1 another type.
 * *out is set only when found; it belongs to the document.
 */
int json_member_text(const char **out, const json_t *object, const char *place, const char *member,
        struct error *err) must_check;
int json_member_object(json_t **out, const json_t *object, const char *place, const char *member,
        struct error *err) must_check;
int json_member_array(json_t **out, const json_t *object, const char *place, const char *member,
        struct error *err) must_check;
/* A whole number from 0 to `max`; -1 also when out of range. */
int json_member_count(uint64_t *out, const json_t *object, const char *place, const char *member,
        uint64_t max, struct error *err) must_check;

/* The first `max` bytes of valid UTF-8, never half a character. */
size_t json_text_cut(const char *text, size_t max);
/* A copy in the arena, cut so. NULL for NULL. */
char *json_text_copy(struct arena *arena, const char *text, size_t max);

#endif
