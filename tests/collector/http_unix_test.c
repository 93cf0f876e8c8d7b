/* HTTP over a unix socket: what is asked arrives there, and nowhere else. */
#include "tests/support/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "collector/http.h"
#include "common/buf.h"
#include "common/memory.h"

struct server {
	char folder[32];
	char path[64];
	int listener;
	const char *answer;
	pthread_t thread;
	char asked[2048];
};

/* One connection, one answer. */
static void *
serve(void *context)
{
	struct server *server = context;
	int client = accept(server->listener, NULL, NULL);
	ssize_t length = read(client, server->asked, sizeof(server->asked) - 1);

	server->asked[length > 0 ? length : 0] = '\0';
	assert_int_equal(
	        write(client, server->answer, strlen(server->answer)), strlen(server->answer));
	close(client);
	return NULL;
}

static void
start(struct server *server, const char *answer)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strncpy(server->folder, "/tmp/http-unix-XXXXXX", sizeof(server->folder) - 1);
	assert_non_null(mkdtemp(server->folder));
	snprintf(server->path, sizeof(server->path), "%s/s", server->folder);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", server->path);
	server->answer = answer;
	server->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(server->listener, 1), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void
finish(struct server *server)
{
	pthread_join(server->thread, NULL);
	close(server->listener);
	unlink(server->path);
	rmdir(server->folder);
}

struct question {
	bool asked;
	enum http_outcome outcome;
	struct buf body;
	char cause[256];
};

static int
next(void *context, struct http_request *request, void **job)
{
	struct question *question = context;

	if (question->asked)
		return 0;
	question->asked = true;
	*job = question;
	*request = (struct http_request){
		.method = "GET", .url = "http://docker/v1.41/info?a=b", .body_limit_bytes = 100
	};
	return 1;
}

static int
done(void *context, void *job, const struct http_reply *reply, struct error *err)
{
	struct question *question = job;

	(void)context;
	(void)err;
	question->outcome = reply->outcome;
	buf_puts(&question->body, reply->body);
	snprintf(question->cause, sizeof(question->cause), "%s",
	        reply->cause != NULL ? reply->cause : "");
	return 0;
}

static void
ask(struct question *question, const char *path)
{
	struct http_options options = { .unix_socket = path, .timeout_ms = 5000 };
	struct error err = { 0 };
	struct http *http = http_new(&options, &err);
	struct http_work work = { next, done, question };

	assert_non_null(http);
	assert_int_equal(http_run(http, &work, &err), 0);
	http_free(http);
}

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

static void
test_answers(void **state)
{
	static const struct {
		const char *answer, *body;
		enum http_outcome outcome;
	} cases[] = {
		{ OK, "hi", HTTP_ANSWERED },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\nx", "", HTTP_TOO_LARGE },
		{ "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: "
		  "0\r\n\r\n",
		        "", HTTP_REFUSED },
		{ "HTTP/1.1 307 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "",
		        HTTP_REFUSED },
		{ "what?\r\n\r\n", "", HTTP_BROKEN },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct server server = { 0 };
		struct question question = { 0 };

		start(&server, cases[i].answer);
		/* Nobody listens there. */
		setenv("http_proxy", "http://127.0.0.1:1", 1);
		ask(&question, server.path);
		unsetenv("http_proxy");
		finish(&server);
		assert_int_equal(question.outcome, cases[i].outcome);
		assert_string_equal(buf_text(&question.body), cases[i].body);
		assert_int_equal(strncmp(server.asked, "GET /v1.41/info?a=b HTTP/1.1\r\n", 30), 0);
		buf_release(&question.body);
	}
}

static void
test_nobody_there(void **state)
{
	struct question question = { 0 };

	(void)state;
	ask(&question, "/tmp/no-such-folder-here/s");
	assert_int_equal(question.outcome, HTTP_UNREACHABLE);
	assert_string_equal(question.cause, "cannot connect: No such file or directory");
	buf_release(&question.body);
}

static void
test_path_length(void **state)
{
	char path[110];
	struct http_options options = { .unix_socket = path };
	struct error err = { 0 };

	(void)state;
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[107] = '\0';
	struct http *http = http_new(&options, &err);
	assert_non_null(http);
	http_free(http);
	path[107] = 'a';
	path[108] = '\0';
	assert_null(http_new(&options, &err));
	assert_non_null(strstr(err.message, "at most 107 bytes"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_path_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
