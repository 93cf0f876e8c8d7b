/* Text stays text: as content and as attribute value it adds no markup, closes no quote, and
 * reading it back the way a browser does gives the cleaned text. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "common/memory.h"
#include "common/text.h"
#include "web/html.h"

static const struct {
	const char *name;
	char c;
} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
	{ "&#39;", '\'' } };

/* Length of the entity at `at`; nothing else may start with &. */
static size_t
entity(const char *at, char *c)
{
	for (size_t i = 0; i < countof(entities); i++) {
		if (text_starts_with(at, entities[i].name)) {
			*c = entities[i].c;
			return strlen(entities[i].name);
		}
	}
	assert(false && "a raw &");
	return 1;
}

static void
check_text(const char *at, size_t length, const char *expected)
{
	const char *end = at + length;

	while (at < end) {
		char c = *at;

		assert(!strchr("<>\"'", c));
		assert((unsigned char)c >= 0x20 && c != 0x7f);
		at += c == '&' ? entity(at, &c) : 1;
		assert(c == *expected);
		expected++;
	}
	assert(at == end && *expected == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *text = xcalloc(size + 1, 1);
	auto_buf clean = { 0 };
	struct html page = { 0 };
	const char *out;
	size_t length;

	if (size)
		memcpy(text, data, size);
	text_clean(&clean, text, strlen(text));
	html(&page, "<b title=\"%s\">%s</b>", text, text);
	out = buf_text(&page.out);
	length = (page.out.length - strlen("<b title=\"\"></b>")) / 2;
	assert(memcmp(out, "<b title=\"", 10) == 0);
	check_text(out + 10, length, buf_text(&clean));
	assert(memcmp(out + 10 + length, "\">", 2) == 0);
	check_text(out + 12 + length, length, buf_text(&clean));
	assert(strcmp(out + 12 + 2 * length, "</b>") == 0);
	buf_release(&page.out);
	return 0;
}
