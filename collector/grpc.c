/*
 * One easy handle per call. The status is looked for in the trailers, and in the headers for errors
 * that come without a body.
 */
#include "collector/grpc.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

#define MAX_MESSAGE_TEXT 400

struct call {
	struct grpc *grpc;
	CURL *easy;
	struct curl_slist *headers;
	struct grpc_frames frames;
	const struct grpc_method *method;
	struct arena *arena;
	grpc_take_fn *take;
	void *context;
	struct buf body;
	size_t received_bytes;
	char curl_error[CURL_ERROR_SIZE];
	struct error why; /* of a callback of ours */
};

/* --- messages --------------------------------------------------------------------------- */

/* What one message may cost is bounded: a few bytes on the wire are a struct in memory. */
struct budget {
	struct arena *arena;
	size_t left;
};

static void *
take_memory(void *context, size_t size)
{
	struct budget *budget = context;

	if (size > budget->left)
		return NULL;
	budget->left -= size;
	return arena_alloc(budget->arena, 1, size);
}

static void
leave_memory(void *context, void *memory)
{
	(void)context;
	(void)memory;
}

static int
decode(void *context, const uint8_t *message, size_t length, struct error *err)
{
	struct call *call = context;
	struct budget budget = { call->arena, GRPC_MAX_DECODED_BYTES };
	ProtobufCAllocator allocator = { take_memory, leave_memory, &budget };
	ProtobufCMessage *decoded =
	        protobuf_c_message_unpack(call->method->answer, &allocator, length, message);

	if (decoded == NULL)
		return fail(err, ERROR_FAILED, "an answer that is no %s",
		        call->method->answer->short_name);
	return call->take(call->context, decoded, err);
}

static void
encode(struct buf *body, const ProtobufCMessage *request)
{
	size_t length = protobuf_c_message_get_packed_size(request);
	auto_free uint8_t *packed = xcalloc(length + 1, 1);
	uint8_t head[GRPC_FRAME_HEAD];

	grpc_frame_head(head, (uint32_t)length);
	protobuf_c_message_pack(request, packed);
	buf_append(body, head, sizeof(head));
	buf_append(body, packed, length);
}

/* --- the transfer ----------------------------------------------------------------------- */

static size_t
on_body(char *data, size_t one, size_t length, void *context)
{
	struct call *call = context;

	(void)one;
	call->received_bytes += length;
	if (call->received_bytes > GRPC_MAX_ANSWER_BYTES) {
		fail(&call->why, ERROR_LIMIT, "an answer of more than %zu bytes",
		        GRPC_MAX_ANSWER_BYTES);
		return 0;
	}
	return grpc_frames_feed(&call->frames, data, length, decode, call, &call->why) == 0 ? length
	                                                                                    : 0;
}

static int
on_progress(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
	const struct call *call = context;

	(void)total, (void)now, (void)up_total, (void)up;
	return call->grpc->stop != NULL && *call->grpc->stop != 0;
}

static void
add_header(struct call *call, const char *line)
{
	struct curl_slist *longer = curl_slist_append(call->headers, line);

	/* NULL only when out of memory: then the call goes without, and is refused. */
	if (longer != NULL)
		call->headers = longer;
}

static void
prepare(struct call *call)
{
	const struct grpc *grpc = call->grpc;
	long timeout_ms = grpc->timeout_ms > 0 ? grpc->timeout_ms : GRPC_TIMEOUT_MS;
	CURL *easy = call->easy;
	auto_free char *url = xprintf("http://localhost/%s", call->method->path);
	auto_free char *deadline = xprintf("grpc-timeout: %ldm", timeout_ms);

	add_header(call, "Content-Type: application/grpc");
	add_header(call, "Expect:");
	add_header(call, "grpc-accept-encoding: identity");
	add_header(call, deadline);
	if (grpc->namespace != NULL) {
		auto_free char *line = xprintf("containerd-namespace: %s", grpc->namespace);

		add_header(call, line);
	}
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, grpc->socket);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->curl_error);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.length);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, buf_text(&call->body));
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, call);
}

/* --- the answer ------------------------------------------------------------------------- */

static const char *
find_header(struct call *call, const char *name)
{
	struct curl_header *header = NULL;
	const unsigned origins[] = { CURLH_TRAILER, CURLH_HEADER };

	for (size_t i = 0; i < countof(origins); i++)
		if (curl_easy_header(call->easy, name, 0, origins[i], -1, &header) == CURLHE_OK)
			return header->value;
	return NULL;
}

/* grpc-message is percent-encoded. */
static void
decode_percent(char *out, size_t size, const char *text)
{
	size_t length = 0;

	for (; *text != '\0' && length + 1 < size; text++) {
		char hex[3] = { 0 };

		if (text[0] == '%' && isxdigit((unsigned char)text[1]) &&
		        isxdigit((unsigned char)text[2])) {
			memcpy(hex, text + 1, 2);
			text += 2;
			out[length] = (char)strtoul(hex, NULL, 16);
			length += out[length] != '\0';
		} else {
			out[length++] = *text;
		}
	}
	out[length] = '\0';
}

static int
fail_transfer(struct call *call, CURLcode code, struct error *err)
{
	long number = 0;

	if (call->why.code != ERROR_NONE) {
		*err = call->why;
		return -1;
	}
	curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &number);
	if (code == CURLE_COULDNT_CONNECT && number != 0)
		return fail(err, ERROR_FAILED, "%s", strerror((int)number));
	if (code == CURLE_OPERATION_TIMEDOUT)
		return fail(err, ERROR_FAILED, "no answer in time");
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return fail(err, ERROR_FAILED, "stopped");
	return fail(err, ERROR_FAILED, "%s",
	        *call->curl_error != '\0' ? call->curl_error : curl_easy_strerror(code));
}

static int
read_status(struct call *call, struct error *err)
{
	const char *status = find_header(call, "grpc-status");
	const char *message = find_header(call, "grpc-message");
	char text[MAX_MESSAGE_TEXT];
	char *end;
	long http = 0, number;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &http);
	if (http != 200)
		return fail(err, ERROR_FAILED, "HTTP %ld: not a gRPC server", http);
	if (status == NULL)
		return fail(err, ERROR_FAILED, "the answer was cut: it has no grpc-status");
	number = strtol(status, &end, 10);
	if (end == status || *end != '\0' || number < 0 || number > 1000)
		return fail(err, ERROR_FAILED, "grpc-status '%.20s' is no number", status);
	call->grpc->status = (int)number;
	if (number != GRPC_OK) {
		decode_percent(text, sizeof(text), message != NULL ? message : "no reason given");
		return fail(err, ERROR_FAILED, "status %ld: %s", number, text);
	}
	if (grpc_frames_is_whole(&call->frames))
		return 0;
	call->grpc->status = GRPC_BROKEN;
	return fail(err, ERROR_FAILED, "the answer was cut within a message");
}

static int
perform(struct call *call, struct error *err)
{
	CURLcode code;
	int result;

	call->easy = curl_easy_init();
	if (call->easy == NULL)
		return fail(err, ERROR_FAILED, "libcurl does not start");
	prepare(call);
	code = curl_easy_perform(call->easy);
	result = code == CURLE_OK ? read_status(call, err) : fail_transfer(call, code, err);
	call->grpc->calls++;
	call->grpc->answer_bytes += call->received_bytes;
	curl_easy_cleanup(call->easy);
	curl_slist_free_all(call->headers);
	return result;
}

/* "Images/List" */
static const char *
method_name(const struct grpc_method *method)
{
	const char *dot = strrchr(method->path, '.');

	return dot != NULL ? dot + 1 : method->path;
}

int
grpc_stream(struct grpc *grpc, const struct grpc_method *method, const ProtobufCMessage *request,
        struct arena *arena, grpc_take_fn *take, void *context, struct error *err)
{
	struct call call = {
		.grpc = grpc, .method = method, .arena = arena, .take = take, .context = context
	};
	int result;

	grpc->status = GRPC_BROKEN;
	if (strlen(grpc->socket) > GRPC_MAX_SOCKET_PATH)
		return fail(err, ERROR_FAILED, "%s: a socket's path has at most %d bytes",
		        grpc->socket, GRPC_MAX_SOCKET_PATH);
	encode(&call.body, request);
	result = perform(&call, err);
	buf_release(&call.body);
	grpc_frames_release(&call.frames);
	return result == 0 ? 0 : fail_in(err, "%s", method_name(method));
}

/* --- unary ------------------------------------------------------------------------------ */

static int
take_one(void *context, const void *message, struct error *err)
{
	const void **answer = context;

	if (*answer != NULL)
		return fail(err, ERROR_FAILED, "two answers to one call");
	*answer = message;
	return 0;
}

int
grpc_call(struct grpc *grpc, const struct grpc_method *method, const ProtobufCMessage *request,
        struct arena *arena, void *answer, struct error *err)
{
	const void *taken = NULL;

	if (grpc_stream(grpc, method, request, arena, take_one, &taken, err) != 0)
		return -1;
	if (taken == NULL) {
		grpc->status = GRPC_BROKEN;
		return fail(err, ERROR_FAILED, "%s: no answer", method_name(method));
	}
	memcpy(answer, &taken, sizeof(taken));
	return 0;
}
