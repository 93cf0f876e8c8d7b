/* There is exactly one text for a digest: what is accepted is what is written out again. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "schema/digest.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct digest digest, again;
	char text[DIGEST_TEXT_SIZE], brief[13];

	if (!digest_parse_n(&digest, (const char *)data, size)) {
		assert(!digest_is_set(&digest));
		return 0;
	}
	digest_format(&digest, text);
	assert(strlen(text) == size && memcmp(text, data, size) == 0);
	assert(digest_from_bytes(&again, digest.bytes, digest.length));
	assert(digest_equal(&digest, &again) && digest_compare(&digest, &again) == 0);
	assert(memcmp(digest_short(&digest, brief), text + 7, 12) == 0);
	return 0;
}
