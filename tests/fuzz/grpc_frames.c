/* However a body is cut into pieces, the same messages come out, or the same refusal. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/grpc_frames.h"

struct seen {
	struct buf bytes;
	size_t count;
};

static int
take(void *context, const uint8_t *message, size_t length, struct error *err)
{
	struct seen *seen = context;

	(void)err;
	seen->count++;
	assert(length <= GRPC_MAX_MESSAGE_BYTES);
	return buf_append(&seen->bytes, message, length);
}

/* 0 whole, 1 within a frame, -1 */
static int
read_all(struct seen *seen, const uint8_t *data, size_t size, size_t piece)
{
	struct grpc_frames frames = { 0 };
	struct error err = { 0 };
	int result = 0;

	for (size_t at = 0; at < size && result == 0; at += piece)
		result = grpc_frames_feed(&frames, data + at, size - at < piece ? size - at : piece,
		        take, seen, &err);
	assert((result == 0) == (err.code == ERROR_NONE));
	assert(frames.count == seen->count);
	/* Memory for what came, never for what was announced. */
	assert(frames.message.capacity <= 2 * size + 4096);
	if (result == 0)
		result = grpc_frames_is_whole(&frames) ? 0 : 1;
	grpc_frames_release(&frames);
	return result;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole = { 0 }, pieces = { 0 };
	size_t piece = size > 0 ? data[size - 1] % 7u + 1 : 1;

	assert(read_all(&whole, data, size, size + 1) == read_all(&pieces, data, size, piece));
	assert(whole.count == pieces.count && whole.bytes.length == pieces.bytes.length);
	assert(whole.bytes.length == 0 ||
	        memcmp(whole.bytes.data, pieces.bytes.data, whole.bytes.length) == 0);
	buf_release(&whole.bytes);
	buf_release(&pieces.bytes);
	return 0;
}
