/* What http.c needs to know about URLs and addresses. Pure. */
#ifndef COLLECTOR_HTTP_URL_H
#define COLLECTOR_HTTP_URL_H

#include <stdbool.h>
#include <sys/socket.h>

#include "common/buf.h"

/*
 * Appends a URL that may be shown: without user and password, and with the values of all query
 * parameters but `n` and `last` replaced (signed URLs carry secrets there; those two are the
 * paging of registries and useful in a trace).
 */
void http_url_show(struct buf *out, const char *url);

/* Loopback or unspecified: this machine. Addresses of IPv4 in IPv6 count as IPv4. */
bool http_address_is_loopback(const struct sockaddr *address);
/* 169.254.0.0/16 or fe80::/10: where clouds keep their metadata services. */
bool http_address_is_link_local(const struct sockaddr *address);

/* The same of the host of a URL: an address is looked at, "localhost" and "*.localhost" are
 * loopback, any other name is neither. Brackets around IPv6 are allowed. */
bool http_host_is_loopback(const char *host);
bool http_host_is_link_local(const char *host);

#endif
