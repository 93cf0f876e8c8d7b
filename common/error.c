/*
 * Every message is formatted beside its destination first: arguments may be the old message.
 * A message that is too long loses its end; a purpose is cut early, so that the cause survives.
 */
#include "common/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PURPOSE_MAX 256

int
fail(struct error *err, enum error_code code, const char *format, ...)
{
	struct error failure = { .code = code };
	va_list args;

	va_start(args, format);
	vsnprintf(failure.message, sizeof(failure.message), format, args);
	va_end(args);
	if (err)
		*err = failure;
	return -1;
}

int
fail_errno(struct error *err, const char *format, ...)
{
	int number = errno;
	char purpose[PURPOSE_MAX * 2];
	va_list args;

	va_start(args, format);
	vsnprintf(purpose, sizeof(purpose), format, args);
	va_end(args);
	return fail(err, ERROR_FAILED, "%s: %s", purpose, strerror(number));
}

int
fail_in(struct error *err, const char *format, ...)
{
	char purpose[PURPOSE_MAX];
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	vsnprintf(purpose, sizeof(purpose), format, args);
	va_end(args);
	if (err->code == ERROR_NONE)
		return fail(err, ERROR_FAILED, "%s", purpose);
	return fail(err, err->code, "%s: %s", purpose, err->message);
}
