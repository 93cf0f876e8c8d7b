/* scan registry: targets by host, each host one scan. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/command/scan.h"
#include "analyzer/command/table.h"
#include "analyzer/command/targets.h"
#include "common/memory.h"

/* What the command line says about all hosts. */
struct choices {
	const struct options *options;
	struct platform platform;
	bool has_platform;
	size_t connections;
};

static int
read_choices(struct choices *choices, const struct options *options, struct error *err)
{
	const char *platform = option_text(options, "platform");

	*choices = (struct choices){ .options = options };
	if (option_text(options, "contents") != NULL)
		return fail(err, ERROR_USAGE, "'--contents' is not in this version yet");
	if (platform != NULL) {
		if (!platform_parse(&choices->platform, platform))
			return fail(err, ERROR_USAGE,
			        "--platform '%s' is not like linux/amd64 or linux/arm/v7",
			        platform);
		choices->has_platform = true;
	}
	if (option_count(options, "connections", &choices->connections) &&
	        (choices->connections == 0 || choices->connections > CONFIG_MAX_CONNECTIONS))
		return fail(
		        err, ERROR_USAGE, "--connections can be 1 to %d", CONFIG_MAX_CONNECTIONS);
	return 0;
}

/* The command line before the configuration. */
static struct registry_options
options_for(const struct choices *choices, const struct config_registry *registry,
        const struct target *targets, size_t count)
{
	static const struct config_registry nothing = { 0 };
	const struct config_registry *known = registry == NULL ? &nothing : registry;
	struct registry_options options = {
		.host = targets[0].host,
		.targets = targets,
		.target_count = count,
		.tags = option_text(choices->options, "tags"),
		.platform = choices->has_platform ? &choices->platform : NULL,
		.plain_http = known->plain_http,
		.referrers = option_flag(choices->options, "referrers"),
		.connections = choices->connections > 0 ? (unsigned)choices->connections
		                                        : known->connections,
	};

	options.include_count = option_list(choices->options, "include", &options.include);
	if (options.include_count == 0) {
		options.include = known->include;
		options.include_count = known->include_count;
	}
	options.exclude_count = option_list(choices->options, "exclude", &options.exclude);
	if (options.exclude_count == 0) {
		options.exclude = known->exclude;
		options.exclude_count = known->exclude_count;
	}
	return options;
}

static int
scan_host(struct scan_run *scan, const struct choices *choices, const struct target *targets,
        size_t count, struct error *err)
{
	struct registry_options options = options_for(choices,
	        config_registry_of(scan->session->config, targets[0].host), targets, count);
	struct collect_context context = scan_begin(scan, options.host);
	struct collect_result result = { 0 };

	if (registry_collect(&options, &context, &result, err) != 0)
		return fail_in(err, "scan registry %s", options.host);
	scan_end(scan, &result);
	return 0;
}

static int
gather(struct target_list *list, const struct session *session, int argc, char **argv,
        struct error *err)
{
	for (int i = 0; i < argc; i++) {
		if (targets_add(list, argv[i], err) != 0)
			return -1;
	}
	if (argc == 0 && targets_add_config(list, session->config, err) != 0)
		return -1;
	if (list->count == 0)
		return fail(err, ERROR_USAGE,
		        "which registry? Name a TARGET (HOST, HOST/NAMESPACE/, HOST/REPOSITORY, "
		        "HOST/REPOSITORY:TAG or @FILE), or list registries in the "
		        "configuration%s%s",
		        session->config_path == NULL ? "" : " ",
		        session->config_path == NULL ? "" : session->config_path);
	targets_group(list);
	return 0;
}

/* One password, several registries, and nobody has said whose it is: not sent to any. */
static int
check_password_owner(const struct target_list *list, struct error *err)
{
	const char *user = getenv("LAYERSHARE_REGISTRY_USER");
	const char *host = getenv("LAYERSHARE_REGISTRY_HOST");

	if (user == NULL || *user == '\0' || (host != NULL && *host != '\0') ||
	        targets_of_host(list, 0) == list->count)
		return 0;
	return fail(err, ERROR_USAGE,
	        "LAYERSHARE_REGISTRY_USER is set and this reads several registries: say with "
	        "LAYERSHARE_REGISTRY_HOST which one it is for");
}

static int
run(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	__attribute__((cleanup(targets_release))) struct target_list list = { 0 };
	auto_scan scan = { 0 };
	struct choices choices;

	if (read_choices(&choices, options, err) != 0 ||
	        gather(&list, session, argc, argv, err) != 0 ||
	        check_password_owner(&list, err) != 0 || scan_open(&scan, session, err) != 0)
		return -1;
	for (size_t first = 0; first < list.count && !scan_is_stopped();) {
		size_t count = targets_of_host(&list, first);
		if (scan_host(&scan, &choices, &list.at[first], count, err) != 0)
			return -1;
		first += count;
	}
	return scan_status(&scan);
}

static const struct option_spec options[] = {
	{ "include", 0, OPTION_LIST, "GLOB", "only repositories whose name matches", NULL },
	{ "exclude", 0, OPTION_LIST, "GLOB", "not the repositories whose name matches", NULL },
	{ "tags", 0, OPTION_TEXT, "GLOB", "only tags that match (of lists; a named tag is read)",
	        NULL },
	{ "platform", 0, OPTION_TEXT, "OS/ARCH", "of an index only the images of one platform",
	        NULL },
	{ "referrers", 0, OPTION_FLAG, NULL,
	        "ask for signatures and the like of every image: one request more each", NULL },
	{ "connections", 0, OPTION_COUNT, "N", "transfers at once (default 6)", NULL },
	{ "contents", 0, OPTION_TEXT, "WHAT", "read layers too (not in this version yet)",
	        "bases" },
};

const struct command command_scan_registry = {
	.name = "scan registry",
	.group = "collect",
	.arguments = "[TARGET...]",
	.max_arguments = UINT_MAX,
	.flags = COMMAND_CONFIG | COMMAND_STORE,
	.summary = "read what registries hold: tags, manifests, configs, never layers",
	.description =
	        "Reads lists, manifests and configs into the store. What is known already is not "
	        "fetched again: a scan of an unchanged registry sends the lists and one HEAD for "
	        "each tag.\n\n"
	        "A target is one of these; without any, those of the configuration are read:\n\n"
	        "  HOST[:PORT]              everything in its catalogue\n"
	        "  HOST/NAMESPACE/          what the catalogue lists below it\n"
	        "  HOST/REPOSITORY          all its tags\n"
	        "  HOST/REPOSITORY:TAG      one tag; @DIGEST is possible too\n"
	        "  @FILE                    a list of these, one a line, # begins a comment\n\n"
	        "In globs an asterisk matches / too. *--include* and *--exclude* stand for those "
	        "of the "
	        "configuration when they are given.\n\n"
	        "Credentials are those of Docker and podman: $REGISTRY_AUTH_FILE, the containers' "
	        "auth.json, Docker's config.json; before them LAYERSHARE_REGISTRY_USER with "
	        "LAYERSHARE_REGISTRY_PASSWORD_FILE, and LAYERSHARE_REGISTRY_HOST where several "
	        "registries are read. They go to that registry only.\n\n"
	        "A part that cannot be read is a problem, named at the end and kept in the store, "
	        "and the scan is partial (exit 3). A registry that cannot be read at all keeps its "
	        "last good data, marked stale. An interrupted scan goes on where it stopped when "
	        "it is run again.",
	.examples = "layershare scan registry registry.example.com\n"
	            "layershare scan registry registry.example.com/team/ --exclude '*/cache'\n"
	            "layershare scan registry @targets.txt --platform linux/amd64\n"
	            "layershare scan registry",
	.options = options,
	.option_count = countof(options),
	.run = run,
};
