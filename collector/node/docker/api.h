/* Asking dockerd: one question at a time, over its unix socket or from a test's table. */
#ifndef COLLECTOR_NODE_DOCKER_API_H
#define COLLECTOR_NODE_DOCKER_API_H

#include "collector/collector.h"
#include "common/buf.h"

struct docker_api {
	/* GET path: 1 and the body, 0 for 404, -1 with the daemon's reason. */
	int (*get)(void *context, const char *path, struct buf *body, struct error *err);
	void *context;
	bool gone; /* set when no answer came at all: asking again is pointless */
};

struct http;

struct docker_socket {
	struct docker_api api;
	struct http *http;
	const char *path;
};

/* Does not connect yet. `path` must live as long. */
int docker_socket_open(struct docker_socket *out, const char *path,
        const struct collect_context *context, struct error *err) must_check;
void docker_socket_close(struct docker_socket *docker);

#endif
