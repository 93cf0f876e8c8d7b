/* Help for the terminal: wrapped, in two columns where it is a list. */
#include "analyzer/command/help.h"

#include <string.h>

#include "common/text.h"

#define DEFAULT_WIDTH 80
#define LABEL_WIDTH   26 /* of options; longer labels get a line of their own */
#define NAME_WIDTH    16 /* of commands */

static unsigned
width_of(const struct help_style *style)
{
	unsigned width = style->width == 0 ? DEFAULT_WIDTH : style->width;

	return width < 40 ? 40 : width > 100 ? 100 : width;
}

static void
spaces(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_putc(out, ' ');
}

static void
heading(struct buf *out, const char *text, const struct help_style *style)
{
	buf_printf(out, "\n%s%s:%s\n", style->color ? "\x1b[1m" : "", text,
	        style->color ? "\x1b[0m" : "");
}

/* One word of a description: its *bold* marks become bold or nothing. */
static void
put_word(struct buf *out, const char *word, size_t length, bool color, bool *bold)
{
	for (size_t i = 0; i < length; i++) {
		if (word[i] != '*') {
			buf_putc(out, word[i]);
			continue;
		}
		*bold = !*bold;
		if (color)
			buf_puts(out, *bold ? "\x1b[1m" : "\x1b[0m");
	}
}

static size_t
shown_width(const char *word, size_t length)
{
	auto_buf plain = { 0 };
	bool bold = false;

	put_word(&plain, word, length, false, &bold);
	return text_width(buf_text(&plain));
}

/* One paragraph (up to `length`) wrapped; the first line has begun at column `at`. */
static void
wrap(struct buf *out, const char *text, size_t length, size_t at, size_t indent,
        const struct help_style *style)
{
	const char *end = text + length;
	bool bold = false, first = true;

	while (text < end) {
		size_t word = strcspn(text, " \n");
		if (word > (size_t)(end - text))
			word = (size_t)(end - text);
		size_t width = shown_width(text, word);
		if (!first && at + 1 + width > width_of(style)) {
			buf_putc(out, '\n');
			spaces(out, indent);
			at = indent;
			first = true;
		}
		if (!first) {
			buf_putc(out, ' ');
			at++;
		}
		put_word(out, text, word, style->color, &bold);
		at += width;
		first = false;
		text += word;
		while (text < end && (*text == ' ' || *text == '\n'))
			text++;
	}
	buf_putc(out, '\n');
}

static void
put_description(struct buf *out, const char *text, const struct help_style *style)
{
	while (*text != '\0') {
		const char *end = strstr(text, "\n\n");
		size_t length = end == NULL ? strlen(text) : (size_t)(end - text);
		buf_putc(out, '\n');
		if (strncmp(text, "  ", 2) == 0) {
			buf_append(out, text, length);
			buf_putc(out, '\n');
		} else {
			wrap(out, text, length, 0, 0, style);
		}
		text += length;
		text += strspn(text, "\n");
	}
}

void
help_option_label(struct buf *out, const struct option_spec *spec)
{
	if (spec->letter != 0)
		buf_printf(out, "-%c, ", spec->letter);
	buf_printf(out, "--%s", spec->name);
	if (spec->argument != NULL)
		buf_printf(out, " %s", spec->argument);
}

static void
put_options(struct buf *out, const struct option_spec *specs, size_t count,
        const struct help_style *style)
{
	for (size_t i = 0; i < count; i++) {
		auto_buf help = { 0 };
		size_t start = out->length;
		spaces(out, specs[i].letter == 0 ? 6 : 2);
		help_option_label(out, &specs[i]);
		size_t used = out->length - start;
		if (used + 2 > LABEL_WIDTH) {
			buf_putc(out, '\n');
			used = 0;
		}
		spaces(out, LABEL_WIDTH - used);
		buf_puts(&help, specs[i].help);
		if (specs[i].choices != NULL)
			buf_printf(&help, ": %s", specs[i].choices);
		if (specs[i].type == OPTION_LIST)
			buf_puts(&help, " (may be repeated)");
		wrap(out, buf_text(&help), help.length, LABEL_WIDTH, LABEL_WIDTH, style);
	}
}

static void
put_commands(struct buf *out, const char *group, const char *word, const struct help_style *style)
{
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = commands[i];
		if (group != NULL && strcmp(command->group, group) != 0)
			continue;
		if (word != NULL && !text_starts_with(command->name, word))
			continue;
		buf_printf(out, "  %-*s", NAME_WIDTH, command->name);
		wrap(out, command->summary, strlen(command->summary), NAME_WIDTH + 2,
		        NAME_WIDTH + 2, style);
	}
}

void
help_overview(struct buf *out, const struct help_style *style)
{
	static const char *const groups[] = { "collect", "ask", "show", "help", NULL };

	buf_puts(out, "layershare: what container images share, and what that saves\n\n"
	              "Usage: layershare [--db FILE] [--config FILE] [-v|-q] COMMAND [OPTIONS] "
	              "[ARGUMENTS]\n");
	for (const char *const *group = groups; *group != NULL; group++) {
		heading(out, *group, style);
		put_commands(out, *group, NULL, style);
	}
	buf_puts(out, "\nBegin with:\n"
	              "  layershare scan registry registry.example.com\n"
	              "  layershare usage\n"
	              "\n'layershare help COMMAND' explains a command.\n");
}

void
help_family(struct buf *out, const char *word, const struct help_style *style)
{
	put_commands(out, NULL, word, style);
	buf_printf(out, "\n'layershare help %s COMMAND' explains one of them.\n", word);
}

void
help_command(struct buf *out, const struct command *command, const struct help_style *style)
{
	buf_printf(out, "layershare %s: %s\n\nUsage: layershare %s [OPTIONS]%s%s\n", command->name,
	        command->summary, command->name, command->arguments == NULL ? "" : " ",
	        command->arguments == NULL ? "" : command->arguments);
	put_description(out, command->description, style);
	if (command->option_count > 0 || (command->flags & COMMAND_ASK) != 0) {
		heading(out, "Options", style);
		put_options(out, command->options, command->option_count, style);
		if ((command->flags & COMMAND_ASK) != 0)
			put_options(out, ask_options, ask_option_count, style);
	}
	heading(out, "Global options", style);
	put_options(out, global_options, global_option_count, style);
	if (command->examples != NULL) {
		heading(out, "Examples", style);
		for (const char *line = command->examples; *line != '\0';) {
			size_t length = strcspn(line, "\n");
			buf_printf(out, "  %.*s\n", (int)length, line);
			line += length + (line[length] == '\n');
		}
	}
}
