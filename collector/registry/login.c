/*
 * After a 401. Nobody is told a password who did not ask for one: the first request goes out
 * anonymous, and once credentials were accepted they go along with every request to this host.
 * Credentials may be kept per namespace, so the repository decides which are right; each request
 * is sent at most three times.
 *
 *	401 Basic  ─▶ credentials.c ─┬─ found, not the same ─▶ send again
 *	                             └─ none, refused, unreadable ─▶ cause
 *	401 Bearer ─▶ cause
 */
#include "collector/registry/scan.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "collector/registry/credentials.h"

#define MAX_ATTEMPTS 3

/* Is there a challenge of that scheme? Schemes stand at the start and behind commas, outside of
 * quotes, before a space or the end (RFC 9110 11.6.1). */
static bool
has_challenge(const char *header, const char *scheme)
{
	size_t length = strlen(scheme);
	bool quoted = false, at_start = true;

	for (const char *at = header; *at != '\0'; at++) {
		if (!quoted && at_start && strncasecmp(at, scheme, length) == 0 &&
		        strchr(" ,", at[length]) != NULL)
			return true;
		if (*at == '\\' && quoted && at[1] != '\0')
			at++;
		else if (*at == '"')
			quoted = !quoted;
		at_start = *at == ',' || (at_start && *at == ' ');
	}
	return false;
}

static bool
is_ours(const struct scan *scan, const char *url)
{
	size_t length = strlen(scan->base);

	return strncmp(url, scan->base, length) == 0 && url[length] == '/';
}

/* Puts the right credentials into scan->authorization; false with a cause if there are none. */
static bool
find_credentials(struct scan *scan, const struct job *job, char *cause, size_t size)
{
	const char *host = scan->options->host;
	const char *repository = job->repository != NULL ? job->repository->name : "";
	struct credentials credentials = { 0 };
	struct error why = { 0 };
	char authorization[sizeof(scan->authorization)] = "";
	int found = credentials_find(&credentials, host, repository, &why);

	if (found > 0 &&
	        credentials_basic(&credentials, authorization, sizeof(authorization), &why) != 0)
		found = -1;
	bool refused = strcmp(authorization, scan->authorization) == 0;
	if (found < 0)
		snprintf(cause, size, "%s", why.message);
	else if (found == 0)
		snprintf(cause, size,
		        "asks for user and password, and there are none for %s: use 'skopeo login "
		        "%s' "
		        "or 'docker login %s', or set LAYERSHARE_REGISTRY_USER and "
		        "LAYERSHARE_REGISTRY_PASSWORD_FILE (HTTP 401)",
		        host, host, host);
	else if (refused)
		snprintf(cause, size, "the user and password from %s were refused (HTTP 401)",
		        credentials.origin);
	credentials_clear(&credentials);
	bool usable = found > 0 && !refused;
	if (usable) {
		memcpy(scan->authorization, authorization, sizeof(authorization));
		scan->login++;
	}
	explicit_bzero(authorization, sizeof(authorization));
	return usable;
}

bool
login_again(struct scan *scan, struct job *job, const struct http_reply *reply, char *cause,
        size_t size)
{
	if (!is_ours(scan, reply->url)) {
		snprintf(cause, size, "redirected to a host that asks for a login (HTTP 401)");
		return false;
	}
	if (!has_challenge(reply->www_authenticate, "Basic")) {
		snprintf(cause, size, "%s",
		        has_challenge(reply->www_authenticate, "Bearer")
		                ? "asks for a Bearer token, which this version does not support "
		                  "yet "
		                  "(HTTP 401)"
		                : "asks for a login of a kind that we do not know (HTTP 401)");
		return false;
	}
	if (++job->attempts >= MAX_ATTEMPTS) {
		snprintf(cause, size, "the user and password were refused (HTTP 401)");
		return false;
	}
	/* Others may have logged in while this one was under way. */
	return job->login != scan->login || find_credentials(scan, job, cause, size);
}
