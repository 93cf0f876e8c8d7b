/*
 * What a record looks like as JSON: a table of its members, from which both directions are made
 * (encode.c, decode.c), so that they cannot differ.
 */
#ifndef SCHEMA_INVENTORY_SHAPE_H
#define SCHEMA_INVENTORY_SHAPE_H

#include <jansson.h>

#include "schema/inventory/inventory.h"

/* What stands in the struct, and how it is written. What is not required may be absent or null. */
enum field_type {
	FIELD_TEXT,     /* const char *; NULL is left out */
	FIELD_DIGEST,   /* struct digest; one that is not set is left out */
	FIELD_BYTES,    /* uint64_t; BYTES_UNKNOWN is null */
	FIELD_TIME,     /* int64_t as RFC 3339; RECORD_TIME_UNKNOWN is null */
	FIELD_FLAG,     /* bool; false is left out */
	FIELD_WORD,     /* an enum, by its word */
	FIELD_PLATFORM, /* struct platform: an object of its parts */
	FIELD_DOCUMENT, /* const char *: the text of a JSON object, as an object */
	FIELD_DIGESTS,  /* const struct digest * and size_t; an empty list is left out */
	FIELD_TEXTS,    /* const char *const * and size_t */
	FIELD_LABELS,   /* const struct record_label * and size_t: an object */
	FIELD_LIST,     /* structs of the shape `of`, and size_t */
};

struct field {
	const char *name;
	enum field_type type;
	bool required;
	size_t offset, count_offset;
	uint64_t max;             /* bytes of a text, elements of a list, the largest number */
	const char *const *words; /* by value; NULL = no such value */
	size_t word_count;
	const struct shape *of;
};

struct shape {
	const char *name; /* of the record: "chain" */
	size_t size;      /* of the struct */
	const struct field *fields;
	size_t field_count;
};

/* By enum record_kind. */
extern const struct shape inventory_shapes[];
extern const size_t inventory_shape_count;

/* A new JSON object; NULL with ERROR_LIMIT when a value does not fit. */
json_t *inventory_encode(const struct record *record, struct error *err);
/* 1 decoded, 0 no record of ours, -1. Texts belong to `value`, the rest to the arena. */
int inventory_decode(struct record *record, const json_t *value, struct arena *arena,
        struct error *err) must_check;

/* For both: whether `count` fits the field, else ERROR_LIMIT. */
int inventory_check_max(const struct field *field, uint64_t count, struct error *err) must_check;

#endif
