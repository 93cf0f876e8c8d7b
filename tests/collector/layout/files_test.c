/* Names of files in a layout. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/layout/files.h"

static void
test_blob_name(void **state)
{
	struct digest digest;
	char name[FILES_BLOB_NAME_SIZE];

	(void)state;
	digest_of(&digest, DIGEST_SHA256, "", 0);
	assert_string_equal(files_blob_name(&digest, name),
	        "blobs/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	digest_of(&digest, DIGEST_SHA512, "", 0);
	assert_int_equal(strlen(files_blob_name(&digest, name)), 13 + 128);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blob_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
