/*
 * libyaml parses, the table says what may stand where. The walk goes no deeper than the table, so
 * an alias to itself ends as a wrong type.
 */
#include "analyzer/config/yaml.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "common/memory.h"
#include "common/suggest.h"
#include "common/text.h"

struct reader {
	yaml_document_t *document;
	const char *name;
	struct arena *arena;
};

static int read_mapping(const struct reader *reader, void *target, const struct yaml_field *fields,
        const yaml_node_t *node, const char *where, struct error *err);

/* Puts the place in front of the message just recorded. */
static int
at_mark(const struct reader *reader, const yaml_mark_t *mark, struct error *err)
{
	return fail_in(err, "%s:%zu:%zu", reader->name, mark->line + 1, mark->column + 1);
}

static int
at_node(const struct reader *reader, const yaml_node_t *node, struct error *err)
{
	return at_mark(reader, &node->start_mark, err);
}

/* The text of a scalar without NUL bytes, or NULL. */
static const char *
scalar_text(const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE)
		return NULL;
	const char *text = (const char *)node->data.scalar.value;
	return strlen(text) == node->data.scalar.length ? text : NULL;
}

/* Without quotes: only then is `true` a flag and `4` a number. */
static bool
is_plain(const yaml_node_t *node)
{
	return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static int
read_text(const struct reader *reader, const struct yaml_field *field, const yaml_node_t *node,
        const char **out, struct error *err)
{
	const char *text = scalar_text(node);
	const char *expects = field->expects == NULL ? "a text" : field->expects;

	if (text == NULL)
		fail(err, ERROR_USAGE, "'%s' expects %s", field->key, expects);
	else if (*text == '\0')
		fail(err, ERROR_USAGE, "'%s' is empty; it expects %s", field->key, expects);
	else if (field->is_valid != NULL && !field->is_valid(text))
		fail(err, ERROR_USAGE, "'%s': '%s' is not %s", field->key, text, expects);
	else if (reader->arena->total_bytes > YAML_MAX_READ_BYTES)
		fail(err, ERROR_LIMIT, "more than %zu bytes (aliases?)", YAML_MAX_READ_BYTES);
	else {
		*out = arena_strdup(reader->arena, text);
		return 0;
	}
	return at_node(reader, node, err);
}

static int
read_flag(const struct reader *reader, const struct yaml_field *field, const yaml_node_t *node,
        bool *out, struct error *err)
{
	const char *text = scalar_text(node);

	if (text == NULL || !is_plain(node) ||
	        (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)) {
		fail(err, ERROR_USAGE, "'%s' expects true or false", field->key);
		return at_node(reader, node, err);
	}
	*out = *text == 't';
	return 0;
}

static int
read_count(const struct reader *reader, const struct yaml_field *field, const yaml_node_t *node,
        unsigned *out, struct error *err)
{
	const char *text = scalar_text(node);
	size_t digits = text == NULL ? 0 : strspn(text, "0123456789");

	if (digits > 0 && digits < 10 && text[digits] == '\0' && is_plain(node)) {
		unsigned long value = strtoul(text, NULL, 10);
		if (value >= field->least && value <= field->most) {
			*out = (unsigned)value;
			return 0;
		}
	}
	fail(err, ERROR_USAGE, "'%s' expects a whole number from %u to %u", field->key,
	        field->least, field->most);
	return at_node(reader, node, err);
}

static int
read_choice(const struct reader *reader, const struct yaml_field *field, const yaml_node_t *node,
        int *out, struct error *err)
{
	const char *text = scalar_text(node);
	auto_buf known = { 0 };

	for (int i = 0; field->choices[i] != NULL; i++) {
		if (text != NULL && strcmp(text, field->choices[i]) == 0) {
			*out = i;
			return 0;
		}
		buf_printf(&known, "%s%s", i == 0 ? "" : ", ", field->choices[i]);
	}
	fail(err, ERROR_USAGE, "'%s' expects one of: %s", field->key, buf_text(&known));
	return at_node(reader, node, err);
}

static int
check_list(const struct reader *reader, const struct yaml_field *field, const yaml_node_t *node,
        size_t *count, struct error *err)
{
	if (node->type != YAML_SEQUENCE_NODE) {
		fail(err, ERROR_USAGE, "'%s' expects a list (\"- \" before each entry)",
		        field->key);
		return at_node(reader, node, err);
	}
	*count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
	if (*count > YAML_MAX_ITEMS) {
		fail(err, ERROR_LIMIT, "'%s' has %zu entries; %d are allowed", field->key, *count,
		        YAML_MAX_ITEMS);
		return at_node(reader, node, err);
	}
	return 0;
}

static const yaml_node_t *
item(const struct reader *reader, const yaml_node_t *list, size_t place)
{
	return yaml_document_get_node(reader->document, list->data.sequence.items.start[place]);
}

static int
read_text_list(const struct reader *reader, const struct yaml_field *field, const yaml_node_t *node,
        void *target, struct error *err)
{
	size_t count;

	if (check_list(reader, field, node, &count, err) != 0)
		return -1;
	const char **texts = arena_new(reader->arena, const char *, count);
	for (size_t i = 0; i < count; i++) {
		if (read_text(reader, field, item(reader, node, i), &texts[i], err) != 0)
			return -1;
	}
	memcpy((char *)target + field->offset, &texts, sizeof(texts));
	*(unsigned *)((char *)target + field->count_offset) = (unsigned)count;
	return 0;
}

/* Fields marked unique: the last of `count` objects against those before it. */
static int
check_unique(const struct reader *reader, const struct yaml_field *list, const char *objects,
        size_t count, const yaml_node_t *node, struct error *err)
{
	const char *last = objects + (count - 1) * list->size;

	for (const struct yaml_field *field = list->fields; field->key != NULL; field++) {
		if (!field->unique)
			continue;
		const char *value = *(const char *const *)(last + field->offset);
		for (const char *other = objects; other < last; other += list->size) {
			if (strcmp(value, *(const char *const *)(other + field->offset)) != 0)
				continue;
			fail(err, ERROR_USAGE, "%s '%s' stands twice in '%s'", field->key, value,
			        list->key);
			return at_node(reader, node, err);
		}
	}
	return 0;
}

static int
read_objects(const struct reader *reader, const struct yaml_field *field, const yaml_node_t *node,
        void *target, struct error *err)
{
	size_t count;

	if (check_list(reader, field, node, &count, err) != 0)
		return -1;
	char *objects = arena_alloc(reader->arena, count, field->size);
	for (size_t i = 0; i < count; i++) {
		const yaml_node_t *entry = item(reader, node, i);
		if (read_mapping(reader, objects + i * field->size, field->fields, entry,
		            field->key, err) != 0 ||
		        check_unique(reader, field, objects, i + 1, entry, err) != 0)
			return -1;
	}
	memcpy((char *)target + field->offset, &objects, sizeof(objects));
	*(unsigned *)((char *)target + field->count_offset) = (unsigned)count;
	return 0;
}

static int
read_value(const struct reader *reader, const struct yaml_field *field, const yaml_node_t *node,
        void *target, struct error *err)
{
	char *place = (char *)target + field->offset;

	switch (field->type) {
	case YAML_TEXT:
		return read_text(reader, field, node, (const char **)place, err);
	case YAML_FLAG:
		return read_flag(reader, field, node, (bool *)place, err);
	case YAML_COUNT:
		return read_count(reader, field, node, (unsigned *)place, err);
	case YAML_CHOICE:
		return read_choice(reader, field, node, (int *)place, err);
	case YAML_TEXT_LIST:
		return read_text_list(reader, field, node, target, err);
	default:
		return read_objects(reader, field, node, target, err);
	}
}

static int
unknown_key(const struct reader *reader, const struct yaml_field *fields, const yaml_node_t *node,
        const char *where, struct error *err)
{
	const char *key = scalar_text(node), *keys[32];
	size_t count = 0;
	auto_buf known = { 0 };

	for (; count < countof(keys) && fields[count].key != NULL; count++) {
		keys[count] = fields[count].key;
		buf_printf(&known, "%s%s", count == 0 ? "" : ", ", keys[count]);
	}
	const char *near = key == NULL ? NULL : suggest_word(key, keys, count);
	auto_free char *hint = near == NULL ? xstrdup("") : xprintf("; did you mean '%s'?", near);
	fail(err, ERROR_USAGE, "unknown key '%s'%s%s%s (known: %s)",
	        key == NULL ? "(not a text)" : key, *where == '\0' ? "" : " in ", where, hint,
	        buf_text(&known));
	return at_node(reader, node, err);
}

/* The field that a key names; NULL with an error when there is none or it came before. */
static const struct yaml_field *
find_field(const struct reader *reader, const struct yaml_field *fields, const yaml_node_t *key,
        const char *where, uint32_t *seen, struct error *err)
{
	const char *text = scalar_text(key);

	for (unsigned i = 0; text != NULL && fields[i].key != NULL; i++) {
		if (strcmp(fields[i].key, text) != 0)
			continue;
		if ((*seen & (1U << i)) == 0) {
			*seen |= 1U << i;
			return &fields[i];
		}
		fail(err, ERROR_USAGE, "key '%s' stands twice", text);
		at_node(reader, key, err);
		return NULL;
	}
	unknown_key(reader, fields, key, where, err);
	return NULL;
}

static int
read_mapping(const struct reader *reader, void *target, const struct yaml_field *fields,
        const yaml_node_t *node, const char *where, struct error *err)
{
	uint32_t seen = 0;

	if (node->type != YAML_MAPPING_NODE) {
		fail(err, ERROR_USAGE, "%s%sexpects keys with values (\"%s: …\")", where,
		        *where == '\0' ? "" : " ", fields[0].key);
		return at_node(reader, node, err);
	}
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	        pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_document_get_node(reader->document, pair->key);
		const yaml_node_t *value = yaml_document_get_node(reader->document, pair->value);
		const struct yaml_field *field = find_field(reader, fields, key, where, &seen, err);
		if (field == NULL || read_value(reader, field, value, target, err) != 0)
			return -1;
	}
	for (unsigned i = 0; fields[i].key != NULL; i++) {
		if (fields[i].required && (seen & (1U << i)) == 0) {
			fail(err, ERROR_USAGE, "'%s' is missing", fields[i].key);
			return at_node(reader, node, err);
		}
	}
	return 0;
}

/* Parsing */

static int
syntax_error(const struct reader *reader, const yaml_parser_t *parser, struct error *err)
{
	const char *problem = parser->problem == NULL ? "not YAML" : parser->problem;

	if (parser->error == YAML_READER_ERROR) {
		/* The reader knows only an offset; its problem is one of encoding. */
		return fail(err, ERROR_USAGE, "%s: byte %zu: %s", reader->name,
		        parser->problem_offset, problem);
	}
	fail(err, ERROR_USAGE, "%s%s%s%s", problem, parser->context == NULL ? "" : " (",
	        parser->context == NULL ? "" : parser->context, parser->context == NULL ? "" : ")");
	return at_mark(reader, &parser->problem_mark, err);
}

/* The only document's mapping into the target; an empty file has no root node. */
static int
read_document(const struct reader *reader, yaml_parser_t *parser, void *target,
        const struct yaml_field *fields, struct error *err)
{
	if (!yaml_parser_load(parser, reader->document))
		return syntax_error(reader, parser, err);
	const yaml_node_t *root = yaml_document_get_root_node(reader->document);
	int result = 0;
	bool empty = root == NULL || (root->type == YAML_SCALAR_NODE && is_plain(root) &&
	                                     root->data.scalar.length == 0);
	if (!empty)
		result = read_mapping(reader, target, fields, root, "", err);
	yaml_document_delete(reader->document);
	return result;
}

/* A pass over the events alone: libyaml's scanner takes time that grows with the square of the
 * depth, and it limits neither depth nor documents. */
static int
check_shape(const struct reader *reader, yaml_parser_t *parser, struct error *err)
{
	unsigned depth = 0, documents = 0;
	yaml_event_type_t type = YAML_NO_EVENT;

	while (type != YAML_STREAM_END_EVENT) {
		yaml_event_t event;
		if (!yaml_parser_parse(parser, &event))
			return syntax_error(reader, parser, err);
		type = event.type;
		yaml_mark_t mark = event.start_mark;
		yaml_event_delete(&event);
		depth += type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT;
		depth -= type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT;
		documents += type == YAML_DOCUMENT_START_EVENT;
		if (depth > YAML_MAX_DEPTH) {
			fail(err, ERROR_LIMIT, "nested deeper than %d levels", YAML_MAX_DEPTH);
			return at_mark(reader, &mark, err);
		}
		if (documents > 1) {
			fail(err, ERROR_USAGE, "a second document; one is allowed");
			return at_mark(reader, &mark, err);
		}
	}
	return 0;
}

static void
parser_release(yaml_parser_t *parser)
{
	yaml_parser_delete(parser);
}

static int
parser_init(yaml_parser_t *parser, const char *text, size_t length, struct error *err)
{
	if (!yaml_parser_initialize(parser))
		return fail(err, ERROR_FAILED, "no memory for the YAML parser");
	yaml_parser_set_input_string(parser, (const unsigned char *)text, length);
	return 0;
}

int
yaml_read(void *target, const struct yaml_field *fields, const char *name, const char *text,
        size_t length, struct arena *arena, struct error *err)
{
	yaml_document_t document;
	struct reader reader = { &document, name, arena };
	__attribute__((cleanup(parser_release))) yaml_parser_t shape = { 0 };
	__attribute__((cleanup(parser_release))) yaml_parser_t parser = { 0 };

	if (length > YAML_MAX_FILE_BYTES)
		return fail(err, ERROR_LIMIT, "%s: %zu bytes; %zu are allowed", name, length,
		        YAML_MAX_FILE_BYTES);
	if (parser_init(&shape, text, length, err) != 0 || check_shape(&reader, &shape, err) != 0 ||
	        parser_init(&parser, text, length, err) != 0)
		return -1;
	return read_document(&reader, &parser, target, fields, err);
}
