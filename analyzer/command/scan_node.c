/* scan node: the image stores of this machine, each one scan. */
#include "analyzer/command/scan.h"
#include "analyzer/command/table.h"
#include "collector/node/command_line.h"

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
	if (node_options_read(&node, options, &arena, err) != 0 ||
	        scan_open(&scan, session, err) != 0)
		return -1;
	struct collect_context context = scan_begin(&scan, node.node);
	if (node_collect(&node, &context, &result, err) != 0)
		return fail_in(err, "scan node %s", node.node);
	scan_end(&scan, &result);
	return scan_status(&scan);
}

const struct command command_scan_node = {
	.name = "scan node",
	.group = "collect",
	.flags = COMMAND_CONFIG | COMMAND_STORE,
	.summary = "read what image stores of this machine hold: images, layers, containers",
	.description =
	        "Reads the stores that engines keep on this machine: which layers lie there, how "
	        "large they are, which images and containers stand on them. Layers are not "
	        "read, images are not changed, and no engine is stopped or asked to wait.\n\n"
	        "Engines: *docker*, *containerd*, *containers-storage* (podman, buildah, skopeo, "
	        "CRI-O) and *cri*. containerd is asked over its sockets, in every namespace and "
	        "for every snapshotter. A CRI socket, found as crictl finds it, is followed to one "
	        "of these where it leads there; any other runtime tells no sizes of layers. The "
	        "address of these two is that of a socket. "
	        "Without *--store*, dockerd is found by /run/docker.sock, $DOCKER_HOST if that is "
	        "a unix socket, and the sockets of rootless daemons; stores of containers-storage "
	        "by "
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
	.options = node_option_specs,
	.option_count = NODE_OPTION_COUNT,
	.run = run,
};
