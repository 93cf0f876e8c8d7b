/* Files that are part of the program (schema/embed.S): SQL migrations, the report's style. */
#ifndef SCHEMA_EMBED_H
#define SCHEMA_EMBED_H

struct embedded {
	const char *data; /* NUL-terminated behind the last byte */
	unsigned long length;
};

#define EMBEDDED(name) extern const char embed_##name[], embed_##name##_end[]
#define embedded(name)                                                                             \
	((struct embedded){ embed_##name, (unsigned long)(embed_##name##_end - embed_##name) })

EMBEDDED(sql_0001);
EMBEDDED(report_css);

#endif
