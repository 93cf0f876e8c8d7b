/* An accepted reference has valid parts, and says the same when it is written out and read again.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "common/memory.h"
#include "schema/reference.h"

static void
check_parts(const struct reference *reference)
{
	assert(!reference->host[0] || reference_is_host(reference->host));
	assert(reference_is_repository(reference->repository));
	assert(!reference->tag[0] || reference_is_tag(reference->tag));
	assert(!strstr(reference->repository, "..") && !strstr(reference->repository, "//"));
}

static void
check_again(const struct reference *reference)
{
	char digest[DIGEST_TEXT_SIZE];
	struct reference again;

	digest_format(&reference->digest, digest);
	auto_free char *text = xprintf("%s%s%s%s%s%s%s", reference->host,
	        reference->host[0] ? "/" : "", reference->repository, reference->tag[0] ? ":" : "",
	        reference->tag, digest[0] ? "@" : "", digest);
	assert(reference_parse(&again, text, NULL) == 0);
	assert(strcmp(again.host, reference->host) == 0);
	assert(strcmp(again.repository, reference->repository) == 0);
	assert(strcmp(again.tag, reference->tag) == 0);
	assert(digest_equal(&again.digest, &reference->digest));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *text = xcalloc(size + 1, 1);
	struct reference reference;
	struct error err = { 0 };

	if (size)
		memcpy(text, data, size);
	if (reference_parse(&reference, text, &err) == 0) {
		check_parts(&reference);
		check_again(&reference);
	} else {
		assert(err.code == ERROR_USAGE && err.message[0]);
		assert(!reference.repository[0] && !reference.host[0]);
	}
	if (reference_host_is_loopback(text))
		assert(reference_is_host(text) || strchr(text, ':'));
	return 0;
}
