/* One GET /v2/ for each configured registry, all of them at once, in ten seconds at most. */
#include <stdio.h>
#include <string.h>

#include "analyzer/command/doctor.h"
#include "analyzer/config/config.h"
#include "collector/http.h"
#include "collector/registry/credentials.h"
#include "common/memory.h"
#include "schema/reference.h"

#define TIMEOUT_MS 10000

struct visit {
	struct doctor *doctor;
	const struct config *config;
	unsigned next; /* registry to start */
	char url[300];
};

static int
next(void *context, struct http_request *request, void **job)
{
	struct visit *visit = context;

	if (visit->next == visit->config->registry_count)
		return 0;
	const struct config_registry *registry = &visit->config->registries[visit->next++];
	bool plain = registry->plain_http || reference_host_is_loopback(registry->host);
	snprintf(visit->url, sizeof(visit->url), "%s://%s/v2/", plain ? "http" : "https",
	        registry->host);
	*request = (struct http_request){
		.method = "GET", .url = visit->url, .body_limit_bytes = 1 << 20
	};
	*job = (void *)registry;
	return 1;
}

/* ", credentials from FILE": never what they are. A broken file is a finding of its own. */
static void
find_credentials(struct visit *visit, const char *host, char *out, size_t size)
{
	struct credentials credentials = { 0 };
	struct error err = { 0 };
	int found = credentials_find(&credentials, host, "", &err);

	*out = '\0';
	if (found < 0)
		doctor_say(
		        visit->doctor, VERDICT_BROKEN, "credentials", "%s: %s", host, err.message);
	else if (found > 0)
		snprintf(out, size, ", credentials from %s", credentials.origin);
	else
		snprintf(out, size, ", no credentials");
	credentials_clear(&credentials);
}

static int
done(void *context, void *job, const struct http_reply *reply, struct error *err)
{
	struct visit *visit = context;
	const struct config_registry *registry = job;
	char credentials[700];

	(void)err;
	find_credentials(visit, registry->host, credentials, sizeof(credentials));
	if (reply->outcome != HTTP_ANSWERED)
		doctor_say(visit->doctor, VERDICT_BROKEN, "registry", "%s: %s", registry->host,
		        reply->cause);
	else if (reply->status == 200)
		doctor_say(visit->doctor, VERDICT_GOOD, "registry", "%s answers%s", registry->host,
		        credentials);
	else if (reply->status == 401 || reply->status == 403)
		doctor_say(visit->doctor, VERDICT_GOOD, "registry",
		        "%s asks who we are (HTTP %ld)%s", registry->host, reply->status,
		        credentials);
	else
		doctor_say(visit->doctor, VERDICT_BROKEN, "registry",
		        "%s answers HTTP %ld to /v2/: is it a registry?", registry->host,
		        reply->status);
	return 0;
}

static void
free_http(struct http **http)
{
	http_free(*http);
}

void
doctor_registries(struct doctor *doctor, const struct config *config)
{
	struct visit visit = { .doctor = doctor, .config = config };
	struct http_options options = { .connections_per_host = 16, .timeout_ms = TIMEOUT_MS };
	struct http_work work = { .next = next, .done = done, .context = &visit };
	struct error err = { 0 };
	__attribute__((cleanup(free_http))) struct http *http = http_new(&options, &err);

	if (http == NULL || http_run(http, &work, &err) != 0)
		doctor_say(doctor, VERDICT_BROKEN, "registries", "%s", err.message);
}
