/*
 * The walk over a format: markup between conversions is copied, conversions are replaced. Text is
 * first cleaned (no control, bidirectional or invisible character survives), then escaped, so the
 * escaper only ever sees valid UTF-8. Numbers cannot hold markup.
 */
#include "web/html.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"

/* NULL for a byte that stands for itself. ' has no name that every parser knows. */
static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void
put_text(struct buf *out, const char *text)
{
	auto_buf clean = { 0 };

	if (text == NULL)
		return;
	text_clean(&clean, text, strlen(text));
	for (const char *at = buf_text(&clean); *at != '\0'; at++) {
		size_t plain = strcspn(at, "&<>\"'");

		buf_append(out, at, plain);
		at += plain;
		if (*at == '\0')
			break;
		buf_puts(out, entity(*at));
	}
}

static void
put_double(struct buf *out, double value, int precision)
{
	char text[400]; /* the largest double has 309 digits */

	snprintf(text, sizeof(text), "%.*f", precision, value);
	for (char *comma = strchr(text, ','); comma != NULL; comma = strchr(comma, ','))
		*comma = '.';
	buf_puts(out, text);
}

struct conversion {
	int precision;
	char size; /* 'l', 'L' for ll, 'z', or 0 for int */
	char type;
};

/* `at` is behind the %. Returns the byte behind the conversion. */
static const char *
parse_conversion(const char *at, struct conversion *conversion)
{
	*conversion = (struct conversion){ .precision = 6 };
	if (at[0] == '.' && at[1] >= '0' && at[1] <= '9') {
		conversion->precision = at[1] - '0';
		at += 2;
	}
	if (*at == 'l' || *at == 'z')
		conversion->size = *at++;
	if (conversion->size == 'l' && *at == 'l') {
		conversion->size = 'L';
		at++;
	}
	conversion->type = *at;
	return *at == '\0' ? at : at + 1;
}

static intmax_t
next_signed(va_list *values, char size)
{
	switch (size) {
	case 'l':
		return va_arg(*values, long);
	case 'L':
		return va_arg(*values, long long);
	case 'z':
		return (intmax_t)va_arg(*values, size_t);
	default:
		return va_arg(*values, int);
	}
}

static uintmax_t
next_unsigned(va_list *values, char size)
{
	switch (size) {
	case 'l':
		return va_arg(*values, unsigned long);
	case 'L':
		return va_arg(*values, unsigned long long);
	case 'z':
		return va_arg(*values, size_t);
	default:
		return va_arg(*values, unsigned);
	}
}

/* Returns the rest of the format; "" when it cannot go on, because the values are then unknown. */
static const char *
put_conversion(struct html *page, const char *at, va_list *values)
{
	struct conversion conversion;
	const char *rest = parse_conversion(at, &conversion);

	switch (conversion.type) {
	case 's':
		put_text(&page->out, va_arg(*values, const char *));
		return rest;
	case 'd':
	case 'i':
		buf_printf(&page->out, "%jd", next_signed(values, conversion.size));
		return rest;
	case 'u':
		buf_printf(&page->out, "%ju", next_unsigned(values, conversion.size));
		return rest;
	case 'x':
		buf_printf(&page->out, "%jx", next_unsigned(values, conversion.size));
		return rest;
	case 'f':
		put_double(&page->out, va_arg(*values, double), conversion.precision);
		return rest;
	case '%':
		buf_putc(&page->out, '%');
		return rest;
	default:
		assert(false && "html(): a conversion that it does not know");
		return "";
	}
}

void
html(struct html *page, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	for (const char *at = format; *at != '\0';) {
		size_t plain = strcspn(at, "%");

		buf_append(&page->out, at, plain);
		at += plain;
		if (*at == '%')
			at = put_conversion(page, at + 1, &values);
	}
	va_end(values);
}

void
html_asset(struct html *page, const char *data, size_t length)
{
	buf_append(&page->out, data, length);
}
