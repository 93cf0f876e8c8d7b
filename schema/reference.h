/*
 * Image references: [host[:port]/]repository[:tag][@digest], by the grammar of distribution's
 * reference package. Pure; a table of cases in tests/schema/reference_test.c.
 */
#ifndef SCHEMA_REFERENCE_H
#define SCHEMA_REFERENCE_H

#include <stdbool.h>

#include "schema/digest.h"
#include "common/error.h"

#define REFERENCE_HOST_MAX       255
#define REFERENCE_REPOSITORY_MAX 255
#define REFERENCE_TAG_MAX        128

struct reference {
	char host[REFERENCE_HOST_MAX + 1]; /* "ghcr.io", "127.0.0.1:5000", "[::1]:80"; "" = none */
	char repository[REFERENCE_REPOSITORY_MAX + 1]; /* "team/app" */
	char tag[REFERENCE_TAG_MAX + 1];               /* "" = none given */
	struct digest digest;                          /* not set = none given */
};

/*
 * The first component is a host only if it has a '.' or ':' , is "localhost" or "[…]", or has
 * capitals; otherwise host stays "" (short names are ambiguous: we refuse to guess docker.io).
 * "index.docker.io" becomes "docker.io"; docker.io without a slash gets "library/".
 * On failure *reference is empty and the message, ERROR_USAGE, says what is wrong with `text`.
 */
int reference_parse(struct reference *reference, const char *text, struct error *err) must_check;

/* [a-z0-9]+ components joined by '/' with separators . _ __ -+ ; at most 255 bytes. */
bool reference_is_repository(const char *text);
/* [A-Za-z0-9_][A-Za-z0-9._-]{0,127} */
bool reference_is_tag(const char *text);
/* host[:port] of letters, digits, '.', '-', or [IPv6]; port 1-65535. */
bool reference_is_host(const char *text);
/* localhost, *.localhost, 127.0.0.0/8 or ::1, with or without a port. */
bool reference_host_is_loopback(const char *host);

#endif
