/*
 * Where stores are. The engine's own rules for storage.conf: one file counts as a whole, the files
 * are not laid over each other; a user's own file replaces the machine's.
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/node/containers_storage/conf.h"
#include "collector/node/containers_storage/containers_storage.h"
#include "common/memory.h"
#include "common/text.h"

#define ROOT_GRAPHROOT "/var/lib/containers/storage"
#define ROOT_RUNROOT   "/run/containers/storage"
#define USER_GRAPHROOT ".local/share/containers/storage"
#define USER_CONF      ".config/containers/storage.conf"
#define MAX_USERS      10000

const struct storage_driver storage_drivers[] = {
	{ "overlay", SHARING_CHAINS, UNIT_TAR, "overlay/", "/diff" },
	{ "vfs", SHARING_CUMULATIVE, UNIT_APPARENT, "vfs/dir/", "" },
	{ "btrfs", SHARING_CHAINS_DISK, UNIT_TAR, NULL, NULL },
	{ "zfs", SHARING_CHAINS_DISK, UNIT_TAR, NULL, NULL },
	{ "aufs", SHARING_CHAINS, UNIT_TAR, NULL, NULL },
	{ "devicemapper", SHARING_NOT_MODELLED, UNIT_TAR, NULL, NULL },
};
const size_t storage_driver_count = countof(storage_drivers);

const struct storage_driver *
storage_driver_find(const char *name)
{
	for (size_t i = 0; i < storage_driver_count; i++)
		if (strcmp(storage_drivers[i].name, name) == 0)
			return &storage_drivers[i];
	return NULL;
}

/* --- one graph root --------------------------------------------------------------------- */

static bool
is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool
has_driver(const struct pool_place *place, const char *driver)
{
	for (size_t i = 0; place->roots[i] != NULL; i++) {
		auto_free char *folder = xprintf("%s/%s-layers", place->roots[i], driver);

		if (is_folder(folder))
			return true;
	}
	return false;
}

/* One place for each driver with layers below these roots. A root that may not be looked into
 * becomes a place too, so that the scan of it can say so. */
static size_t
add_drivers(struct place_list *places, const struct pool_place *place)
{
	size_t before = places->count;

	for (size_t i = 0; i < storage_driver_count; i++) {
		if (!has_driver(place, storage_drivers[i].name))
			continue;
		*vec_push(places) = *place;
		places->at[places->count - 1].driver = storage_drivers[i].name;
	}
	if (places->count == before && access(place->roots[0], X_OK) != 0 && errno == EACCES) {
		*vec_push(places) = *place;
		places->at[places->count - 1].driver = "overlay";
	}
	return places->count - before;
}

static bool
add_root(struct pool_place *place, const char *root)
{
	size_t count = 0;

	for (; place->roots[count] != NULL; count++)
		if (strcmp(place->roots[count], root) == 0)
			return true;
	if (count == POOL_MAX_ROOTS)
		return false;
	place->roots[count] = root;
	return true;
}

/* Trailing slashes are no part of a name. */
static const char *
clean_path(struct arena *arena, const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return arena_strndup(arena, path, length);
}

int
places_parse(struct place_list *places, struct arena *arena, const char *address, struct error *err)
{
	const char *at = strchr(address, '@'), *plus;
	const char *root = at != NULL && at < strchrnul(address, '/') ? at + 1 : address;
	struct pool_place place = { 0 };

	if (root != address) {
		const char *name = arena_strndup(arena, address, (size_t)(at - address));
		const struct storage_driver *driver = storage_driver_find(name);

		if (driver == NULL)
			return fail(err, ERROR_USAGE,
			        "'%.80s' is no storage driver (overlay, vfs, btrfs, …)", name);
		place.driver = driver->name;
	}
	plus = strstr(root, "+/");
	if (plus != NULL)
		place.runroot = clean_path(arena, plus + 1);
	place.roots[0] = clean_path(arena,
	        arena_strndup(arena, root, plus != NULL ? (size_t)(plus - root) : strlen(root)));
	if (place.roots[0][0] != '/' || !text_is_utf8(address, strlen(address)))
		return fail(err, ERROR_USAGE,
		        "containers-storage=%.200s: write [DRIVER@]/GRAPH/ROOT[+/RUN/ROOT]",
		        address);
	if (place.driver != NULL) {
		*vec_push(places) = place;
	} else if (add_drivers(places, &place) == 0) {
		/* Named, but nothing there: its scan says so. */
		*vec_push(places) = place;
		places->at[places->count - 1].driver = "overlay";
	}
	return 0;
}

/* --- configuration ---------------------------------------------------------------------- */

/* What one file says; `unclear`: why the rest of it cannot be understood. In the arena. */
struct conf_file {
	struct storage_conf says;
	const char *unclear;
	bool found;
};

static struct conf_file
read_conf(struct arena *arena, const char *folder, const char *name)
{
	struct conf_file file = { 0 };
	auto_close int root = -1;
	auto_buf text = { 0 };
	struct error err = { 0 };
	int found;

	root = beneath_root(folder, &err);
	if (root < 0)
		return file;
	found = beneath_read(root, name, STORAGE_CONF_MAX_BYTES, &text, &err);
	if (found == 1 &&
	        storage_conf_parse(&file.says, arena, buf_text(&text), text.length, &err) != 0) {
		fail_in(&err, "%s", name);
		found = -1;
	}
	file.found = found != 0;
	if (found < 0) {
		auto_free char *why = xprintf("%s/%s", folder, err.message);

		file.unclear = arena_strdup(arena, why);
	}
	return file;
}

/* $CONTAINERS_STORAGE_CONF is our user's own word, so it may be a link. */
static struct conf_file
read_conf_file(struct arena *arena, const char *path)
{
	auto_free char *real = realpath(path, NULL);
	char *slash;

	if (real == NULL)
		return (struct conf_file){ 0 };
	slash = strrchr(real, '/');
	*slash = '\0';
	return read_conf(arena, real[0] != '\0' ? real : "/", slash + 1);
}

static struct conf_file
read_machine_conf(struct arena *arena)
{
	const char *named = getenv("CONTAINERS_STORAGE_CONF");
	struct conf_file file;

	if (named != NULL && *named != '\0')
		return read_conf_file(arena, named);
	file = read_conf_file(arena, "/etc/containers/storage.conf");
	return file.found ? file : read_conf_file(arena, "/usr/share/containers/storage.conf");
}

/* False: no such folder is there. */
static bool
add_place(struct place_list *places, struct arena *arena, const struct conf_file *conf,
        const char *graphroot, const char *runroot)
{
	struct pool_place place = { .runroot = runroot, .unclear = conf->unclear };

	if (!is_folder(graphroot))
		return false;
	add_root(&place, clean_path(arena, graphroot));
	if (conf->says.imagestore != NULL)
		add_root(&place, clean_path(arena, conf->says.imagestore));
	for (size_t i = 0; i < conf->says.additional_store_count; i++)
		if (!add_root(&place, clean_path(arena, conf->says.additional_stores[i])))
			break;
	for (size_t i = 0; i < places->count; i++)
		if (strcmp(places->at[i].roots[0], place.roots[0]) == 0)
			return true;
	if (add_drivers(places, &place) == 0 && place.unclear != NULL) {
		*vec_push(places) = place;
		places->at[places->count - 1].driver = "overlay";
	}
	return true;
}

static void
note_unclear(struct buf *problems, const struct conf_file *conf)
{
	if (conf->unclear != NULL)
		buf_printf(problems, "%s%s", problems->length > 0 ? "; " : "", conf->unclear);
}

static void
add_user(struct place_list *places, struct arena *arena, const struct conf_file *machine,
        const struct passwd *user, struct buf *problems)
{
	const struct conf_file own = read_conf(arena, user->pw_dir, USER_CONF);
	const struct conf_file *conf = own.found ? &own : machine;
	const char *path = own.found && own.says.graphroot != NULL
	                           ? own.says.graphroot
	                           : conf->says.rootless_storage_path;
	const char *runroot = own.found ? own.says.runroot : NULL;
	char uid[24];

	snprintf(uid, sizeof(uid), "%u", (unsigned)user->pw_uid);
	if (path == NULL)
		path = "$HOME/" USER_GRAPHROOT;
	if (runroot == NULL)
		runroot = "/run/user/$UID/containers";
	if (!add_place(places, arena, conf,
	            storage_conf_expand(arena, path, user->pw_dir, user->pw_name, uid),
	            storage_conf_expand(arena, runroot, user->pw_dir, user->pw_name, uid)))
		note_unclear(problems, &own);
}

/* The local users: those of a directory service would cost a question to the network each. */
static void
add_users(struct place_list *places, struct arena *arena, const struct conf_file *machine,
        struct buf *problems)
{
	auto_fclose FILE *file = fopen("/etc/passwd", "re");
	unsigned count = 0;

	if (file == NULL)
		return;
	for (const struct passwd *user; (user = fgetpwent(file)) != NULL && count < MAX_USERS;) {
		bool ours = geteuid() == 0 ? user->pw_uid != 0 : user->pw_uid == geteuid();

		if (!ours || user->pw_dir == NULL || user->pw_dir[0] != '/' ||
		        user->pw_dir[1] == '\0')
			continue;
		count++;
		add_user(places, arena, machine, user, problems);
	}
}

void
places_find(struct place_list *places, struct arena *arena, struct buf *problems)
{
	const struct conf_file machine = read_machine_conf(arena);
	const struct storage_conf *says = &machine.says;

	if (!add_place(places, arena, &machine,
	            says->graphroot != NULL ? says->graphroot : ROOT_GRAPHROOT,
	            says->runroot != NULL ? says->runroot : ROOT_RUNROOT))
		note_unclear(problems, &machine);
	add_users(places, arena, &machine, problems);
}
