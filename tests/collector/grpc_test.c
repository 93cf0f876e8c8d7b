/*
 * Calls to a scripted HTTP/2 server: whatever it is asked, it sends these bytes and ends. HPACK is
 * written by hand: 0x88 is ":status: 200", a zero byte begins a literal header.
 */
#include "tests/support/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "collector/grpc.h"
#include "common/memory.h"
#include "schema/proto/containerd.pb-c.h"

#define OK               "\x88"
#define NOT_FOUND        "\x8d" /* :status: 404 */
#define STATUS(n)        "\0\x0bgrpc-status\1" n
#define NAMESPACE_NEEDED "\0\x0cgrpc-message\x19namespace%20is%20required"
#define MESSAGE(bytes)   "\0\0\0\0" bytes

enum { DATA = 0, HEADERS = 1, SETTINGS = 4 };
enum { END_STREAM = 1, END_HEADERS = 4 };

struct frame {
	uint8_t type, flags;
	const char *bytes;
	size_t length;
};

#define HEAD(text)                                                                                 \
	{                                                                                          \
		HEADERS, END_HEADERS, text, sizeof(text) - 1                                       \
	}
#define BODY(text)                                                                                 \
	{                                                                                          \
		DATA, 0, text, sizeof(text) - 1                                                    \
	}
#define BODY_END(text)                                                                             \
	{                                                                                          \
		DATA, END_STREAM, text, sizeof(text) - 1                                           \
	}
#define END(text)                                                                                  \
	{                                                                                          \
		HEADERS, END_HEADERS | END_STREAM, text, sizeof(text) - 1                          \
	}

static const struct {
	struct frame frames[5];
	const char *version; /* of the answer; NULL = the call fails */
	const char *message;
	int status;
} cases[] = {
	{ { HEAD(OK),
	          BODY(MESSAGE("\5\n\3"
	                       "1.6")),
	          END(STATUS("0")) },
	        "1.6", NULL, GRPC_OK },
	/* In pieces, with a field that we do not know. */
	{ { HEAD(OK), BODY("\0\0"), BODY("\0\0\x0a\n\3"),
	          BODY("2.0\x12\3"
	               "abc"),
	          END(STATUS("0")) },
	        "2.0", NULL, GRPC_OK },
	/* Errors come without a body, in the first headers. */
	{ { END(OK STATUS("9") NAMESPACE_NEEDED) }, NULL,
	        "Version/Version: status 9: namespace is required", 9 },
	{ { HEAD(OK), END("\0\x0bgrpc-status\2"
	                  "12") },
	        NULL, "status 12: no reason given", GRPC_UNIMPLEMENTED },
	{ { HEAD(OK), BODY_END(MESSAGE("\5\n\3"
	                               "1.6")) },
	        NULL, "no grpc-status", GRPC_BROKEN },
	{ { HEAD(OK),
	          BODY(MESSAGE("\5\n\3"
	                       "1")),
	          END(STATUS("0")) },
	        NULL, "cut within a message", GRPC_BROKEN },
	{ { HEAD(OK), BODY("\1\0\0\0\1x"), END(STATUS("0")) }, NULL, "compressed", GRPC_BROKEN },
	{ { HEAD(OK), BODY("\0\x7f\0\0\0x"), END(STATUS("0")) }, NULL, "is the limit",
	        GRPC_BROKEN },
	{ { HEAD(OK), BODY(MESSAGE("\2\n\x7f")), END(STATUS("0")) }, NULL, "no VersionAnswer",
	        GRPC_BROKEN },
	{ { HEAD(OK), BODY(MESSAGE("\0") MESSAGE("\0")), END(STATUS("0")) }, NULL, "two answers",
	        GRPC_BROKEN },
	{ { HEAD(OK), END(STATUS("0")) }, NULL, "no answer", GRPC_BROKEN },
	{ { HEAD(OK), END(STATUS("x")) }, NULL, "is no number", GRPC_BROKEN },
	{ { END(NOT_FOUND) }, NULL, "HTTP 404", GRPC_BROKEN },
	/* The connection breaks. */
	{ { HEAD(OK), BODY(MESSAGE("\5\n")) }, NULL, "Version/Version: ", GRPC_BROKEN },
	{ { { 0 } }, NULL, "Version/Version: ", GRPC_BROKEN },
};

struct server {
	int listener;
	const struct frame *frames;
	char asked[4096]; /* what the client sent first */
	size_t asked_length;
};

static void
send_frame(int client, const struct frame *frame, uint8_t stream)
{
	uint8_t head[9] = { 0, (uint8_t)(frame->length >> 8), (uint8_t)frame->length, frame->type,
		frame->flags, 0, 0, 0, stream };

	if (send(client, head, sizeof(head), MSG_NOSIGNAL) > 0 && frame->length > 0)
		assert_true(send(client, frame->bytes, frame->length, MSG_NOSIGNAL) > 0);
}

static void *
serve(void *context)
{
	struct server *server = context;
	static const struct frame settings = { SETTINGS, 0, "", 0 }, ack = { SETTINGS, 1, "", 0 };
	char rest[256];
	int client = accept(server->listener, NULL, NULL);
	bool ended = false;
	ssize_t got;

	send_frame(client, &settings, 0);
	send_frame(client, &ack, 0);
	/* The request's last bytes are the five of an empty message. */
	while (server->asked_length < 5 ||
	        memcmp(server->asked + server->asked_length - 5, "\0\0\0\0", 5) != 0) {
		got = recv(client, server->asked + server->asked_length,
		        sizeof(server->asked) - server->asked_length, 0);
		if (got <= 0)
			break;
		server->asked_length += (size_t)got;
	}
	for (size_t i = 0; i < 5 && server->frames[i].bytes != NULL; i++) {
		send_frame(client, &server->frames[i], 1);
		ended |= (server->frames[i].flags & END_STREAM) != 0;
	}
	if (!ended)
		shutdown(client, SHUT_WR);
	while (recv(client, rest, sizeof(rest), 0) > 0)
		;
	close(client);
	return NULL;
}

static int
call(const char *socket_path, struct grpc *grpc, struct arena *arena, const char **version,
        struct error *err)
{
	static const struct grpc_method method = { "containerd.services.version.v1.Version/Version",
		&containerd__version_answer__descriptor };
	const Containerd__Empty request = CONTAINERD__EMPTY__INIT;
	const Containerd__VersionAnswer *answer;

	grpc->socket = socket_path;
	grpc->timeout_ms = 10000;
	if (grpc_call(grpc, &method, &request.base, arena, &answer, err) != 0)
		return -1;
	*version = answer->version;
	return 0;
}

static void
run(size_t index, const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct server server = { .frames = cases[index].frames };
	struct grpc grpc = { .namespace = "k8s.io" };
	auto_arena arena = { 0 };
	struct error err = { 0 };
	const char *version = NULL;
	pthread_t thread;
	int result;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%zu", folder, index);
	server.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(server.listener, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, serve, &server), 0);
	result = call(address.sun_path, &grpc, &arena, &version, &err);
	pthread_join(thread, NULL);
	close(server.listener);
	unlink(address.sun_path);
	if (cases[index].version != NULL) {
		if (err.code != ERROR_NONE)
			fail_msg("case %zu: %s", index, err.message);
		assert_int_equal(result, 0);
		assert_string_equal(version, cases[index].version);
	} else {
		assert_int_equal(result, -1);
		if (strstr(err.message, cases[index].message) == NULL)
			fail_msg("case %zu: %s", index, err.message);
	}
	if (grpc.status != cases[index].status)
		fail_msg("case %zu: status %d: %s", index, grpc.status, err.message);
	assert_int_equal(grpc.calls, 1);
}

static void
test_answers(void **state)
{
	char folder[] = "/tmp/grpc-test-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < countof(cases); i++)
		run(i, folder);
	rmdir(folder);
}

static void
test_nobody(void **state)
{
	char longest[200];
	struct grpc grpc = { 0 };
	auto_arena arena = { 0 };
	struct error err = { 0 };
	const char *version;

	(void)state;
	assert_int_equal(call("/nonexistent/socket", &grpc, &arena, &version, &err), -1);
	assert_string_equal(err.message, "Version/Version: No such file or directory");
	memset(longest, 'a', sizeof(longest));
	longest[0] = '/';
	longest[108] = '\0';
	assert_int_equal(call(longest, &grpc, &arena, &version, &err), -1);
	assert_non_null(strstr(err.message, "at most 107 bytes"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
