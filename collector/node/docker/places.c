/*
 * Where dockerd listens: the usual socket; the one that the user's docker command is told to use;
 * those of rootless daemons, each in the runtime folder of its user. One socket has many names
 * (/var/run is /run), so what counts is the inode.
 */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/node/docker/docker.h"
#include "common/memory.h"
#include "common/text.h"

static const char usual[] = "/run/docker.sock";

static bool
is_known(const struct docker_places *places, const struct stat *status)
{
	for (size_t i = 0; i < places->count; i++) {
		struct stat other;

		if (stat(places->at[i], &other) == 0 && other.st_dev == status->st_dev &&
		        other.st_ino == status->st_ino)
			return true;
	}
	return false;
}

static void
add(struct docker_places *places, struct arena *arena, const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0 && S_ISSOCK(status.st_mode) && !is_known(places, &status))
		*vec_push(places) = arena_strdup(arena, path);
}

void
docker_places_find(struct docker_places *places, struct arena *arena)
{
	const char *host = getenv("DOCKER_HOST"), *runtime = getenv("XDG_RUNTIME_DIR");
	glob_t users = { 0 };

	add(places, arena, usual);
	add(places, arena, "/var/run/docker.sock");
	/* tcp:// and ssh:// are other machines. */
	if (host != NULL && text_starts_with(host, "unix://"))
		add(places, arena, host + strlen("unix://"));
	if (runtime != NULL && *runtime == '/') {
		auto_free char *path = xprintf("%s/docker.sock", runtime);

		add(places, arena, path);
	}
	if (geteuid() == 0 && glob("/run/user/*/docker.sock", 0, NULL, &users) == 0)
		for (size_t i = 0; i < users.gl_pathc; i++)
			add(places, arena, users.gl_pathv[i]);
	globfree(&users);
}

int
docker_place_parse(const char **path, struct arena *arena, const char *address, struct error *err)
{
	const char *text =
	        text_starts_with(address, "unix://") ? address + strlen("unix://") : address;

	if (*text != '/' || !text_is_utf8(text, strlen(text)))
		return fail(err, ERROR_USAGE,
		        "--store docker=%.200s: write /PATH/OF/SOCKET or unix:///PATH/OF/SOCKET",
		        address);
	*path = arena_strdup(arena, text);
	return 0;
}

/* The folder without links; the socket itself may be missing now. */
static char *
resolve(const char *path)
{
	const char *base = strrchr(path, '/');
	auto_free char *folder = xstrdup(path);

	folder[base - path] = '\0';
	auto_free char *real = realpath(*folder != '\0' ? folder : "/", NULL);
	return real != NULL ? xprintf("%s%s", strcmp(real, "/") != 0 ? real : "", base)
	                    : xstrdup(path);
}

char *
docker_source_name(const struct node_options *options, const char *path)
{
	auto_free char *real = resolve(path);

	return strcmp(real, usual) == 0 ? xprintf("%s/docker", options->node)
	                                : xprintf("%s/docker:%s", options->node, real);
}
