/*
 * Lines of KEY=VALUE that a shell could read: a value is bare, in '…' (nothing is special), or in
 * "…", where, as outside of quotes, a backslash takes the next character as it is. No expansion.
 */
#include "collector/node/os_release.h"

#include <stdbool.h>
#include <string.h>

#include "common/buf.h"
#include "common/text.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* False for a text without its closing quote. */
static bool
unquote(struct buf *out, const char *text, size_t length)
{
	char quote = '\0';

	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (quote == '\0' && is_blank(c))
			return true; /* a shell would run what follows */
		if (quote == '\0' && (c == '"' || c == '\''))
			quote = c;
		else if (quote != '\0' && c == quote)
			quote = '\0';
		else if (c == '\\' && quote != '\'' && i + 1 < length)
			buf_putc(out, text[++i]);
		else
			buf_putc(out, c);
	}
	return quote == '\0';
}

static const char *
value_of(struct arena *arena, const char *text, size_t length)
{
	auto_buf plain = { .limit_bytes = OS_RELEASE_MAX_VALUE };
	auto_buf clean = { .limit_bytes = OS_RELEASE_MAX_VALUE };

	if (!unquote(&plain, text, length) || plain.overflowed || plain.length == 0)
		return NULL;
	text_clean(&clean, plain.data, plain.length);
	return clean.overflowed ? NULL : arena_strdup(arena, buf_text(&clean));
}

/* True if the line sets `key`; *value is then what it says. */
static bool
line_sets(const char *line, size_t length, const char *key, struct arena *arena, const char **value)
{
	size_t key_length = strlen(key);

	if (length <= key_length || memcmp(line, key, key_length) != 0 || line[key_length] != '=')
		return false;
	*value = value_of(arena, line + key_length + 1, length - key_length - 1);
	return true;
}

void
os_release_parse(
        const char **id, const char **version, struct arena *arena, const char *text, size_t length)
{
	const char *end = text + length;

	*id = *version = NULL;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline != NULL ? newline : end;

		while (text < line_end && is_blank(*text))
			text++;
		if (!line_sets(text, (size_t)(line_end - text), "ID", arena, id))
			line_sets(text, (size_t)(line_end - text), "VERSION_ID", arena, version);
		text = newline != NULL ? newline + 1 : end;
	}
}
