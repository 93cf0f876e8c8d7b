/* The rules of redirects, for http_transfer.c. */
#ifndef COLLECTOR_HTTP_REDIRECT_H
#define COLLECTOR_HTTP_REDIRECT_H

#include "collector/http_transfer.h"

#define HTTP_MAX_REDIRECTS 5

enum redirect {
	REDIRECT_NONE,    /* the answer is the answer */
	REDIRECT_FOLLOW,  /* transfer->url is the next hop, transfer->away is set if it left */
	REDIRECT_REFUSED, /* transfer->cause says why */
};

/* Looks at the answer that curl has just finished. */
enum redirect redirect_decide(struct transfer *transfer);

/* Called before a connection is opened: may this address be reached on this hop? */
bool redirect_allows_address(struct transfer *transfer, const struct sockaddr *address);

/* With a proxy in the environment: hosts on this machine are reached without it. */
void redirect_choose_proxy(struct transfer *transfer);

#endif
