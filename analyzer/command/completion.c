/* completion: the command, and the scripts for zsh and fish, which know options by themselves. */
#include "analyzer/command/completion.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/command/table.h"

/* Inside single quotes, for all three shells; the colon and brackets for zsh's specs. */
static void
put_quoted(struct buf *out, const char *text, const char *escaped)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			buf_puts(out, "'\\''");
		else if (strchr(escaped, *text) != NULL)
			buf_printf(out, "\\%c", *text);
		else
			buf_putc(out, *text);
	}
}

/* First words stand once: "scan", with its second words for a description. False for the others
 * of a family. */
static bool
put_first_word(struct buf *out, size_t index, const char *between, const char *escaped)
{
	const char *name = commands[index]->name;
	int length = (int)strcspn(name, " ");
	bool family = name[length] == ' ';

	if (family && index > 0 &&
	        strncmp(commands[index - 1]->name, name, (size_t)length + 1) == 0)
		return false;
	buf_printf(out, "%.*s%s", length, name, between);
	if (!family)
		put_quoted(out, commands[index]->summary, escaped);
	for (size_t i = index; family && i < command_count &&
	                       strncmp(commands[i]->name, name, (size_t)length + 1) == 0;
	        i++)
		buf_printf(out, "%s%s", i == index ? "" : ", ", commands[i]->name + length + 1);
	return true;
}

/* zsh */

static void
put_zsh_option(struct buf *out, const struct option_spec *spec)
{
	const char *repeat = spec->type == OPTION_LIST ? "*" : "";

	for (int letter = spec->letter != 0; letter >= 0; letter--) {
		if (letter == 1)
			buf_printf(out, " '%s-%c[", repeat, spec->letter);
		else
			buf_printf(out, " '%s--%s%s[", repeat, spec->name,
			        spec->type == OPTION_FLAG ? "" : "=");
		put_quoted(out, spec->help, "[]:\\");
		buf_putc(out, ']');
		if (spec->type != OPTION_FLAG) {
			buf_printf(out, ":%s:", spec->argument);
			if (spec->choices != NULL)
				buf_printf(out, "(%s)", spec->choices);
			else if (strncmp(spec->argument, "FILE", 4) == 0)
				buf_puts(out, "_files");
		}
		buf_puts(out, "' \\\n\t\t\t");
	}
}

void
completion_zsh(struct buf *out)
{
	buf_puts(out, "#compdef layershare\n"
	              "# zsh completion for layershare; made by `layershare completion zsh`.\n\n"
	              "_layershare() {\n"
	              "\tlocal -a commands first\n"
	              "\tlocal command='' word\n"
	              "\tcommands=(\n");
	for (size_t i = 0; i < command_count; i++) {
		buf_printf(out, "\t\t'%s:", commands[i]->name);
		put_quoted(out, commands[i]->summary, ":\\");
		buf_puts(out, "'\n");
	}
	buf_puts(out, "\t)\n\tfirst=(\n");
	for (size_t i = 0; i < command_count; i++) {
		auto_buf word = { 0 };
		if (put_first_word(&word, i, ":", ":\\"))
			buf_printf(out, "\t\t'%s'\n", buf_text(&word));
	}
	buf_puts(out, "\t)\n"
	              "\tfor word in ${words[2,CURRENT-1]}; do\n"
	              "\t\tif (( ${commands[(I)${command:+$command }$word:*]} )); then\n"
	              "\t\t\tcommand=${command:+$command }$word\n"
	              "\t\telif (( ${commands[(I)$word *]} )); then\n"
	              "\t\t\tcommand=$word\n"
	              "\t\tfi\n"
	              "\tdone\n"
	              "\tcase $command in\n");
	for (size_t i = 0; i < command_count; i++) {
		struct option_sets sets = command_option_sets(commands[i]);
		buf_printf(out, "\t\t'%s') _arguments -s", commands[i]->name);
		option_sets_each(spec, &sets) put_zsh_option(out, spec);
		buf_puts(out, " '*:argument:");
		if (strcmp(commands[i]->name, "completion") == 0)
			buf_puts(out, "(bash zsh fish)");
		else
			buf_puts(out, "_files");
		buf_puts(out, "' ;;\n");
	}
	buf_puts(out,
	        "\t\t'') _describe command first ;;\n"
	        "\t\t*) local -a next\n"
	        "\t\t\tnext=(${${(M)commands:#${command:+$command }*}#${command:+$command }})\n"
	        "\t\t\t_describe command next ;;\n"
	        "\tesac\n"
	        "}\n"
	        "_layershare \"$@\"\n");
}

/* fish */

static void
put_fish_option(struct buf *out, const char *condition, const struct option_spec *spec)
{
	buf_puts(out, "complete -c layershare");
	if (condition != NULL)
		buf_printf(out, " -n '%s'", condition);
	if (spec->letter != 0)
		buf_printf(out, " -s %c", spec->letter);
	buf_printf(out, " -l %s", spec->name);
	if (spec->choices != NULL)
		buf_printf(out, " -x -a '%s'", spec->choices);
	else if (spec->type != OPTION_FLAG)
		buf_puts(out, strncmp(spec->argument, "FILE", 4) == 0 ? " -r -F" : " -x");
	buf_puts(out, " -d '");
	put_quoted(out, spec->help, "\\");
	buf_puts(out, "'\n");
}

void
completion_fish(struct buf *out)
{
	buf_puts(out, "# fish completion for layershare; made by `layershare completion fish`.\n");
	for (size_t i = 0; i < global_option_count; i++)
		put_fish_option(out, NULL, &global_options[i]);
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = commands[i];
		const char *space = strchr(command->name, ' ');
		int length = (int)strcspn(command->name, " ");
		struct buf seen = { 0 };

		auto_buf word = { 0 };
		if (put_first_word(&word, i, " -d '", "\\"))
			buf_printf(out,
			        "complete -c layershare -f -n __fish_use_subcommand -a %s'\n",
			        buf_text(&word));
		buf_printf(&seen, "__fish_seen_subcommand_from %.*s", length, command->name);
		if (space != NULL) {
			buf_printf(out,
			        "complete -c layershare -f -n '%s; and not "
			        "__fish_seen_subcommand_from %s' -a %s -d '",
			        buf_text(&seen), space + 1, space + 1);
			put_quoted(out, command->summary, "\\");
			buf_puts(out, "'\n");
			buf_printf(&seen, "; and __fish_seen_subcommand_from %s", space + 1);
		}
		if (strcmp(command->name, "completion") == 0)
			buf_printf(out, "complete -c layershare -f -n '%s' -a 'bash zsh fish'\n",
			        buf_text(&seen));
		struct option_sets sets = command_option_sets(command);
		sets.count--; /* the global ones are above */
		option_sets_each(spec, &sets) put_fish_option(out, buf_text(&seen), spec);
		buf_release(&seen);
	}
}

static int
run(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	auto_buf out = { 0 };

	(void)session, (void)options, (void)argc;
	if (strcmp(argv[0], "bash") == 0)
		completion_bash(&out);
	else if (strcmp(argv[0], "zsh") == 0)
		completion_zsh(&out);
	else if (strcmp(argv[0], "fish") == 0)
		completion_fish(&out);
	else
		return fail(err, ERROR_USAGE, "no completion for '%s'; there is bash, zsh, fish",
		        argv[0]);
	fputs(buf_text(&out), stdout);
	return EXIT_DONE;
}

const struct command command_completion = {
	.name = "completion",
	.group = "help",
	.arguments = "bash|zsh|fish",
	.min_arguments = 1,
	.max_arguments = 1,
	.summary = "print the completion script of a shell",
	.description =
	        "Prints a script that teaches the shell layershare's commands and options.\n\n"
	        "  bash   source <(layershare completion bash)\n"
	        "  zsh    layershare completion zsh >~/.zfunc/_layershare   (in fpath)\n"
	        "  fish   layershare completion fish >~/.config/fish/completions/layershare.fish",
	.examples = "layershare completion bash",
	.run = run,
};
