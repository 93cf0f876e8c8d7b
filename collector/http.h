/*
 * HTTP: many transfers, one thread. The only code that includes curl. It knows nothing of
 * registries.
 *
 * The loop is the caller's queue: http_run() asks `next` for work whenever a slot is free, starts
 * it, and calls `done` when it ended. Transfers never wait inside libcurl, so a timeout counts
 * from the moment a transfer starts.
 *
 * Redirects are followed here (≤ 5): credentials go to the first origin only (scheme, host and
 * port), https never to http, and a host that is not loopback never redirects to a loopback or
 * link-local address (the resolved address is checked).
 *
 * Limits: connect 10 s, slower than 1 KiB/s for 30 s, a whole request 60 s, the body as the request
 * says, 32 KiB of headers. libcurl 7.88 neither limits redirects nor stops a body without stated
 * length by itself: both are done here.
 */
#ifndef COLLECTOR_HTTP_H
#define COLLECTOR_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

struct http;

struct http_options {
	unsigned connections_per_host; /* transfers at once; 0 = 6 */
	const char *user_agent;        /* NULL = "layershare/VERSION" */
	/* Everything goes to this socket (≤ 107 bytes), whatever host a URL names: without a proxy,
	 * and a redirect is refused. NULL = to the host. Copied. */
	const char *unix_socket;
	/* For -v: one line per finished transfer ("GET URL 200 1234 B 3 ms"), no credentials. */
	void (*trace)(void *context, const char *line);
	void *trace_context;
	const volatile int *stop; /* non-zero: no new transfers, running ones are aborted */
	long timeout_ms;          /* whole request; 0 = 60,000 */
	long low_speed_seconds;   /* 0 = 30 */
};

/* Strings are copied. */
struct http_request {
	const char *method; /* "GET" or "HEAD" */
	const char *url;
	const char *accept;        /* NULL = none */
	const char *authorization; /* the value, e.g. "Basic …"; NULL = none; never traced */
	size_t body_limit_bytes;   /* a longer body fails with HTTP_TOO_LARGE */
};

enum http_outcome {
	HTTP_ANSWERED,    /* a status line and a whole body came */
	HTTP_UNREACHABLE, /* no connection: name, address, refused, TLS */
	HTTP_BROKEN,      /* the connection broke or the answer was malformed or truncated */
	HTTP_SLOW,        /* a time limit was reached */
	HTTP_TOO_LARGE,   /* the body is larger than asked for */
	HTTP_REFUSED,     /* a redirect that we do not follow */
	HTTP_STOPPED,     /* *stop was set */
};

/* Valid during the `done` call. */
struct http_reply {
	enum http_outcome outcome;
	long status;       /* of the last answer; 0 unless HTTP_ANSWERED */
	const char *cause; /* unless HTTP_ANSWERED: what went wrong, for people */
	const char *url;   /* of the last answer, after redirects; user info removed */
	const char *body;  /* NUL-terminated, of body_length bytes */
	size_t body_length;
	const char *content_type; /* "" if absent; the four header values are ≤ 4,096 bytes */
	const char *link;         /* "" if absent */
	const char *docker_content_digest; /* "" if absent */
	const char *www_authenticate;      /* all of them joined with ", "; "" if absent */
	int64_t content_length;            /* as stated, -1 if not (HEAD has one without a body) */
};

/* The caller's work: an opaque pointer travels from next() to done(). */
struct http_work {
	/* 1 and fills the request and *job; 0 when there is nothing to start now. */
	int (*next)(void *context, struct http_request *request, void **job);
	/* May make new work for next(). -1 ends http_run() with that error. */
	int (*done)(void *context, void *job, const struct http_reply *reply, struct error *err);
	void *context;
};

struct http *http_new(const struct http_options *options, struct error *err);
void http_free(struct http *http);
/* Runs until next() has nothing and nothing is under way. On -1 every job that was started and
 * not done has been passed to done() with HTTP_STOPPED, so that the caller can free it. */
int http_run(struct http *http, const struct http_work *work, struct error *err) must_check;
uint64_t http_requests(const struct http *http);       /* sent, redirects included */
uint64_t http_received_bytes(const struct http *http); /* bodies */
/* "libcurl/7.88.1 OpenSSL/3.0.15 …", for doctor. */
const char *http_library(void);

#endif
