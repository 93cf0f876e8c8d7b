/* Whatever comes in, one harmless line of UTF-8 comes out, and cleaning it again changes nothing.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "common/text.h"

static void
check_harmless(const unsigned char *text, size_t length)
{
	assert(text_is_utf8((const char *)text, length));
	for (size_t i = 0; i < length; i++) {
		assert(text[i] >= 0x20 && text[i] != 0x7f);
		if (text[i] == 0xc2) /* C1 */
			assert(text[i + 1] >= 0xa0);
		if (text[i] == 0xe2 && text[i + 1] == 0x80) /* U+200B-F, 2028-E */
			assert(text[i + 2] <= 0x8a ||
			        (text[i + 2] >= 0x90 && text[i + 2] <= 0xa7) ||
			        text[i + 2] >= 0xaf);
		if (text[i] == 0xe2 && text[i + 1] == 0x81) /* U+2060-F */
			assert(text[i + 2] < 0xa0 || text[i + 2] > 0xaf);
	}
	assert(!strstr((const char *)text, "\xd8\x9c") &&
	        !strstr((const char *)text, "\xef\xbb\xbf"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_buf once = { 0 }, twice = { 0 };

	text_clean(&once, (const char *)data, size);
	check_harmless((const unsigned char *)buf_text(&once), once.length);
	text_clean(&twice, buf_text(&once), once.length);
	assert(strcmp(buf_text(&once), buf_text(&twice)) == 0);
	assert(text_width(buf_text(&once)) <= 2 * once.length);
	return 0;
}
