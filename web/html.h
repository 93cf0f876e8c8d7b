/*
 * HTML is written through one function that always escapes: markup exists only in format strings,
 * `%s` never puts markup into the page. The compiler checks the formats (-Wformat=2 refuses
 * non-literal ones). The only unescaped door is html_asset() for our own embedded files.
 */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include <stddef.h>

#include "common/buf.h"

struct html {
	struct buf out;
};

/*
 * printf for HTML: every %s is escaped for text and double-quoted attributes (& < > " ') and
 * cleaned of control, bidirectional and invisible characters. Never use %s inside <script>,
 * <style>, an URL or an unquoted attribute. NULL is "".
 *
 * Conversions: %s, %d %i %u %x with l, ll or z (so PRIu64 too), %.Nf (with a point in every
 * locale), %%. No flags, no widths; anything else is a mistake of ours and asserts.
 */
void html(struct html *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Our own embedded bytes, as they are. */
void html_asset(struct html *page, const char *data, size_t length);

#endif
