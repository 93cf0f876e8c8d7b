/* Where the configuration and the store lie when the command line does not say. */
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/config/config.h"
#include "common/memory.h"

/* A variable that is set, not empty and, as the XDG specification wants it, absolute. */
static const char *
directory_variable(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value == '/' ? value : NULL;
}

/* "$VARIABLE/suffix", else "$HOME/fallback/suffix", else NULL. */
static char *
user_path(const char *variable, const char *fallback, const char *suffix)
{
	const char *directory = directory_variable(variable);
	const char *home = directory_variable("HOME");

	if (directory != NULL)
		return xprintf("%s/%s", directory, suffix);
	if (home != NULL)
		return xprintf("%s/%s/%s", home, fallback, suffix);
	return NULL;
}

char *
config_find(void)
{
	char *user = user_path("XDG_CONFIG_HOME", ".config", "layershare/config.yaml");

	/* Present but unreadable counts as found: reading it then says why. */
	if (user != NULL && access(user, F_OK) == 0)
		return user;
	free(user);
	if (access("/etc/layershare/config.yaml", F_OK) == 0)
		return xstrdup("/etc/layershare/config.yaml");
	return NULL;
}

char *
config_db_path(struct error *err)
{
	const char *stated = getenv("LAYERSHARE_DB");

	if (stated != NULL && *stated != '\0')
		return xstrdup(stated);
	if (geteuid() == 0 && directory_variable("XDG_STATE_HOME") == NULL)
		return xstrdup("/var/lib/layershare/layershare.db");
	char *path = user_path("XDG_STATE_HOME", ".local/state", "layershare/layershare.db");
	if (path == NULL)
		fail(err, ERROR_USAGE,
		        "no place for the store: neither HOME nor XDG_STATE_HOME is set; give "
		        "--db FILE");
	return path;
}
