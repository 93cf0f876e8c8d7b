/*
 * One daemon as one scan. First what the API lists, then the files, so that a layer of every listed
 * image is there already when the files are read.
 *
 *	images, containers ─▶ layerdb ─▶ config … chain … node_image … container … extras
 *
 * What the files say more than the API (layers that no image has, known blobs) needs rights on the
 * root. Without them it is missing, and the scan says so; sizes then come from the images' history,
 * where the daemon tells the same numbers of the same unit.
 */
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/node/docker/docker.h"
#include "common/memory.h"
#include "common/text.h"

/* What we were written against; what we cannot do without. */
#define NEWEST_MINOR 44
#define OLDEST_MINOR 40
/* Names containerd's socket since this one, and nothing else of it is read. */
#define INFO_MINOR 46

static const struct docker_driver drivers[] = {
	{ "overlay2", SHARING_CHAINS, "overlay2/", "/diff" },
	{ "overlay", SHARING_NOT_MODELLED, NULL, NULL },
	{ "aufs", SHARING_CHAINS, "aufs/diff/", "" },
	{ "fuse-overlayfs", SHARING_CHAINS_DISK, "fuse-overlayfs/", "/diff" },
	{ "btrfs", SHARING_CHAINS_DISK, NULL, NULL },
	{ "zfs", SHARING_CHAINS_DISK, NULL, NULL },
	{ "vfs", SHARING_CUMULATIVE, "vfs/dir/", "" },
};

const struct docker_driver *
docker_driver_find(const char *name)
{
	static const struct docker_driver other = { "", SHARING_NOT_MODELLED, NULL, NULL };

	for (size_t i = 0; i < countof(drivers); i++)
		if (strcmp(drivers[i].name, name) == 0)
			return &drivers[i];
	return &other;
}

char *
docker_layer_folder(const struct docker_scan *scan, const char *cache_id)
{
	if (scan->root < 0 || scan->driver->prefix == NULL || *cache_id == '\0')
		return NULL;
	return xprintf("%s%s%s", scan->driver->prefix, cache_id, scan->driver->suffix);
}

int
docker_get(struct docker_scan *scan, struct buf *body, struct error *err, const char *format, ...)
{
	auto_buf path = { 0 };
	va_list args;

	va_start(args, format);
	auto_free char *rest = xvprintf(format, args);
	va_end(args);
	buf_printf(&path, "/v1.%u%s", scan->minor, rest);
	return scan->api->get(scan->api->context, buf_text(&path), body, err);
}

/* --- the daemon ------------------------------------------------------------------------- */

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static int
check_version(const struct docker_version *version, struct error *err)
{
	if (version->podman)
		return fail(err, ERROR_FAILED,
		        "podman answers here: its store is read as containers-storage");
	if (version->minor < OLDEST_MINOR)
		return fail(err, ERROR_FAILED,
		        "the daemon speaks API 1.%u; 1.%d (Docker 19.03) is the oldest that is "
		        "understood",
		        version->minor, OLDEST_MINOR);
	if (version->min_minor > NEWEST_MINOR)
		return fail(err, ERROR_FAILED,
		        "the daemon speaks API 1.%u and newer; 1.%d is the newest that is "
		        "understood here",
		        version->min_minor, NEWEST_MINOR);
	return 0;
}

static int
get_found(struct docker_api *api, const char *path, struct buf *body, struct error *err)
{
	return api->get(api->context, path, body, err) == 1 ? 0 : -1;
}

static int
greet(struct docker_daemon *out, struct docker_api *api, struct arena *arena)
{
	struct error *why = &out->why;
	auto_buf body = { 0 };

	if (get_found(api, "/version", &body, why) != 0)
		return -1;
	if (docker_version_decode(&out->version, &body, why) != 0)
		return fail_in(why, "/version");
	if (check_version(&out->version, why) != 0)
		return -1;
	auto_free char *path = xprintf("/v1.%u/info", least(out->version.minor, INFO_MINOR));
	if (get_found(api, path, &body, why) != 0)
		return -1;
	return docker_info_decode(&out->info, arena, &body, why) != 0 ? fail_in(why, "/info") : 0;
}

void
docker_greet(struct docker_daemon *out, struct docker_api *api, struct arena *arena)
{
	*out = (struct docker_daemon){ 0 };
	if (greet(out, api, arena) != 0 && out->why.code == ERROR_NONE)
		fail(&out->why, ERROR_FAILED, "the daemon says nothing");
}

/* --- lists ------------------------------------------------------------------------------ */

static int
say_broken(struct docker_scan *scan, const char *place, size_t broken, const struct error *why,
        struct error *err)
{
	if (broken == 0)
		return 0;
	scan->frame.cut = true;
	return docker_problem(scan, err, place, "%zu that cannot be understood, the first: %s",
	        broken, why->message);
}

static int
list_images(struct docker_scan *scan, struct error *why, struct error *err)
{
	auto_buf body = { 0 };

	if (docker_get(scan, &body, why, "/images/json?all=1") != 1 ||
	        docker_images_decode(&scan->images, &scan->arena, &body, why) != 0) {
		fail_in(why, "images");
		return 0;
	}
	return say_broken(scan, "images", scan->images.broken, &scan->images.why, err);
}

/* Counting what containers wrote takes the daemon long, where they wrote much. */
static int
list_containers(struct docker_scan *scan, struct error *why, struct error *err)
{
	auto_buf body = { 0 };
	struct error slow = { 0 };
	bool sized = docker_get(scan, &body, &slow, "/containers/json?all=1&size=1") == 1;

	if ((!sized && docker_get(scan, &body, why, "/containers/json?all=1") != 1) ||
	        docker_containers_decode(&scan->containers, &scan->arena, &body, why) != 0) {
		fail_in(why, "containers");
		return 0;
	}
	for (size_t i = 0; i < scan->containers.count && !sized; i++)
		scan->containers.at[i].writable_bytes = BYTES_UNKNOWN;
	if (!sized && docker_problem(scan, err, "containers", "their sizes are not known: %s",
	                      slow.message) != 0)
		return -1;
	return say_broken(scan, "containers", scan->containers.broken, &scan->containers.why, err);
}

/* --- files ------------------------------------------------------------------------------ */

/* A daemon in a container, or another mount namespace, means another folder by the same name. */
static int
is_own_root(struct docker_scan *scan, struct error *err)
{
	auto_buf id = { 0 };
	int found = beneath_read(scan->root, "engine-id", 256, &id, err);

	if (found == 1 && strncmp(buf_text(&id), scan->info.id, strlen(scan->info.id)) != 0)
		return fail(
		        err, ERROR_FAILED, "%s is the folder of another daemon", scan->info.root);
	for (size_t i = 0; i < scan->images.count; i++) {
		char digest[DIGEST_TEXT_SIZE];
		uint64_t length;

		digest_format(&scan->images.at[i].config, digest);
		auto_free char *name = xprintf("image/%s/imagedb/content/sha256/%s",
		        scan->info.driver, digest + strlen("sha256:"));
		found = beneath_length(scan->root, name, &length, err);
		if (found != 0)
			return found == 1 ? 0 : -1;
	}
	return scan->images.count == 0
	               ? 0
	               : fail(err, ERROR_FAILED,
	                         "%s has none of the daemon's images: it lies in another mount "
	                         "namespace",
	                         scan->info.root);
}

static int
open_files(struct docker_scan *scan, struct error *err)
{
	int found;

	if (*scan->info.root == '\0')
		return fail(err, ERROR_FAILED, "the daemon does not say where its files are");
	scan->root = beneath_root(scan->info.root, err);
	if (scan->root < 0 || is_own_root(scan, err) != 0)
		return -1;
	found = layerdb_read(&scan->layerdb, scan->root, scan->info.driver, &scan->arena, err);
	/* A new daemon has none yet. */
	return found < 0 ? -1 : 0;
}

static int
read_files(struct docker_scan *scan, struct error *err)
{
	struct error why = { 0 };

	scan->by_files = open_files(scan, &why) == 0;
	if (!scan->by_files) {
		if (scan->root >= 0)
			close(scan->root);
		scan->root = -1;
		layerdb_release(&scan->layerdb);
		layerdb_init(&scan->layerdb);
		return docker_problem(scan, err, "layers",
		        "%s; layers that no image has, and which blobs are known, need the "
		        "daemon's files: " DOCKER_NEEDS_FILES,
		        why.message);
	}
	vec_each (struct layerdb_problem, part, &scan->layerdb.problems)
		if (docker_problem(scan, err, part->place, "%s", part->message) != 0)
			return -1;
	return 0;
}

/* --- the scan --------------------------------------------------------------------------- */

/* Docker 29 and newer: the store is containerd's, and is read as one of its own. */
static int
point_to_containerd(struct docker_scan *scan, struct error *why, struct error *err)
{
	if (scan->info.containerd_socket != NULL)
		return docker_remark(scan, err, "",
		        "its images are in containerd (snapshotter %s, namespace moby) and are "
		        "read from %s",
		        scan->info.driver, scan->info.containerd_socket);
	fail(why, ERROR_FAILED,
	        "its images are in containerd (snapshotter %s, namespace moby), and it does not "
	        "say "
	        "where that listens: --store containerd=/PATH/OF/SOCKET reads it",
	        scan->info.driver);
	return 0;
}

static int
read_daemon(struct docker_scan *scan, struct error *why, struct error *err)
{
	if (scan->info.containerd)
		return point_to_containerd(scan, why, err);
	if (list_images(scan, why, err) != 0)
		return -1;
	if (why->code == ERROR_NONE && list_containers(scan, why, err) != 0)
		return -1;
	if (why->code != ERROR_NONE)
		return 0;
	if (scan->driver->sharing == SHARING_NOT_MODELLED &&
	        docker_problem(scan, err, "",
	                "the storage driver %s is not modelled: not in totals",
	                scan->info.driver) != 0)
		return -1;
	if (read_files(scan, err) != 0 || docker_read_documents(scan, why, err) != 0)
		return -1;
	if (why->code != ERROR_NONE)
		return 0;
	if (docker_read_containers(scan, err) != 0 || docker_read_usage(scan, err) != 0)
		return -1;
	if (docker_take_chains(scan, err) != 0 || docker_take_images(scan, err) != 0 ||
	        docker_take_containers(scan, err) != 0 || docker_take_blobs(scan, err) != 0 ||
	        docker_take_contents(scan, err) != 0)
		return -1;
	return docker_take_extras(scan, err);
}

int
docker_read(const struct node_options *options, const char *name, struct docker_api *api,
        const struct docker_daemon *daemon, const struct collect_context *context,
        struct collect_result *result, struct error *err)
{
	struct docker_scan scan = {
		.frame = { .options = options, .context = context, .result = result },
		.api = api,
		.minor = least(daemon->version.minor, NEWEST_MINOR),
		.info = daemon->info,
		.root = -1,
	};
	struct record_store store = { .engine = ENGINE_DOCKER, .unit = UNIT_APPARENT };
	struct error why = daemon->why;
	int status;

	/* What a daemon that does not answer has is not known; what was known of it stays. One that
	 * keeps its images in containerd has no store of its own. */
	if (why.code == ERROR_NONE && !daemon->info.containerd) {
		scan.driver = docker_driver_find(daemon->info.driver);
		store.driver = daemon->info.driver;
		store.root = *daemon->info.root != '\0' ? daemon->info.root : NULL;
		store.sharing = scan.driver->sharing;
	}
	layerdb_init(&scan.layerdb);
	status = store_scan_begin(&scan.frame, name, store, err);
	if (status == 0 && why.code == ERROR_NONE)
		status = read_daemon(&scan, &why, err);
	if (status == 0)
		status = store_scan_end(&scan.frame, &why, DOCKER_NEEDS_SOCKET, err);
	layerdb_release(&scan.layerdb);
	arena_release(&scan.arena);
	if (scan.root >= 0)
		close(scan.root);
	return status;
}

/* --- the driver ------------------------------------------------------------------------- */

/* Two sockets of one daemon are one store. */
struct seen {
	const char *id, *root;
};
struct seen_list {
	struct seen *at;
	size_t count, capacity;
};

static bool
is_seen(const struct node_options *options, struct seen_list *seen, const struct docker_info *info)
{
	/* For cri-dockerd, which leads here as well. */
	auto_free char *pool = xprintf("docker:%s", info->root);

	(void)!node_pool_is_new(options, pool);
	vec_each (struct seen, other, seen)
		if (strcmp(other->id, info->id) == 0 && strcmp(other->root, info->root) == 0)
			return true;
	*vec_push(seen) = (struct seen){ info->id, info->root };
	return false;
}

/* Unless containerd is found there anyway. */
static int
read_containerd(const struct node_options *options, const struct docker_daemon *daemon, bool named,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	const char *socket = daemon->info.containerd_socket;

	if (!daemon->info.containerd || socket == NULL ||
	        (!named && strstr(containerd_driver.places, socket) != NULL))
		return 0;
	return containerd_driver.read(options, socket, context, total, err);
}

static int
read_socket(const struct node_options *options, const char *path, bool named,
        struct seen_list *seen, struct arena *arena, const struct collect_context *context,
        struct collect_result *total, struct error *err)
{
	auto_free char *name = docker_source_name(options, path);
	struct docker_socket docker = { 0 };
	struct docker_daemon daemon = { 0 };
	struct collect_result result = { 0 };
	int status = 0;
	bool other;

	if (docker_socket_open(&docker, path, context, &daemon.why) == 0)
		docker_greet(&daemon, &docker.api, arena);
	other = daemon.why.code == ERROR_NONE ? is_seen(options, seen, &daemon.info)
	                                      : daemon.version.podman && !named;
	if (!other) {
		status = docker_read(options, name, &docker.api, &daemon, context, &result, err);
		if (status == 0)
			node_count_scan(total, &result);
		if (status == 0)
			status = read_containerd(options, &daemon, named, context, total, err);
	}
	docker_socket_close(&docker);
	return status;
}

static int
read_address(const struct node_options *options, const char *address,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	struct docker_places places = { 0 };
	struct seen_list seen = { 0 };
	auto_arena arena = { 0 };
	int status = 0;

	if (address == NULL)
		docker_places_find(&places, &arena);
	else if (docker_place_parse(vec_push(&places), &arena, address, err) != 0)
		status = -1;
	for (size_t i = 0; i < places.count && status == 0; i++)
		status = read_socket(
		        options, places.at[i], address != NULL, &seen, &arena, context, total, err);
	vec_release(&places);
	vec_release(&seen);
	return status;
}

const struct store_driver docker_driver = {
	.engine = ENGINE_DOCKER,
	.name = "docker",
	.read = read_address,
	.places = "/run/docker.sock, $DOCKER_HOST, $XDG_RUNTIME_DIR/docker.sock",
};
