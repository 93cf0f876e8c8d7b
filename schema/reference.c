/*
 * A reference is taken apart from both ends, because ':' means three things:
 *
 *	host:port / repository : tag @ algorithm:hex
 *	first '/'       last ':' ↑   ↑ first '@'
 *	                behind the last '/'
 *
 * then each part is checked by itself. Nothing is guessed: a name without a host stays without.
 */
#include "schema/reference.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define ALPHANUMERIC_LOWER "abcdefghijklmnopqrstuvwxyz0123456789"
#define UPPER              "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define WORD               ALPHANUMERIC_LOWER UPPER "_"

/* The separator at `text`: '.', '_', '__' or any number of '-'. */
static size_t
separator_length(const char *text)
{
	if (text[0] == '-')
		return strspn(text, "-");
	if (text[0] == '_')
		return text[1] == '_' ? 2 : 1;
	return text[0] == '.';
}

bool
reference_is_repository(const char *text)
{
	if (strlen(text) > REFERENCE_REPOSITORY_MAX)
		return false;
	for (;;) {
		size_t length = strspn(text, ALPHANUMERIC_LOWER);

		if (length == 0)
			return false; /* an empty component, or a separator at its start or end */
		text += length;
		if (*text == '\0')
			return true;
		length = *text == '/' ? 1 : separator_length(text);
		if (length == 0)
			return false;
		text += length;
	}
}

bool
reference_is_tag(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= REFERENCE_TAG_MAX && strspn(text, WORD) > 0 &&
	       strspn(text, WORD ".-") == length;
}

static bool
is_port(const char *text)
{
	unsigned long port = 0;
	size_t length = strlen(text);

	if (length == 0 || length > 5 || text[0] == '0')
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		port = port * 10 + (unsigned long)(*text - '0');
	}
	return port <= 65535;
}

/* Labels of letters, digits and inner '-', joined by single dots. */
static bool
is_domain(const char *text)
{
	char before = '.';

	for (; *text; before = *text++) {
		if (!strchr(ALPHANUMERIC_LOWER UPPER ".-", *text))
			return false;
		if (before == '.' && (*text == '.' || *text == '-'))
			return false;
		if (before == '-' && *text == '.')
			return false;
	}
	return before != '.' && before != '-';
}

struct host_parts {
	char name[REFERENCE_HOST_MAX + 1]; /* without brackets */
	const char *port;                  /* NULL = none */
	bool bracketed;
};

/* Splits "name:port" or "[v6]:port"; false if it has another shape. */
static bool
split_host(struct host_parts *parts, const char *text)
{
	if (strlen(text) > REFERENCE_HOST_MAX)
		return false;
	parts->bracketed = text[0] == '[';
	text += parts->bracketed;
	size_t length = strcspn(text, parts->bracketed ? "]" : ":");
	const char *rest = text + length;

	memcpy(parts->name, text, length);
	parts->name[length] = '\0';
	if (parts->bracketed && *rest++ != ']')
		return false;
	parts->port = *rest == ':' ? rest + 1 : NULL;
	return *rest == ':' || *rest == '\0';
}

bool
reference_is_host(const char *text)
{
	struct host_parts parts;
	struct in6_addr address;

	if (!split_host(&parts, text) || (parts.port && !is_port(parts.port)))
		return false;
	return parts.bracketed ? inet_pton(AF_INET6, parts.name, &address) == 1
	                       : is_domain(parts.name);
}

static bool
is_localhost(const char *name)
{
	static const char localhost[] = "localhost", suffix[] = ".localhost";
	size_t length = strlen(name);

	return strcasecmp(name, localhost) == 0 ||
	       (length > strlen(suffix) && strcasecmp(name + length - strlen(suffix), suffix) == 0);
}

bool
reference_host_is_loopback(const char *host)
{
	struct host_parts parts;
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	if (!reference_is_host(host) || !split_host(&parts, host))
		return false;
	if (parts.bracketed)
		return inet_pton(AF_INET6, parts.name, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
	if (inet_pton(AF_INET, parts.name, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return is_localhost(parts.name);
}

/* Whether the first of several components is meant as a host. */
static bool
looks_like_host(const char *component, size_t length)
{
	return component[0] == '[' || strcspn(component, ".:" UPPER) < length ||
	       (length == strlen("localhost") && memcmp(component, "localhost", length) == 0);
}

/* Copies a part that is checked afterwards; false if it does not even fit. */
static bool
copy_part(char *out, size_t size, const char *text, size_t length)
{
	if (length >= size)
		return false;
	memcpy(out, text, length);
	out[length] = '\0';
	return true;
}

#define DOCKER_HUB "docker.io"
#define OFFICIAL   "library/" /* where Docker Hub keeps what has no namespace */

static bool
parse_host(struct reference *reference, const char *text, size_t length)
{
	if (!copy_part(reference->host, sizeof(reference->host), text, length) ||
	        !reference_is_host(reference->host))
		return false;
	if (strcmp(reference->host, "index." DOCKER_HUB) == 0)
		memcpy(reference->host, DOCKER_HUB, sizeof(DOCKER_HUB));
	return true;
}

static bool
parse_repository(struct reference *reference, const char *text, size_t length)
{
	size_t prefix = 0;

	if (strcmp(reference->host, DOCKER_HUB) == 0 && !memchr(text, '/', length)) {
		prefix = strlen(OFFICIAL);
		memcpy(reference->repository, OFFICIAL, prefix);
	}
	return copy_part(reference->repository + prefix, sizeof(reference->repository) - prefix,
	               text, length) &&
	       reference_is_repository(reference->repository);
}

static bool
parse_tag(struct reference *reference, const char *text, size_t length)
{
	return copy_part(reference->tag, sizeof(reference->tag), text, length) &&
	       reference_is_tag(reference->tag);
}

/* What is wrong with the text, or NULL. */
static const char *
parse(struct reference *reference, const char *text)
{
	size_t length = strcspn(text, "@");

	if (text[0] == '\0')
		return "is empty";
	if (strstr(text, "://"))
		return "leave the scheme out: HOST/REPOSITORY:TAG";
	if (text[length] == '@' && !digest_parse(&reference->digest, text + length + 1))
		return "behind '@' must be sha256: with 64 or sha512: with 128 hex digits, lower "
		       "case";
	if (length == 64 && strspn(text, "0123456789abcdef") >= length)
		return "is a bare ID, not a name: REPOSITORY@sha256:ID";

	const char *slash = memrchr(text, '/', length);
	const char *colon = memrchr(text, ':', length);
	if (colon && (!slash || colon > slash)) {
		size_t name_length = (size_t)(colon - text);

		if (!parse_tag(reference, colon + 1, length - name_length - 1))
			return "the tag must be 1 to 128 of letters, digits, '_', '.', '-', and "
			       "not "
			       "start with '.' or '-'";
		length = name_length;
	}
	slash = memchr(text, '/', length);
	if (slash && looks_like_host(text, (size_t)(slash - text))) {
		size_t host_length = (size_t)(slash - text);

		if (!parse_host(reference, text, host_length))
			return "the part before the first '/' is not a valid HOST or HOST:PORT";
		text += host_length + 1;
		length -= host_length + 1;
	}
	if (!parse_repository(reference, text, length))
		return "the repository must be at most 255 lower-case letters and digits, joined "
		       "by "
		       "'/', '.', '_', '__' or '-'";
	return NULL;
}

#define QUOTED_MAX 200

int
reference_parse(struct reference *reference, const char *text, struct error *err)
{
	memset(reference, 0, sizeof(*reference));
	const char *why = parse(reference, text);
	if (!why)
		return 0;
	memset(reference, 0, sizeof(*reference));
	return fail(err, ERROR_USAGE, "reference '%.*s%s': %s", QUOTED_MAX, text,
	        strnlen(text, QUOTED_MAX + 1) > QUOTED_MAX ? "…" : "", why);
}
