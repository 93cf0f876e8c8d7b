/*
 * What drivers share. A problem is made from words of outside (names, error bodies), so it is
 * cleaned here, once, before it becomes a record: a record holds valid UTF-8.
 */
#include "collector/collector.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/text.h"

/* Longer messages help nobody; they come from outside. */
#define PROBLEM_MAX_BYTES 1024

int
collect_problem(const struct collect_context *context, struct collect_result *result,
        struct error *err, bool harmless, const char *place, const char *format, ...)
{
	char raw[PROBLEM_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);

	auto_buf message = { 0 };
	auto_buf clean_place = { 0 };
	text_clean(&message, raw, strlen(raw));
	text_clean(&clean_place, place, strlen(place));

	if (!harmless && result->problems++ == 0)
		snprintf(result->first_problem, sizeof(result->first_problem), "%s%s%s",
		        buf_text(&clean_place), *place != '\0' ? ": " : "", buf_text(&message));
	struct record record = {
		.kind = RECORD_PROBLEM,
		.problem = { .place = buf_text(&clean_place),
		        .message = buf_text(&message),
		        .harmless = harmless },
	};
	return context->sink.emit(context->sink.context, &record, err);
}
