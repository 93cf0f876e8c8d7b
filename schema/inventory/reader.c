/*
 * The frame first (header, end, count, hash), then line by line. What a line costs in memory is
 * bounded by its length, and brackets are counted before the parser sees them.
 */
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "schema/inventory/order.h"
#include "schema/inventory/shape.h"

struct reader {
	const char *at, *end; /* what was not read yet; `end` is where the last line begins */
	size_t line;          /* number of the one last taken */
	struct inventory_info *info;
	const struct record_sink *sink; /* NULL: only to be checked */
	struct order order;
};

static int
fail_line(const struct reader *reader, struct error *err)
{
	return fail_in(err, "line %zu", reader->line);
}

static int
check_depth(const char *text, size_t length, struct error *err)
{
	size_t depth = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"') {
			for (i++; i < length && text[i] != '"'; i++)
				i += text[i] == '\\';
		} else if (text[i] == '[' || text[i] == '{') {
			if (++depth > INVENTORY_MAX_DEPTH)
				return fail(err, ERROR_FAILED, "nested deeper than %d levels",
				        INVENTORY_MAX_DEPTH);
		} else if ((text[i] == ']' || text[i] == '}') && depth > 0) {
			depth--;
		}
	}
	return 0;
}

/* A JSON object; NULL on failure. */
static json_t *
parse_line(const char *text, size_t length, struct error *err)
{
	json_error_t reason;
	json_t *value;

	if (length > INVENTORY_MAX_LINE_BYTES) {
		fail(err, ERROR_FAILED, "longer than %zu bytes", INVENTORY_MAX_LINE_BYTES);
		return NULL;
	}
	if (check_depth(text, length, err) != 0)
		return NULL;
	value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason);
	if (value == NULL)
		fail(err, ERROR_FAILED, "not JSON, byte %d: %.200s", reason.position, reason.text);
	if (value != NULL && !json_is_object(value)) {
		json_decref(value);
		fail(err, ERROR_FAILED, "not a JSON object");
		return NULL;
	}
	return value;
}

/* The next line, without its end. Every one has an end: the frame was checked. */
static const char *
next_line(struct reader *reader, size_t *length)
{
	const char *line = reader->at;
	const char *end = memchr(line, '\n', (size_t)(reader->end - line));

	if (end == NULL)
		end = reader->end;
	*length = (size_t)(end - line);
	reader->at = end < reader->end ? end + 1 : end;
	reader->line++;
	return line;
}

/* --- the frame -------------------------------------------------------------------------- */

/* A member of the frame: a text of at most `max` bytes, NULL otherwise. */
static const char *
member_text(const json_t *object, const char *member, size_t max)
{
	const json_t *value = json_object_get(object, member);

	return json_is_string(value) && json_string_length(value) <= max ? json_string_value(value)
	                                                                 : NULL;
}

static int
check_schema(const json_t *header, struct error *err)
{
	const char *schema = member_text(header, "schema", 200);

	if (schema == NULL || !text_starts_with(schema, "layershare/inventory/"))
		return fail(
		        err, ERROR_FAILED, "not the header of an inventory of layershare-agent");
	if (strcmp(schema, INVENTORY_SCHEMA) == 0)
		return 0;
	return fail(err, ERROR_FAILED,
	        "an inventory of the form %s; this version reads " INVENTORY_SCHEMA, schema);
}

static int
take_header(struct inventory_info *info, const json_t *header, struct error *err)
{
	const char *node = member_text(header, "node", INVENTORY_MAX_NODE_BYTES);
	const char *version = member_text(header, "version", sizeof(info->version) - 1);
	const char *created_at = member_text(header, "created_at", 40);
	const json_t *revision = json_object_get(header, "revision");

	if (check_schema(header, err) != 0)
		return -1;
	if (node == NULL || *node == '\0' || strchr(node, '/') != NULL)
		return fail(err, ERROR_FAILED, "node: not a name without '/'");
	if (version == NULL)
		return fail(err, ERROR_FAILED, "version: not a text");
	if (created_at == NULL || text_parse_time(created_at, &info->created_at) != 0)
		return fail(err, ERROR_FAILED, "created_at: not a time of RFC 3339 from 1970 on");
	if (!json_is_integer(revision) || json_integer_value(revision) < 0)
		return fail(err, ERROR_FAILED, "revision: not a whole number from 0");
	info->revision = (uint64_t)json_integer_value(revision);
	snprintf(info->node, sizeof(info->node), "%s", node);
	snprintf(info->version, sizeof(info->version), "%s", version);
	return 0;
}

static int
read_header(struct reader *reader, struct error *err)
{
	size_t length;
	const char *line = next_line(reader, &length);
	json_auto_t *header = parse_line(line, length, err);

	if (header == NULL) {
		if (err != NULL && err->code != ERROR_NONE)
			fail(err, ERROR_FAILED,
			        "not the header of an inventory of layershare-agent");
		return fail_line(reader, err);
	}
	return take_header(reader->info, header, err) == 0 ? 0 : fail_line(reader, err);
}

static size_t
count_lines(const char *data, size_t length)
{
	const char *end = data + length;
	size_t count = 0;

	for (const char *at = data; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
		count++;
	return count;
}

static int
take_state(struct inventory_info *info, const json_t *end, struct error *err)
{
	const char *word = member_text(end, "end", 64);

	for (enum scan_state state = SCAN_COMPLETE; word != NULL && state <= SCAN_FAILED; state++) {
		if (strcmp(word, inventory_state_name(state)) != 0)
			continue;
		info->state = state;
		return 0;
	}
	return fail(err, ERROR_FAILED, "not the end of an inventory: the file was cut off above");
}

static int
check_end(const struct inventory_info *info, const json_t *end, const char *data, size_t length,
        struct error *err)
{
	const json_t *lines = json_object_get(end, "lines");
	const char *hex = member_text(end, "sha256", 64);
	char text[DIGEST_TEXT_SIZE];
	struct digest digest;

	if (!json_is_integer(lines) || (uint64_t)json_integer_value(lines) != info->lines)
		return fail(err, ERROR_FAILED, "there are %zu lines above, not %lld: some are gone",
		        info->lines, (long long)json_integer_value(lines));
	digest_of(&digest, DIGEST_SHA256, data, length);
	if (hex == NULL || strcmp(digest_format(&digest, text) + strlen("sha256:"), hex) != 0)
		return fail(err, ERROR_FAILED,
		        "the lines above have another SHA-256: the file was changed or damaged");
	return 0;
}

/* Where the last line begins. */
static const char *
find_last(const char *data, size_t length)
{
	const char *before = length > 1 ? memrchr(data, '\n', length - 1) : NULL;

	return before != NULL ? before + 1 : data;
}

static int
read_end(const char *data, size_t length, const char *last, struct inventory_info *info,
        struct error *err)
{
	size_t above = (size_t)(last - data);
	json_auto_t *end = NULL;

	info->lines = count_lines(data, above);
	if (data[length - 1] != '\n')
		return fail(err, ERROR_FAILED, "line %zu: cut off in the middle", info->lines + 1);
	end = parse_line(last, length - above - 1, err);
	if (end != NULL && take_state(info, end, err) == 0 &&
	        check_end(info, end, data, above, err) == 0)
		return 0;
	return fail_in(err, "line %zu", info->lines + 1);
}

/* --- records ---------------------------------------------------------------------------- */

static int
take_record(struct reader *reader, const json_t *value, struct error *err)
{
	auto_arena arena = { 0 };
	struct record record;
	int known = inventory_decode(&record, value, &arena, err);

	if (known < 0)
		return fail_line(reader, err);
	if (known == 0 && reader->info->revision <= INVENTORY_REVISION) {
		fail(err, ERROR_FAILED, "a record '%.80s' is not known",
		        json_string_value(json_object_get(value, "record")));
		return fail_line(reader, err);
	}
	if (known == 0) {
		reader->info->passed_over++;
		return 0;
	}
	reader->order.line = reader->line;
	if (order_check(&reader->order, &record, err) != 0)
		return fail_line(reader, err);
	return reader->sink == NULL ? 0 : reader->sink->emit(reader->sink->context, &record, err);
}

static int
read_records(struct reader *reader, struct error *err)
{
	while (reader->at < reader->end) {
		size_t length;
		const char *line = next_line(reader, &length);
		json_auto_t *value = parse_line(line, length, err);

		if (value == NULL)
			return fail_line(reader, err);
		if (take_record(reader, value, err) != 0)
			return -1;
	}
	if (order_end(&reader->order, err) == 0)
		return 0;
	reader->line++;
	return fail_line(reader, err);
}

int
inventory_read(const char *data, size_t length, const struct record_sink *sink,
        struct inventory_info *info, struct error *err)
{
	struct reader reader = { .info = info, .sink = sink };
	int result;

	*info = (struct inventory_info){ 0 };
	if (length == 0)
		return fail(err, ERROR_FAILED, "line 1: the file is empty");
	if (length > INVENTORY_MAX_BYTES)
		return fail(err, ERROR_FAILED, "more than %zu bytes", INVENTORY_MAX_BYTES);
	reader.at = data;
	reader.end = data + length;
	/* A foreign file is told so before it is told that it has no end. */
	if (read_header(&reader, err) != 0)
		return -1;
	reader.end = find_last(data, length);
	if (reader.end == data)
		return fail(
		        err, ERROR_FAILED, "line 1: nothing but a header: the file was cut off");
	if (read_end(data, length, reader.end, info, err) != 0)
		return -1;
	order_init(&reader.order, info->node);
	result = read_records(&reader, err);
	order_release(&reader.order);
	return result;
}
