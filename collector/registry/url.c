/*
 * The target is taken apart against the current URL (RFC 3986 section 5.2), and the result put
 * together from the *current* scheme and authority. So what is asked next is on this origin by
 * construction, whatever the header says; a target elsewhere is refused, never followed.
 */
#include "collector/registry/url.h"

#include <stdbool.h>

#include "common/buf.h"

/* A URL with an authority. The path has its leading '/' (or is empty), the query its '?'. */
struct url {
	struct slice scheme;
	struct slice host; /* with brackets if IPv6 */
	struct slice port; /* "" if none */
	struct slice path;
	struct slice query;
};

/* Printable ASCII without what parsers disagree about. */
static bool
is_clean(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}", c) != NULL)
			return false;
	}
	return true;
}

/* The length of "scheme" if the text begins with "scheme:", else 0. */
static size_t
scheme_length(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (c == ':')
			return i;
		if (!letter && (i == 0 || strchr("0123456789+-.", c) == NULL))
			return 0;
	}
	return 0;
}

/* host[:port] without user info; `rest` begins behind "//" and ends up at the path. */
static int
read_authority(struct url *url, struct slice *rest)
{
	struct slice authority = slice_until(rest, "/?#");
	struct slice port;

	if (memchr(authority.at, '@', authority.length) != NULL)
		return -1;
	port = authority;
	if (authority.length > 0 && authority.at[0] == '[') {
		slice_until(&port, "]");
		if (port.length == 0)
			return -1;
		port.at++;
		port.length--;
	} else {
		slice_until(&port, ":");
	}
	url->host = slice_between(authority.at, port.at);
	if (url->host.length == 0)
		return -1;
	if (port.length > 0) {
		if (port.at[0] != ':')
			return -1;
		port.at++;
		port.length--;
	}
	url->port = port;
	return strspn(port.at, "0123456789") < port.length ? -1 : 0;
}

/* Path and query; a fragment is never sent. */
static void
read_path(struct url *url, struct slice rest)
{
	url->path = slice_until(&rest, "?#");
	url->query = slice_until(&rest, "#");
}

static int
parse_absolute(struct url *url, struct slice text)
{
	size_t scheme = scheme_length(text);
	struct slice rest = { text.at + scheme, text.length - scheme };

	if (scheme == 0 || rest.length < 3 || strncmp(rest.at, "://", 3) != 0)
		return -1;
	url->scheme = (struct slice){ text.at, scheme };
	if (!slice_is(url->scheme, "http") && !slice_is(url->scheme, "https"))
		return -1;
	rest.at += 3;
	rest.length -= 3;
	if (read_authority(url, &rest))
		return -1;
	read_path(url, rest);
	return 0;
}

static unsigned
effective_port(const struct url *url)
{
	unsigned port = 0;

	if (url->port.length == 0)
		return slice_is(url->scheme, "https") ? 443 : 80;
	for (size_t i = 0; i < url->port.length && port <= 65535; i++)
		port = port * 10 + (unsigned)(url->port.at[i] - '0');
	return port;
}

static bool
same_origin(const struct url *a, const struct url *b)
{
	return slice_equal(a->scheme, b->scheme) && slice_equal(a->host, b->host) &&
	       effective_port(a) == effective_port(b);
}

/* The last segment of what was written so far, with its '/', goes. */
static void
drop_segment(struct buf *out, size_t root)
{
	while (out->length > root && out->data[out->length - 1] != '/')
		out->length--;
	if (out->length > root)
		out->length--;
}

/* RFC 3986 5.2.4 over "/a/b/../c": never above the root. */
static int
append_path(struct buf *out, struct slice path)
{
	size_t root = out->length;

	while (path.length > 0) {
		struct slice segment;
		bool last;

		path.at++; /* the '/' */
		path.length--;
		segment = slice_until(&path, "/");
		last = path.length == 0;
		if (slice_is(segment, "..")) {
			drop_segment(out, root);
		} else if (!slice_is(segment, ".")) {
			if (buf_putc(out, '/') || buf_append(out, segment.at, segment.length))
				return -1;
			continue;
		}
		if (last && buf_putc(out, '/'))
			return -1;
	}
	return out->length == root ? buf_putc(out, '/') : 0;
}

/* A relative path goes in place of what is behind the last '/' of the current one. */
static int
append_relative_path(struct buf *out, struct slice current, struct slice path)
{
	auto_buf merged = { 0 };

	buf_init(&merged, out->limit_bytes);
	while (current.length > 0 && current.at[current.length - 1] != '/')
		current.length--;
	if (current.length == 0)
		current = slice_of("/");
	if (buf_append(&merged, current.at, current.length) ||
	        buf_append(&merged, path.at, path.length))
		return -1;
	return append_path(out, slice_of(buf_text(&merged)));
}

static int
append_url(struct buf *out, const struct url *current, const struct url *target)
{
	struct slice path = target->path.length > 0 ? target->path : current->path;
	struct slice origin = slice_between(current->scheme.at, current->path.at);

	if (buf_append(out, origin.at, origin.length))
		return -1;
	if (path.length == 0 || path.at[0] == '/') {
		if (append_path(out, path))
			return -1;
	} else if (append_relative_path(out, current->path, path)) {
		return -1;
	}
	/* An empty target is the current document, its query included. */
	if (target->path.length == 0 && target->query.length == 0)
		return buf_append(out, current->query.at, current->query.length);
	return buf_append(out, target->query.at, target->query.length);
}

/* With an authority of its own, a target has a path of its own too. */
static void
require_path(struct url *url)
{
	if (url->path.length == 0)
		url->path = slice_of("/");
}

/* Splits the target; -1 if it is of another origin than the current URL, or not a URL at all. */
static int
parse_target(struct url *out, const struct url *current, struct slice text)
{
	if (scheme_length(text) > 0) {
		if (parse_absolute(out, text))
			return -1;
		require_path(out);
	} else if (text.length >= 2 && text.at[0] == '/' && text.at[1] == '/') {
		struct slice rest = { text.at + 2, text.length - 2 };

		out->scheme = current->scheme;
		if (read_authority(out, &rest))
			return -1;
		read_path(out, rest);
		require_path(out);
	} else {
		out->scheme = current->scheme;
		out->host = current->host;
		out->port = current->port;
		read_path(out, text);
	}
	return same_origin(out, current) ? 0 : -1;
}

static int
fail_target(struct error *err, struct slice target, const char *why)
{
	int length = target.length > 200 ? 200 : (int)target.length;

	return fail(err, ERROR_FAILED, "link '%.*s' %s", length, target.at, why);
}

int
url_resolve(char *out, size_t size, const char *current_url, struct slice target, struct error *err)
{
	auto_buf text = { 0 };
	struct url current = { 0 }, url = { 0 };

	buf_init(&text, size);
	if (!is_clean(slice_of(current_url)) || parse_absolute(&current, slice_of(current_url)))
		return fail(err, ERROR_FAILED, "'%.200s' is not an http URL", current_url);
	if (!is_clean(target))
		return fail_target(err, target, "is not a URL");
	if (parse_target(&url, &current, target))
		return fail_target(err, target, "is not on the host that sent it: not followed");
	if (append_url(&text, &current, &url) || text.length >= size)
		return fail_target(err, target, "is too long");
	if (strcmp(text.data, current_url) == 0)
		return fail_target(err, target, "is the page that names it: not followed");
	memcpy(out, text.data, text.length + 1);
	return 0;
}
