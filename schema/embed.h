/* Files that are part of the program (schema/embed.S): SQL migrations, the report's style. */
#ifndef SCHEMA_EMBED_H
#define SCHEMA_EMBED_H

#include <stdint.h>

struct embedded {
	const char *data; /* NUL-terminated behind the last byte */
	unsigned long length;
};

#define EMBEDDED(name) extern const char embed_##name[], embed_##name##_end[]
/* Subtracted as integers: to C the two labels of one file are two objects. */
#define embedded(name)                                                                             \
	((struct embedded){ embed_##name,                                                          \
	        (unsigned long)((uintptr_t)embed_##name##_end - (uintptr_t)embed_##name) })

EMBEDDED(sql_0001);
EMBEDDED(sql_0002);
EMBEDDED(report_css);

#endif
