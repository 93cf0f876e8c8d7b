/*
 * The loop of curl's own command-line tool: fill, perform, hand over what ended, poll. Work that
 * may not run yet stays with the caller, never in libcurl: there a queued transfer's time runs.
 *
 *	next() ─▶ [slot][slot][slot][slot] ─▶ curl multi ─▶ done()
 *	             ▲                             │
 *	             └── next hop of a redirect ◀──┘
 */
#include "collector/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "collector/http_transfer.h"
#include "collector/http_url.h"
#include "common/clock.h"
#include "common/memory.h"

#define DEFAULT_CONNECTIONS       6
#define MAX_CONNECTIONS           64
#define DEFAULT_TIMEOUT_MS        60000
#define DEFAULT_LOW_SPEED_SECONDS 30
/* How long *stop may stay unnoticed. */
#define POLL_MS 100

struct http {
	struct http_options options;
	CURLM *multi;
	struct transfer *slots;
	unsigned slot_count;
	unsigned active;
	uint64_t requests;
	uint64_t received_bytes;
};

static bool
proxy_is_configured(void)
{
	/* The variables that curl reads; upper-case HTTP_PROXY it ignores, for CGI's sake. */
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY" };

	for (size_t i = 0; i < countof(names); i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && *value != '\0')
			return true;
	}
	return false;
}

static void
set_defaults(struct http_options *options)
{
	if (options->connections_per_host == 0)
		options->connections_per_host = DEFAULT_CONNECTIONS;
	if (options->connections_per_host > MAX_CONNECTIONS)
		options->connections_per_host = MAX_CONNECTIONS;
	if (options->user_agent == NULL)
		options->user_agent = "layershare/" LAYERSHARE_VERSION;
	if (options->timeout_ms <= 0)
		options->timeout_ms = DEFAULT_TIMEOUT_MS;
	if (options->low_speed_seconds <= 0)
		options->low_speed_seconds = DEFAULT_LOW_SPEED_SECONDS;
}

struct http *
http_new(const struct http_options *options, struct error *err)
{
	const struct sockaddr_un *address = NULL;

	/* curl cuts a longer one, or takes it for something else. */
	if (options->unix_socket != NULL &&
	        strlen(options->unix_socket) >= sizeof(address->sun_path)) {
		fail(err, ERROR_FAILED, "%.200s: the path of a socket has at most %zu bytes",
		        options->unix_socket, sizeof(address->sun_path) - 1);
		return NULL;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		fail(err, ERROR_FAILED, "http: libcurl does not start");
		return NULL;
	}
	struct http *http = xcalloc(1, sizeof(*http));
	bool proxied = options->unix_socket == NULL && proxy_is_configured();

	http->options = *options;
	http->options.unix_socket = NULL;
	set_defaults(&http->options);
	http->slots = xcalloc(http->options.connections_per_host, sizeof(*http->slots));
	http->multi = curl_multi_init();
	for (unsigned i = 0; i < http->options.connections_per_host; i++) {
		http->slots[i].proxied = proxied;
		if (http->multi == NULL || transfer_init(&http->slots[i], options->unix_socket,
		                                   &http->options, err) != 0) {
			http_free(http);
			return NULL;
		}
		http->slot_count++;
	}
	return http;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	for (unsigned i = 0; i < http->slot_count; i++)
		transfer_release(&http->slots[i]);
	curl_multi_cleanup(http->multi);
	free(http->slots);
	free(http);
	curl_global_cleanup();
}

static void
trace(const struct http *http, const struct transfer *transfer, const char *url, CURLcode code)
{
	auto_buf line = { 0 };
	long status = 0;

	if (http->options.trace == NULL)
		return;
	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	buf_printf(&line, "%s ", transfer->head ? "HEAD" : "GET");
	http_url_show(&line, url);
	buf_printf(&line, " %ld %zu B %lld ms", status, transfer->body.length,
	        (long long)(clock_ms() - transfer->started_ms));
	if (code != CURLE_OK && !transfer->cut)
		buf_printf(&line, " (%s)", curl_easy_strerror(code));
	http->options.trace(http->options.trace_context, buf_text(&line));
}

static int
start(struct http *http, struct transfer *transfer, struct error *err)
{
	CURLMcode code = curl_multi_add_handle(http->multi, transfer->easy);

	if (code != CURLM_OK)
		return fail(err, ERROR_FAILED, "http: %s", curl_multi_strerror(code));
	http->requests++;
	http->active++;
	return 0;
}

/* Gives the slot back, then tells the caller. */
static int
hand_over(struct transfer *transfer, const struct http_work *work, const struct http_reply *reply,
        struct error *err)
{
	void *job = transfer->job;

	transfer->busy = false;
	transfer->job = NULL;
	return work->done(work->context, job, reply, err);
}

static int
hand_over_stopped(struct transfer *transfer, const struct http_work *work, struct error *err)
{
	struct http_reply reply = {
		.outcome = HTTP_STOPPED,
		.cause = "interrupted",
		.url = buf_text(&transfer->url),
		.body = "",
		.content_type = "",
		.link = "",
		.docker_content_digest = "",
		.www_authenticate = "",
		.content_length = -1,
	};

	return hand_over(transfer, work, &reply, err);
}

/* Fills free slots while the caller has work. */
static int
fill(struct http *http, const struct http_work *work, struct error *err)
{
	for (unsigned i = 0; i < http->slot_count && http->active < http->slot_count; i++) {
		struct transfer *transfer = &http->slots[i];
		struct http_request request = { 0 };

		if (transfer->busy)
			continue;
		if (work->next(work->context, &request, &transfer->job) == 0)
			return 0;
		transfer_begin(transfer, &request);
		if (start(http, transfer, err) != 0)
			return -1;
	}
	return 0;
}

/* Hands over what has ended. Returns how many that were, -1 on failure. */
static int
finish(struct http *http, const struct http_work *work, struct error *err)
{
	int ended = 0, left;

	for (const CURLMsg *message; (message = curl_multi_info_read(http->multi, &left));) {
		struct transfer *transfer = NULL;
		CURLcode code = message->data.result;
		CURL *easy = message->easy_handle;
		struct http_reply reply;

		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
		curl_multi_remove_handle(http->multi, easy);
		http->active--;
		ended++;
		http->received_bytes += transfer->body.length;
		trace(http, transfer, buf_text(&transfer->url), code);
		if (transfer_end(transfer, code, &reply)) {
			if (start(http, transfer, err) != 0)
				return -1;
		} else if (hand_over(transfer, work, &reply, err) != 0) {
			return -1;
		}
	}
	return ended;
}

/* Everything under way ends now. What done() says is not heard any more. */
static void
abandon(struct http *http, const struct http_work *work)
{
	for (unsigned i = 0; i < http->slot_count; i++) {
		struct transfer *transfer = &http->slots[i];
		struct error ignored = { 0 };

		if (!transfer->busy)
			continue;
		/* Harmless for a handle that is not in: one that could not be started. */
		curl_multi_remove_handle(http->multi, transfer->easy);
		hand_over_stopped(transfer, work, &ignored);
	}
	http->active = 0;
}

static bool
stopped(const struct http *http)
{
	return http->options.stop != NULL && *http->options.stop != 0;
}

/* One round: 1 = go on, 0 = nothing left, -1 = failed. */
static int
round_of_work(struct http *http, const struct http_work *work, struct error *err)
{
	int running = 0, ended;

	if (fill(http, work, err) != 0)
		return -1;
	if (http->active == 0)
		return 0;
	CURLMcode code = curl_multi_perform(http->multi, &running);
	if (code == CURLM_OK && (ended = finish(http, work, err)) != 0)
		return ended < 0 ? -1 : 1;
	if (code == CURLM_OK)
		code = curl_multi_poll(http->multi, NULL, 0, POLL_MS, NULL);
	if (code != CURLM_OK)
		return fail(err, ERROR_FAILED, "http: %s", curl_multi_strerror(code));
	return 1;
}

int
http_run(struct http *http, const struct http_work *work, struct error *err)
{
	int status = 1;

	while (status > 0 && !stopped(http))
		status = round_of_work(http, work, err);
	abandon(http, work);
	return status < 0 ? -1 : 0;
}

uint64_t
http_requests(const struct http *http)
{
	return http->requests;
}

uint64_t
http_received_bytes(const struct http *http)
{
	return http->received_bytes;
}

const char *
http_library(void)
{
	return curl_version();
}
