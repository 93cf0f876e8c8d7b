/* scan layout: image layouts on this machine's disk, each folder one scan. */
#include <limits.h>

#include "analyzer/command/scan.h"
#include "analyzer/command/table.h"
#include "collector/layout/layout.h"

static int
run(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_scan scan = { 0 };

	(void)options;
	if (scan_open(&scan, session, err) != 0)
		return -1;
	for (int i = 0; i < argc && !scan_is_stopped(); i++) {
		struct collect_context context = scan_begin(&scan, argv[i]);
		struct collect_result result = { 0 };
		if (layout_collect(argv[i], &context, &result, err) != 0)
			return fail_in(err, "scan layout %s", argv[i]);
		scan_end(&scan, &result);
	}
	return scan_status(&scan);
}

const struct command command_scan_layout = {
	.name = "scan layout",
	.group = "collect",
	.arguments = "PATH...",
	.min_arguments = 1,
	.max_arguments = UINT_MAX,
	.flags = COMMAND_CONFIG | COMMAND_STORE,
	.summary = "read OCI image layouts: folders with oci-layout, index.json and blobs",
	.description =
	        "Reads the index, manifests and configs of each folder into the store, as skopeo, "
	        "umoci and buildah write them; layers are not read, but one that is missing or has "
	        "another length than its manifest says is a problem. A layout is named by its "
	        "absolute path and appears among the stores of *usage*.\n\n"
	        "Archives (docker save, podman save) are not read in this version yet.",
	.examples = "layershare scan layout build/images",
	.run = run,
};
