/* For api*.c: texts of the daemon. protobuf-c does not look whether a string is UTF-8. */
#ifndef COLLECTOR_NODE_CONTAINERD_API_TEXT_H
#define COLLECTOR_NODE_CONTAINERD_API_TEXT_H

#include <string.h>

#include "common/text.h"

static inline bool
api_text_is_fine(const char *text)
{
	return text_is_utf8(text, strlen(text));
}

#endif
