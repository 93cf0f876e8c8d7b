/*
 * YAML into structs by a table, with the place of every mistake.
 *
 * Written over libyaml's document API and not with libcyaml: libcyaml 1.3.1 names an unknown key
 * without its place (its backtrace shows the value before it, often on another line), and for a
 * missing or repeated key the place of the parent. "FILE:LINE:COLUMN" is what an editor jumps to.
 */
#ifndef ANALYZER_CONFIG_YAML_H
#define ANALYZER_CONFIG_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/error.h"

#define YAML_MAX_FILE_BYTES ((size_t)1 << 20)
#define YAML_MAX_ITEMS      10000
#define YAML_MAX_DEPTH      16
#define YAML_MAX_READ_BYTES ((size_t)16 << 20) /* copied out of it: aliases can multiply */

enum yaml_type {
	YAML_TEXT,      /* const char * */
	YAML_FLAG,      /* bool: true or false */
	YAML_COUNT,     /* unsigned, from least to most */
	YAML_CHOICE,    /* int: the place of the word in `choices` */
	YAML_TEXT_LIST, /* const char *const *, and its length at count_offset */
	YAML_OBJECTS,   /* array of structs described by `fields`, and its length */
};

struct yaml_field {
	const char *key;
	enum yaml_type type;
	size_t offset, count_offset; /* into the struct; count_offset (unsigned) for lists */
	bool required;
	bool unique;                         /* YAML_TEXT: no two objects of the list have it */
	unsigned least, most;                /* YAML_COUNT */
	const char *const *choices;          /* YAML_CHOICE, ends with NULL */
	bool (*is_valid)(const char *value); /* texts; NULL = any text that is not empty */
	const char *expects;                 /* what is_valid wants, for people */
	const struct yaml_field *fields;     /* YAML_OBJECTS: ends with a NULL key */
	size_t size;                         /* YAML_OBJECTS: of one struct */
};

/*
 * Reads one document into `target` (zeroed by the caller: absent keys leave it as it is). Strings
 * and arrays are in the arena. An empty document is an empty mapping. Errors are ERROR_USAGE and
 * begin with "NAME:LINE:COLUMN: ". A second document is refused.
 */
int yaml_read(void *target, const struct yaml_field *fields, const char *name, const char *text,
        size_t length, struct arena *arena, struct error *err) must_check;

#endif
