/*
 * The frames of a gRPC body: a byte that says whether it is compressed, four bytes of length, the
 * message. Pieces may be cut anywhere. Pure.
 */
#ifndef COLLECTOR_GRPC_FRAMES_H
#define COLLECTOR_GRPC_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"

#define GRPC_FRAME_HEAD        5
#define GRPC_MAX_MESSAGE_BYTES ((size_t)16 << 20) /* containerd's own limit */

/* Zero-initialise. */
struct grpc_frames {
	uint8_t head[GRPC_FRAME_HEAD];
	size_t head_length;
	size_t left; /* of the message, once the head is whole */
	struct buf message;
	size_t count; /* messages that were whole */
};

/* -1 ends the reading. The bytes are valid during the call. */
typedef int grpc_message_fn(
        void *context, const uint8_t *message, size_t length, struct error *err);

/* Calls `take` with every message that is whole now. -1: refused by it, compressed, or longer than
 * GRPC_MAX_MESSAGE_BYTES, which is known before memory is taken. */
int grpc_frames_feed(struct grpc_frames *frames, const void *data, size_t length,
        grpc_message_fn *take, void *context, struct error *err) must_check;
/* False within a frame: then the body was cut. */
bool grpc_frames_is_whole(const struct grpc_frames *frames);
void grpc_frames_release(struct grpc_frames *frames);
/* The head of a message that is sent. */
void grpc_frame_head(uint8_t head[GRPC_FRAME_HEAD], uint32_t length);

#endif
