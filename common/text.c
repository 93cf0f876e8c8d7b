/*
 * Code points are decoded by utf8proc and never by hand. What must not reach a terminal is one
 * table of ranges: escape sequences move the cursor, bidirectional controls turn "gpj.exe" into
 * "exe.jpg", invisible characters make two different names look the same.
 */
#include "common/text.h"

#include <fnmatch.h>
#include <string.h>
#include <utf8proc.h>

#include "common/memory.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Ascending. */
static const struct {
	utf8proc_int32_t first, last;
} harmful[] = {
	{ 0x00, 0x1f },       /* C0 */
	{ 0x7f, 0x9f },       /* DEL, C1 */
	{ 0x61c, 0x61c },     /* Arabic letter mark */
	{ 0x200b, 0x200f },   /* zero width space and joiners, left-to-right marks */
	{ 0x2028, 0x202e },   /* line and paragraph separator, embeddings, overrides */
	{ 0x2060, 0x206f },   /* word joiner, invisible operators, isolates */
	{ 0xfeff, 0xfeff },   /* byte order mark */
	{ 0xfff9, 0xfffb },   /* interlinear annotation */
	{ 0xe0000, 0xe007f }, /* tags: invisible ASCII */
};

static bool
is_harmful(utf8proc_int32_t c)
{
	for (size_t i = 0; i < countof(harmful) && c >= harmful[i].first; i++)
		if (c <= harmful[i].last)
			return true;
	return false;
}

/* The bytes of the code point at `text`, 0 if there is none. */
static size_t
decode(const char *text, size_t length, utf8proc_int32_t *c)
{
	/* A length beyond the sign bit means "until NUL" to utf8proc, and four bytes suffice. */
	utf8proc_ssize_t most = length < 4 ? (utf8proc_ssize_t)length : 4;
	utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, most, c);

	return used > 0 ? (size_t)used : 0;
}

void
text_clean(struct buf *out, const char *text, size_t length)
{
	while (length > 0) {
		utf8proc_int32_t c;
		size_t used = decode(text, length, &c);
		bool harmless = used > 0 && !is_harmful(c);

		if ((harmless ? buf_append(out, text, used) : buf_puts(out, REPLACEMENT)) != 0)
			return;
		used += used == 0; /* one U+FFFD for each invalid byte */
		text += used;
		length -= used;
	}
}

size_t
text_width(const char *text)
{
	size_t length = strlen(text), width = 0;

	while (length > 0) {
		utf8proc_int32_t c;
		size_t used = decode(text, length, &c);

		width += used ? (size_t)utf8proc_charwidth(c) : 1;
		used += used == 0;
		text += used;
		length -= used;
	}
	return width;
}

bool
text_is_utf8(const char *text, size_t length)
{
	while (length > 0) {
		utf8proc_int32_t c;
		size_t used = decode(text, length, &c);

		if (used == 0 || c == 0)
			return false;
		text += used;
		length -= used;
	}
	return true;
}

bool
text_glob(const char *pattern, const char *text)
{
	return fnmatch(pattern, text, FNM_NOESCAPE) == 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Compares the numbers of any length at *a and *b, and steps behind them. */
static int
compare_numbers(const char **a, const char **b)
{
	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	size_t a_length = strspn(*a, "0123456789"), b_length = strspn(*b, "0123456789");
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	int order = memcmp(*a, *b, a_length);
	*a += a_length;
	*b += b_length;
	return order;
}

int
text_natural_compare(const char *a, const char *b)
{
	const char *whole_a = a, *whole_b = b;

	while (*a || *b) {
		if (is_digit(*a) && is_digit(*b)) {
			int order = compare_numbers(&a, &b);

			if (order)
				return order;
		} else if (*a != *b) {
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		} else {
			a++;
			b++;
		}
	}
	return strcmp(whole_a, whole_b); /* "1.01" and "1.1": equal only if they are the same */
}

bool
text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}
