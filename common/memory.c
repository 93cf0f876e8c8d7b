/*
 * Allocation that cannot fail: the one place of the library that prints and ends the program.
 * The cleanup functions run at the end of a scope, often between a failure and the report about
 * it, so they leave errno alone.
 */
#include "common/memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void
out_of_memory(void)
{
	static const char line[] = "layershare: out of memory\n";
	ssize_t written = write(STDERR_FILENO, line, sizeof(line) - 1);

	(void)written;
	_Exit(1);
}

void *
xcalloc(size_t count, size_t size)
{
	if (count == 0 || size == 0)
		count = size = 1;
	void *memory = calloc(count, size); /* checks the product */
	if (!memory)
		out_of_memory();
	return memory;
}

void *
xrealloc(void *old, size_t count, size_t size)
{
	if (count == 0 || size == 0)
		count = size = 1; /* realloc(p, 0) would free */
	void *memory = reallocarray(old, count, size);
	if (!memory)
		out_of_memory();
	return memory;
}

char *
xstrdup(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		out_of_memory();
	return copy;
}

char *
xvprintf(const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		out_of_memory();
	return text;
}

char *
xprintf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = xvprintf(format, args);
	va_end(args);
	return text;
}

void
cleanup_free(void *pointer_to_pointer)
{
	void *memory;

	memcpy(&memory, pointer_to_pointer,
	        sizeof(memory)); /* it may be a char **, a struct ** … */
	free(memory);
}

void
cleanup_close(int *fd)
{
	int number = errno;

	if (*fd >= 0)
		close(*fd);
	errno = number;
}

void
cleanup_fclose(void *pointer_to_file)
{
	int number = errno;
	FILE *file;

	memcpy(&file, pointer_to_file, sizeof(file));
	if (file)
		fclose(file);
	errno = number;
}
