/* Record → JSON, member by member of its table. */
#include "schema/inventory/shape.h"

#include <string.h>

#include "common/text.h"

static json_t *encode_struct(const struct shape *shape, const void *from, struct error *err);

/* What the struct has at an offset, without telling the compiler a type that may be another. */
static void
get(void *out, const void *from, size_t offset, size_t size)
{
	memcpy(out, (const char *)from + offset, size);
}

static const void *
get_pointer(const struct field *field, const void *from)
{
	const void *pointer;

	get(&pointer, from, field->offset, sizeof(pointer));
	return pointer;
}

static json_t *
refuse(const struct field *field, const char *what, struct error *err)
{
	fail(err, ERROR_LIMIT, "%s: %s", field->name, what);
	return NULL;
}

static json_t *
encode_text(const struct field *field, const char *text, uint64_t max, struct error *err)
{
	size_t length = strlen(text);

	if (length > max) {
		fail(err, ERROR_LIMIT, "%s: a text of more than %llu bytes", field->name,
		        (unsigned long long)max);
		return NULL;
	}
	return text_is_utf8(text, length) ? json_stringn_nocheck(text, length)
	                                  : refuse(field, "not UTF-8", err);
}

static json_t *
encode_digest(const struct digest *digest)
{
	char text[DIGEST_TEXT_SIZE];

	return json_string_nocheck(digest_format(digest, text));
}

static json_t *
encode_bytes(const struct field *field, uint64_t bytes, struct error *err)
{
	if (bytes == BYTES_UNKNOWN && !field->required)
		return json_null();
	if (inventory_check_max(field, bytes, err) != 0)
		return NULL;
	return json_integer((json_int_t)bytes);
}

static json_t *
encode_time(const struct field *field, int64_t time, struct error *err)
{
	char text[32];

	if (time != RECORD_TIME_UNKNOWN && *text_time(time, text) != '\0')
		return json_string_nocheck(text);
	return field->required ? refuse(field, "no time between 1970 and 9999", err) : json_null();
}

static json_t *
encode_word(const struct field *field, unsigned value, struct error *err)
{
	if (value >= field->word_count || field->words[value] == NULL)
		return refuse(field, "no value that has a word", err);
	return json_string_nocheck(field->words[value]);
}

static json_t *
encode_platform(const struct platform *platform)
{
	json_t *object = json_object();

	if (platform->os[0] != '\0')
		json_object_set_new_nocheck(object, "os", json_string(platform->os));
	if (platform->architecture[0] != '\0')
		json_object_set_new_nocheck(
		        object, "architecture", json_string(platform->architecture));
	if (platform->variant[0] != '\0')
		json_object_set_new_nocheck(object, "variant", json_string(platform->variant));
	return object;
}

static json_t *
encode_document(const struct field *field, const char *text, struct error *err)
{
	json_t *document;

	if (inventory_check_max(field, strlen(text), err) != 0)
		return NULL;
	document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(document)) {
		json_decref(document);
		return refuse(field, "no JSON object", err);
	}
	return document;
}

static json_t *
encode_labels(const struct field *field, const struct record_label *labels, size_t count,
        struct error *err)
{
	json_auto_t *object = json_object();

	for (size_t i = 0; i < count; i++) {
		json_t *value = encode_text(field, labels[i].value, INVENTORY_MAX_LABEL_BYTES, err);

		if (value == NULL)
			return NULL;
		if (strlen(labels[i].key) > INVENTORY_MAX_LABEL_BYTES ||
		        json_object_set_new(object, labels[i].key, value) != 0)
			return refuse(field, "a key that is too long or not UTF-8", err);
	}
	return json_incref(object);
}

static json_t *
encode_element(const struct field *field, const void *list, size_t i, struct error *err)
{
	switch (field->type) {
	case FIELD_DIGESTS:
		return encode_digest((const struct digest *)list + i);
	case FIELD_TEXTS:
		return encode_text(
		        field, ((const char *const *)list)[i], INVENTORY_MAX_NAME_BYTES, err);
	default:
		return encode_struct(field->of, (const char *)list + i * field->of->size, err);
	}
}

static json_t *
encode_list(const struct field *field, const void *from, struct error *err)
{
	json_auto_t *array = json_array();
	size_t count;

	get(&count, from, field->count_offset, sizeof(count));
	if (inventory_check_max(field, count, err) != 0)
		return NULL;
	if (field->type == FIELD_LABELS)
		return encode_labels(field, get_pointer(field, from), count, err);
	for (size_t i = 0; i < count; i++) {
		json_t *element = encode_element(field, get_pointer(field, from), i, err);

		if (element == NULL || json_array_append_new(array, element) != 0)
			return NULL;
	}
	return json_incref(array);
}

/* Not to be said at all. */
static bool
is_left_out(const struct field *field, const void *from)
{
	struct digest digest;
	size_t count;
	bool flag;

	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_DOCUMENT:
		return get_pointer(field, from) == NULL;
	case FIELD_DIGEST:
		get(&digest, from, field->offset, sizeof(digest));
		return !digest_is_set(&digest);
	case FIELD_FLAG:
		get(&flag, from, field->offset, sizeof(flag));
		return !flag;
	case FIELD_DIGESTS:
	case FIELD_TEXTS:
	case FIELD_LABELS:
	case FIELD_LIST:
		get(&count, from, field->count_offset, sizeof(count));
		return count == 0;
	default:
		return false;
	}
}

static json_t *
encode_value(const struct field *field, const void *from, struct error *err)
{
	struct digest digest;
	struct platform platform;
	uint64_t bytes;
	int64_t time;
	unsigned word;

	switch (field->type) {
	case FIELD_TEXT:
		return encode_text(field, get_pointer(field, from), field->max, err);
	case FIELD_DOCUMENT:
		return encode_document(field, get_pointer(field, from), err);
	case FIELD_DIGEST:
		get(&digest, from, field->offset, sizeof(digest));
		return encode_digest(&digest);
	case FIELD_BYTES:
		get(&bytes, from, field->offset, sizeof(bytes));
		return encode_bytes(field, bytes, err);
	case FIELD_TIME:
		get(&time, from, field->offset, sizeof(time));
		return encode_time(field, time, err);
	case FIELD_FLAG:
		return json_true();
	case FIELD_WORD:
		get(&word, from, field->offset, sizeof(word));
		return encode_word(field, word, err);
	case FIELD_PLATFORM:
		get(&platform, from, field->offset, sizeof(platform));
		return encode_platform(&platform);
	default:
		return encode_list(field, from, err);
	}
}

static int
encode_fields(json_t *object, const struct shape *shape, const void *from, struct error *err)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];
		json_t *value;

		if (is_left_out(field, from)) {
			if (!field->required)
				continue;
			return fail(err, ERROR_LIMIT, "%s: missing", field->name);
		}
		value = encode_value(field, from, err);
		if (value == NULL || json_object_set_new_nocheck(object, field->name, value) != 0)
			return -1;
	}
	return 0;
}

static json_t *
encode_struct(const struct shape *shape, const void *from, struct error *err)
{
	json_auto_t *object = json_object();

	return encode_fields(object, shape, from, err) == 0 ? json_incref(object) : NULL;
}

json_t *
inventory_encode(const struct record *record, struct error *err)
{
	json_auto_t *object = json_object();
	const struct shape *shape;

	if (record->kind >= inventory_shape_count) {
		fail(err, ERROR_LIMIT, "unknown kind of record: %d", (int)record->kind);
		return NULL;
	}
	shape = &inventory_shapes[record->kind];
	json_object_set_new_nocheck(object, "record", json_string(shape->name));
	/* All members of the union begin at the same address. */
	if (encode_fields(object, shape, &record->scan, err) == 0)
		return json_incref(object);
	fail_in(err, "%s", shape->name);
	return NULL;
}
