/* JSON → record, member by member of its table. Everything is checked: it comes from a file. */
#include "schema/inventory/shape.h"

#include <string.h>

#include "common/text.h"

/* Where values go: into a struct, lists into the arena. */
struct target {
	char *at;
	struct arena *arena;
};

static int decode_struct(const struct shape *shape, const json_t *value,
        const struct target *target, struct error *err);

static void
put(const struct target *target, size_t offset, const void *value, size_t size)
{
	memcpy(target->at + offset, value, size);
}

static int
refuse(const struct field *field, const char *what, struct error *err)
{
	return fail(err, ERROR_FAILED, "%s: %s", field->name, what);
}

/* The text of a string within the limit, NULL otherwise. */
static const char *
read_text(const struct field *field, const json_t *value, uint64_t max, struct error *err)
{
	if (!json_is_string(value)) {
		refuse(field, "not a string", err);
		return NULL;
	}
	if (json_string_length(value) <= max)
		return json_string_value(value);
	fail(err, ERROR_FAILED, "%s: a text of more than %llu bytes", field->name,
	        (unsigned long long)max);
	return NULL;
}

static int
read_digest(
        const struct field *field, const json_t *value, struct digest *digest, struct error *err)
{
	const char *text = read_text(field, value, DIGEST_TEXT_SIZE, err);

	if (text == NULL)
		return -1;
	return digest_parse(digest, text)
	               ? 0
	               : fail(err, ERROR_FAILED, "%s: '%.160s' is not a digest", field->name, text);
}

static int
decode_text(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	const char *text = read_text(field, value, field->max, err);

	put(target, field->offset, &text, sizeof(text));
	return text != NULL ? 0 : -1;
}

static int
decode_digest(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	struct digest digest;

	if (read_digest(field, value, &digest, err) != 0)
		return -1;
	put(target, field->offset, &digest, sizeof(digest));
	return 0;
}

static int
decode_bytes(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	uint64_t bytes = (uint64_t)json_integer_value(value);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return refuse(field, "not a whole number from 0", err);
	if (bytes > field->max)
		return refuse(field, "larger than any real one", err);
	put(target, field->offset, &bytes, sizeof(bytes));
	return 0;
}

static int
decode_time(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	const char *text = read_text(field, value, 40, err);
	int64_t time;

	if (text == NULL)
		return -1;
	if (text_parse_time(text, &time) != 0)
		return refuse(field, "not a time of RFC 3339 from 1970 on", err);
	put(target, field->offset, &time, sizeof(time));
	return 0;
}

static int
decode_word(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	const char *text = read_text(field, value, 64, err);

	if (text == NULL)
		return -1;
	for (unsigned word = 0; word < field->word_count; word++) {
		if (field->words[word] == NULL || strcmp(field->words[word], text) != 0)
			continue;
		put(target, field->offset, &word, sizeof(word));
		return 0;
	}
	return fail(
	        err, ERROR_FAILED, "%s: '%.80s' is not known to this version", field->name, text);
}

static int
decode_platform(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	struct platform platform;

	if (!json_is_object(value))
		return refuse(field, "not an object", err);
	platform_set(&platform, json_string_value(json_object_get(value, "os")),
	        json_string_value(json_object_get(value, "architecture")),
	        json_string_value(json_object_get(value, "variant")));
	put(target, field->offset, &platform, sizeof(platform));
	return 0;
}

static int
decode_document(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	char *text;
	size_t length;

	if (!json_is_object(value))
		return refuse(field, "not an object", err);
	text = arena_alloc(target->arena, field->max + 1, 1);
	length = json_dumpb(value, text, field->max, JSON_COMPACT);
	if (length == 0 || length > field->max)
		return refuse(field, "too long", err);
	put(target, field->offset, &text, sizeof(text));
	return 0;
}

static int
decode_labels(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	size_t count = json_object_size(value), i = 0;
	struct record_label *labels;
	const char *key;
	json_t *text;

	if (!json_is_object(value))
		return refuse(field, "not an object", err);
	if (inventory_check_max(field, count, err) != 0)
		return -1;
	labels = arena_new(target->arena, struct record_label, count);
	json_object_foreach((json_t *)value, key, text)
	{
		labels[i].key = key;
		labels[i].value = read_text(field, text, INVENTORY_MAX_LABEL_BYTES, err);
		if (labels[i++].value == NULL)
			return -1;
		if (strlen(key) > INVENTORY_MAX_LABEL_BYTES)
			return refuse(field, "a key that is too long", err);
	}
	put(target, field->offset, &labels, sizeof(labels));
	put(target, field->count_offset, &count, sizeof(count));
	return 0;
}

/* --- lists ------------------------------------------------------------------------------ */

static int
decode_digests(const struct field *field, const json_t *array, const struct target *target,
        struct error *err)
{
	size_t count = json_array_size(array);
	struct digest *digests = arena_new(target->arena, struct digest, count);

	for (size_t i = 0; i < count; i++)
		if (read_digest(field, json_array_get(array, i), &digests[i], err) != 0)
			return -1;
	put(target, field->offset, &digests, sizeof(digests));
	return 0;
}

static int
decode_texts(const struct field *field, const json_t *array, const struct target *target,
        struct error *err)
{
	size_t count = json_array_size(array);
	const char **texts = arena_new(target->arena, const char *, count);

	for (size_t i = 0; i < count; i++) {
		texts[i] =
		        read_text(field, json_array_get(array, i), INVENTORY_MAX_NAME_BYTES, err);
		if (texts[i] == NULL)
			return -1;
	}
	put(target, field->offset, &texts, sizeof(texts));
	return 0;
}

static int
decode_structs(const struct field *field, const json_t *array, const struct target *target,
        struct error *err)
{
	size_t count = json_array_size(array);
	char *elements = arena_alloc(target->arena, count, field->of->size);

	for (size_t i = 0; i < count; i++) {
		const struct target element = { elements + i * field->of->size, target->arena };

		if (decode_struct(field->of, json_array_get(array, i), &element, err) != 0)
			return fail_in(err, "%s[%zu]", field->name, i);
	}
	put(target, field->offset, &elements, sizeof(elements));
	return 0;
}

static int
decode_list(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	size_t count = json_array_size(value);

	if (!json_is_array(value))
		return refuse(field, "not an array", err);
	if (inventory_check_max(field, count, err) != 0)
		return -1;
	put(target, field->count_offset, &count, sizeof(count));
	switch (field->type) {
	case FIELD_DIGESTS:
		return decode_digests(field, value, target, err);
	case FIELD_TEXTS:
		return decode_texts(field, value, target, err);
	default:
		return decode_structs(field, value, target, err);
	}
}

/* --- members ---------------------------------------------------------------------------- */

/* Absent or null. Zero is "none" for all but these. */
static int
decode_nothing(const struct field *field, const struct target *target, struct error *err)
{
	static const uint64_t no_bytes = BYTES_UNKNOWN;
	static const int64_t no_time = RECORD_TIME_UNKNOWN;

	if (field->required)
		return refuse(field, "missing", err);
	if (field->type == FIELD_BYTES)
		put(target, field->offset, &no_bytes, sizeof(no_bytes));
	if (field->type == FIELD_TIME)
		put(target, field->offset, &no_time, sizeof(no_time));
	return 0;
}

static int
decode_flag(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	bool flag = json_is_true(value);

	if (!json_is_boolean(value))
		return refuse(field, "neither true nor false", err);
	put(target, field->offset, &flag, sizeof(flag));
	return 0;
}

static int
decode_field(const struct field *field, const json_t *value, const struct target *target,
        struct error *err)
{
	switch (field->type) {
	case FIELD_TEXT:
		return decode_text(field, value, target, err);
	case FIELD_DIGEST:
		return decode_digest(field, value, target, err);
	case FIELD_BYTES:
		return decode_bytes(field, value, target, err);
	case FIELD_TIME:
		return decode_time(field, value, target, err);
	case FIELD_FLAG:
		return decode_flag(field, value, target, err);
	case FIELD_WORD:
		return decode_word(field, value, target, err);
	case FIELD_PLATFORM:
		return decode_platform(field, value, target, err);
	case FIELD_DOCUMENT:
		return decode_document(field, value, target, err);
	case FIELD_LABELS:
		return decode_labels(field, value, target, err);
	default:
		return decode_list(field, value, target, err);
	}
}

static int
decode_struct(const struct shape *shape, const json_t *value, const struct target *target,
        struct error *err)
{
	if (!json_is_object(value))
		return fail(err, ERROR_FAILED, "not an object");
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];
		const json_t *member = json_object_get(value, field->name);
		bool absent = member == NULL || json_is_null(member);

		if ((absent ? decode_nothing(field, target, err)
		            : decode_field(field, member, target, err)) != 0)
			return -1;
	}
	return 0;
}

/* What no table says. */
static int
check_sense(const struct record *record, struct error *err)
{
	struct digest chain_id;

	if (record->kind == RECORD_REFERENCE && digest_is_set(&record->reference.digest) !=
	                                                (record->reference.state == REFERENCE_READ))
		return fail(err, ERROR_FAILED, "a digest belongs to a name that was read");
	if (record->kind != RECORD_CHAIN)
		return 0;
	digest_chain(&chain_id, &record->chain.parent, &record->chain.diff_id);
	return digest_equal(&chain_id, &record->chain.chain_id)
	               ? 0
	               : fail(err, ERROR_FAILED, "chain_id: not that of its parent and diff_id");
}

int
inventory_decode(struct record *record, const json_t *value, struct arena *arena, struct error *err)
{
	const char *name = json_string_value(json_object_get(value, "record"));

	memset(record, 0, sizeof(*record));
	if (name == NULL)
		return fail(err, ERROR_FAILED, "not a record: it has no \"record\"");
	for (unsigned kind = 0; kind < inventory_shape_count; kind++) {
		/* All members of the union begin at the same address. */
		const struct target target = { (char *)&record->scan, arena };

		if (strcmp(inventory_shapes[kind].name, name) != 0)
			continue;
		record->kind = (enum record_kind)kind;
		if (decode_struct(&inventory_shapes[kind], value, &target, err) != 0 ||
		        check_sense(record, err) != 0)
			return fail_in(err, "%s", name);
		return 1;
	}
	return 0;
}
