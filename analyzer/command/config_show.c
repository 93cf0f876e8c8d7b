/* config show: what is in force, as a configuration that could be read again. */
#include <stdio.h>
#include <string.h>

#include "analyzer/command/table.h"
#include "analyzer/config/config.h"
#include "common/buf.h"
#include "common/text.h"
#include "analyzer/model/memory_usage.h"

/* Always quoted: patterns begin with '*', which YAML takes for an alias. Cleaned for the terminal,
 * so nothing is left that double quotes would have to escape but these two. */
static void
put_quoted(const char *text)
{
	auto_buf clean = { 0 };

	text_clean(&clean, text, strlen(text));
	putchar('"');
	for (const char *c = buf_text(&clean); *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			putchar('\\');
		putchar(*c);
	}
	putchar('"');
}

static void
put_list(const char *indent, const char *key, const char *const *texts, unsigned count)
{
	printf("%s%s:%s\n", indent, key, count == 0 ? " []" : "");
	for (unsigned i = 0; i < count; i++) {
		printf("%s  - ", indent);
		put_quoted(texts[i]);
		putchar('\n');
	}
}

static void
put_registry(const struct config_registry *registry)
{
	fputs("  - host: ", stdout);
	put_quoted(registry->host);
	printf("\n    dedup: %s\n    plain_http: %s\n    connections: %u\n",
	        config_dedup_name(registry->dedup), registry->plain_http ? "true" : "false",
	        registry->connections == 0 ? CONFIG_DEFAULT_CONNECTIONS : registry->connections);
	put_list("    ", "targets", registry->targets, registry->target_count);
	put_list("    ", "include", registry->include, registry->include_count);
	put_list("    ", "exclude", registry->exclude, registry->exclude_count);
}

static void
put_origin(const char *label, const char *path)
{
	auto_buf clean = { 0 };

	text_clean(&clean, path, strlen(path));
	printf("# %s: %s\n", label, buf_text(&clean));
}

static int
run(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	const struct config *config = session->config;

	(void)options, (void)argc, (void)argv, (void)err;
	put_origin("configuration", session->config_path == NULL
	                                    ? "none was found; these are the defaults"
	                                    : session->config_path);
	put_origin("store", session->db_path);
	printf("registries:%s\n", config->registry_count == 0 ? " []" : "");
	for (unsigned i = 0; i < config->registry_count; i++)
		put_registry(&config->registries[i]);
	put_list("", "bases", config->bases, config->base_count);
	printf("resident_share_permille: %u\n", config->resident_permille == 0
	                                                ? MEMORY_RESIDENT_PERMILLE
	                                                : config->resident_permille);
	return EXIT_DONE;
}

const struct command command_config_show = {
	.name = "config show",
	.group = "help",
	.flags = COMMAND_CONFIG | COMMAND_STORE,
	.summary = "print the configuration that is in force",
	.description =
	        "Prints the configuration after it was read and checked, with all defaults, as "
	        "YAML; and which file it came from, and where the store is.\n\n"
	        "The file is *--config*, else $XDG_CONFIG_HOME/layershare/config.yaml "
	        "(~/.config/layershare/config.yaml), else /etc/layershare/config.yaml. It never "
	        "holds credentials.",
	.examples = "layershare config show",
	.run = run,
};
