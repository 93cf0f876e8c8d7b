/*
 * Memory has three homes: local with a cleanup attribute, an arena (common/arena.h), or behind a
 * handle with new/free. Out of memory ends the program with one line on stderr: no caller can do
 * anything useful about it, and every size from outside is limited before it gets here.
 */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/* Never NULL. Zeroed. The product count × size is checked for overflow. */
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* Never NULL for a non-zero product; old content kept, new bytes undefined. */
void *xrealloc(void *old, size_t count, size_t size);
char *xstrdup(const char *text) __attribute__((malloc, returns_nonnull));
char *xprintf(const char *format, ...)
        __attribute__((malloc, returns_nonnull, format(printf, 1, 2)));
char *xvprintf(const char *format, va_list args)
        __attribute__((malloc, returns_nonnull, format(printf, 1, 0)));

/* auto_free char *path = xprintf(...): freed at the end of the scope. */
#define auto_free __attribute__((cleanup(cleanup_free)))
/* auto_close int fd = open(...): closed unless negative. */
#define auto_close __attribute__((cleanup(cleanup_close)))
/* auto_fclose FILE *file = fopen(...): closed unless NULL (for reading; writers check fclose). */
#define auto_fclose __attribute__((cleanup(cleanup_fclose)))

void cleanup_free(void *pointer_to_pointer);
void cleanup_close(int *fd);
void cleanup_fclose(void *pointer_to_file);

#define countof(array) (sizeof(array) / sizeof((array)[0]))

#endif
