/* Names of files in a layout. */
#ifndef COLLECTOR_LAYOUT_FILES_H
#define COLLECTOR_LAYOUT_FILES_H

#include "schema/digest.h"

/* "blobs/sha512/" + 128 hex + NUL */
#define FILES_BLOB_NAME_SIZE 144

/* "blobs/sha256/HEX". Returns out. */
const char *files_blob_name(const struct digest *digest, char out[FILES_BLOB_NAME_SIZE]);

#endif
