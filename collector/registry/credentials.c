/*
 * One document: which entry is for this registry, and what it says.
 *
 *	{"auths": {"host/ns": {"auth": base64(user:password)}},	inline: what we can use
 *	 "credHelpers": {"host": "ecr-login"},			a program for this host
 *	 "credsStore": "desktop"}				a program for every host
 *
 * Programs and tokens are not supported yet. Where one may hold the credentials we say so instead
 * of asking anonymously: the answer would be "denied", and nobody would know why.
 */
#include "collector/registry/credentials.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "collector/registry/base64.h"
#include "collector/registry/json.h"
#include "common/memory.h"
#include "schema/reference.h"

#define PREFIX "Basic "
#define NOT_YET                                                                                    \
	"which is not supported yet; set LAYERSHARE_REGISTRY_USER and "                            \
	"LAYERSHARE_REGISTRY_PASSWORD_FILE"
#define TOKEN_USERNAME "<token>" /* how helpers mark an identity token */

/* --- which entry ------------------------------------------------------------------------ */

/* "https://host/v1/" and "host/" are "host". Returns its beginning and sets the length. */
static const char *
normalise_key(const char *key, size_t *length)
{
	if (strncasecmp(key, "https://", 8) == 0)
		key += 8;
	else if (strncasecmp(key, "http://", 7) == 0)
		key += 7;
	*length = strlen(key);
	while (*length > 0 && key[*length - 1] == '/')
		--*length;
	if (*length > 3 && (strncmp(key + *length - 3, "/v1", 3) == 0 ||
	                           strncmp(key + *length - 3, "/v2", 3) == 0))
		*length -= 3;
	return key;
}

static bool
key_is(const char *key, const char *wanted, size_t wanted_length)
{
	size_t length;

	key = normalise_key(key, &length);
	return length == wanted_length && strncasecmp(key, wanted, length) == 0;
}

/* The value of the exact key, else of one that means the same; *key is set to it. */
static json_t *
find_key(json_t *object, const char **key, const char *wanted, size_t length)
{
	json_t *value;
	const char *name;

	json_object_foreach(object, name, value)
	{
		if (strlen(name) == length && strncmp(name, wanted, length) == 0) {
			*key = name;
			return value;
		}
	}
	json_object_foreach(object, name, value)
	{
		if (key_is(name, wanted, length)) {
			*key = name;
			return value;
		}
	}
	return NULL;
}

/* Other names that Docker Hub's credentials are kept under. */
static json_t *
find_host(json_t *object, const char **key, const char *host)
{
	static const char *const hub[] = { "index.docker.io", "registry-1.docker.io" };
	json_t *value = find_key(object, key, host, strlen(host));

	for (size_t i = 0; value == NULL && i < countof(hub); i++) {
		if (strcmp(host, "docker.io") == 0)
			value = find_key(object, key, hub[i], strlen(hub[i]));
	}
	return value;
}

/* host/ns/repo, host/ns, host: the longest that is there. */
static json_t *
find_entry(json_t *auths, const char **key, const char *host, const char *repository)
{
	char name[REFERENCE_HOST_MAX + REFERENCE_REPOSITORY_MAX + 2];
	int written = snprintf(name, sizeof(name), "%s/%s", host, repository);

	for (size_t length = written > 0 && (size_t)written < sizeof(name) ? (size_t)written : 0;
	        length > strlen(host); length--) {
		json_t *value;

		if (name[length] != '/' && name[length] != '\0')
			continue;
		value = find_key(auths, key, name, length);
		if (value != NULL)
			return value;
	}
	return find_host(auths, key, host);
}

/* --- what it says ----------------------------------------------------------------------- */

/* user:password, split at the first ':'. Docker pads passwords with NUL: those at the end go. */
static int
split(struct credentials *out, unsigned char *text, size_t length, const char *place,
        struct error *err)
{
	const unsigned char *colon = memchr(text, ':', length);
	size_t user, password;

	while (length > 0 && text[length - 1] == '\0')
		length--;
	if (colon == NULL || memchr(text, '\0', length) != NULL)
		return fail(err, ERROR_FAILED, "%s.auth: not base64 of user:password", place);
	user = (size_t)(colon - text);
	password = length - user - 1;
	if (user >= sizeof(out->user) || password >= sizeof(out->password))
		return fail(err, ERROR_FAILED, "%s.auth: user or password too long", place);
	memcpy(out->user, text, user);
	memcpy(out->password, colon + 1, password);
	return 1;
}

static int
decode_auth(struct credentials *out, const char *auth, const char *place, struct error *err)
{
	unsigned char text[sizeof(out->user) + sizeof(out->password) + 64];
	long length = base64_decode(text, sizeof(text), auth);
	int result = length < 0 ? fail(err, ERROR_FAILED, "%s.auth: not base64, or too long", place)
	                        : split(out, text, (size_t)length, place, err);

	explicit_bzero(text, sizeof(text));
	return result;
}

/* The older form, still written into Kubernetes secrets. */
static int
copy_plain(struct credentials *out, const char *user, const char *password, const char *place,
        struct error *err)
{
	if (strlen(user) >= sizeof(out->user) || strlen(password) >= sizeof(out->password))
		return fail(err, ERROR_FAILED, "%s: user or password too long", place);
	memcpy(out->user, user, strlen(user));
	memcpy(out->password, password, strlen(password));
	return 1;
}

/* 1 credentials, 0 the entry is there but empty (they are in a store), -1 unusable. */
static int
decode_entry(struct credentials *out, const json_t *entry, const char *place, struct error *err)
{
	const char *auth = "", *user = "", *password = "", *identity = "", *token = "";
	int found;

	if (!json_is_object(entry))
		return fail(err, ERROR_FAILED, "%s: not an object", place);
	if (json_member_text(&auth, entry, place, "auth", err) < 0 ||
	        json_member_text(&user, entry, place, "username", err) < 0 ||
	        json_member_text(&password, entry, place, "password", err) < 0 ||
	        json_member_text(&identity, entry, place, "identitytoken", err) < 0 ||
	        json_member_text(&token, entry, place, "registrytoken", err) < 0)
		return -1;
	if (*identity != '\0' || *token != '\0')
		return fail(err, ERROR_FAILED, "%s holds a token, " NOT_YET, place);
	if (*auth != '\0')
		found = decode_auth(out, auth, place, err);
	else
		found = *user != '\0' ? copy_plain(out, user, password, place, err) : 0;
	if (found == 1 && strcmp(out->user, TOKEN_USERNAME) == 0)
		return fail(err, ERROR_FAILED, "%s holds a token, " NOT_YET, place);
	return found;
}

/* --- a whole document ------------------------------------------------------------------- */

static int
check_helper(json_t *root, const char *host, struct error *err)
{
	json_t *helpers = NULL;
	const char *key, *name;

	if (json_member_object(&helpers, root, NULL, "credHelpers", err) < 0)
		return -1;
	name = json_string_value(find_host(helpers, &key, host));
	if (name == NULL || *name == '\0')
		return 0;
	return fail(err, ERROR_FAILED, "asks the credential helper '%.60s' for %s, " NOT_YET, name,
	        host);
}

static int
check_store(const json_t *root, const char *host, bool listed, struct error *err)
{
	const char *store = "";

	if (json_member_text(&store, root, NULL, "credsStore", err) < 0)
		return -1;
	if (*store == '\0' || (!listed && reference_host_is_loopback(host)))
		return 0;
	return fail(err, ERROR_FAILED,
	        "%s credentials for %s in the credential store '%.60s', " NOT_YET
	        ", or DOCKER_CONFIG to a folder without a config.json to go on anonymously",
	        listed ? "keeps the" : "may keep", host, store);
}

static int
search(struct credentials *out, json_t *root, const char *host, const char *repository,
        struct error *err)
{
	json_t *auths = NULL;
	json_t *entry;
	char place[JSON_PLACE_SIZE];
	const char *key = "";
	int found = 0;

	if (!json_is_object(root))
		return fail(err, ERROR_FAILED, "not a JSON object");
	if (check_helper(root, host, err) ||
	        json_member_object(&auths, root, NULL, "auths", err) < 0)
		return -1;
	entry = find_entry(auths, &key, host, repository);
	snprintf(place, sizeof(place), "auths['%.*s']", (int)json_text_cut(key, 80), key);
	if (entry != NULL)
		found = decode_entry(out, entry, place, err);
	return found != 0 ? found : check_store(root, host, entry != NULL, err);
}

int
credentials_from_json(struct credentials *out, const char *json, size_t length, const char *host,
        const char *repository, struct error *err)
{
	/* The parser's own message quotes the document, and that may be the password. */
	json_auto_t *root = json_decode(json, length, NULL);
	int found;

	*out = (struct credentials){ 0 };
	if (root == NULL)
		return fail(err, ERROR_FAILED, "not valid JSON (check it with jq)");
	found = search(out, root, host, repository, err);
	if (found != 1)
		credentials_clear(out);
	return found;
}

int
credentials_basic(const struct credentials *credentials, char *out, size_t size, struct error *err)
{
	char text[sizeof(credentials->user) + sizeof(credentials->password)];
	int length =
	        snprintf(text, sizeof(text), "%s:%s", credentials->user, credentials->password);
	int status = -1;

	if (size > strlen(PREFIX)) {
		memcpy(out, PREFIX, strlen(PREFIX));
		status = base64_encode(out + strlen(PREFIX), size - strlen(PREFIX),
		        (const unsigned char *)text, (size_t)length);
	}
	explicit_bzero(text, sizeof(text));
	return status == 0 ? 0 : fail(err, ERROR_FAILED, "the credentials are too long");
}

void
credentials_clear(struct credentials *credentials)
{
	explicit_bzero(credentials, sizeof(*credentials));
}
