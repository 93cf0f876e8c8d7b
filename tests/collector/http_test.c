/*
 * http.c against a scripted server: a table of paths and the raw bytes they are answered with. It
 * listens on two ports, so that one can send us to the other; "A" and "B" in a script become
 * their addresses.
 */
#include "tests/support/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/http.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/memory.h"

enum then { KEEP, CLOSE, HANG, ENDLESS };

static const struct script {
	const char *path;
	const char *answer;
	enum then then;
} scripts[] = {
	{ "/hello",
	        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDocker-Content-Digest:  sha256:12 "
	        "\r\nContent-Length: 5\r\n\r\nhello",
	        KEEP },
	{ "/empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", KEEP },
	{ "/chunked",
	        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n"
	        "Link: <late>\r\n\r\n",
	        KEEP },
	{ "/until-close", "HTTP/1.0 200 OK\r\n\r\nold", CLOSE },
	{ "/continue",
	        "HTTP/1.1 103 Early Hints\r\nLink: <early>\r\n\r\n"
	        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	        KEEP },
	{ "/links",
	        "HTTP/1.1 200 OK\r\nLink: <a>; rel=prev\r\nlink: <b>; rel=next\r\n"
	        "Content-Length: 0\r\n\r\n",
	        KEEP },
	{ "/missing", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope", KEEP },
	{ "/challenge",
	        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
	        "Content-Length: 0\r\n\r\n",
	        KEEP },
	{ "/endless-error", "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n", ENDLESS },
	{ "/truncated", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", CLOSE },
	{ "/truncated-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nabc",
	        CLOSE },
	{ "/excess", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", CLOSE },
	{ "/announced", "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nx", HANG },
	{ "/astronomic", "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\nx", CLOSE },
	{ "/endless", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", ENDLESS },
	{ "/silent", "", CLOSE },
	{ "/garbage", "\x16\x03\x01 what is this\r\n\r\n", CLOSE },
	{ "/hang", "", HANG },
	{ "/hang-in-body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel", HANG },
	{ "/headers", "HTTP/1.1 200 OK\r\n", ENDLESS },
	{ "/loop", "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n", KEEP },
	{ "/moved", "HTTP/1.1 307 Go\r\nLocation: /hello\r\nContent-Length: 3\r\n\r\nxyz", KEEP },
	{ "/to-echo", "HTTP/1.1 301 Go\r\nLocation: /echo\r\nContent-Length: 0\r\n\r\n", KEEP },
	{ "/to-b", "HTTP/1.1 307 Go\r\nLocation: http://B/echo\r\nContent-Length: 0\r\n\r\n",
	        KEEP },
	{ "/to-b-as-user",
	        "HTTP/1.1 307 Go\r\nLocation: http://me:secret@B/echo\r\nContent-Length: 0\r\n\r\n",
	        KEEP },
	{ "/there-and-back",
	        "HTTP/1.1 307 Go\r\nLocation: http://B/back\r\nContent-Length: 0\r\n\r\n", KEEP },
	{ "/back", "HTTP/1.1 307 Go\r\nLocation: http://A/echo\r\nContent-Length: 0\r\n\r\n",
	        KEEP },
	{ "/to-file",
	        "HTTP/1.1 302 Go\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
	        KEEP },
	{ "/to-metadata",
	        "HTTP/1.1 302 Go\r\nLocation: http://169.254.169.254/latest?token=abc\r\n"
	        "Content-Length: 0\r\n\r\n",
	        KEEP },
	{ "/to-above", "HTTP/1.1 302 Go\r\nLocation: ../%2e%2E/hello\r\nContent-Length: 0\r\n\r\n",
	        KEEP },
	{ "/nowhere", "HTTP/1.1 302 Go\r\nContent-Length: 0\r\n\r\n", KEEP },
};

static pid_t server;
static char address_a[32], address_b[32];
static char connections_file[] = "/tmp/layershare-http-test-XXXXXX";

static void
send_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);
		if (sent <= 0)
			_exit(0);
		data += sent;
		length -= (size_t)sent;
	}
}

/* The script with its addresses filled in. */
static void
send_answer(int fd, const char *answer)
{
	auto_buf out = { 0 };

	for (; *answer != '\0'; answer++) {
		if (strncmp(answer, "//A/", 4) == 0 || strncmp(answer, "@B/", 3) == 0 ||
		        strncmp(answer, "//B/", 4) == 0) {
			size_t lead = *answer == '/' ? 2 : 1;
			buf_append(&out, answer, lead);
			buf_puts(&out, answer[lead] == 'A' ? address_a : address_b);
			answer += lead;
		} else {
			buf_putc(&out, *answer);
		}
	}
	send_all(fd, buf_text(&out), out.length);
}

static void
send_echo(int fd, const char *request)
{
	const char *line = strstr(request, "Authorization: ");
	size_t length = line != NULL ? strcspn(line, "\r") : 0;
	auto_buf out = { 0 };

	buf_printf(&out, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", length);
	buf_append(&out, line, length);
	send_all(fd, buf_text(&out), out.length);
}

static void
send_for_ever(int fd, bool headers)
{
	char piece[1100];

	snprintf(piece, sizeof(piece), headers ? "X-Filler: %01024d\r\n" : "400\r\n%01024d\r\n", 0);
	for (;;)
		send_all(fd, piece, strlen(piece));
}

static void
serve_request(int fd, const char *request)
{
	char method[8], path[64];

	if (sscanf(request, "%7s %63[^ ?]", method, path) != 2)
		_exit(1);
	if (strcmp(path, "/echo") == 0) {
		send_echo(fd, request);
		return;
	}
	for (size_t i = 0; i < countof(scripts); i++) {
		const char *answer = scripts[i].answer;

		if (strcmp(path, scripts[i].path) != 0)
			continue;
		const char *end = strstr(answer, "\r\n\r\n");
		auto_free char *head = strndup(answer, end ? (size_t)(end + 4 - answer) : 0);
		send_answer(fd, strcmp(method, "HEAD") == 0 ? head : answer);
		if (scripts[i].then == HANG)
			pause();
		if (scripts[i].then == ENDLESS)
			send_for_ever(fd, strcmp(path, "/headers") == 0);
		if (scripts[i].then == CLOSE)
			_exit(0);
	}
}

static void
serve_connection(int fd)
{
	char request[8192];
	size_t length = 0;

	for (;;) {
		ssize_t got = recv(fd, request + length, sizeof(request) - 1 - length, 0);
		if (got <= 0)
			_exit(0);
		length += (size_t)got;
		request[length] = '\0';
		if (strstr(request, "\r\n\r\n") != NULL) {
			serve_request(fd, request);
			length = 0;
		}
	}
}

static void
serve(int listening)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listening, NULL, NULL);
		if (fd < 0)
			_exit(1);
		/* Before anything is answered: the test counts afterwards. */
		FILE *log = fopen(connections_file, "a");
		if (log == NULL || fputc('c', log) == EOF || fclose(log) != 0)
			_exit(1);
		if (fork() == 0)
			serve_connection(fd);
		close(fd);
	}
}

static int
listen_somewhere(char address[32])
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof(in)) != 0 || listen(fd, 64) != 0 ||
	        getsockname(fd, (struct sockaddr *)&in, &length) != 0)
		return -1;
	snprintf(address, 32, "127.0.0.1:%d", ntohs(in.sin_port));
	return fd;
}

static int
start_server(void **state)
{
	int a = listen_somewhere(address_a), b = listen_somewhere(address_b);
	int log = mkstemp(connections_file);

	(void)state;
	if (a < 0 || b < 0 || log < 0)
		return -1;
	close(log);
	server = fork();
	if (server == 0) {
		setpgid(0, 0);
		serve(fork() == 0 ? b : a);
	}
	setpgid(server, server);
	close(a);
	close(b);
	return server > 0 ? 0 : -1;
}

static int
stop_server(void **state)
{
	(void)state;
	kill(-server, SIGKILL);
	waitpid(server, NULL, 0);
	unlink(connections_file);
	return 0;
}

/* What the tests see of one reply. */
struct seen {
	const char *method;
	const char *url;
	const char *authorization;
	size_t limit;
	int started, ended;
	enum http_outcome outcome;
	long status;
	char body[256];
	size_t body_length;
	char cause[512], type[64], link[64], digest[64], challenge[64], final_url[128];
	int64_t content_length;
};

struct list {
	struct seen *at;
	size_t count, next;
	bool fail;
};

static int
next(void *context, struct http_request *request, void **job)
{
	struct list *list = context;

	if (list->next == list->count)
		return 0;
	struct seen *seen = &list->at[list->next++];
	*request = (struct http_request){ .method = seen->method ? seen->method : "GET",
		.url = seen->url,
		.accept = "a/b",
		.authorization = seen->authorization,
		.body_limit_bytes = seen->limit ? seen->limit : 1000 };
	seen->started++;
	*job = seen;
	return 1;
}

static int
done(void *context, void *job, const struct http_reply *reply, struct error *err)
{
	struct list *list = context;
	struct seen *seen = job;

	seen->ended++;
	seen->outcome = reply->outcome;
	seen->status = reply->status;
	seen->body_length = reply->body_length;
	seen->content_length = reply->content_length;
	snprintf(seen->body, sizeof(seen->body), "%s", reply->body);
	snprintf(seen->cause, sizeof(seen->cause), "%s", reply->cause);
	snprintf(seen->type, sizeof(seen->type), "%s", reply->content_type);
	snprintf(seen->link, sizeof(seen->link), "%s", reply->link);
	snprintf(seen->digest, sizeof(seen->digest), "%s", reply->docker_content_digest);
	snprintf(seen->challenge, sizeof(seen->challenge), "%s", reply->www_authenticate);
	snprintf(seen->final_url, sizeof(seen->final_url), "%s", reply->url);
	if (list->fail && reply->outcome != HTTP_STOPPED)
		return fail(err, ERROR_FAILED, "the sink is full");
	return 0;
}

static int
run(const struct http_options *options, struct list *list, struct error *err)
{
	struct http_work work = { .next = next, .done = done, .context = list };
	struct http *http = http_new(options, err);

	assert_non_null(http);
	int status = http_run(http, &work, err);
	http_free(http);
	return status;
}

static struct seen
get(const char *method, const char *path, size_t limit, const char *authorization)
{
	auto_free char *url = xprintf("http://%s%s", address_a, path);
	struct seen seen = {
		.method = method, .url = url, .limit = limit, .authorization = authorization
	};
	struct list list = { .at = &seen, .count = 1 };
	struct http_options options = { .timeout_ms = 3000, .low_speed_seconds = 1 };
	struct error err = { 0 };

	assert_int_equal(run(&options, &list, &err), 0);
	assert_int_equal(seen.ended, 1);
	return seen;
}

static void
test_answers(void **state)
{
	static const struct {
		const char *path;
		enum http_outcome outcome;
		long status;
		const char *body, *cause;
	} cases[] = {
		{ "/hello", HTTP_ANSWERED, 200, "hello", "" },
		{ "/empty", HTTP_ANSWERED, 200, "", "" },
		{ "/chunked", HTTP_ANSWERED, 200, "abcde", "" },
		{ "/until-close", HTTP_ANSWERED, 200, "old", "" },
		{ "/continue", HTTP_ANSWERED, 200, "ok", "" },
		{ "/missing", HTTP_ANSWERED, 404, "nope", "" },
		{ "/excess", HTTP_ANSWERED, 200, "ok", "" },
		{ "/moved", HTTP_ANSWERED, 200, "hello", "" },
		{ "/nowhere", HTTP_ANSWERED, 302, "", "" },
		{ "/truncated", HTTP_BROKEN, 0, NULL, "with 5 bytes" },
		{ "/truncated-chunk", HTTP_BROKEN, 0, NULL, "transfer closed" },
		{ "/silent", HTTP_BROKEN, 0, NULL, "Empty reply" },
		{ "/garbage", HTTP_BROKEN, 0, NULL, "HTTP/0.9" },
		{ "/headers", HTTP_BROKEN, 0, NULL, "32 KiB" },
		{ "/announced", HTTP_TOO_LARGE, 0, NULL, "larger than 1000 bytes" },
		{ "/endless", HTTP_TOO_LARGE, 0, NULL, "larger than 1000 bytes" },
		{ "/astronomic", HTTP_BROKEN, 0, NULL, "no length" },
		{ "/hang", HTTP_SLOW, 0, NULL, "too slow" },
		{ "/hang-in-body", HTTP_SLOW, 0, NULL, "too slow" },
		{ "/loop", HTTP_REFUSED, 0, NULL, "too many redirects" },
		{ "/to-file", HTTP_REFUSED, 0, NULL, "only http and https" },
		{ "/to-above", HTTP_REFUSED, 0, NULL, "'..' is not followed" },
		{ "/to-metadata", HTTP_REFUSED, 0, NULL, "latest?token=…: an address that only" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct seen seen = get("GET", cases[i].path, 0, NULL);

		if (seen.outcome != cases[i].outcome || seen.status != cases[i].status ||
		        (cases[i].body && strcmp(seen.body, cases[i].body) != 0) ||
		        strstr(seen.cause, cases[i].cause) == NULL)
			fail_msg("%s: outcome %d, status %ld, body '%s', cause '%s'", cases[i].path,
			        seen.outcome, seen.status, seen.body, seen.cause);
	}
}

static void
test_headers(void **state)
{
	(void)state;
	struct seen seen = get("GET", "/hello", 0, NULL);
	assert_string_equal(seen.type, "text/plain");
	assert_string_equal(seen.digest, "sha256:12");
	assert_string_equal(seen.link, "");
	assert_int_equal(seen.content_length, 5);
	assert_string_equal(get("GET", "/links", 0, NULL).link, "<a>; rel=prev, <b>; rel=next");
	assert_string_equal(get("GET", "/continue", 0, NULL).link, "");
	assert_string_equal(get("GET", "/chunked", 0, NULL).link, "");
	assert_string_equal(get("GET", "/challenge", 0, NULL).challenge, "Basic realm=\"x\"");
}

static void
test_head(void **state)
{
	(void)state;
	struct seen seen = get("HEAD", "/hello", 1, NULL);
	assert_int_equal(seen.outcome, HTTP_ANSWERED);
	assert_int_equal(seen.content_length, 5);
	assert_int_equal(seen.body_length, 0);
	/* A length that is only stated is no large body. */
	assert_int_equal(get("HEAD", "/announced", 1, NULL).outcome, HTTP_ANSWERED);
}

static void
test_body_limit(void **state)
{
	(void)state;
	assert_int_equal(get("GET", "/hello", 5, NULL).outcome, HTTP_ANSWERED);
	assert_int_equal(get("GET", "/hello", 4, NULL).outcome, HTTP_TOO_LARGE);
	assert_int_equal(get("GET", "/chunked", 5, NULL).outcome, HTTP_ANSWERED);
	assert_int_equal(get("GET", "/chunked", 4, NULL).outcome, HTTP_TOO_LARGE);
	/* The body of an error has a limit of its own, and its beginning is kept. */
	struct seen seen = get("GET", "/endless-error", 4, NULL);
	assert_int_equal(seen.outcome, HTTP_ANSWERED);
	assert_int_equal(seen.status, 500);
	assert_int_equal(seen.body_length, 64 << 10);
}

static void
test_credentials_stay_home(void **state)
{
	static const struct {
		const char *path, *echo;
	} cases[] = {
		{ "/echo", "Authorization: Basic s3cret" },
		{ "/to-echo", "Authorization: Basic s3cret" },
		{ "/to-b", "" },
		{ "/to-b-as-user", "" },
		{ "/there-and-back", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct seen seen = get("GET", cases[i].path, 0, "Basic s3cret");
		assert_int_equal(seen.outcome, HTTP_ANSWERED);
		assert_string_equal(seen.body, cases[i].echo);
		assert_null(strstr(seen.final_url, "secret"));
	}
	assert_string_equal(get("GET", "/echo", 0, NULL).body, "");
}

/* Away with the credentials in one request, back with them in the next one on the same handle. */
static void
test_credentials_come_back(void **state)
{
	auto_free char *away = xprintf("http://%s/to-b", address_a);
	auto_free char *home = xprintf("http://%s/echo", address_a);
	struct seen seen[] = { { .url = away, .authorization = "Basic s3cret" },
		{ .url = home, .authorization = "Basic s3cret" }, { .url = home } };
	struct list list = { .at = seen, .count = countof(seen) };
	struct http_options options = { .connections_per_host = 1 };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(run(&options, &list, &err), 0);
	assert_string_equal(seen[0].body, "");
	assert_string_equal(seen[1].body, "Authorization: Basic s3cret");
	assert_string_equal(seen[2].body, "");
}

static long
connections(void)
{
	auto_fclose FILE *log = fopen(connections_file, "r");

	assert_non_null(log);
	fseek(log, 0, SEEK_END);
	return ftell(log);
}

static void
test_connections_are_reused(void **state)
{
	auto_free char *url = xprintf("http://%s/hello", address_a);
	struct seen seen[200] = { 0 };
	struct list list = { .at = seen, .count = countof(seen) };
	struct http_options options = { .connections_per_host = 3 };
	struct error err = { 0 };
	long before = connections();

	(void)state;
	for (size_t i = 0; i < countof(seen); i++)
		seen[i].url = url;
	assert_int_equal(run(&options, &list, &err), 0);
	for (size_t i = 0; i < countof(seen); i++)
		assert_string_equal(seen[i].body, "hello");
	assert_in_range(connections() - before, 1, 3);
}

static void
test_unreachable(void **state)
{
	char address[32];
	int fd = listen_somewhere(address);

	(void)state;
	close(fd);
	auto_free char *url = xprintf("http://%s/", address);
	struct seen seen[] = { { .url = url }, { .url = "http://" } };
	struct list list = { .at = seen, .count = countof(seen) };
	struct error err = { 0 };
	assert_int_equal(run(&(struct http_options){ 0 }, &list, &err), 0);
	assert_int_equal(seen[0].outcome, HTTP_UNREACHABLE);
	assert_non_null(strstr(seen[0].cause, "refused"));
	assert_int_equal(seen[1].outcome, HTTP_UNREACHABLE);
}

static volatile int stop;

static void
on_signal(int number)
{
	stop = number;
}

static void
test_stop(void **state)
{
	auto_free char *url = xprintf("http://%s/hang", address_a);
	struct seen seen[] = { { .url = url }, { .url = url }, { .url = url } };
	struct list list = { .at = seen, .count = countof(seen) };
	struct http_options options = { .connections_per_host = 2, .stop = &stop };
	struct error err = { 0 };
	int64_t started_ms = clock_ms();

	(void)state;
	pid_t self = getpid();
	pid_t child = fork();
	if (child == 0) {
		usleep(200 * 1000);
		kill(self, SIGUSR1);
		_exit(0);
	}
	struct sigaction action = { .sa_handler = on_signal };
	sigaction(SIGUSR1, &action, NULL);
	assert_int_equal(run(&options, &list, &err), 0);
	waitpid(child, NULL, 0);
	assert_int_equal(seen[0].outcome, HTTP_STOPPED);
	assert_int_equal(seen[1].outcome, HTTP_STOPPED);
	assert_int_equal(seen[2].started, 0);
	assert_true(clock_ms() - started_ms < 2000);
}

/* When the caller fails, everything under way is still given back. */
static void
test_failing_caller(void **state)
{
	auto_free char *hello = xprintf("http://%s/hello", address_a);
	auto_free char *hang = xprintf("http://%s/hang", address_a);
	struct seen seen[] = { { .url = hang }, { .url = hello }, { .url = hang } };
	struct list list = { .at = seen, .count = countof(seen), .fail = true };
	struct http_options options = { .connections_per_host = 2 };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(run(&options, &list, &err), -1);
	assert_string_equal(err.message, "the sink is full");
	for (size_t i = 0; i < countof(seen); i++)
		assert_int_equal(seen[i].started, seen[i].ended);
	assert_int_equal(seen[0].outcome, HTTP_STOPPED);
}

static void
keep_line(void *context, const char *line)
{
	buf_printf(context, "%s\n", line);
}

static void
test_trace_keeps_secrets(void **state)
{
	auto_buf trace = { 0 };
	auto_free char *url = xprintf("http://%s/hello?last=x&token=abc&n=5", address_a);
	struct seen seen[] = { { .url = url, .authorization = "Basic s3cret" } };
	struct list list = { .at = seen, .count = 1 };
	struct http_options options = { .trace = keep_line, .trace_context = &trace };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(run(&options, &list, &err), 0);
	assert_non_null(strstr(buf_text(&trace), "/hello?last=x&token=…&n=5 "));
	assert_null(strstr(buf_text(&trace), "s3cret"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_body_limit),
		cmocka_unit_test(test_credentials_stay_home),
		cmocka_unit_test(test_credentials_come_back),
		cmocka_unit_test(test_connections_are_reused),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_failing_caller),
		cmocka_unit_test(test_trace_keeps_secrets),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
