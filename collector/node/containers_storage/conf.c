/*
 * A reader that walks the text once. Values of keys that are not ours are passed over by the same
 * code that reads them, so that a bracket in a string never ends an array.
 */
#include "collector/node/containers_storage/conf.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/vec.h"

#define MAX_NESTING 16

struct reader {
	const char *at, *end;
	unsigned line;
	struct arena *arena;
	struct storage_conf *out;
	char table[128]; /* "storage.options" */
};

/* What a value was. Texts are in the arena. */
struct value {
	bool is_text;
	const char *text;
	const char **items; /* of an array of texts; NULL = it was none */
	size_t item_count;
};

static int
fail_line(const struct reader *reader, struct error *err, const char *what)
{
	return fail(err, ERROR_FAILED, "line %u: %s", reader->line, what);
}

static int
peek(const struct reader *reader)
{
	return reader->at < reader->end ? (unsigned char)*reader->at : -1;
}

static int
next(struct reader *reader)
{
	int c = peek(reader);

	if (c >= 0)
		reader->at++;
	if (c == '\n')
		reader->line++;
	return c;
}

static bool
take(struct reader *reader, int c)
{
	if (peek(reader) != c)
		return false;
	next(reader);
	return true;
}

static void
skip_blanks(struct reader *reader)
{
	while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\r')
		next(reader);
}

static void
skip_comment(struct reader *reader)
{
	if (peek(reader) == '#')
		while (peek(reader) >= 0 && peek(reader) != '\n')
			next(reader);
}

/* Within an array: blanks, comments and line ends. */
static void
skip_space(struct reader *reader)
{
	for (skip_blanks(reader); peek(reader) == '#' || peek(reader) == '\n';
	        skip_blanks(reader)) {
		skip_comment(reader);
		take(reader, '\n');
	}
}

static bool
is_bare(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static int
hex_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* \uXXXX of a path: the code points below U+0800 and the rest of the plane, no surrogates. */
static int
read_unicode(struct reader *reader, struct buf *out, struct error *err)
{
	unsigned code = 0;

	for (int i = 0; i < 4; i++) {
		int digit = hex_value(next(reader));

		if (digit < 0)
			return fail_line(reader, err, "\\u needs four hex digits");
		code = code << 4 | (unsigned)digit;
	}
	if (code == 0 || (code >= 0xd800 && code < 0xe000))
		return fail_line(reader, err, "\\u names no character");
	if (code >= 0x800)
		buf_putc(out, (char)(0xe0 | code >> 12));
	if (code >= 0x800)
		buf_putc(out, (char)(0x80 | (code >> 6 & 0x3f)));
	else if (code >= 0x80)
		buf_putc(out, (char)(0xc0 | code >> 6));
	buf_putc(out, (char)(code < 0x80 ? code : 0x80 | (code & 0x3f)));
	return 0;
}

static int
read_escape(struct reader *reader, struct buf *out, struct error *err)
{
	static const char from[] = "\"\\bfnrt", to[] = "\"\\\b\f\n\r\t";
	int c = next(reader);
	const char *found = c > 0 ? strchr(from, c) : NULL;

	if (c == 'u')
		return read_unicode(reader, out, err);
	if (found == NULL)
		return fail_line(reader, err, "unknown escape in a text");
	buf_putc(out, to[found - from]);
	return 0;
}

/* "…" or '…'; the quote is next. */
static int
read_text(struct reader *reader, const char **text, struct error *err)
{
	auto_buf out = { 0 };
	int quote = next(reader);

	if (peek(reader) == quote && reader->at + 1 < reader->end && reader->at[1] == quote)
		return fail_line(reader, err, "texts of several lines are not supported");
	for (;;) {
		int c = peek(reader);

		if (c < 0 || c == '\n')
			return fail_line(reader, err, "a text without its closing quote");
		next(reader);
		if (c == quote)
			break;
		if (c == '\\' && quote == '"') {
			if (read_escape(reader, &out, err) != 0)
				return -1;
		} else {
			buf_putc(&out, (char)c);
		}
	}
	if (!text_is_utf8(buf_text(&out), out.length))
		return fail_line(reader, err, "a text that is not UTF-8");
	*text = arena_strndup(reader->arena, buf_text(&out), out.length);
	return 0;
}

static int read_value(
        struct reader *reader, struct value *value, unsigned depth, struct error *err);

static int
read_array(struct reader *reader, struct value *value, unsigned depth, struct error *err)
{
	VEC(const char *) items = { 0 };
	bool all_texts = true;
	int result = 0;

	next(reader);
	for (skip_space(reader); !take(reader, ']'); skip_space(reader)) {
		struct value item = { 0 };

		result = read_value(reader, &item, depth + 1, err);
		if (result != 0)
			break;
		*vec_push(&items) = item.text;
		all_texts = all_texts && item.is_text;
		skip_space(reader);
		if (!take(reader, ',') && peek(reader) != ']') {
			result = fail_line(reader, err, "an array without its closing ]");
			break;
		}
	}
	if (all_texts) {
		value->items = arena_new(reader->arena, const char *, items.count);
		value->item_count = items.count;
		for (size_t i = 0; i < items.count; i++)
			value->items[i] = items.at[i];
	}
	vec_release(&items);
	return result;
}

/* {…} on one line: passed over, texts in it as texts. */
static int
skip_inline_table(struct reader *reader, unsigned depth, struct error *err)
{
	next(reader);
	while (!take(reader, '}')) {
		struct value ignored = { 0 };
		int c = peek(reader);

		if (c < 0 || c == '\n')
			return fail_line(reader, err, "a table without its closing }");
		if (c == '"' || c == '\'' || c == '[' || c == '{') {
			if (read_value(reader, &ignored, depth + 1, err) != 0)
				return -1;
		} else {
			next(reader);
		}
	}
	return 0;
}

static int
read_value(struct reader *reader, struct value *value, unsigned depth, struct error *err)
{
	const char *start = reader->at;
	int c = peek(reader);

	if (depth > MAX_NESTING)
		return fail_line(reader, err, "nested too deeply");
	if (c == '"' || c == '\'') {
		value->is_text = true;
		return read_text(reader, &value->text, err);
	}
	if (c == '[')
		return read_array(reader, value, depth, err);
	if (c == '{')
		return skip_inline_table(reader, depth, err);
	/* Booleans, numbers, dates. */
	while (is_bare(peek(reader)) || peek(reader) == '.' || peek(reader) == '+' ||
	        peek(reader) == ':')
		next(reader);
	return reader->at > start ? 0 : fail_line(reader, err, "a value is missing");
}

/* A key or the name of a table: words with dots between them. */
static int
read_key(struct reader *reader, char *out, size_t size, struct error *err)
{
	size_t length = 0;

	for (;;) {
		const char *part = reader->at;
		size_t part_length;

		if (peek(reader) == '"' || peek(reader) == '\'') {
			if (read_text(reader, &part, err) != 0)
				return -1;
			part_length = strlen(part);
		} else {
			while (is_bare(peek(reader)))
				next(reader);
			part_length = (size_t)(reader->at - part);
			if (part_length == 0)
				return fail_line(reader, err, "a name is missing");
		}
		if (length + part_length + 2 > size)
			return fail_line(reader, err, "a name that is too long");
		memcpy(out + length, part, part_length);
		length += part_length;
		skip_blanks(reader);
		if (!take(reader, '.'))
			break;
		skip_blanks(reader);
		out[length++] = '.';
	}
	out[length] = '\0';
	return 0;
}

static int
end_line(struct reader *reader, struct error *err)
{
	skip_blanks(reader);
	skip_comment(reader);
	if (peek(reader) < 0 || take(reader, '\n'))
		return 0;
	return fail_line(reader, err, "something stands behind the value");
}

static int
keep_text(const struct reader *reader, const char **place, const struct value *value,
        const char *key, struct error *err)
{
	if (!value->is_text)
		return fail(err, ERROR_FAILED, "line %u: %s is not a text", reader->line, key);
	*place = *value->text != '\0' ? value->text : NULL;
	return 0;
}

/* Which keys are ours. */
static int
keep(struct reader *reader, const char *key, const struct value *value, struct error *err)
{
	struct storage_conf *out = reader->out;
	const struct {
		const char *name;
		const char **place;
	} texts[] = {
		{ "storage.driver", &out->driver },
		{ "storage.graphroot", &out->graphroot },
		{ "storage.runroot", &out->runroot },
		{ "storage.imagestore", &out->imagestore },
		{ "storage.options.imagestore", &out->imagestore },
		{ "storage.rootless_storage_path", &out->rootless_storage_path },
	};

	for (size_t i = 0; i < countof(texts); i++) {
		if (strcmp(texts[i].name, key) == 0)
			return keep_text(reader, texts[i].place, value, key, err);
	}
	if (strcmp(key, "storage.options.additionalimagestores") != 0)
		return 0;
	if (value->items == NULL)
		return fail(
		        err, ERROR_FAILED, "line %u: %s is not a list of texts", reader->line, key);
	if (value->item_count > STORAGE_CONF_MAX_ROOTS)
		return fail(err, ERROR_LIMIT, "line %u: %s: more than %d", reader->line, key,
		        STORAGE_CONF_MAX_ROOTS);
	out->additional_stores = value->items;
	out->additional_store_count = value->item_count;
	return 0;
}

static int
read_table_name(struct reader *reader, struct error *err)
{
	bool list;

	next(reader);
	list = take(reader, '['); /* [[…]] */
	skip_blanks(reader);
	if (read_key(reader, reader->table, sizeof(reader->table), err) != 0)
		return -1;
	if (!take(reader, ']') || (list && !take(reader, ']')))
		return fail_line(reader, err, "a table's name without its closing ]");
	return end_line(reader, err);
}

static int
read_member(struct reader *reader, struct error *err)
{
	char key[128], whole[257];
	struct value value = { 0 };

	if (read_key(reader, key, sizeof(key), err) != 0)
		return -1;
	if (!take(reader, '='))
		return fail_line(reader, err, "= is missing");
	skip_blanks(reader);
	if (read_value(reader, &value, 0, err) != 0)
		return -1;
	snprintf(whole, sizeof(whole), "%s%s%s", reader->table, reader->table[0] != '\0' ? "." : "",
	        key);
	if (keep(reader, whole, &value, err) != 0)
		return -1;
	return end_line(reader, err);
}

int
storage_conf_parse(struct storage_conf *out, struct arena *arena, const char *text, size_t length,
        struct error *err)
{
	struct reader reader = {
		.at = text, .end = text + length, .line = 1, .arena = arena, .out = out
	};

	for (skip_space(&reader); peek(&reader) >= 0; skip_space(&reader)) {
		int result = peek(&reader) == '[' ? read_table_name(&reader, err)
		                                  : read_member(&reader, err);

		if (result != 0)
			return -1;
	}
	return 0;
}

const char *
storage_conf_expand(
        struct arena *arena, const char *path, const char *home, const char *user, const char *uid)
{
	const struct {
		const char *name, *value;
	} variables[] = { { "$HOME", home }, { "${HOME}", home }, { "$USER", user },
		{ "${USER}", user }, { "$UID", uid }, { "${UID}", uid } };
	auto_buf out = { 0 };

	while (*path != '\0') {
		size_t i = 0;

		while (i < countof(variables) && !text_starts_with(path, variables[i].name))
			i++;
		if (i == countof(variables)) {
			buf_putc(&out, *path++);
			continue;
		}
		buf_puts(&out, variables[i].value);
		path += strlen(variables[i].name);
	}
	return arena_strdup(arena, buf_text(&out));
}
