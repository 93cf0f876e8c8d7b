/* The options, and the texts that are made of them. */
#include <string.h>

#include "collector/agent/agent.h"
#include "collector/node/command_line.h"
#include "common/manual.h"
#include "common/memory.h"

static const struct option_spec own_options[] = {
	{ "output", 'o', OPTION_TEXT, "FILE",
	        "write there, whole or not at all, readable by its owner (default stdout)", NULL },
	{ "verbose", 'v', OPTION_FLAG, NULL, "say more", NULL },
	{ "quiet", 'q', OPTION_FLAG, NULL, "only errors on stderr", NULL },
	{ "man", 0, OPTION_FLAG, NULL, "print the man page's source, for scdoc", NULL },
	{ "completion", 0, OPTION_TEXT, "SHELL", "print the completion script of a shell",
	        "bash zsh fish" },
	{ "help", 'h', OPTION_FLAG, NULL, "what the program does and its options", NULL },
	{ "version", 0, OPTION_FLAG, NULL, "the version", NULL },
};

static const char summary[] = "what the image stores of this machine hold, as an inventory";

static const char description[] =
        "Reads the image stores of this machine as *layershare scan node* does, and writes what it "
        "saw as one inventory: JSON Lines, which *layershare import* reads on another machine. "
        "Images are not changed, no engine is stopped.\n\n"
        "As root it reads all stores. Stores that are plain files (containers-storage) need "
        "nothing but CAP_DAC_READ_SEARCH. A store that cannot be read is a problem in the "
        "inventory, which says what permission it needs.\n\n"
        "The last line of an inventory counts and hashes the others: one that was cut or changed "
        "on its way is refused. It has names of images, containers and labels, but no "
        "credentials and no values of environment variables.";

static const char examples[] =
        "layershare-agent --label pool=web --output /var/lib/layershare/inventory.jsonl\n"
        "layershare-agent --node build-1 --store containers-storage=/srv/storage | gzip >b1.gz\n"
        "ssh node-1 sudo layershare-agent | layershare import -";

struct option_sets
agent_option_sets(void)
{
	return (struct option_sets){
		.at = { { node_option_specs, NODE_OPTION_COUNT },
		        { own_options, countof(own_options) } },
		.count = 2,
		.later = "push token-file interval",
	};
}

void
agent_help(struct buf *out)
{
	const struct manual_style style = { 0 };

	buf_printf(out, "layershare-agent: %s\n\nUsage: layershare-agent [OPTIONS]\n", summary);
	manual_description(out, description, &style);
	manual_heading(out, "Options", &style);
	manual_options(out, node_option_specs, NODE_OPTION_COUNT, &style);
	manual_options(out, own_options, countof(own_options), &style);
	manual_heading(out, "Examples", &style);
	manual_examples(out, examples);
}

void
agent_man(struct buf *out)
{
	struct option_sets sets = agent_option_sets();

	buf_printf(out,
	        "layershare-agent(1) \"layershare " LAYERSHARE_VERSION "\" \"layershare\"\n\n"
	        "# NAME\n\nlayershare-agent - %s\n\n# SYNOPSIS\n\n*layershare-agent* [OPTIONS]\n\n"
	        "# DESCRIPTION\n\n",
	        summary);
	scdoc_description(out, description);
	buf_puts(out, "# OPTIONS\n\n");
	option_sets_each(spec, &sets) scdoc_option(out, spec);
	scdoc_exit_status(out);
	buf_puts(out, "# EXAMPLES\n\n");
	scdoc_literal(out, examples, strlen(examples));
	buf_puts(out, "# SEE ALSO\n\n*layershare*(1), *layershare-import*(1)\n");
}

static void
put_bash(struct buf *out)
{
	struct option_sets sets = agent_option_sets();

	buf_puts(out, "# bash completion for layershare-agent\n"
	              "# shellcheck shell=bash\n"
	              "_layershare_agent() {\n"
	              "\tlocal current=${COMP_WORDS[COMP_CWORD]}\n"
	              "\tCOMPREPLY=()\n"
	              "\t[[ $current == -* ]] || { compopt -o default; return; }\n"
	              "\tmapfile -t COMPREPLY < <(compgen -W \"");
	option_sets_each(spec, &sets) buf_printf(out, "--%s ", spec->name);
	buf_puts(out, "\" -- \"$current\")\n}\ncomplete -F _layershare_agent layershare-agent\n");
}

static void
put_zsh(struct buf *out)
{
	struct option_sets sets = agent_option_sets();

	buf_puts(out, "#compdef layershare-agent\n_arguments -s");
	option_sets_each(spec, &sets)
	{
		bool flag = spec->type == OPTION_FLAG;
		buf_printf(out, " \\\n\t'%s--%s%s[", spec->type == OPTION_LIST ? "*" : "",
		        spec->name, flag ? "" : "=");
		for (const char *c = spec->help; *c != '\0'; c++)
			if (strchr("'[]:\\", *c) == NULL)
				buf_putc(out, *c);
		buf_putc(out, ']');
		if (!flag)
			buf_printf(out, ":%s:%s", spec->argument,
			        strcmp(spec->argument, "FILE") == 0 ? "_files" : "");
		buf_putc(out, '\'');
	}
	buf_putc(out, '\n');
}

static void
put_fish(struct buf *out)
{
	struct option_sets sets = agent_option_sets();

	option_sets_each(spec, &sets)
	{
		buf_printf(out, "complete -c layershare-agent -l %s", spec->name);
		if (spec->letter != 0)
			buf_printf(out, " -s %c", spec->letter);
		if (spec->type != OPTION_FLAG)
			buf_puts(out, strcmp(spec->argument, "FILE") == 0 ? " -r -F" : " -x");
		buf_puts(out, " -d '");
		for (const char *c = spec->help; *c != '\0'; c++)
			if (strchr("'\\", *c) == NULL)
				buf_putc(out, *c);
		buf_puts(out, "'\n");
	}
}

void
agent_completion(struct buf *out, const char *shell)
{
	if (strcmp(shell, "bash") == 0)
		put_bash(out);
	else if (strcmp(shell, "zsh") == 0)
		put_zsh(out);
	else
		put_fish(out);
}
