/*
 * gRPC over a unix socket: unary calls and server streaming, which is all that engines are asked.
 *
 *	request ─▶ frame ─▶ HTTP/2 (libcurl) ─▶ frames ─▶ messages ─▶ grpc-status
 *
 * Every call has a connection of its own: libcurl 7.88 breaks HTTP/2 connections that it uses
 * again, and a unix socket costs a fraction of a millisecond. A body without a grpc-status at its
 * end was cut, so it is an error however whole it looks.
 */
#ifndef COLLECTOR_GRPC_H
#define COLLECTOR_GRPC_H

#include <protobuf-c/protobuf-c.h>

#include "collector/grpc_frames.h"
#include "common/arena.h"

/* The codes that we act on; the others are errors like any. */
enum {
	GRPC_BROKEN = -1, /* no answer that is one: the cause is in the error */
	GRPC_OK = 0,
	GRPC_NOT_FOUND = 5,
	GRPC_PERMISSION_DENIED = 7,
	GRPC_UNIMPLEMENTED = 12,
};

#define GRPC_TIMEOUT_MS        30000
#define GRPC_MAX_SOCKET_PATH   107                 /* the kernel's */
#define GRPC_MAX_ANSWER_BYTES  ((size_t)1 << 30)   /* all messages of one answer */
#define GRPC_MAX_DECODED_BYTES ((size_t)256 << 20) /* one message, as structs */

struct grpc {
	const char *socket;       /* its path */
	const char *namespace;    /* containerd's header; NULL = none */
	long timeout_ms;          /* of one call; 0 = GRPC_TIMEOUT_MS */
	int status;               /* of the last call */
	uint64_t calls;           /* so far */
	uint64_t answer_bytes;    /* so far */
	const volatile int *stop; /* a call ends early once it is set; may be NULL */
};

/* "containerd.services.version.v1.Version/Version" and the two messages of one call. */
struct grpc_method {
	const char *path;
	const ProtobufCMessageDescriptor *answer;
};

/* One answer: 0 and the message in the arena, or -1; grpc->status says which. */
int grpc_call(struct grpc *grpc, const struct grpc_method *method, const ProtobufCMessage *request,
        struct arena *arena, void *answer, struct error *err) must_check;

/* A decoded message of a stream; what it points at is in the caller's arena. -1 ends the call. */
typedef int grpc_take_fn(void *context, const void *message, struct error *err);

/* Any number of answers. A stream that fails in the middle has given some: discard them. */
int grpc_stream(struct grpc *grpc, const struct grpc_method *method,
        const ProtobufCMessage *request, struct arena *arena, grpc_take_fn *take, void *context,
        struct error *err) must_check;

#endif
