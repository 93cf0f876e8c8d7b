/* An accepted target has valid parts, and says the same when it is written out and read again. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

#include "collector/registry/registry.h"
#include "common/memory.h"
#include "schema/reference.h"

static void
check_again(const struct target *target)
{
	char digest[DIGEST_TEXT_SIZE];
	struct target again;

	digest_format(&target->digest, digest);
	auto_free char *text =
	        xprintf("%s%s%s%s%s%s%s%s", target->host, target->repository[0] ? "/" : "",
	                target->repository, target->kind == TARGET_NAMESPACE ? "/" : "",
	                target->tag[0] ? ":" : "", target->tag, digest[0] ? "@" : "", digest);
	assert(target_parse(&again, text, NULL) == 0);
	assert(again.kind == target->kind && strcmp(again.host, target->host) == 0);
	assert(strcmp(again.repository, target->repository) == 0);
	assert(strcmp(again.tag, target->tag) == 0);
	assert(digest_equal(&again.digest, &target->digest));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *text = xcalloc(size + 1, 1);
	struct target target;
	struct error err = { 0 };

	if (size > 0)
		memcpy(text, data, size);
	if (target_parse(&target, text, &err)) {
		assert(err.code == ERROR_USAGE && target.host[0] == '\0');
		return 0;
	}
	assert(reference_is_host(target.host));
	assert((target.kind == TARGET_CATALOGUE) == (target.repository[0] == '\0'));
	assert(target.repository[0] == '\0' || reference_is_repository(target.repository));
	assert(target.tag[0] == '\0' || reference_is_tag(target.tag));
	assert((target.kind == TARGET_REFERENCE) ==
	        ((target.tag[0] != '\0') != digest_is_set(&target.digest)));
	check_again(&target);
	return 0;
}
