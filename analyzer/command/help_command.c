/* help: the command that shows what help.c and help_man.c write. */
#include <stdio.h>

#include "analyzer/command/help.h"
#include "analyzer/command/table.h"
#include "common/memory.h"

/* All man pages' names, one a line: what a packager makes pages of. */
static void
list_commands(struct buf *out)
{
	for (size_t i = 0; i < command_count; i++)
		buf_printf(out, "%s\n", commands[i]->name);
}

static int
run(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	struct manual_style style = { session->width, session->color_out };
	const struct command *command = NULL;
	auto_buf out = { 0 };
	int words = 0;

	if (argc == 1 && !option_flag(options, "man") && command_is_family(argv[0])) {
		help_family(&out, argv[0], &style);
		fputs(buf_text(&out), stdout);
		return EXIT_DONE;
	}
	if (argc > 0 && (command = command_find(argc, argv, &words, err)) == NULL)
		return -1;
	if (argc > words)
		return fail(err, ERROR_USAGE, "help explains one command; '%s' is too much",
		        argv[words]);
	if (option_flag(options, "list"))
		list_commands(&out);
	else if (option_flag(options, "man"))
		help_man(&out, command);
	else if (command == NULL)
		help_overview(&out, &style);
	else
		help_command(&out, command, &style);
	fputs(buf_text(&out), stdout);
	return EXIT_DONE;
}

static const struct option_spec options[] = {
	{ "man", 0, OPTION_FLAG, NULL, "print the man page's source, for scdoc", NULL },
	{ "list", 0, OPTION_FLAG, NULL, "print the commands' names, one a line", NULL },
};

const struct command command_help = {
	.name = "help",
	.group = "help",
	.arguments = "[COMMAND]",
	.max_arguments = 2,
	.summary = "explain a command, or list all of them",
	.description = "Without a command: the list of all commands. The man pages are made from "
	               "the same texts: *help --man* prints the source of layershare(1), *help "
	               "--man COMMAND* that of the command's page.",
	.examples = "layershare help usage\n"
	            "layershare help --man usage | scdoc | man -l -",
	.options = options,
	.option_count = countof(options),
	.run = run,
};
