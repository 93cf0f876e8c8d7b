#include "collector/layout/files.h"

#include <stdio.h>
#include <string.h>

const char *
files_blob_name(const struct digest *digest, char out[FILES_BLOB_NAME_SIZE])
{
	char text[DIGEST_TEXT_SIZE];

	digest_format(digest, text);
	text[strcspn(text, ":")] = '/';
	snprintf(out, FILES_BLOB_NAME_SIZE, "blobs/%s", text);
	return out;
}
