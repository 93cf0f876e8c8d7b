/* Calls to a server that answers with these bytes, whatever it is asked. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/grpc.h"
#include "common/memory.h"
#include "schema/proto/containerd.pb-c.h"
#include "tests/support/grpc_server.h"

#define NAMESPACE_NEEDED "\0\x0cgrpc-message\x19namespace%20is%20required"
#define MESSAGE(bytes)   "\0\0\0\0" bytes

#define HEAD(text)                                                                                 \
	{                                                                                          \
		H2_HEADERS, H2_END_HEADERS, text, sizeof(text) - 1                                 \
	}
#define BODY(text)                                                                                 \
	{                                                                                          \
		H2_DATA, 0, text, sizeof(text) - 1                                                 \
	}
#define BODY_END(text)                                                                             \
	{                                                                                          \
		H2_DATA, H2_END_STREAM, text, sizeof(text) - 1                                     \
	}
#define END(text)                                                                                  \
	{                                                                                          \
		H2_HEADERS, H2_END_HEADERS | H2_END_STREAM, text, sizeof(text) - 1                 \
	}
#define OK        GRPC_200
#define NOT_FOUND GRPC_404
#define STATUS(n) GRPC_STATUS(n)

static const struct {
	struct h2_frame frames[GRPC_MAX_FRAMES];
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
run(size_t index)
{
	struct grpc_answer answer;
	struct grpc_server server;
	struct grpc grpc = { .namespace = "k8s.io" };
	auto_arena arena = { 0 };
	struct error err = { 0 };
	const char *version = NULL;
	int result;

	memcpy(answer.frames, cases[index].frames, sizeof(answer.frames));
	grpc_server_start(&server, &answer, 1);
	result = call(server.path, &grpc, &arena, &version, &err);
	assert_int_equal(grpc_server_stop(&server), 1);
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
	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		run(i);
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
