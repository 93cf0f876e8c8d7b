/* scdoc(5), the source of man pages. */
#include "common/manual.h"

#include <string.h>

/* Our text in scdoc: only *bold* keeps its meaning. */
static void
scdoc_marked(struct buf *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (strchr("\\_`~", text[i]) != NULL)
			buf_putc(out, '\\');
		buf_putc(out, text[i]);
	}
}

void
scdoc_text(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\_`~*", *text) != NULL)
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
}

void
scdoc_literal(struct buf *out, const char *text, size_t length)
{
	buf_puts(out, "```\n");
	buf_append(out, text, length);
	buf_puts(out, "\n```\n\n");
}

void
scdoc_description(struct buf *out, const char *text)
{
	while (*text != '\0') {
		const char *end = strstr(text, "\n\n");
		size_t length = end == NULL ? strlen(text) : (size_t)(end - text);
		if (strncmp(text, "  ", 2) == 0) {
			scdoc_literal(out, text, length);
		} else {
			scdoc_marked(out, text, length);
			buf_puts(out, "\n\n");
		}
		text += length;
		text += strspn(text, "\n");
	}
}

void
scdoc_option(struct buf *out, const struct option_spec *spec)
{
	if (spec->letter != 0)
		buf_printf(out, "*-%c*, ", spec->letter);
	buf_printf(out, "*--%s*", spec->name);
	if (spec->argument != NULL)
		buf_printf(out, " _%s_", spec->argument);
	buf_puts(out, "\n\t");
	scdoc_text(out, spec->help);
	if (spec->choices != NULL)
		buf_printf(out, ": %s", spec->choices);
	if (spec->type == OPTION_LIST)
		buf_puts(out, " (may be repeated)");
	buf_puts(out, ".\n\n");
}

void
scdoc_exit_status(struct buf *out)
{
	buf_puts(out,
	        "# EXIT STATUS\n\n"
	        "*0*\n\tDone.\n\n"
	        "*1*\n\tFailed: nothing usable.\n\n"
	        "*2*\n\tThe command line or the configuration is wrong.\n\n"
	        "*3*\n\tDone, but some sources failed or were cut. Commands that ask answer 0 and "
	        "carry their coverage, unless *--require-complete* is given.\n\n");
}
