/* The command table is complete: help, man pages and completion can be made of every row. */
#include "tests/support/unit.h"

#include <string.h>

#include "analyzer/command/command.h"
#include "analyzer/command/completion.h"
#include "analyzer/command/help.h"
#include "common/memory.h"
#include "common/text.h"

static void
test_rows(void **state)
{
	static const char *const groups[] = { "collect", "ask", "show", "help" };

	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = commands[i];
		bool known = false;
		for (size_t g = 0; g < countof(groups); g++)
			known = known || strcmp(command->group, groups[g]) == 0;
		assert_true(known);
		assert_non_null(command->run);
		assert_non_null(command->description);
		assert_non_null(command->examples);
		assert_true(strlen(command->summary) > 10);
		assert_int_not_equal(command->summary[strlen(command->summary) - 1], '.');
		assert_int_equal(command->max_arguments > 0, command->arguments != NULL);
		assert_true(command->min_arguments <= command->max_arguments);
		if ((command->flags & COMMAND_ASK) != 0)
			assert_true((command->flags & COMMAND_STORE) != 0);
	}
}

/* No name or letter twice among the options that a command takes. */
static void
test_options_differ(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		struct option_sets sets = command_option_sets(commands[i]);
		option_sets_each(a, &sets)
		{
			unsigned names = 0, letters = 0;
			assert_int_equal(a->argument == NULL, a->type == OPTION_FLAG);
			option_sets_each(b, &sets)
			{
				names += strcmp(a->name, b->name) == 0;
				letters += a->letter != 0 && a->letter == b->letter;
			}
			assert_int_equal(names, 1);
			assert_true(letters <= 1);
		}
	}
}

/* Each *bold* ends in its own paragraph, or scdoc refuses the page. */
static void
test_bold_is_closed(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		for (const char *at = commands[i]->description; *at != '\0';) {
			const char *end = strstr(at, "\n\n");
			size_t length = end == NULL ? strlen(at) : (size_t)(end - at), stars = 0;
			for (size_t c = 0; c < length; c++)
				stars += at[c] == '*';
			if (strncmp(at, "  ", 2) != 0)
				assert_int_equal(stars % 2, 0);
			at += length;
			at += strspn(at, "\n");
		}
	}
}

/* Every line of help fits, and names every option. */
static void
test_help(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		auto_buf text = { 0 };
		struct manual_style style = { .width = 80 };
		struct option_sets sets = command_option_sets(commands[i]);
		help_command(&text, commands[i], &style);
		option_sets_each(spec, &sets)
		{
			auto_buf label = { 0 };
			manual_option_label(&label, spec);
			assert_non_null(strstr(buf_text(&text), buf_text(&label)));
		}
		assert_null(strstr(buf_text(&text), "\x1b"));
		char *rest;
		for (char *line = strtok_r(text.data, "\n", &rest); line != NULL;
		        line = strtok_r(NULL, "\n", &rest)) {
			bool literal =
			        strstr(commands[i]->description, line) != NULL ||
			        strstr(commands[i]->examples, line + strspn(line, " ")) != NULL ||
			        text_starts_with(line, "layershare ") ||
			        text_starts_with(line, "Usage: ");
			if (!literal)
				assert_true(text_width(line) <= 80);
		}
	}
}

static void
test_overview_and_man(void **state)
{
	auto_buf overview = { 0 };
	auto_buf man = { 0 };
	struct manual_style style = { 0 };

	(void)state;
	help_overview(&overview, &style);
	help_man(&man, NULL);
	assert_true(text_starts_with(buf_text(&man), "layershare(1)"));
	for (size_t i = 0; i < command_count; i++) {
		auto_buf page = { 0 };
		assert_non_null(strstr(buf_text(&overview), commands[i]->name));
		assert_non_null(strstr(buf_text(&man), commands[i]->name));
		help_man(&page, commands[i]);
		assert_true(text_starts_with(buf_text(&page), "layershare-"));
		assert_non_null(strstr(buf_text(&page), "# SYNOPSIS\n"));
		assert_non_null(strstr(buf_text(&page), "# EXIT STATUS\n"));
	}
}

static void
test_completion(void **state)
{
	static void (*const shells[])(
	        struct buf *) = { completion_bash, completion_zsh, completion_fish };

	(void)state;
	for (size_t s = 0; s < countof(shells); s++) {
		auto_buf script = { 0 };
		shells[s](&script);
		for (size_t i = 0; i < command_count; i++) {
			struct option_sets sets = command_option_sets(commands[i]);
			const char *word = strrchr(commands[i]->name, ' ');
			assert_non_null(strstr(
			        buf_text(&script), word == NULL ? commands[i]->name : word + 1));
			option_sets_each(spec, &sets)
			        assert_non_null(strstr(buf_text(&script), spec->name));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_options_differ),
		cmocka_unit_test(test_bold_is_closed),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_overview_and_man),
		cmocka_unit_test(test_completion),
	};
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
