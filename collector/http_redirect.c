/*
 * Where a registry may send us. URLs are taken apart by curl's own parser, so that what is checked
 * is what will be connected to.
 *
 *	other scheme than http(s), https to http       refused
 *	loopback, from a host that is not loopback     refused (host name and resolved address)
 *	link-local                                     refused (same)
 *	another origin                                 followed without credentials, and for good
 */
#include "collector/http_redirect.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "collector/http_url.h"

static void
cleanup_curlu(CURLU **url)
{
	curl_url_cleanup(*url);
}

static void
cleanup_curl_text(char **text)
{
	curl_free(*text);
}

#define auto_curlu     __attribute__((cleanup(cleanup_curlu)))
#define auto_curl_text __attribute__((cleanup(cleanup_curl_text)))

static CURLU *
parse(const char *text)
{
	CURLU *url = curl_url();

	if (url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK) {
		curl_url_cleanup(url);
		return NULL;
	}
	return url;
}

static char *
part(CURLU *url, CURLUPart what)
{
	char *text = NULL;

	return curl_url_get(url, what, &text, CURLU_DEFAULT_PORT) == CURLUE_OK ? text : NULL;
}

static bool
part_equal(CURLU *a, CURLU *b, CURLUPart what)
{
	auto_curl_text char *left = part(a, what);
	auto_curl_text char *right = part(b, what);

	return left != NULL && right != NULL && strcasecmp(left, right) == 0;
}

static bool
same_origin(CURLU *a, CURLU *b)
{
	return part_equal(a, b, CURLUPART_SCHEME) && part_equal(a, b, CURLUPART_HOST) &&
	       part_equal(a, b, CURLUPART_PORT);
}

static enum redirect
refuse(struct transfer *transfer, const char *why, const char *target)
{
	auto_buf shown = { 0 };

	http_url_show(&shown, target);
	snprintf(transfer->cause, sizeof(transfer->cause), "redirects to %.300s: %s",
	        buf_text(&shown), why);
	return REDIRECT_REFUSED;
}

/* Was the host that answered this machine? Then it may send us to itself. */
static bool
answered_by_loopback(struct transfer *transfer, CURLU *from)
{
	auto_curl_text char *host = part(from, CURLUPART_HOST);
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	const char *ip = NULL;

	if (host != NULL && http_host_is_loopback(host))
		return true;
	if (transfer->proxied ||
	        curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_IP, &ip) != CURLE_OK ||
	        ip == NULL)
		return false;
	if (inet_pton(AF_INET, ip, &in.sin_addr) == 1)
		return http_address_is_loopback((const struct sockaddr *)&in);
	return inet_pton(AF_INET6, ip, &in6.sin6_addr) == 1 &&
	       http_address_is_loopback((const struct sockaddr *)&in6);
}

/* Paths that climb are read differently by different servers. */
static bool
has_dot_segments(const char *location)
{
	size_t path = strcspn(location, "?#");
	const char *end = location + path;

	for (const char *at = location; at < end; at += strcspn(at, "/?#") + 1) {
		size_t length = strcspn(at, "/?#");

		if ((length == 2 && memcmp(at, "..", 2) == 0) ||
		        (length >= 3 && length <= 6 && strncasecmp(at, "%2e", 3) == 0) ||
		        (length == 4 && strncasecmp(at, ".%2e", 4) == 0))
			return true;
		if (at + length >= end)
			break;
	}
	return false;
}

static const char *
complaint(struct transfer *transfer, CURLU *from, CURLU *to)
{
	auto_curl_text char *old_scheme = part(from, CURLUPART_SCHEME);
	auto_curl_text char *scheme = part(to, CURLUPART_SCHEME);
	auto_curl_text char *host = part(to, CURLUPART_HOST);

	if (scheme == NULL || (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))
		return "only http and https are followed";
	if (host == NULL || old_scheme == NULL)
		return "not a URL that can be followed";
	if (strcmp(old_scheme, "https") == 0 && strcmp(scheme, "http") == 0)
		return "from https to http is not followed";
	if (has_dot_segments(buf_text(&transfer->fields[FIELD_LOCATION])))
		return "a path with '..' is not followed";
	if (transfer->redirects >= HTTP_MAX_REDIRECTS)
		return "too many redirects";
	if (http_host_is_link_local(host) ||
	        (http_host_is_loopback(host) && !transfer->may_go_to_self))
		return "an address that only this machine can reach";
	return NULL;
}

enum redirect
redirect_decide(struct transfer *transfer)
{
	char *location = NULL;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 301 || status > 308 || (status > 303 && status < 307))
		return REDIRECT_NONE;
	curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &location);
	if (location == NULL)
		return REDIRECT_NONE;
	if (transfer->local)
		return refuse(
		        transfer, "a service behind a socket sends nobody elsewhere", location);

	auto_curlu CURLU *first = parse(buf_text(&transfer->first_url));
	auto_curlu CURLU *from = parse(buf_text(&transfer->url));
	auto_curlu CURLU *to = parse(location);
	if (first == NULL || from == NULL || to == NULL)
		return refuse(transfer, "not a URL that can be followed", location);
	if (transfer->redirects == 0)
		transfer->may_go_to_self = answered_by_loopback(transfer, from);
	const char *why = complaint(transfer, from, to);
	if (why != NULL)
		return refuse(transfer, why, location);

	/* A user in the URL would become credentials that nobody gave us. */
	curl_url_set(to, CURLUPART_USER, NULL, 0);
	curl_url_set(to, CURLUPART_PASSWORD, NULL, 0);
	auto_curl_text char *next = NULL;
	if (curl_url_get(to, CURLUPART_URL, &next, 0) != CURLUE_OK)
		return refuse(transfer, "not a URL that can be followed", location);
	if (!same_origin(first, to))
		transfer->away = true;
	buf_reset(&transfer->url);
	buf_puts(&transfer->url, next);
	transfer->redirects++;
	return REDIRECT_FOLLOW;
}

bool
redirect_allows_address(struct transfer *transfer, const struct sockaddr *address)
{
	if (transfer->redirects == 0 || transfer->proxied)
		return true;
	if (!http_address_is_link_local(address) &&
	        (!http_address_is_loopback(address) || transfer->may_go_to_self))
		return true;
	refuse(transfer, "an address that only this machine can reach", buf_text(&transfer->url));
	transfer->complaint = HTTP_REFUSED;
	return false;
}

void
redirect_choose_proxy(struct transfer *transfer)
{
	auto_curlu CURLU *url = parse(buf_text(&transfer->url));
	auto_curl_text char *host = url != NULL ? part(url, CURLUPART_HOST) : NULL;
	bool here = host != NULL && http_host_is_loopback(host);

	/* "" is no proxy, NULL is what the environment says. */
	curl_easy_setopt(transfer->easy, CURLOPT_PROXY, here ? "" : NULL);
}
