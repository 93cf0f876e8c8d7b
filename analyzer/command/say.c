#include "analyzer/command/say.h"

#include <stdarg.h>
#include <string.h>

#include "common/memory.h"
#include "common/text.h"

void
say(FILE *out, const char *format, ...)
{
	size_t format_length = strlen(format), ends = 0;
	auto_buf clean = { 0 };
	va_list args;

	while (ends < format_length && format[format_length - 1 - ends] == '\n')
		ends++;
	va_start(args, format);
	auto_free char *text = xvprintf(format, args);
	va_end(args);
	text_clean(&clean, text, strlen(text) - ends);
	fputs(buf_text(&clean), out);
	while (ends-- > 0)
		fputc('\n', out);
}
