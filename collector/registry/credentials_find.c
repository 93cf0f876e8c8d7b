/*
 * Where credentials lie on this machine: the only place that reads the environment for them. What
 * is in a file is for collector/registry/credentials.c to say.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "collector/registry/credentials.h"
#include "common/memory.h"

#define MAX_FILE_BYTES (1 << 20)
#define USER_VARIABLE  "LAYERSHARE_REGISTRY_USER"
#define FILE_VARIABLE  "LAYERSHARE_REGISTRY_PASSWORD_FILE"
#define HOST_VARIABLE  "LAYERSHARE_REGISTRY_HOST"

/* The variable's value; an empty one counts as not set. */
static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* Reads up to `size` bytes; the number, or -1. `size` bytes mean there may be more. */
static ssize_t
read_all(int fd, char *out, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t count = read(fd, out + done, size - done);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		if (count == 0)
			break;
		done += (size_t)count;
	}
	return (ssize_t)done;
}

/* --- a file with a password, named by the environment ----------------------------------- */

/* The first line is the password; a line end is not part of it. */
static int
take_password(
        struct credentials *out, char *text, size_t length, const char *path, struct error *err)
{
	if (length == sizeof(out->password))
		return fail(err, ERROR_FAILED, "%s: longer than a password may be", path);
	text[length] = '\0';
	if (strlen(text) != length)
		return fail(err, ERROR_FAILED, "%s: holds a NUL byte, so it is no password", path);
	text[strcspn(text, "\r\n")] = '\0';
	if (*text == '\0')
		return fail(err, ERROR_FAILED, "%s: holds no password", path);
	memcpy(out->password, text, strlen(text) + 1);
	return 1;
}

static int
read_password(struct credentials *out, const char *path, struct error *err)
{
	char text[sizeof(out->password) + 1];
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t length = fd < 0 ? -1 : read_all(fd, text, sizeof(out->password));
	int found;

	if (length < 0)
		return fail_errno(err, "%s", path);
	found = take_password(out, text, (size_t)length, path, err);
	explicit_bzero(text, sizeof(text));
	return found;
}

static int
from_environment(struct credentials *out, const char *host, struct error *err)
{
	const char *user = variable(USER_VARIABLE), *path = variable(FILE_VARIABLE);
	const char *only = variable(HOST_VARIABLE);

	if (user == NULL && path == NULL)
		return 0;
	if (user == NULL || path == NULL)
		return fail(err, ERROR_USAGE, "%s is set, but not %s",
		        user != NULL ? USER_VARIABLE : FILE_VARIABLE,
		        user != NULL ? FILE_VARIABLE : USER_VARIABLE);
	if (only != NULL && strcasecmp(only, host) != 0)
		return 0;
	if (strchr(user, ':') != NULL || strlen(user) >= sizeof(out->user))
		return fail(err, ERROR_USAGE, USER_VARIABLE ": has a ':' or is too long");
	memcpy(out->user, user, strlen(user) + 1);
	snprintf(out->origin, sizeof(out->origin), "%s", USER_VARIABLE);
	if (read_password(out, path, err) < 0)
		return fail_in(err, FILE_VARIABLE);
	return 1;
}

/* --- files of other tools --------------------------------------------------------------- */

/* A file that is not there says nothing; neither does a path below something that is no folder. */
static int
from_file(struct credentials *out, const char *path, const char *host, const char *repository,
        struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	auto_free char *text = NULL;
	ssize_t length;
	int found;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0)
		return fail_errno(err, "%s", path);
	text = xcalloc(MAX_FILE_BYTES, 1);
	length = read_all(fd, text, MAX_FILE_BYTES);
	if (length < 0)
		return fail_errno(err, "%s", path);
	if (length == MAX_FILE_BYTES)
		return fail(err, ERROR_LIMIT, "%s: larger than 1 MiB", path);
	found = credentials_from_json(out, text, (size_t)length, host, repository, err);
	explicit_bzero(text, (size_t)length);
	if (found < 0)
		return fail_in(err, "%s", path);
	if (found == 1)
		snprintf(out->origin, sizeof(out->origin), "%s", path);
	return found;
}

/* One place: the folder that a variable names, else `fallback` in the home folder; or the file. */
static const struct place {
	const char *variable;
	const char *fallback; /* NULL = none */
	const char *file;     /* "" = the variable names the file itself */
} places[] = {
	{ "REGISTRY_AUTH_FILE", NULL, "" },
	{ "XDG_RUNTIME_DIR", NULL, "/containers/auth.json" },
	{ "XDG_CONFIG_HOME", "/.config", "/containers/auth.json" },
	{ "DOCKER_CONFIG", "/.docker", "/config.json" },
};

static char *
place_path(const struct place *place)
{
	const char *folder = variable(place->variable), *home = variable("HOME");

	if (folder != NULL)
		return xprintf("%s%s", folder, place->file);
	if (place->fallback != NULL && home != NULL)
		return xprintf("%s%s%s", home, place->fallback, place->file);
	return NULL;
}

int
credentials_find(
        struct credentials *out, const char *host, const char *repository, struct error *err)
{
	int found;

	*out = (struct credentials){ 0 };
	found = from_environment(out, host, err);
	for (size_t i = 0; found == 0 && i < countof(places); i++) {
		auto_free char *path = place_path(&places[i]);

		if (path != NULL)
			found = from_file(out, path, host, repository, err);
	}
	if (found != 1)
		credentials_clear(out);
	return found < 0 ? fail_in(err, "credentials for %s", host) : found;
}
