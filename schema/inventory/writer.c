/* A header, a line for each record, an end that counts and hashes what is above it. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/memory.h"
#include "common/text.h"
#include "schema/inventory/shape.h"

struct inventory_writer {
	struct inventory_output output;
	EVP_MD_CTX *sha256;
	struct buf line;
	size_t lines;
	bool left_out; /* a record of the running scan */
};

static int
append(const char *text, size_t length, void *line)
{
	return buf_append(line, text, length);
}

/* Into writer->line, with its end. */
static int
render(struct inventory_writer *writer, const json_t *object, struct error *err)
{
	buf_reset(&writer->line);
	if (json_dump_callback(object, append, &writer->line, JSON_COMPACT) != 0 ||
	        buf_putc(&writer->line, '\n') != 0)
		return fail(err, ERROR_LIMIT, "a line of more than %zu bytes",
		        INVENTORY_MAX_LINE_BYTES);
	return 0;
}

static int
write_line(struct inventory_writer *writer, struct error *err)
{
	const struct buf *line = &writer->line;

	/* Fails without a SHA-256 only, as in schema/digest.c. */
	if (EVP_DigestUpdate(writer->sha256, line->data, line->length) != 1)
		abort();
	writer->lines++;
	return writer->output.write(writer->output.context, line->data, line->length, err);
}

static int
write_header(
        struct inventory_writer *writer, const char *node, int64_t created_at, struct error *err)
{
	char time[32];
	json_auto_t *header = json_pack("{s:s, s:i, s:s, s:s, s:s}", "schema", INVENTORY_SCHEMA,
	        "revision", INVENTORY_REVISION, "version", LAYERSHARE_VERSION, "node", node,
	        "created_at", text_time(created_at, time));

	if (header == NULL)
		return fail(err, ERROR_FAILED, "a node's name that is not UTF-8");
	return render(writer, header, err) == 0 ? write_line(writer, err) : -1;
}

struct inventory_writer *
inventory_writer_new(const struct inventory_output *output, const char *node, int64_t created_at,
        struct error *err)
{
	struct inventory_writer *writer = xcalloc(1, sizeof(*writer));

	writer->output = *output;
	writer->sha256 = EVP_MD_CTX_new();
	buf_init(&writer->line, INVENTORY_MAX_LINE_BYTES);
	if (writer->sha256 == NULL || EVP_DigestInit_ex(writer->sha256, EVP_sha256(), NULL) != 1)
		abort();
	if (write_header(writer, node, created_at, err) == 0)
		return writer;
	inventory_writer_free(writer);
	return NULL;
}

void
inventory_writer_free(struct inventory_writer *writer)
{
	if (writer == NULL)
		return;
	EVP_MD_CTX_free(writer->sha256);
	buf_release(&writer->line);
	free(writer);
}

static int
write_record(struct inventory_writer *writer, const struct record *record, struct error *why,
        struct error *err)
{
	json_auto_t *object = inventory_encode(record, why);

	if (object == NULL || render(writer, object, why) != 0)
		return 0;
	return write_line(writer, err);
}

/* One odd image must not keep a node from being read. */
static int
leave_out(struct inventory_writer *writer, const char *why, struct error *err)
{
	auto_buf message = { 0 };
	struct error again = { 0 };

	buf_puts(&message, "left out of the inventory: ");
	text_clean(&message, why, strlen(why));
	const struct record problem = {
		.kind = RECORD_PROBLEM,
		.problem = { .place = "", .message = buf_text(&message) },
	};
	writer->left_out = true;
	if (write_record(writer, &problem, &again, err) != 0)
		return -1;
	return again.code == ERROR_NONE ? 0 : fail(err, ERROR_FAILED, "%s", again.message);
}

static int
emit(void *context, const struct record *record, struct error *err)
{
	struct inventory_writer *writer = context;
	struct record said = *record;
	struct error why = { 0 };

	if (record->kind == RECORD_SCAN)
		writer->left_out = false;
	if (record->kind == RECORD_SCAN_END && writer->left_out) {
		said.scan_end.catalogue_complete = false;
		if (said.scan_end.state == SCAN_COMPLETE)
			said.scan_end.state = SCAN_PARTIAL;
	}
	if (write_record(writer, &said, &why, err) != 0)
		return -1;
	if (why.code == ERROR_NONE)
		return 0;
	/* Nothing can stand in the place of these. */
	if (record->kind == RECORD_SCAN || record->kind == RECORD_SCAN_END ||
	        record->kind == RECORD_NODE || record->kind == RECORD_STORE)
		return fail(err, ERROR_FAILED, "%s", why.message);
	return leave_out(writer, why.message, err);
}

struct record_sink
inventory_writer_sink(struct inventory_writer *writer)
{
	return (struct record_sink){ .emit = emit, .context = writer };
}

int
inventory_writer_end(struct inventory_writer *writer, enum scan_state state, struct error *err)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	char hex[2 * DIGEST_SHA256 + 1];

	if (EVP_DigestFinal_ex(writer->sha256, hash, NULL) != 1)
		abort();
	for (size_t i = 0; i < DIGEST_SHA256; i++) {
		static const char digits[] = "0123456789abcdef";

		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
	hex[2 * DIGEST_SHA256] = '\0';
	json_auto_t *end = json_pack("{s:s, s:I, s:s}", "end", inventory_state_name(state), "lines",
	        (json_int_t)writer->lines, "sha256", hex);
	if (end == NULL)
		return fail(err, ERROR_FAILED, "no end for state %d", (int)state);
	if (render(writer, end, err) != 0)
		return -1;
	return writer->output.write(
	        writer->output.context, writer->line.data, writer->line.length, err);
}
