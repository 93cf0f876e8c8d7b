/*
 * Finds the link that says rel="next"; where it leads is for collector/registry/url.c to say.
 *
 *	</v2/_catalog?last=a%2Fb&n=2>; rel="next", <…>; rel=…
 *	 ─────────── target ─────────   parameters
 *
 * A header that cannot be read is an error, not the end of the list: else a list would end early
 * without anybody noticing.
 */
#include "collector/registry/link.h"

#include <stdbool.h>

#include "collector/registry/slice.h"
#include "collector/registry/url.h"

static const char *
skip_spaces(const char *at)
{
	return at + strspn(at, " \t");
}

static bool
is_token(char c)
{
	return c > ' ' && c < 0x7f && strchr("\"(),/:;<=>?@[\\]{}", c) == NULL;
}

/* Parameter values: token or quoted-string. Servers leave ':' and '/' unquoted, so a bare value
 * ends only at a separator. Returns the position behind it, NULL if the quote never closes. A
 * quoted value keeps its backslashes: no relation type has one. */
static const char *
read_value(const char *at, struct slice *value)
{
	const char *from;

	if (*at != '"') {
		size_t length = strcspn(at, " \t,;\"<>");

		*value = (struct slice){ at, length };
		return at + length;
	}
	for (from = ++at; *at != '"'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		if (*at == '\0')
			return NULL;
	}
	*value = slice_between(from, at);
	return at + 1;
}

/* True if one of the relation types, separated by spaces, is `next`. */
static bool
has_next(struct slice relations)
{
	while (relations.length > 0) {
		struct slice word = slice_until(&relations, " \t");

		if (slice_is(word, "next"))
			return true;
		if (relations.length > 0) {
			relations.at++;
			relations.length--;
		}
	}
	return false;
}

struct link {
	struct slice target;
	bool next; /* its first rel says so, and it is about this page (no anchor) */
};

/* The parameters of one link, up to ',' or the end. NULL if malformed. */
static const char *
read_parameters(const char *at, struct link *link)
{
	bool rel_seen = false, anchored = false;

	for (at = skip_spaces(at); *at == ';'; at = skip_spaces(at)) {
		struct slice name, value = { "", 0 };

		at = skip_spaces(at + 1);
		name.at = at;
		while (is_token(*at))
			at++;
		name.length = (size_t)(at - name.at);
		at = skip_spaces(at);
		if (*at == '=') {
			at = read_value(skip_spaces(at + 1), &value);
			if (at == NULL)
				return NULL;
		}
		if (slice_is(name, "anchor"))
			anchored = true;
		/* RFC 8288 3.3: only the first rel counts. */
		if (slice_is(name, "rel") && !rel_seen) {
			rel_seen = true;
			link->next = has_next(value);
		}
	}
	link->next = link->next && !anchored;
	return *at == ',' || *at == '\0' ? at : NULL;
}

/* 1 and the target of the first link with rel="next"; 0 none; -1 malformed. */
static int
find_next(const char *header, struct slice *target)
{
	const char *at = header;

	for (;;) {
		struct link link = { 0 };
		const char *end;

		at += strspn(at, " \t,");
		if (*at == '\0')
			return 0;
		if (*at != '<' || (end = strchr(at, '>')) == NULL)
			return -1;
		link.target = slice_between(at + 1, end);
		at = read_parameters(end + 1, &link);
		if (at == NULL)
			return -1;
		if (link.next) {
			*target = link.target;
			return 1;
		}
	}
}

int
link_next(char *next, size_t size, const char *header, const char *current_url, struct error *err)
{
	struct slice target;
	int found = find_next(header, &target);

	if (found == 0)
		return 0;
	if (found < 0)
		return fail(err, ERROR_FAILED, "malformed Link header: '%.200s'", header);
	if (url_resolve(next, size, current_url, target, err))
		return fail_in(err, "next page");
	return 1;
}
