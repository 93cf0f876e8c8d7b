/*
 * From argv to one command: global options, the command's words, its options (global ones again,
 * they may stand on either side), its arguments; then what it needs: configuration, the place of
 * the store. The only place that prints errors.
 */
#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "analyzer/command/command.h"
#include "analyzer/command/help.h"
#include "analyzer/command/table.h"
#include "analyzer/config/config.h"
#include "common/memory.h"
#include "common/text.h"

/* One call of the program and all that it owns. */
struct call {
	const struct command *command; /* NULL until it is known */
	struct options *before, *after;
	struct config *config;
	char *db_path, *config_path;
	bool configuration_failed;
	struct session session;
};

static void
call_release(struct call *call)
{
	options_free(call->before);
	options_free(call->after);
	config_free(call->config);
	free(call->db_path);
	free(call->config_path);
}

/* The last one given wins, so one behind the command wins over one before it. */
static const char *
global_text(const struct call *call, const char *name)
{
	const char *text = call->after == NULL ? NULL : option_text(call->after, name);

	return text != NULL ? text : option_text(call->before, name);
}

static bool
global_flag(const struct call *call, const char *name)
{
	return option_flag(call->before, name) ||
	       (call->after != NULL && option_flag(call->after, name));
}

static bool
wants_color(const struct call *call, int fd)
{
	const char *when = global_text(call, "color");
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != NULL && strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	if ((no_color != NULL && *no_color != '\0') || term == NULL || strcmp(term, "dumb") == 0)
		return false;
	return isatty(fd);
}

static unsigned
terminal_width(int fd)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return columns == NULL ? 80 : (unsigned)strtoul(columns, NULL, 10);
}

static void
look_around(struct call *call)
{
	struct session *session = &call->session;

	session->verbosity = global_flag(call, "quiet") ? -1 : global_flag(call, "verbose");
	session->width = terminal_width(STDOUT_FILENO);
	session->color_out = wants_color(call, STDOUT_FILENO);
	session->color_err = wants_color(call, STDERR_FILENO);
	session->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

/* What the command's flags ask for. */
static int
prepare(struct call *call, struct error *err)
{
	const char *config_path = global_text(call, "config");
	const char *db_path = global_text(call, "db");
	unsigned flags = call->command->flags;

	look_around(call);
	call->config_path = config_path != NULL ? xstrdup(config_path) : config_find();
	call->session.config_path = call->config_path;
	if ((flags & COMMAND_CONFIG) != 0) {
		if (config_load(&call->config, call->config_path, err) != 0) {
			call->configuration_failed = true;
			return -1;
		}
		call->session.config = call->config;
	}
	if ((flags & COMMAND_STORE) != 0) {
		call->db_path = db_path != NULL ? xstrdup(db_path) : config_db_path(err);
		if (call->db_path == NULL)
			return -1;
		call->session.db_path = call->db_path;
	}
	return 0;
}

static int
check_arguments(const struct command *command, int argc, char *const *argv, struct error *err)
{
	if ((unsigned)argc < command->min_arguments)
		return fail(err, ERROR_USAGE, "needs an argument: %s", command->arguments);
	if (command->max_arguments == 0 && argc > 0)
		return fail(err, ERROR_USAGE, "takes no arguments, but got '%s'", argv[0]);
	if ((unsigned)argc > command->max_arguments)
		return fail(err, ERROR_USAGE, "'%s' is one argument too many (%s)",
		        argv[command->max_arguments], command->arguments);
	return 0;
}

static int
show_help(struct call *call)
{
	auto_buf text = { 0 };

	look_around(call);
	struct manual_style style = { call->session.width, call->session.color_out };
	if (call->command == NULL)
		help_overview(&text, &style);
	else
		help_command(&text, call->command, &style);
	fputs(buf_text(&text), stdout);
	return EXIT_DONE;
}

static int
show_family(struct call *call, const char *word)
{
	auto_buf text = { 0 };

	look_around(call);
	struct manual_style style = { call->session.width, call->session.color_out };
	help_family(&text, word, &style);
	fputs(buf_text(&text), stdout);
	return EXIT_DONE;
}

static int
run_command(struct call *call, int argc, char **argv, struct error *err)
{
	struct option_sets sets = command_option_sets(call->command);
	int first;

	call->after = options_parse(&sets, argc, argv, false, &first, err);
	if (call->after == NULL)
		return -1;
	if (global_flag(call, "help"))
		return show_help(call);
	if (check_arguments(call->command, argc - first, argv + first, err) != 0 ||
	        prepare(call, err) != 0)
		return -1;
	return call->command->run(&call->session, call->after, argc - first, argv + first, err);
}

static int
run_call(struct call *call, int argc, char **argv, struct error *err)
{
	struct option_sets sets = command_option_sets(NULL);
	int first, words;

	call->before = options_parse(&sets, argc, argv, true, &first, err);
	if (call->before == NULL)
		return -1;
	if (global_flag(call, "version")) {
		puts("layershare " LAYERSHARE_VERSION);
		return EXIT_DONE;
	}
	argc -= first;
	argv += first;
	if (argc == 0) {
		if (global_flag(call, "help"))
			return show_help(call);
		return fail(err, ERROR_USAGE, "which command?");
	}
	/* "layershare scan --help" is about all that begins so. */
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) &&
	        command_is_family(argv[0]))
		return show_family(call, argv[0]);
	call->command = command_find(argc, argv, &words, err);
	if (call->command == NULL)
		return -1;
	/* The parser skips argv[0], so it gets the command's last word there. */
	int status = run_command(call, argc - (words - 1), argv + (words - 1), err);
	if (status == -1 && err->code == ERROR_USAGE)
		fail_in(err, "%s", call->command->name);
	return status;
}

static void
print_error(const struct call *call, const struct error *err)
{
	auto_buf text = { 0 };

	text_clean(&text, err->message, strlen(err->message));
	fprintf(stderr, "layershare: %s\n", buf_text(&text));
	if (err->code != ERROR_USAGE)
		return;
	if (call->configuration_failed)
		fputs("'layershare help config show' says where it is looked for; layershare.yaml "
		      "in "
		      "share/doc/layershare is an example with every key.\n",
		        stderr);
	else if (call->command == NULL)
		fputs("'layershare help' lists the commands.\n", stderr);
	else
		fprintf(stderr, "'layershare help %s' explains it.\n", call->command->name);
}

/* A full disk shows itself only here. A reader that had enough (`| head`) needs no words. */
static int
close_stdout(int status)
{
	errno = 0;
	bool failed = ferror(stdout) != 0;
	failed = fclose(stdout) != 0 || failed;
	if (!failed || errno == EBADF)
		return failed && status == EXIT_DONE ? EXIT_FAILED : status;
	/* Who failed has said why. */
	if (errno != EPIPE && status != EXIT_FAILED)
		fprintf(stderr, "layershare: the output could not be written: %s\n",
		        strerror(errno));
	return EXIT_FAILED;
}

int
command_main(int argc, char **argv)
{
	__attribute__((cleanup(call_release))) struct call call = { 0 };
	struct error err = { 0 };

	int status = run_call(&call, argc, argv, &err);
	if (status == -1) {
		fflush(stdout);
		print_error(&call, &err);
		status = err.code == ERROR_USAGE ? EXIT_USAGE : EXIT_FAILED;
	}
	return close_stdout(status);
}
