/* Man pages as scdoc source: the same table, in the sections that man(7) has. */
#include <string.h>

#include "analyzer/command/help.h"

/* "scan registry" → "scan-registry" */
static void
put_page_name(struct buf *out, const struct command *command)
{
	buf_puts(out, "layershare-");
	for (const char *c = command->name; *c != '\0'; c++)
		buf_putc(out, *c == ' ' ? '-' : *c);
}

static void
put_header(struct buf *out, const struct command *command)
{
	if (command == NULL)
		buf_puts(out, "layershare");
	else
		put_page_name(out, command);
	buf_puts(out, "(1) \"layershare " LAYERSHARE_VERSION "\" \"layershare\"\n\n# NAME\n\n");
}

static void
man_of_command(struct buf *out, const struct command *command)
{
	struct option_sets sets = command_option_sets(command);

	put_header(out, command);
	put_page_name(out, command);
	buf_puts(out, " - ");
	scdoc_text(out, command->summary);
	buf_printf(out, "\n\n# SYNOPSIS\n\n*layershare* *%s* [OPTIONS]", command->name);
	if (command->arguments != NULL) {
		buf_putc(out, ' ');
		scdoc_text(out, command->arguments);
	}
	buf_puts(out, "\n\n# DESCRIPTION\n\n");
	scdoc_description(out, command->description);
	buf_puts(out, "# OPTIONS\n\n");
	option_sets_each(spec, &sets) scdoc_option(out, spec);
	scdoc_exit_status(out);
	if (command->examples != NULL) {
		buf_puts(out, "# EXAMPLES\n\n");
		scdoc_literal(out, command->examples,
		        strcspn(command->examples, "\n") == 0 ? 0 : strlen(command->examples));
	}
	buf_puts(out, "# SEE ALSO\n\n*layershare*(1)\n");
}

static void
put_command_list(struct buf *out)
{
	const char *group = "";

	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = commands[i];
		if (strcmp(command->group, group) != 0)
			buf_printf(out, "## %s\n\n", command->group);
		group = command->group;
		buf_printf(out, "*%s*", command->name);
		if (command->arguments != NULL) {
			buf_putc(out, ' ');
			scdoc_text(out, command->arguments);
		}
		buf_puts(out, "\n\t");
		scdoc_text(out, command->summary);
		buf_puts(out, ". See *");
		put_page_name(out, command);
		buf_puts(out, "*(1).\n\n");
	}
}

static void
man_of_program(struct buf *out)
{
	put_header(out, NULL);
	buf_puts(out,
	        "layershare - what container images share, and what that saves\n\n"
	        "# SYNOPSIS\n\n"
	        "*layershare* [OPTIONS] COMMAND [ARGUMENTS]\n\n"
	        "# DESCRIPTION\n\n"
	        "layershare reads container registries and image layouts into a store of its own, "
	        "and says how many bytes the images need, how many they would need if nothing were "
	        "shared, on which bases they stand, what one image really costs and what deleting "
	        "it frees. It reads lists, manifests and configs, never layers.\n\n"
	        "# COMMANDS\n\n");
	put_command_list(out);
	buf_puts(out, "# GLOBAL OPTIONS\n\nThey may stand before or after the command.\n\n");
	for (size_t i = 0; i < global_option_count; i++)
		scdoc_option(out, &global_options[i]);
	scdoc_exit_status(out);
	buf_puts(out,
	        "# ENVIRONMENT\n\n"
	        "*LAYERSHARE\\_DB*\n\tThe store, unless *--db* is given.\n\n"
	        "*LAYERSHARE\\_REGISTRY\\_USER*, *LAYERSHARE\\_REGISTRY\\_PASSWORD\\_FILE*\n"
	        "\tCredentials for registries, before those of Docker's config.json and the "
	        "containers' auth.json. The password is in a file, never on the command line.\n\n"
	        "*NO\\_COLOR*\n\tNo colours, whatever its value, if it is not empty.\n\n"
	        "# FILES\n\n"
	        "_~/.config/layershare/config.yaml_, _/etc/layershare/config.yaml_\n"
	        "\tThe configuration. The first one that exists is read.\n\n"
	        "_~/.local/state/layershare/layershare.db_, "
	        "_/var/lib/layershare/layershare.db_ (root)\n"
	        "\tThe store, one SQLite file.\n");
}

void
help_man(struct buf *out, const struct command *command)
{
	if (command == NULL)
		man_of_program(out);
	else
		man_of_command(out, command);
}
