/* Every command, in the order that help shows them, and the options that they have in common. */
#include "analyzer/command/table.h"

#include <string.h>

#include "common/buf.h"
#include "common/memory.h"
#include "common/suggest.h"

const struct command *const commands[] = {
	&command_scan_registry,
	&command_scan_node,
	&command_scan_layout,
	&command_import,
	&ask_usage,
	&ask_images,
	&ask_nodes,
	&ask_bases,
	&ask_explain,
	&show_report,
	&command_doctor,
	&command_config_show,
	&command_completion,
	&command_help,
};
const size_t command_count = countof(commands);

const char *const later_commands[] = { "scan cluster", "diverging", "plan", "whatif", "trend",
	"check", "tui", "serve" };
const size_t later_command_count = countof(later_commands);

const struct option_spec global_options[] = {
	{ "db", 0, OPTION_TEXT, "FILE",
	        "the store (default $LAYERSHARE_DB, else below the state directory)", NULL },
	{ "config", 0, OPTION_TEXT, "FILE",
	        "the configuration (default ~/.config/layershare/config.yaml, else below /etc)",
	        NULL },
	{ "verbose", 'v', OPTION_FLAG, NULL, "say more: every request, without credentials", NULL },
	{ "quiet", 'q', OPTION_FLAG, NULL, "only errors on stderr", NULL },
	{ "color", 0, OPTION_TEXT, "WHEN", "colours (auto: on a terminal, unless NO_COLOR is set)",
	        "auto always never" },
	{ "help", 'h', OPTION_FLAG, NULL, "what the command does and its options", NULL },
	{ "version", 0, OPTION_FLAG, NULL, "the version", NULL },
};
const size_t global_option_count = countof(global_options);

const struct option_spec ask_options[] = {
	{ "output", 'o', OPTION_TEXT, "FORMAT", "how to print the answer", "table json csv" },
	{ "sort", 0, OPTION_TEXT, "COLUMN", "order the rows; -COLUMN descending, +COLUMN ascending",
	        NULL },
	{ "limit", 0, OPTION_COUNT, "N", "only the first N rows", NULL },
	{ "filter", 0, OPTION_LIST, "CONDITION",
	        "only rows with COLUMN=GLOB, COLUMN!=GLOB, COLUMN>SIZE, COLUMN<SIZE, or that "
	        "contain a text; all given conditions must hold",
	        NULL },
	{ "platform", 0, OPTION_TEXT, "OS/ARCH", "count images of one platform only", NULL },
	{ "bytes", 0, OPTION_FLAG, NULL, "exact bytes instead of kB, MB, GB", NULL },
	{ "no-header", 0, OPTION_FLAG, NULL, "rows only", NULL },
	{ "require-complete", 0, OPTION_FLAG, NULL,
	        "exit 3 if a source is stale, failed or was read in part", NULL },
};
const size_t ask_option_count = countof(ask_options);

struct option_sets
command_option_sets(const struct command *command)
{
	struct option_sets sets = { 0 };

	if (command != NULL) {
		sets.at[sets.count].specs = command->options;
		sets.at[sets.count++].count = command->option_count;
		sets.later = command->later_options;
	}
	if (command != NULL && (command->flags & COMMAND_ASK) != 0) {
		sets.at[sets.count].specs = ask_options;
		sets.at[sets.count++].count = ask_option_count;
	}
	sets.at[sets.count].specs = global_options;
	sets.at[sets.count++].count = global_option_count;
	return sets;
}

/* The words of argv that `name` consists of, 0 if it does not begin so. */
static int
match(const char *name, int argc, char *const *argv)
{
	const char *space = strchr(name, ' ');

	if (argc < 1)
		return 0;
	if (space == NULL)
		return strcmp(name, argv[0]) == 0 ? 1 : 0;
	size_t first = (size_t)(space - name);
	if (argc < 2 || strlen(argv[0]) != first || memcmp(name, argv[0], first) != 0)
		return 0;
	return strcmp(space + 1, argv[1]) == 0 ? 2 : 0;
}

bool
command_is_family(const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i < command_count; i++) {
		const char *name = commands[i]->name;
		if (strncmp(name, word, length) == 0 && name[length] == ' ')
			return true;
	}
	return false;
}

/* "scan" alone: its second words. */
static int
fail_half(const char *word, struct error *err)
{
	auto_buf seconds = { 0 };
	size_t length = strlen(word);

	for (size_t i = 0; i < command_count; i++) {
		const char *name = commands[i]->name;
		if (strncmp(name, word, length) == 0 && name[length] == ' ')
			buf_printf(&seconds, "%s%s", seconds.length == 0 ? "" : ", ", name);
	}
	if (seconds.length == 0)
		return 0;
	return fail(err, ERROR_USAGE, "'%s' needs a second word: %s", word, buf_text(&seconds));
}

static const char *
suggest_command(const char *typed)
{
	auto_free const char **names = xcalloc(command_count, sizeof(*names));

	for (size_t i = 0; i < command_count; i++)
		names[i] = commands[i]->name;
	return suggest_word(typed, names, command_count);
}

const struct command *
command_find(int argc, char *const *argv, int *word_count, struct error *err)
{
	for (size_t i = 0; i < command_count; i++) {
		if ((*word_count = match(commands[i]->name, argc, argv)) > 0)
			return commands[i];
	}
	for (size_t i = 0; i < later_command_count; i++) {
		if (match(later_commands[i], argc, argv) > 0) {
			fail(err, ERROR_USAGE, "'%s' is not in this version yet",
			        later_commands[i]);
			return NULL;
		}
	}
	bool second_is_word = argc > 1 && argv[1][0] != '-';
	auto_free char *both = xprintf("%s %s", argv[0], second_is_word ? argv[1] : "");
	const char *near = second_is_word ? suggest_command(both) : NULL;
	if (near == NULL)
		near = suggest_command(argv[0]);
	if (near != NULL && strchr(near, ' ') == NULL)
		fail(err, ERROR_USAGE, "unknown command '%s'; did you mean '%s'?", argv[0], near);
	else if (near != NULL && second_is_word)
		fail(err, ERROR_USAGE, "unknown command '%s'; did you mean '%s'?", both, near);
	else if (fail_half(argv[0], err) == 0)
		fail(err, ERROR_USAGE, "unknown command '%s'", argv[0]);
	return NULL;
}
