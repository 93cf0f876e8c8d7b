/* One transfer of http.c: a curl handle that is used again and again, and its answer. */
#ifndef COLLECTOR_HTTP_TRANSFER_H
#define COLLECTOR_HTTP_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "collector/http.h"
#include "common/buf.h"

/* The header values that an http_reply carries, and Location. */
enum transfer_field {
	FIELD_CONTENT_TYPE,
	FIELD_LINK,
	FIELD_DIGEST,
	FIELD_AUTHENTICATE,
	FIELD_LOCATION,
	FIELD_COUNT,
};

struct transfer {
	CURL *easy;
	void *job; /* the caller's */
	bool busy;
	bool local;   /* everything goes to a unix socket */
	bool proxied; /* a proxy is configured: addresses that we connect to are the proxy's */

	/* The request. */
	bool head;
	struct buf url;       /* of the request under way */
	struct buf first_url; /* as the caller wanted it */
	struct buf accept, authorization;
	struct curl_slist *headers; /* made of these two; kept while they stay the same */
	size_t body_limit_bytes;
	long timeout_ms;
	int64_t started_ms;

	/* Redirects. */
	unsigned redirects;
	bool away;           /* has left the first origin: no credentials any more */
	bool may_go_to_self; /* the first host is this machine */

	/* The answer. */
	struct buf body;
	struct buf fields[FIELD_COUNT];
	bool in_headers;
	bool in_body;
	bool is_error;
	size_t header_bytes;
	bool cut;                    /* the body of an error was longer than we want to know */
	enum http_outcome complaint; /* HTTP_ANSWERED, or why a callback ended the transfer */
	char cause[512];
	char curl_error[CURL_ERROR_SIZE];
};

/* Sets what is the same for all requests. 0 or -1. */
int transfer_init(struct transfer *transfer, const char *unix_socket,
        const struct http_options *options, struct error *err) must_check;
void transfer_release(struct transfer *transfer);

/* Prepares the handle for a request; it is then added to the multi handle. */
void transfer_begin(struct transfer *transfer, const struct http_request *request);
/*
 * After curl has ended the transfer (and it was taken from the multi handle): true if the answer
 * was a redirect and the handle is prepared for the next hop, false if *reply is the answer.
 */
bool transfer_end(struct transfer *transfer, CURLcode code, struct http_reply *reply);

#endif
