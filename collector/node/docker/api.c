/*
 * dockerd answers most questions at once, but counts the sizes of containers and volumes file by
 * file while we wait. A daemon that hangs costs one timeout: whoever asks looks at `gone`.
 */
#include "collector/node/docker/api.h"

#include <string.h>

#include "collector/http.h"
#include "collector/registry/json.h"
#include "common/memory.h"

#define BODY_LIMIT_BYTES ((size_t)32 << 20)
#define TIMEOUT_MS       60000

struct call {
	const struct docker_socket *docker;
	const char *url;
	struct buf *body;
	bool asked, answered;
	long status;
	struct error why;
};

static int
next(void *context, struct http_request *request, void **job)
{
	struct call *call = context;

	if (call->asked)
		return 0;
	call->asked = true;
	*job = call;
	*request = (struct http_request){
		.method = "GET", .url = call->url, .body_limit_bytes = BODY_LIMIT_BYTES
	};
	return 1;
}

/* {"message":"…"} */
static void
keep_reason(struct call *call, const struct http_reply *reply)
{
	json_auto_t *document = json_decode(reply->body, reply->body_length, NULL);
	const char *message = json_string_value(json_object_get(document, "message"));

	fail(&call->why, ERROR_FAILED, "%s: HTTP %ld%s%.300s", call->url + strlen("http://docker"),
	        reply->status, message != NULL ? ": " : "", message != NULL ? message : "");
}

static int
done(void *context, void *job, const struct http_reply *reply, struct error *err)
{
	struct call *call = job;

	(void)context;
	(void)err;
	call->answered = reply->outcome == HTTP_ANSWERED || reply->outcome == HTTP_TOO_LARGE;
	call->status = reply->status;
	if (reply->outcome != HTTP_ANSWERED)
		fail(&call->why, ERROR_FAILED, "%s: %s: %s", call->docker->path,
		        call->url + strlen("http://docker"), reply->cause);
	else if (reply->status != 200)
		keep_reason(call, reply);
	else if (buf_append(call->body, reply->body, reply->body_length) != 0)
		fail(&call->why, ERROR_LIMIT, "the answer is too long");
	return 0;
}

static int
get(void *context, const char *path, struct buf *body, struct error *err)
{
	struct docker_socket *docker = context;
	auto_free char *url = xprintf("http://docker%s", path);
	struct call call = { .docker = docker, .url = url, .body = body };
	struct http_work work = { next, done, &call };

	buf_reset(body);
	if (http_run(docker->http, &work, err) != 0)
		return -1;
	docker->api.gone = !call.answered;
	if (!call.asked)
		return fail(err, ERROR_FAILED, "interrupted");
	if (call.why.code == ERROR_NONE)
		return 1;
	*err = call.why;
	return call.answered && call.status == 404 ? 0 : -1;
}

int
docker_socket_open(struct docker_socket *out, const char *path,
        const struct collect_context *context, struct error *err)
{
	struct http_options options = {
		.connections_per_host = 1,
		.unix_socket = path,
		.trace = context->trace,
		.trace_context = context->trace_context,
		.stop = context->stop,
		.timeout_ms = TIMEOUT_MS,
		/* Counting, it says nothing for long. */
		.low_speed_seconds = TIMEOUT_MS / 1000,
	};

	*out = (struct docker_socket){ .api = { get, out, false }, .path = path };
	out->http = http_new(&options, err);
	return out->http != NULL ? 0 : -1;
}

void
docker_socket_close(struct docker_socket *docker)
{
	http_free(docker->http);
	docker->http = NULL;
}
