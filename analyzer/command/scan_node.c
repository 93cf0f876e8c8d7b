/* scan node: the image stores of this machine, each one scan. */
#include <stdlib.h>
#include <string.h>

#include "analyzer/command/scan.h"
#include "analyzer/command/table.h"
#include "collector/node/node.h"
#include "common/memory.h"
#include "common/text.h"

#define MAX_NAME_BYTES 253 /* of a node: what a host name may have */

static int
check_name(const char *name, struct error *err)
{
	size_t length = strlen(name);

	if (length > 0 && length <= MAX_NAME_BYTES && text_is_utf8(name, length) &&
	        strchr(name, '/') == NULL)
		return 0;
	return fail(err, ERROR_USAGE, "--node '%.80s': a name without '/', of at most %d bytes",
	        name, MAX_NAME_BYTES);
}

/* "pool=web"; both halves in the arena. A key that is given twice has the last value. */
static int
parse_label(struct record_label *label, const char *text, struct arena *arena, struct error *err)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL || equals == text || !text_is_utf8(text, strlen(text)))
		return fail(err, ERROR_USAGE, "--label '%.80s': write KEY=VALUE", text);
	label->key = arena_strndup(arena, text, (size_t)(equals - text));
	label->value = arena_strdup(arena, equals + 1);
	return 0;
}

static int
read_options(struct node_options *out, const struct options *options, struct arena *arena,
        struct error *err)
{
	const char *const *texts;
	const char *node = option_text(options, "node");
	struct record_label *labels;
	struct node_store *stores;

	*out = (struct node_options){ .node = node != NULL ? node : node_own_name(arena) };
	if (check_name(out->node, err) != 0)
		return -1;
	out->label_count = option_list(options, "label", &texts);
	out->labels = labels = arena_new(arena, struct record_label, out->label_count);
	for (size_t i = 0; i < out->label_count; i++)
		if (parse_label(&labels[i], texts[i], arena, err) != 0)
			return -1;
	out->store_count = option_list(options, "store", &texts);
	out->stores = stores = arena_new(arena, struct node_store, out->store_count);
	for (size_t i = 0; i < out->store_count; i++)
		if (node_store_parse(&stores[i], texts[i], err) != 0)
			return -1;
	return 0;
}

static int
run(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_scan scan = { 0 };
	auto_arena arena = { 0 };
	struct node_options node;
	struct collect_result result = { 0 };

	(void)argc;
	(void)argv;
	if (read_options(&node, options, &arena, err) != 0 || scan_open(&scan, session, err) != 0)
		return -1;
	struct collect_context context = scan_begin(&scan, node.node);
	if (node_collect(&node, &context, &result, err) != 0)
		return fail_in(err, "scan node %s", node.node);
	scan_end(&scan, &result);
	return scan_status(&scan);
}

static const struct option_spec options[] = {
	{ "store", 0, OPTION_LIST, "ENGINE=ADDRESS",
	        "read this store instead of those that are found", NULL },
	{ "node", 0, OPTION_TEXT, "NAME", "the name of this node (default the host's name)", NULL },
	{ "label", 0, OPTION_LIST, "KEY=VALUE", "what the node is: pool, zone, owner", NULL },
};

const struct command command_scan_node = {
	.name = "scan node",
	.group = "collect",
	.flags = COMMAND_CONFIG | COMMAND_STORE,
	.summary = "read what image stores of this machine hold: images, layers, containers",
	.description =
	        "Reads the stores that engines keep on this machine: which layers lie there, how "
	        "large they are, which images and containers stand on them. Layers are not "
	        "read, images are not changed, and no engine is stopped or asked to wait.\n\n"
	        "Engines of this version: *docker*, *containerd* and *containers-storage* (podman, "
	        "buildah, skopeo, CRI-O). containerd is asked over its sockets, in every namespace "
	        "and for every snapshotter; its address is that of a socket. "
	        "Without *--store*, dockerd is found by /run/docker.sock, $DOCKER_HOST if that is "
	        "a "
	        "unix socket, and the sockets of rootless daemons; stores of containers-storage by "
	        "$CONTAINERS_STORAGE_CONF, "
	        "/etc/containers/storage.conf, /usr/share/containers/storage.conf and, for root, "
	        "those of all local users; split and additional image stores are read with the "
	        "store that they belong to. Addresses are\n\n"
	        "  docker=[unix://]/PATH/OF/SOCKET\n\n"
	        "  containers-storage=[DRIVER@]/GRAPH/ROOT[+/RUN/ROOT]\n\n"
	        "dockerd is asked through its socket (root or the group docker); layers that no "
	        "image has, and sizes that it does not tell, are read from its files (root or "
	        "CAP_DAC_READ_SEARCH).\n\n"
	        "Each store is a source of its own; one that cannot be read keeps its last good "
	        "data and is a problem that says which permission it needs. With the driver vfs "
	        "every layer is a whole copy, whose files are counted one by one.",
	.examples = "layershare scan node\n"
	            "layershare scan node --label pool=web --label zone=a\n"
	            "layershare scan node --store containerd=/run/containerd/containerd.sock\n"
	            "layershare scan node --node build-1 --store "
	            "containers-storage=vfs@/srv/storage",
	.options = options,
	.option_count = countof(options),
	.run = run,
};
