/* Sockets, and what they lead to. */
#include "collector/node/cri/cri.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/node/containerd/containerd.h"
#include "collector/node/cri/text.h"
#include "common/memory.h"

#define MAX_CONFIG_BYTES ((size_t)64 << 10)
#define NEEDS            "; asking it needs root, or the group that owns the socket"

static const char *const places[] = {
	"/run/crio/crio.sock",
	"/var/run/cri-dockerd.sock",
};

/* The files say more than the interface. 1 they were read, now or before in this run; 0; -1. */
static int
read_files(const struct cri *cri, const struct node_options *options,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	auto_arena arena = { 0 };
	struct error ignored = { 0 };
	const char *root, *driver;

	if (!cri_storage_folder(&root, &driver, cri->folder, &arena))
		return 0;
	auto_close int folder = beneath_root(cri->folder, &ignored);
	if (folder < 0)
		return 0;
	const char *address = arena_printf(&arena, "%s@%s+/run/containers/storage", driver, root);
	if (containers_storage_driver.read(options, address, context, total, err) == 0)
		return 1;
	if (err->code != ERROR_USAGE)
		return -1;
	*err = (struct error){ 0 };
	return 0;
}

static int
read_runtime(struct cri *cri, const struct node_options *options,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	auto_free char *pool =
	        xprintf("cri:%s", *cri->folder != '\0' ? cri->folder : cri->grpc.socket);
	auto_free char *docker = xprintf("docker:%s", cri->folder);
	struct collect_result result;
	int status = read_files(cri, options, context, total, err);

	if (status != 0)
		return status < 0 ? -1 : 0;
	/* cri-dockerd: what dockerd keeps, whose own socket tells more. */
	if (strcmp(cri->runtime, "docker") == 0 && !node_pool_is_new(options, docker))
		return 0;
	if (!node_pool_is_new(options, pool))
		return 0;
	if (cri_store_read(cri, options, context, &result, err) != 0)
		return -1;
	node_count_scan(total, &result);
	return 0;
}

static int
read_socket(const struct node_options *options, const char *socket,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	struct cri cri = { .grpc = { .socket = socket, .stop = context->stop } };
	auto_arena arena = { 0 };
	struct error why = { 0 };
	int status = containerd_read(socket, options, context, total, &why, err);

	if (status != 0)
		return status < 0 ? -1 : 0;
	why = (struct error){ 0 };
	if (cri_open(&cri, &arena, &why) == 0)
		return read_runtime(&cri, options, context, total, err);
	bool denied = strstr(why.message, "ermission denied") != NULL;
	auto_free char *text = xprintf("cri %s: %s%s", socket, why.message, denied ? NEEDS : "");
	node_count_problem(total, text);
	return 0;
}

/* --- the driver ------------------------------------------------------------------------- */

/* As crictl finds it: the environment, then its file. NULL = neither says. */
static const char *
configured_endpoint(struct arena *arena)
{
	const char *endpoint = getenv("CONTAINER_RUNTIME_ENDPOINT");
	struct error ignored = { 0 };
	auto_buf text = { 0 };

	if (endpoint != NULL && *endpoint != '\0')
		return endpoint;
	auto_close int folder = beneath_root("/etc", &ignored);
	if (folder < 0 ||
	        beneath_read(folder, "crictl.yaml", MAX_CONFIG_BYTES, &text, &ignored) != 1)
		return NULL;
	return cri_config_endpoint(buf_text(&text), arena);
}

static int
read_found(const struct node_options *options, const struct collect_context *context,
        struct collect_result *total, struct error *err)
{
	auto_arena arena = { 0 };
	const char *endpoint = configured_endpoint(&arena);
	const char *socket = endpoint != NULL ? cri_socket(endpoint) : NULL;

	if (socket != NULL && read_socket(options, socket, context, total, err) != 0)
		return -1;
	for (size_t i = 0; i < countof(places); i++)
		if ((socket == NULL || strcmp(socket, places[i]) != 0) &&
		        access(places[i], F_OK) == 0 &&
		        read_socket(options, places[i], context, total, err) != 0)
			return -1;
	return 0;
}

static int
read_address(const struct node_options *options, const char *address,
        const struct collect_context *context, struct collect_result *total, struct error *err)
{
	if (address == NULL)
		return read_found(options, context, total, err);
	if (cri_socket(address) == NULL)
		return fail(err, ERROR_USAGE,
		        "--store cri=%.200s: write the absolute path of its socket", address);
	return read_socket(options, cri_socket(address), context, total, err);
}

const struct store_driver cri_driver = {
	.engine = ENGINE_CRI,
	.name = "cri",
	.read = read_address,
	.places = "$CONTAINER_RUNTIME_ENDPOINT, /etc/crictl.yaml, /run/crio/crio.sock, "
	          "/var/run/cri-dockerd.sock",
};
