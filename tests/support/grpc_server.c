#include "tests/support/grpc_server.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "collector/grpc_frames.h"
#include "common/memory.h"

static void
send_frame(int client, const struct h2_frame *frame, uint8_t stream)
{
	uint8_t head[9] = { (uint8_t)(frame->length >> 16), (uint8_t)(frame->length >> 8),
		(uint8_t)frame->length, frame->type, frame->flags, 0, 0, 0, stream };

	/* A client that had enough is gone. */
	if (send(client, head, sizeof(head), MSG_NOSIGNAL) > 0 && frame->length > 0)
		(void)!send(client, frame->bytes, frame->length, MSG_NOSIGNAL);
}

/* Up to the frame that ends the stream of the request. */
static void
read_request(int client)
{
	static const size_t preface = 24;
	uint8_t bytes[16384];
	size_t length = 0, at = preface;

	for (;;) {
		ssize_t got = recv(client, bytes + length, sizeof(bytes) - length, 0);

		if (got <= 0)
			return;
		length += (size_t)got;
		while (at + 9 <= length) {
			const uint8_t *head = bytes + at;
			size_t size = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];

			if (at + 9 + size > length)
				break;
			at += 9 + size;
			if (head[3] == H2_DATA && (head[4] & H2_END_STREAM) != 0)
				return;
		}
	}
}

static void
serve(int client, const struct grpc_answer *answer)
{
	static const struct h2_frame settings = { H2_SETTINGS, 0, "", 0 },
	                             acknowledged = { H2_SETTINGS, 1, "", 0 };
	char rest[256];
	bool ended = false;

	send_frame(client, &settings, 0);
	send_frame(client, &acknowledged, 0);
	read_request(client);
	for (size_t i = 0; i < GRPC_MAX_FRAMES && answer->frames[i].bytes != NULL; i++) {
		send_frame(client, &answer->frames[i], 1);
		ended |= (answer->frames[i].flags & H2_END_STREAM) != 0;
	}
	if (!ended)
		shutdown(client, SHUT_WR);
	while (recv(client, rest, sizeof(rest), 0) > 0)
		;
}

static void *
run(void *context)
{
	struct grpc_server *server = context;

	while (server->served < server->answer_count) {
		int client = accept(server->listener, NULL, NULL);

		if (client < 0)
			break;
		serve(client, &server->answers[server->served++]);
		close(client);
	}
	return NULL;
}

void
grpc_server_start(
        struct grpc_server *server, const struct grpc_answer *answers, size_t answer_count)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	*server = (struct grpc_server){ .answers = answers, .answer_count = answer_count };
	snprintf(server->folder, sizeof(server->folder), "/tmp/grpc-server-XXXXXX");
	if (mkdtemp(server->folder) == NULL)
		abort();
	snprintf(server->path, sizeof(server->path), "%s/socket", server->folder);
	memcpy(address.sun_path, server->path, strlen(server->path) + 1);
	server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(server->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	        listen(server->listener, 8) != 0 ||
	        pthread_create(&server->thread, NULL, run, server) != 0)
		abort();
}

size_t
grpc_server_stop(struct grpc_server *server)
{
	/* Ends an accept() that waits for a call that never came. */
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->listener);
	unlink(server->path);
	rmdir(server->folder);
	return server->served;
}

struct grpc_answer
grpc_answer_of(const ProtobufCMessage *message, struct buf *out)
{
	size_t length = protobuf_c_message_get_packed_size(message);
	auto_free uint8_t *packed = xcalloc(length + 1, 1);
	uint8_t head[GRPC_FRAME_HEAD];

	protobuf_c_message_pack(message, packed);
	grpc_frame_head(head, (uint32_t)length);
	buf_reset(out);
	buf_append(out, head, sizeof(head));
	buf_append(out, packed, length);
	/* Larger ones would need several frames. */
	assert(out->length <= 16384);
	return (struct grpc_answer){ {
		{ H2_HEADERS, H2_END_HEADERS, GRPC_200, 1 },
		{ H2_DATA, 0, out->data, out->length },
		{ H2_HEADERS, H2_END_HEADERS | H2_END_STREAM, GRPC_STATUS("0"),
		        sizeof(GRPC_STATUS("0")) - 1 },
	} };
}

struct grpc_answer
grpc_answer_unimplemented(void)
{
	static const char headers[] = GRPC_200 "\0\x0bgrpc-status\2"
	                                       "12";

	return (struct grpc_answer){ {
		{ H2_HEADERS, H2_END_HEADERS | H2_END_STREAM, headers, sizeof(headers) - 1 },
	} };
}
