/* Help for the terminal: what there is, and what one command does. */
#include "analyzer/command/help.h"

#include <string.h>

#include "common/text.h"

#define NAME_WIDTH 16 /* of commands */

static void
put_commands(struct buf *out, const char *group, const char *word, const struct manual_style *style)
{
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = commands[i];
		if (group != NULL && strcmp(command->group, group) != 0)
			continue;
		if (word != NULL && !text_starts_with(command->name, word))
			continue;
		buf_printf(out, "  %-*s", NAME_WIDTH, command->name);
		manual_wrap(out, command->summary, strlen(command->summary), NAME_WIDTH + 2,
		        NAME_WIDTH + 2, style);
	}
}

void
help_overview(struct buf *out, const struct manual_style *style)
{
	static const char *const groups[] = { "collect", "ask", "show", "help", NULL };

	buf_puts(out, "layershare: what container images share, and what that saves\n\n"
	              "Usage: layershare [--db FILE] [--config FILE] [-v|-q] COMMAND [OPTIONS] "
	              "[ARGUMENTS]\n");
	for (const char *const *group = groups; *group != NULL; group++) {
		manual_heading(out, *group, style);
		put_commands(out, *group, NULL, style);
	}
	buf_puts(out, "\nBegin with:\n"
	              "  layershare scan registry registry.example.com\n"
	              "  layershare usage\n"
	              "\n'layershare help COMMAND' explains a command.\n");
}

void
help_family(struct buf *out, const char *word, const struct manual_style *style)
{
	put_commands(out, NULL, word, style);
	buf_printf(out, "\n'layershare help %s COMMAND' explains one of them.\n", word);
}

void
help_command(struct buf *out, const struct command *command, const struct manual_style *style)
{
	buf_printf(out, "layershare %s: %s\n\nUsage: layershare %s [OPTIONS]%s%s\n", command->name,
	        command->summary, command->name, command->arguments == NULL ? "" : " ",
	        command->arguments == NULL ? "" : command->arguments);
	manual_description(out, command->description, style);
	if (command->option_count > 0 || (command->flags & COMMAND_ASK) != 0) {
		manual_heading(out, "Options", style);
		manual_options(out, command->options, command->option_count, style);
		if ((command->flags & COMMAND_ASK) != 0)
			manual_options(out, ask_options, ask_option_count, style);
	}
	manual_heading(out, "Global options", style);
	manual_options(out, global_options, global_option_count, style);
	if (command->examples != NULL) {
		manual_heading(out, "Examples", style);
		manual_examples(out, command->examples);
	}
}
