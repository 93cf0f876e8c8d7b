/* The rows of the ask and show commands: what their help and man pages say. */
#include <limits.h>

#include "analyzer/command/ask.h"
#include "analyzer/command/table.h"
#include "common/memory.h"

const struct command ask_usage = {
	.name = "usage",
	.group = "ask",
	.flags = COMMAND_ASK | COMMAND_CONFIG | COMMAND_STORE,
	.summary = "logical and actual bytes per registry and store: what sharing saves",
	.description =
	        "*Logical* is what the images would take if nothing were shared: each distinct "
	        "image "
	        "with its layers, config and manifest. *Actual* counts every distinct blob once, "
	        "per "
	        "registry or as the configuration says that it deduplicates. Indexes, attestations "
	        "and artifacts (*other*) are contained in both.\n\n"
	        "Stores of nodes count unpacked layers, each chain once, in the unit that their "
	        "engine "
	        "keeps: *tar* is the length of a layer's tar, *apparent* the sum of its file "
	        "sizes. What no image with a name and no container stands on is *dangling*. "
	        "Different units are never added.\n\n"
	        "What no tag reaches cannot be seen from outside and is not counted. The *ideal* "
	        "is "
	        "not computed in this version; in JSON it is null, with the reason.",
	.examples = "layershare usage\n"
	            "layershare usage --platform linux/amd64\n"
	            "layershare usage -o json | jq .total",
	.later_options = "at ideal ladder",
	.run = command_usage,
};

static const struct option_spec images_options[] = {
	{ "unused-for", 0, OPTION_TEXT, "TIME",
	        "only images of registries that no node has, for so long: 90d, 12h, 4w", NULL },
};

const struct command ask_images = {
	.name = "images",
	.group = "ask",
	.flags = COMMAND_ASK | COMMAND_CONFIG | COMMAND_STORE,
	.summary = "the images and which bytes each of them pays for",
	.description =
	        "*Attributed* is an image's share: every blob is split evenly among the images "
	        "that "
	        "use it, so the rows add up to the actual total of *usage*, to the byte. *Unique* "
	        "is "
	        "what nothing else uses, no other image and no artifact; *logical* is what the "
	        "image takes alone.\n\n"
	        "An image is a config digest: the same image in two registries, under ten tags or "
	        "compressed twice, is one row. Images that only nodes have are listed too.\n\n"
	        "*--unused-for* lists what is in a registry for so long and was on no node since. "
	        "It answers only if nodes have been scanned for as long: *0d* asks for what is on "
	        "no node now.",
	.examples = "layershare images --limit 20\n"
	            "layershare images --sort unique --filter 'unique>100MB'\n"
	            "layershare images --filter reference='*/team/*' -o csv",
	.options = images_options,
	.option_count = countof(images_options),
	.run = command_images,
};

const struct command ask_nodes = {
	.name = "nodes",
	.group = "ask",
	.flags = COMMAND_ASK | COMMAND_CONFIG | COMMAND_STORE,
	.summary = "the nodes that were scanned, their stores and images",
	.description =
	        "One row for each node; in JSON with its labels, its stores as in *usage* and the "
	        "config digests of its images, by which they are the images of registries.",
	.examples = "layershare nodes\n"
	            "layershare nodes --filter labels='*pool=web*'\n"
	            "layershare nodes -o json | jq '.nodes[].images | length'",
	.run = command_nodes,
};

const struct command ask_bases = {
	.name = "bases",
	.group = "ask",
	.flags = COMMAND_ASK | COMMAND_CONFIG | COMMAND_STORE,
	.summary = "what images stand on, as a tree, and what each base saves",
	.description =
	        "A base is a stack of layers that images of other repositories stand on. *Proven*: "
	        "a "
	        "known image consists of exactly these layers; all its names are kept. *Unnamed*: "
	        "images of at least two repositories share it, and nobody owns it. Chains are "
	        "compared "
	        "by what is in the layers, so a base that was compressed again is the same "
	        "base.\n\n"
	        "*Saved* is the size of the base times its images less one: what sharing it saves.",
	.examples = "layershare bases\n"
	            "layershare bases --platform linux/amd64 --limit 10\n"
	            "layershare bases -o json | jq '.bases[0]'",
	.run = command_bases,
};

const struct command ask_explain = {
	.name = "explain",
	.group = "ask",
	.arguments = "IMAGE...",
	.min_arguments = 1,
	.max_arguments = UINT_MAX,
	.flags = COMMAND_ASK | COMMAND_CONFIG | COMMAND_STORE,
	.summary = "what images really cost, who shares their layers, what deleting them frees",
	.description =
	        "An image is named by HOST/REPOSITORY:TAG, HOST/REPOSITORY@DIGEST, a digest or at "
	        "least 12 hex digits of it, or by REPOSITORY:TAG or REPOSITORY where that is "
	        "clear. "
	        "An index stands for all its images, a repository for all its tags.\n\n"
	        "Several images are also answered as a set: what deleting all of them frees is "
	        "more "
	        "than the sum of what each frees alone.\n\n"
	        "Where nodes were scanned, it says which of them hold the image, what a pull would "
	        "fetch to each store now, by the rule of its engine, and what deleting frees "
	        "there. "
	        "An image that only nodes have is named as they name it.",
	.examples = "layershare explain registry.example.com/team/app:1.2\n"
	            "layershare explain team/app -o json",
	.run = command_explain,
};

static const struct option_spec report_options[] = {
	{ "output", 'o', OPTION_TEXT, "FILE",
	        "FILE.html: one self-contained page; - or a format to stdout: json, csv, markdown",
	        NULL },
	{ "platform", 0, OPTION_TEXT, "OS/ARCH", "count images of one platform only", NULL },
	{ "limit", 0, OPTION_COUNT, "N", "rows in each table of the page (default 200)", NULL },
	{ "require-complete", 0, OPTION_FLAG, NULL,
	        "exit 3 if a source is stale, failed or was read in part", NULL },
};

const struct command show_report = {
	.name = "report",
	.group = "show",
	.flags = COMMAND_CONFIG | COMMAND_STORE,
	.summary = "everything on one page that can be forwarded",
	.description =
	        "Writes one HTML file that needs no network and no scripts: usage, bases, the most "
	        "expensive images, repositories, what was not seen, and how it counts. The file is "
	        "replaced at once or not at all.\n\n"
	        "With *-o json*, *csv* or *markdown* the report goes to stdout; Markdown is short "
	        "enough for a chat message.",
	.examples = "layershare report -o report.html\n"
	            "layershare report -o markdown",
	.options = report_options,
	.option_count = countof(report_options),
	.run = command_report,
};
