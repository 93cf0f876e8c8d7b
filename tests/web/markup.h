/*
 * A reader of HTML as we write it: every attribute in double quotes, every element closed, void
 * elements known. Stricter than a browser on purpose: what it accepts no browser reads otherwise.
 */
#ifndef TESTS_WEB_MARKUP_H
#define TESTS_WEB_MARKUP_H

#include <stdbool.h>
#include <string.h>

#include "common/buf.h"

#define MARKUP_DEPTH 32

struct markup {
	const char *at;
	char open[MARKUP_DEPTH][24]; /* the elements that are open */
	unsigned depth;
	struct buf skeleton; /* tags and attribute names, without any text or value */
	/* Called for every attribute; NULL = not. */
	void (*attribute)(void *context, const char *element, const char *name, const char *value);
	void *context;
};

static bool
markup_name(struct markup *markup, char out[24])
{
	size_t length = strspn(markup->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                                   "0123456789-!");

	if (length == 0 || length > 23)
		return false;
	memcpy(out, markup->at, length);
	out[length] = '\0';
	markup->at += length;
	return true;
}

static bool
markup_is_void(const char *element)
{
	return strcmp(element, "meta") == 0 || strcmp(element, "!DOCTYPE") == 0;
}

/* Behind the name of a start tag. */
static bool
markup_attributes(struct markup *markup, const char *element)
{
	while (*markup->at == ' ') {
		char name[24], value[4096];
		size_t length;

		markup->at++;
		if (!markup_name(markup, name))
			return false;
		buf_printf(&markup->skeleton, " %s", name);
		if (strcmp(element, "!DOCTYPE") == 0)
			continue;
		if (markup->at[0] != '=' || markup->at[1] != '"')
			return false;
		markup->at += 2;
		length = strcspn(markup->at, "\"<>");
		if (markup->at[length] != '"' || length >= sizeof(value))
			return false;
		memcpy(value, markup->at, length);
		value[length] = '\0';
		if (markup->attribute != NULL)
			markup->attribute(markup->context, element, name, value);
		markup->at += length + 1;
	}
	return true;
}

/* At a '<'. */
static bool
markup_tag(struct markup *markup)
{
	bool closing = markup->at[1] == '/', closed = false;
	char element[24];

	markup->at += closing ? 2 : 1;
	if (!markup_name(markup, element))
		return false;
	buf_printf(&markup->skeleton, "<%s%s", closing ? "/" : "", element);
	if (closing) {
		if (markup->depth == 0 || strcmp(markup->open[--markup->depth], element) != 0)
			return false;
	} else if (!markup_attributes(markup, element)) {
		return false;
	}
	if (*markup->at == '/') { /* in SVG */
		closed = true;
		markup->at++;
	}
	if (*markup->at++ != '>')
		return false;
	buf_puts(&markup->skeleton, ">");
	if (!closing && !closed && !markup_is_void(element)) {
		if (markup->depth == MARKUP_DEPTH)
			return false;
		memcpy(markup->open[markup->depth++], element, sizeof(element));
	}
	/* The text of <style> is not markup. */
	if (!closing && strcmp(element, "style") == 0) {
		markup->at = strstr(markup->at, "</style>");
		return markup->at != NULL;
	}
	return true;
}

/* True if the whole text is such HTML. */
static bool
markup_read(struct markup *markup, const char *text)
{
	for (markup->at = text; *markup->at != '\0';) {
		if (*markup->at == '<') {
			if (!markup_tag(markup))
				return false;
		} else if (*markup->at == '>') {
			return false;
		} else {
			markup->at++;
		}
	}
	return markup->depth == 0;
}

#endif
