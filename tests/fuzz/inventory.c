/* The reader of inventories. With a frame that fits around it, so that the fuzzer gets to the
 * records; and as it is, for the frame itself. What is accepted is written and read again. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>

#include "common/buf.h"
#include "schema/inventory/inventory.h"

static int
append(void *context, const char *data, size_t length, struct error *err)
{
	(void)err;
	return buf_append(context, data, length);
}

/* `lines` between a header and an end of the writer's. */
static void
frame(struct buf *out, const uint8_t *lines, size_t size)
{
	char hex[DIGEST_TEXT_SIZE];
	struct digest digest;
	size_t count = 1;

	buf_puts(out, "{\"schema\":\"" INVENTORY_SCHEMA "\",\"revision\":0,\"version\":\"1\","
	              "\"node\":\"n\",\"created_at\":\"2026-01-01T00:00:00Z\"}\n");
	for (size_t i = 0; i < size; i++)
		count += lines[i] == '\n';
	buf_append(out, lines, size);
	if (size > 0 && lines[size - 1] != '\n') {
		buf_putc(out, '\n');
		count++;
	}
	digest_of(&digest, DIGEST_SHA256, out->data, out->length);
	buf_printf(out, "{\"end\":\"complete\",\"lines\":%zu,\"sha256\":\"%s\"}\n", count,
	        digest_format(&digest, hex) + 7);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_buf framed = { 0 };
	auto_buf again = { 0 };
	const struct inventory_output output = { append, &again };
	struct inventory_info info;
	struct error err = { 0 };

	if (inventory_read(size > 0 ? (const char *)data : "", size, NULL, &info, &err) != 0)
		assert(err.code != ERROR_NONE);
	frame(&framed, data, size);
	struct inventory_writer *writer = inventory_writer_new(&output, "n", 1, NULL);
	struct record_sink sink = inventory_writer_sink(writer);
	if (inventory_read(framed.data, framed.length, NULL, &info, &err) == 0) {
		assert(inventory_read(framed.data, framed.length, &sink, &info, &err) == 0);
		assert(inventory_writer_end(writer, SCAN_COMPLETE, &err) == 0);
		assert(inventory_read(again.data, again.length, NULL, &info, &err) == 0);
	}
	inventory_writer_free(writer);
	return 0;
}
