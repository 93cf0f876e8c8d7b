/*
 * A transfer from request to answer. libcurl 7.88 neither stops at a number of redirects nor at a
 * size of a body that was not stated, so both happen here:
 *
 *	begin ─▶ prepare ─▶ (curl) ─▶ end ─┬─▶ reply
 *	            ▲                      │
 *	            └──── next hop ◀───────┘  decided in http_redirect.c
 *
 * Handles and header lists are kept from request to request: setting up is most of what a small
 * request costs us.
 */
#include "collector/http_transfer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "collector/http_redirect.h"
#include "common/clock.h"

#define CONNECT_TIMEOUT_MS    10000
#define LOW_SPEED_BYTES       1024
#define MAX_HEADER_BYTES      ((size_t)32 << 10)
#define MAX_FIELD_BYTES       4096
#define MAX_LOCATION_BYTES    ((size_t)16 << 10) /* signed URLs are long */
#define MAX_ERROR_BODY_BYTES  ((size_t)64 << 10)
#define KEEP_BODY_BUFFER_UPTO ((size_t)256 << 10)

static const char *const field_names[FIELD_COUNT] = {
	[FIELD_CONTENT_TYPE] = "content-type",
	[FIELD_LINK] = "link",
	[FIELD_DIGEST] = "docker-content-digest",
	[FIELD_AUTHENTICATE] = "www-authenticate",
	[FIELD_LOCATION] = "location",
};

/* Ends the transfer from within a callback: curl stops when less than everything was taken. */
static size_t
abort_with(struct transfer *transfer, enum http_outcome outcome, const char *cause)
{
	transfer->complaint = outcome;
	snprintf(transfer->cause, sizeof(transfer->cause), "%s", cause);
	return 0;
}

/* Keeps one header line if it is one of ours; -1 if it is too long. */
static int
keep_field(struct transfer *transfer, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length);

	if (colon == NULL)
		return 0;
	for (int i = 0; i < FIELD_COUNT; i++) {
		struct buf *field = &transfer->fields[i];
		const char *value = colon + 1;
		const char *end = line + length;

		if (strlen(field_names[i]) != (size_t)(colon - line) ||
		        strncasecmp(field_names[i], line, (size_t)(colon - line)) != 0)
			continue;
		while (value < end && (*value == ' ' || *value == '\t'))
			value++;
		while (end > value && strchr("\r\n \t", end[-1]) != NULL)
			end--;
		if (field->length > 0)
			buf_puts(field, ", ");
		/* Half a challenge is as good as none; half a link is another link. */
		return buf_append(field, value, (size_t)(end - value)) == 0 ||
		                       i == FIELD_AUTHENTICATE
		               ? 0
		               : -1;
	}
	return 0;
}

/* curl takes a Content-Length that it cannot hold for none, and the body for endless. */
static bool
length_is_sane(const char *line, size_t length)
{
	static const char name[] = "content-length:";
	size_t at = sizeof(name) - 1, digits = 0;

	if (length < at || strncasecmp(line, name, at) != 0)
		return true;
	while (at < length && line[at] == ' ')
		at++;
	for (; at < length && line[at] >= '0' && line[at] <= '9'; at++)
		digits++;
	return digits > 0 && digits <= 18;
}

static size_t
on_header(char *line, size_t one, size_t length, void *context)
{
	struct transfer *transfer = context;

	(void)one;
	transfer->header_bytes += length;
	if (transfer->header_bytes > MAX_HEADER_BYTES)
		return abort_with(transfer, HTTP_BROKEN, "more than 32 KiB of headers");
	if (!transfer->in_headers && length > 5 && memcmp(line, "HTTP/", 5) == 0) {
		/* A first or, behind a 1xx, another status line. */
		transfer->in_headers = true;
		for (int i = 0; i < FIELD_COUNT; i++)
			buf_reset(&transfer->fields[i]);
		return length;
	}
	if (*line == '\r' || *line == '\n')
		transfer->in_headers = false; /* what follows the body are trailers: not for us */
	if (transfer->in_headers && keep_field(transfer, line, length) != 0)
		return abort_with(transfer, HTTP_BROKEN, "a header line is too long");
	if (transfer->in_headers && !length_is_sane(line, length))
		return abort_with(transfer, HTTP_BROKEN, "the Content-Length is no length");
	return length;
}

/* With the first piece: how much do we want, and is more announced? */
static bool
body_fits(struct transfer *transfer)
{
	curl_off_t stated = -1;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &stated);
	transfer->in_body = true;
	transfer->is_error = status >= 300;
	if (transfer->is_error) {
		transfer->body.limit_bytes = MAX_ERROR_BODY_BYTES;
		return true;
	}
	transfer->body.limit_bytes = transfer->body_limit_bytes;
	return stated < 0 || (uint64_t)stated <= transfer->body_limit_bytes;
}

static size_t
on_body(char *data, size_t one, size_t length, void *context)
{
	struct transfer *transfer = context;
	struct buf *body = &transfer->body;

	(void)one;
	if ((transfer->in_body || body_fits(transfer)) && buf_append(body, data, length) == 0)
		return length;
	if (transfer->is_error) {
		/* The body of an error is for people: its beginning will do. */
		buf_append(body, data, body->limit_bytes - body->length);
		transfer->cut = true;
		return 0;
	}
	char cause[80];
	snprintf(cause, sizeof(cause), "the body is larger than %zu bytes",
	        transfer->body_limit_bytes);
	return abort_with(transfer, HTTP_TOO_LARGE, cause);
}

static curl_socket_t
on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *transfer = context;

	(void)purpose;
	if (!transfer->local && !redirect_allows_address(transfer, &address->addr))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* What curl would do with a proxy in the environment is not said; so there is none. */
static void
use_socket(struct transfer *transfer, const char *path)
{
	transfer->local = true;
	curl_easy_setopt(transfer->easy, CURLOPT_UNIX_SOCKET_PATH, path);
	curl_easy_setopt(transfer->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR, "http");
}

int
transfer_init(struct transfer *transfer, const char *unix_socket,
        const struct http_options *options, struct error *err)
{
	CURL *easy = curl_easy_init();

	if (easy == NULL)
		return fail(err, ERROR_FAILED, "http: libcurl does not start");
	transfer->easy = easy;
	transfer->timeout_ms = options->timeout_ms;
	for (int i = 0; i < FIELD_COUNT; i++)
		buf_init(&transfer->fields[i],
		        i == FIELD_LOCATION ? MAX_LOCATION_BYTES : MAX_FIELD_BYTES);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->curl_error);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, options->user_agent);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	/* HTTP/2 would put all transfers on one connection, and 7.88 has trouble reusing it. */
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_SPEED_BYTES);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, options->low_speed_seconds);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
	if (unix_socket != NULL)
		use_socket(transfer, unix_socket);
	return 0;
}

void
transfer_release(struct transfer *transfer)
{
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	if (transfer->authorization.data != NULL)
		explicit_bzero(transfer->authorization.data, transfer->authorization.length);
	buf_release(&transfer->authorization);
	buf_release(&transfer->accept);
	buf_release(&transfer->url);
	buf_release(&transfer->first_url);
	buf_release(&transfer->body);
	for (int i = 0; i < FIELD_COUNT; i++)
		buf_release(&transfer->fields[i]);
}

/* Sets *buf to text; true if that changed it. */
static bool
buf_change(struct buf *buf, const char *text)
{
	if (buf->data != NULL && strcmp(buf->data, text) == 0)
		return false;
	buf_reset(buf);
	buf_puts(buf, text);
	return true;
}

static void
add_header(struct transfer *transfer, const char *name, const struct buf *value)
{
	auto_buf line = { 0 };

	buf_printf(&line, "%s: %s", name, buf_text(value));
	/* NULL only when out of memory: then the request goes without, and is refused. */
	struct curl_slist *longer = curl_slist_append(transfer->headers, buf_text(&line));
	if (longer != NULL)
		transfer->headers = longer;
	explicit_bzero(line.data, line.length);
}

static void
set_headers(struct transfer *transfer, const char *accept, const char *authorization)
{
	bool changed = buf_change(&transfer->accept, accept != NULL ? accept : "");

	changed |= buf_change(&transfer->authorization, authorization != NULL ? authorization : "");
	if (!changed)
		return;
	curl_slist_free_all(transfer->headers);
	transfer->headers = NULL;
	if (transfer->accept.length > 0)
		add_header(transfer, "Accept", &transfer->accept);
	if (transfer->authorization.length > 0)
		add_header(transfer, "Authorization", &transfer->authorization);
	curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
}

/* Makes the handle ready for transfer->url. */
static void
prepare(struct transfer *transfer, long timeout_ms)
{
	CURL *easy = transfer->easy;

	transfer->complaint = HTTP_ANSWERED;
	transfer->cut = transfer->is_error = false;
	transfer->in_headers = transfer->in_body = false;
	transfer->header_bytes = 0;
	transfer->cause[0] = transfer->curl_error[0] = '\0';
	for (int i = 0; i < FIELD_COUNT; i++)
		buf_reset(&transfer->fields[i]);
	buf_reset(&transfer->body);
	if (transfer->body.capacity > KEEP_BODY_BUFFER_UPTO)
		buf_release(&transfer->body);
	curl_easy_setopt(easy, CURLOPT_URL, buf_text(&transfer->url));
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
	if (transfer->head)
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	if (transfer->proxied)
		redirect_choose_proxy(transfer);
}

void
transfer_begin(struct transfer *transfer, const struct http_request *request)
{
	transfer->busy = true;
	transfer->head = strcmp(request->method, "HEAD") == 0;
	transfer->body_limit_bytes = request->body_limit_bytes;
	transfer->redirects = 0;
	transfer->away = transfer->may_go_to_self = false;
	buf_reset(&transfer->url);
	buf_puts(&transfer->url, request->url);
	buf_reset(&transfer->first_url);
	buf_puts(&transfer->first_url, request->url);
	set_headers(transfer, request->accept, request->authorization);
	transfer->started_ms = clock_ms();
	prepare(transfer, transfer->timeout_ms);
}

/* curl's words, and the system's where curl keeps them to itself ("connection refused"). */
static void
set_cause(struct transfer *transfer, CURLcode code)
{
	const char *text =
	        *transfer->curl_error != '\0' ? transfer->curl_error : curl_easy_strerror(code);
	long number = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &number);
	if (transfer->local && code == CURLE_COULDNT_CONNECT) {
		/* curl would name a host and a port that there are not. */
		snprintf(transfer->cause, sizeof(transfer->cause), "cannot connect: %s",
		        strerror((int)number));
		return;
	}
	if (code == CURLE_COULDNT_CONNECT && number != 0)
		snprintf(transfer->cause, sizeof(transfer->cause), "%s: %s", text,
		        strerror((int)number));
	else
		snprintf(transfer->cause, sizeof(transfer->cause), "%s", text);
}

/* What curl's codes mean for the caller. */
static enum http_outcome
classify(struct transfer *transfer, CURLcode code)
{
	long sent_bytes = 0;

	if (code == CURLE_OK || transfer->cut)
		return HTTP_ANSWERED;
	if (transfer->complaint != HTTP_ANSWERED)
		return transfer->complaint;
	set_cause(transfer, code);
	curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
	switch (code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_PROXY:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return HTTP_UNREACHABLE;
	case CURLE_OPERATION_TIMEDOUT:
		return sent_bytes > 0 ? HTTP_SLOW : HTTP_UNREACHABLE;
	default:
		return HTTP_BROKEN;
	}
}

/* The next hop in what is left of the time. */
static bool
follow(struct transfer *transfer)
{
	int64_t left_ms = transfer->timeout_ms - (clock_ms() - transfer->started_ms);

	if (left_ms <= 0) {
		abort_with(transfer, HTTP_SLOW, "the redirects took too long");
		return false;
	}
	if (transfer->away)
		set_headers(transfer, buf_text(&transfer->accept), NULL);
	prepare(transfer, (long)left_ms);
	return true;
}

static void
fill_reply(struct transfer *transfer, enum http_outcome outcome, struct http_reply *reply)
{
	curl_off_t stated = -1;

	*reply = (struct http_reply){
		.outcome = outcome,
		.cause = transfer->cause,
		.url = buf_text(&transfer->url),
		.body = buf_text(&transfer->body),
		.body_length = transfer->body.length,
		.content_type = buf_text(&transfer->fields[FIELD_CONTENT_TYPE]),
		.link = buf_text(&transfer->fields[FIELD_LINK]),
		.docker_content_digest = buf_text(&transfer->fields[FIELD_DIGEST]),
		.www_authenticate = buf_text(&transfer->fields[FIELD_AUTHENTICATE]),
	};
	curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &stated);
	reply->content_length = stated;
	if (outcome == HTTP_ANSWERED)
		curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &reply->status);
}

bool
transfer_end(struct transfer *transfer, CURLcode code, struct http_reply *reply)
{
	enum http_outcome outcome = classify(transfer, code);

	if (outcome == HTTP_ANSWERED) {
		switch (redirect_decide(transfer)) {
		case REDIRECT_NONE:
			break;
		case REDIRECT_REFUSED:
			outcome = HTTP_REFUSED;
			break;
		case REDIRECT_FOLLOW:
			if (follow(transfer))
				return true;
			outcome = transfer->complaint;
			break;
		}
	}
	fill_reply(transfer, outcome, reply);
	return false;
}
