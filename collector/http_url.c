/*
 * URLs as people see them, and which addresses a registry may send us to. A redirect is a wish of
 * a stranger: it must not reach services of this machine or of the cloud's metadata.
 */
#include "collector/http_url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* "n=1000&token=abc" without the abc. */
static void
show_query(struct buf *out, const char *query)
{
	while (*query != '\0') {
		size_t pair = strcspn(query, "&");
		size_t name = strcspn(query, "=&");
		bool harmless = (name == 1 && query[0] == 'n') ||
		                (name == 4 && strncmp(query, "last", 4) == 0);

		buf_append(out, query, harmless ? pair : name);
		if (!harmless)
			buf_puts(out, "=…");
		query += pair;
		if (*query == '&') {
			buf_putc(out, '&');
			query++;
		}
	}
}

void
http_url_show(struct buf *out, const char *url)
{
	const char *authority = strstr(url, "://");

	if (authority != NULL) {
		authority += 3;
		buf_append(out, url, (size_t)(authority - url));
		size_t length = strcspn(authority, "/?#");
		const char *at = memrchr(authority, '@', length);
		url = at != NULL ? at + 1 : authority;
	}
	size_t path = strcspn(url, "?");
	buf_append(out, url, path);
	if (url[path] == '?') {
		buf_putc(out, '?');
		show_query(out, url + path + 1);
	}
}

/* The IPv4 address in host order, also of one wrapped in IPv6; false for real IPv6. */
static bool
as_ipv4(const struct sockaddr *address, uint32_t *ipv4)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		*ipv4 = ntohl(in.sin_addr.s_addr);
		return true;
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof(in6));
		if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
			memcpy(ipv4, &in6.sin6_addr.s6_addr[12], sizeof(*ipv4));
			*ipv4 = ntohl(*ipv4);
			return true;
		}
	}
	return false;
}

bool
http_address_is_loopback(const struct sockaddr *address)
{
	uint32_t ipv4;

	if (as_ipv4(address, &ipv4))
		return ipv4 >> 24 == 127 || ipv4 >> 24 == 0;
	if (address->sa_family != AF_INET6)
		return false;
	struct sockaddr_in6 in6;
	memcpy(&in6, address, sizeof(in6));
	return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) || IN6_IS_ADDR_UNSPECIFIED(&in6.sin6_addr);
}

bool
http_address_is_link_local(const struct sockaddr *address)
{
	uint32_t ipv4;

	if (as_ipv4(address, &ipv4))
		return ipv4 >> 16 == 0xa9fe; /* 169.254 */
	if (address->sa_family != AF_INET6)
		return false;
	struct sockaddr_in6 in6;
	memcpy(&in6, address, sizeof(in6));
	return IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr);
}

static bool
parse_address(struct sockaddr_storage *address, const char *host)
{
	char text[INET6_ADDRSTRLEN];
	size_t length = strlen(host);

	if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
		host++;
		length -= 2;
	}
	length = length < sizeof(text) ? length : sizeof(text) - 1;
	memcpy(text, host, length);
	text[length] = '\0';
	text[strcspn(text, "%")] = '\0'; /* a zone id */

	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		memcpy(address, &in, sizeof(in));
	else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		memcpy(address, &in6, sizeof(in6));
	else
		return false;
	return true;
}

bool
http_host_is_loopback(const char *host)
{
	static const char suffix[] = ".localhost";
	struct sockaddr_storage address;
	size_t length = strlen(host);

	if (parse_address(&address, host))
		return http_address_is_loopback((const struct sockaddr *)&address);
	return strcasecmp(host, "localhost") == 0 ||
	       (length >= sizeof(suffix) &&
	               strcasecmp(host + length - (sizeof(suffix) - 1), suffix) == 0);
}

bool
http_host_is_link_local(const char *host)
{
	struct sockaddr_storage address;

	return parse_address(&address, host) &&
	       http_address_is_link_local((const struct sockaddr *)&address);
}
