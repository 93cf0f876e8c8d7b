/*
 * A scripted gRPC server on a unix socket. Calls come one after the other, each on a connection of
 * its own; so the n-th connection gets the n-th answer, whatever it asked.
 */
#ifndef TESTS_SUPPORT_GRPC_SERVER_H
#define TESTS_SUPPORT_GRPC_SERVER_H

#include <protobuf-c/protobuf-c.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

/* HPACK by hand: 0x88 is ":status: 200", 0x8d "404"; a zero byte begins a literal header. */
#define GRPC_200       "\x88"
#define GRPC_404       "\x8d"
#define GRPC_STATUS(n) "\0\x0bgrpc-status\1" n

enum { H2_DATA = 0, H2_HEADERS = 1, H2_SETTINGS = 4 };
enum { H2_END_STREAM = 1, H2_END_HEADERS = 4 };

#define GRPC_MAX_FRAMES 5

/* Ends with the stream, or where `bytes` is NULL: then the connection breaks. */
struct h2_frame {
	uint8_t type, flags;
	const char *bytes;
	size_t length;
};

struct grpc_answer {
	struct h2_frame frames[GRPC_MAX_FRAMES];
};

struct grpc_server {
	char folder[40], path[60]; /* of the socket */
	int listener;
	pthread_t thread;
	const struct grpc_answer *answers;
	size_t answer_count;
	size_t served;
};

/* `answers` outlives the server. */
void grpc_server_start(
        struct grpc_server *server, const struct grpc_answer *answers, size_t answer_count);
/* Returns how many were asked for. */
size_t grpc_server_stop(struct grpc_server *server);

/* An answer with one message; the bytes are kept in *out. */
struct grpc_answer grpc_answer_of(const ProtobufCMessage *message, struct buf *out);
/* Status 12, in the first headers, as errors come. */
struct grpc_answer grpc_answer_unimplemented(void);

#endif
