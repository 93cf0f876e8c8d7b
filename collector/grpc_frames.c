/*
 * Two states: collecting the head, collecting the message. A message that lies whole in one piece
 * is not copied.
 */
#include "collector/grpc_frames.h"

#include <string.h>

static int
begin_message(struct grpc_frames *frames, struct error *err)
{
	const uint8_t *head = frames->head;
	uint32_t length = (uint32_t)head[1] << 24 | (uint32_t)head[2] << 16 |
	                  (uint32_t)head[3] << 8 | head[4];

	if (head[0] != 0)
		return fail(err, ERROR_FAILED, "a message is compressed, which was not offered");
	if (length > GRPC_MAX_MESSAGE_BYTES)
		return fail(err, ERROR_LIMIT, "a message of %u bytes; %zu is the limit", length,
		        GRPC_MAX_MESSAGE_BYTES);
	frames->left = length;
	buf_reset(&frames->message);
	frames->message.limit_bytes = GRPC_MAX_MESSAGE_BYTES;
	return 0;
}

static size_t
take_head(struct grpc_frames *frames, const uint8_t *data, size_t length)
{
	size_t wanted = GRPC_FRAME_HEAD - frames->head_length;
	size_t taken = length < wanted ? length : wanted;

	memcpy(frames->head + frames->head_length, data, taken);
	frames->head_length += taken;
	return taken;
}

static int
end_message(struct grpc_frames *frames, const uint8_t *message, size_t length,
        grpc_message_fn *take, void *context, struct error *err)
{
	frames->head_length = 0;
	frames->left = 0;
	frames->count++;
	return take(context, message, length, err);
}

/* *taken bytes of the message; it is handed on when it is whole. */
static int
take_message(struct grpc_frames *frames, const uint8_t *data, size_t length, size_t *taken,
        grpc_message_fn *take, void *context, struct error *err)
{
	*taken = length < frames->left ? length : frames->left;
	if (frames->message.length == 0 && *taken == frames->left)
		return end_message(frames, data, *taken, take, context, err);
	if (buf_append(&frames->message, data, *taken) != 0)
		return fail(err, ERROR_LIMIT, "a message is larger than it said");
	frames->left -= *taken;
	return frames->left > 0 ? 0
	                        : end_message(frames, (const uint8_t *)buf_text(&frames->message),
	                                  frames->message.length, take, context, err);
}

int
grpc_frames_feed(struct grpc_frames *frames, const void *data, size_t length, grpc_message_fn *take,
        void *context, struct error *err)
{
	const uint8_t *at = data, *end = at + length;

	while (at < end || (frames->head_length == GRPC_FRAME_HEAD && frames->left == 0)) {
		size_t taken;

		if (frames->head_length < GRPC_FRAME_HEAD) {
			at += take_head(frames, at, (size_t)(end - at));
			if (frames->head_length == GRPC_FRAME_HEAD &&
			        begin_message(frames, err) != 0)
				return -1;
			continue;
		}
		if (take_message(frames, at, (size_t)(end - at), &taken, take, context, err) != 0)
			return -1;
		at += taken;
	}
	return 0;
}

bool
grpc_frames_is_whole(const struct grpc_frames *frames)
{
	return frames->head_length == 0;
}

void
grpc_frames_release(struct grpc_frames *frames)
{
	buf_release(&frames->message);
}

void
grpc_frame_head(uint8_t head[GRPC_FRAME_HEAD], uint32_t length)
{
	head[0] = 0;
	head[1] = (uint8_t)(length >> 24);
	head[2] = (uint8_t)(length >> 16);
	head[3] = (uint8_t)(length >> 8);
	head[4] = (uint8_t)length;
}
