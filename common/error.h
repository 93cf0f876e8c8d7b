/*
 * Errors are values. A function that can fail takes `struct error *err` last and returns 0 or -1
 * (or a pointer, NULL only on failure). Whoever knows the fact writes the message with fail();
 * whoever knows the purpose adds it in front with fail_in(). Read from left to right the message
 * goes from purpose to cause: "scan registry ghcr.io: team/app:1.2: manifest: HTTP 403".
 *
 * Messages are lower case, without a full stop, and name the thing. They may contain bytes from
 * outside: whoever shows one sanitises it (common/text.h). "Not found" is a result, not an error.
 */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

enum error_code {
	ERROR_NONE,
	ERROR_FAILED, /* the world: files, network, data; exit status 1 */
	ERROR_USAGE,  /* the command line or the configuration; exit status 2 */
	ERROR_LIMIT,  /* one of our own limits was exceeded; exit status 1 */
};

/* Nothing to free. Zero-initialise; `code` is ERROR_NONE until something failed. */
struct error {
	enum error_code code;
	char message[768];
};

#define must_check __attribute__((warn_unused_result))

/* Records a failure; always returns -1. A NULL err is allowed: the message is dropped. */
int fail(struct error *err, enum error_code code, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* Like fail() with ERROR_FAILED and ": " strerror(errno) behind the message. */
int fail_errno(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "purpose: " in front of the recorded failure; always returns -1, keeps the code. */
int fail_in(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
