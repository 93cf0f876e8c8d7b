/*
 * What a scan is asked to read. The last '/' and what is behind it decide:
 *
 *	HOST   HOST/   HOST/NS/    HOST/REPO    HOST/REPO:TAG   HOST/REPO@DIGEST
 *	catalogue      namespace   repository   reference
 *
 * Most mistakes are a name without its registry ("ubuntu") and a URL; both get a message that
 * shows the right form. The rest is the grammar of references (schema/reference.h).
 */
#include <stdio.h>
#include <string.h>

#include "collector/registry/registry.h"
#include "common/text.h"
#include "schema/reference.h"

#define QUOTED_MAX 200
#define CAPITALS   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static int
fail_target(struct error *err, const char *text, const char *why)
{
	return fail(err, ERROR_USAGE, "'%.*s%s': %s", QUOTED_MAX, text,
	        strnlen(text, QUOTED_MAX + 1) > QUOTED_MAX ? "…" : "", why);
}

static int
fail_no_registry(struct error *err, const char *text)
{
	return fail(err, ERROR_USAGE,
	        "'%.*s' names no registry; write HOST/%.*s (a host has a '.' or a port, as in "
	        "ghcr.io or registry:5000)",
	        QUOTED_MAX, text, QUOTED_MAX, text);
}

/* The same rule as in references: short names are ambiguous, we do not guess. */
static bool
looks_like_host(const char *text, size_t length)
{
	return text[0] == '[' || strcspn(text, ".:" CAPITALS) < length ||
	       (length == strlen("localhost") && memcmp(text, "localhost", length) == 0);
}

static int
set_host(struct target *out, const char *text, size_t length, struct error *err)
{
	bool fits = length < sizeof(out->host);

	if (fits) {
		memcpy(out->host, text, length);
		out->host[length] = '\0';
	}
	if (!fits || !reference_is_host(out->host))
		return fail_target(err, text,
		        length == 0 ? "begins with '/'; write HOST/…"
		                    : "does not begin with a valid HOST or HOST:PORT");
	if (strcmp(out->host, "index.docker.io") == 0)
		snprintf(out->host, sizeof(out->host), "docker.io");
	return 0;
}

/* Without any '/': "ubuntu", "ubuntu:22.04", "ubuntu@sha256:…" are images, "registry:5000" is a
 * host; "ubuntu:22" cannot be told from one. */
static bool
is_image_name(const char *text)
{
	size_t name = strcspn(text, ":@");

	if (!looks_like_host(text, strlen(text)) || strchr(text, '@') != NULL)
		return true;
	return !looks_like_host(text, name) && !reference_is_host(text);
}

static int
parse_catalogue(struct target *out, const char *text, struct error *err)
{
	if (is_image_name(text))
		return fail_no_registry(err, text);
	out->kind = TARGET_CATALOGUE;
	return set_host(out, text, strlen(text), err);
}

static int
parse_namespace(struct target *out, const char *text, size_t host, struct error *err)
{
	const char *name = text + host + 1;
	size_t length = strlen(name) - 1;

	out->kind = TARGET_NAMESPACE;
	if (set_host(out, text, host, err))
		return -1;
	if (length < sizeof(out->repository)) {
		memcpy(out->repository, name, length);
		if (reference_is_repository(out->repository))
			return 0;
	}
	return fail_target(err, text, "between HOST/ and the last '/' stands no namespace");
}

static int
parse_reference(struct target *out, const char *text, struct error *err)
{
	struct reference reference;

	if (reference_parse(&reference, text, err))
		return -1;
	memcpy(out->host, reference.host, sizeof(out->host));
	memcpy(out->repository, reference.repository, sizeof(out->repository));
	out->kind = TARGET_REPOSITORY;
	/* With both, the digest says exactly which one; the tag is a remark, as for a pull. */
	if (digest_is_set(&reference.digest)) {
		out->kind = TARGET_REFERENCE;
		out->digest = reference.digest;
	} else if (reference.tag[0] != '\0') {
		out->kind = TARGET_REFERENCE;
		memcpy(out->tag, reference.tag, sizeof(out->tag));
	}
	return 0;
}

static int
parse(struct target *out, const char *text, struct error *err)
{
	const char *scheme = strstr(text, "://");
	size_t host = strcspn(text, "/");

	if (*text == '\0')
		return fail_target(err, text, "is empty; write HOST, HOST/NAMESPACE/ or HOST/REPO");
	if (text_starts_with(text, "http://"))
		return fail(err, ERROR_USAGE,
		        "'%.*s': leave out http:// (plain_http: true in the configuration is for "
		        "registries without TLS)",
		        QUOTED_MAX, text);
	if (scheme != NULL)
		return fail(err, ERROR_USAGE, "'%.*s': leave out %.*s", QUOTED_MAX, text,
		        (int)(scheme + 3 - text < 20 ? scheme + 3 - text : 20), text);
	if (text[host] == '\0')
		return parse_catalogue(out, text, err);
	if (host > 0 && !looks_like_host(text, host))
		return fail_no_registry(err, text);
	if (strpbrk(text, "*?") != NULL)
		return fail_target(err, text,
		        "patterns belong into --include, --exclude and --tags; write HOST or "
		        "HOST/NAMESPACE/");
	if (text[host + 1] == '\0') {
		out->kind = TARGET_CATALOGUE;
		return set_host(out, text, host, err);
	}
	if (text[strlen(text) - 1] == '/')
		return parse_namespace(out, text, host, err);
	return host == 0 ? set_host(out, text, 0, err) : parse_reference(out, text, err);
}

int
target_parse(struct target *target, const char *text, struct error *err)
{
	*target = (struct target){ 0 };
	if (parse(target, text, err) == 0)
		return 0;
	*target = (struct target){ 0 };
	return -1;
}
