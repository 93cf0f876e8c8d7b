/*
 * bash: one function. It finds the command's words among those typed, then offers what fits: the
 * values of the option before the cursor, options, second words, or files.
 */
#include <string.h>

#include "analyzer/command/command.h"
#include "analyzer/command/completion.h"
#include "common/memory.h"

static void
put_letter_and_name(struct buf *out, const struct option_spec *spec)
{
	if (spec->letter != 0)
		buf_printf(out, "-%c ", spec->letter);
	buf_printf(out, "--%s ", spec->name);
}

/* Patterns of all options with a value that may stand before the command. */
static void
put_global_values(struct buf *out)
{
	const char *between = "";

	for (size_t i = 0; i < global_option_count; i++) {
		if (global_options[i].type == OPTION_FLAG)
			continue;
		buf_printf(out, "%s--%s", between, global_options[i].name);
		between = " | ";
	}
}

/* The first words, each once. */
static void
put_first_words(struct buf *out)
{
	const char *last = "";

	for (size_t i = 0; i < command_count; i++) {
		const char *name = commands[i]->name;
		size_t length = strcspn(name, " ");
		/* Commands of two words stand together in the table. */
		if (strncmp(name, last, length) != 0 || last[length] != ' ')
			buf_printf(out, "%.*s ", (int)length, name);
		last = name;
	}
}

/* A branch for each first word that needs a second one. */
static void
put_second_words(struct buf *out)
{
	const char *last = "";

	for (size_t i = 0; i < command_count; i++) {
		const char *name = commands[i]->name;
		size_t length = strcspn(name, " ");
		if (name[length] == ' ' && strncmp(name, last, length + 1) == 0)
			buf_printf(out, " %s", name + length + 1);
		else if (name[length] == ' ')
			buf_printf(out, "\t%.*s) offer \"%s", (int)length, name, name + length + 1);
		const char *next = i + 1 < command_count ? commands[i + 1]->name : "";
		if (name[length] == ' ' && strncmp(name, next, length + 1) != 0)
			buf_puts(out, "\" ;;\n");
		last = name;
	}
}

/* Branches for the value of an option: "COMMAND:--color) offer …;;". */
static void
put_values(struct buf *out, const char *command, const struct option_spec *spec)
{
	if (spec->type == OPTION_FLAG)
		return;
	buf_printf(out, "\t%s:--%s", command, spec->name);
	if (spec->letter != 0)
		buf_printf(out, " | %s:-%c", command, spec->letter);
	if (spec->choices != NULL)
		buf_printf(out, ") offer \"%s\"; return ;;\n", spec->choices);
	else if (strncmp(spec->argument, "FILE", 4) == 0)
		buf_puts(out, ") offer_files; return ;;\n");
	else
		buf_puts(out, ") return ;;\n");
}

void
completion_bash(struct buf *out)
{
	buf_puts(out,
	        "# bash completion for layershare; made by `layershare completion bash`.\n"
	        "# shellcheck shell=bash\n\n"
	        "_layershare() {\n"
	        "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
	        "\tlocal command='' word skip='' i\n"
	        "\toffer() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\"); }\n"
	        "\toffer_files() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "
	        "\"$current\"); }\n"
	        "\tCOMPREPLY=()\n"
	        "\t# --option=value is three words for bash\n"
	        "\tif [ \"$current\" = '=' ]; then current=''; "
	        "elif [ \"$previous\" = '=' ]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
	        "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	        "\t\tword=${COMP_WORDS[i]}\n"
	        "\t\tif [ -n \"$skip\" ]; then skip=''; continue; fi\n"
	        "\t\tcase $word in\n"
	        "\t\t");
	put_global_values(out);
	buf_puts(out, ") skip=1 ;;\n"
	              "\t\t-*) ;;\n"
	              "\t\t*) case $command:$word in\n"
	              "\t\t\t:*) command=$word ;;\n");
	for (size_t i = 0; i < command_count; i++) {
		const char *space = strchr(commands[i]->name, ' ');
		if (space != NULL)
			buf_printf(out, "\t\t\t%.*s:%s) command='%s' ;;\n",
			        (int)(space - commands[i]->name), commands[i]->name, space + 1,
			        commands[i]->name);
	}
	buf_puts(out, "\t\t\tesac ;;\n"
	              "\t\tesac\n"
	              "\tdone\n"
	              "\tcase $command:$previous in\n");
	for (size_t i = 0; i < command_count; i++) {
		struct option_sets sets = command_option_sets(commands[i]);
		auto_free char *quoted = xprintf("'%s'", commands[i]->name);
		sets.count--; /* the global ones come once, below */
		option_sets_each(spec, &sets) put_values(out, quoted, spec);
	}
	for (size_t i = 0; i < global_option_count; i++)
		put_values(out, "*", &global_options[i]);
	buf_puts(out, "\tesac\n"
	              "\tif [[ $current == -* ]]; then\n"
	              "\t\tcase $command in\n");
	for (size_t i = 0; i < command_count; i++) {
		struct option_sets sets = command_option_sets(commands[i]);
		buf_printf(out, "\t\t'%s') offer \"", commands[i]->name);
		option_sets_each(spec, &sets) put_letter_and_name(out, spec);
		buf_puts(out, "\" ;;\n");
	}
	buf_puts(out, "\t\t*) offer \"");
	for (size_t i = 0; i < global_option_count; i++)
		put_letter_and_name(out, &global_options[i]);
	buf_puts(out, "\" ;;\n"
	              "\t\tesac\n"
	              "\t\treturn\n"
	              "\tfi\n"
	              "\tcase $command in\n"
	              "\t'') offer \"");
	put_first_words(out);
	buf_puts(out, "\" ;;\n\thelp) offer \"");
	put_first_words(out);
	buf_puts(out, "\" ;;\n\tcompletion) offer \"bash zsh fish\" ;;\n");
	put_second_words(out);
	buf_puts(out, "\t*) offer_files ;;\n"
	              "\tesac\n"
	              "}\n"
	              "complete -F _layershare layershare\n");
}
