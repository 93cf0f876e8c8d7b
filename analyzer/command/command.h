/*
 * Commands: one file each, one table for all (table.c). Help texts, man pages and shell completion
 * are made from the same table, so none of them can be out of date.
 */
#ifndef ANALYZER_COMMAND_COMMAND_H
#define ANALYZER_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

#define EXIT_DONE     0
#define EXIT_FAILED   1  /* nothing usable */
#define EXIT_USAGE    2  /* the command line or the configuration */
#define EXIT_PARTIAL  3  /* done, but some sources failed or were cut */
#define EXIT_VIOLATED 10 /* check: the policy is violated */

struct config;

/* What every command gets: the global options, the configuration, how to print. */
struct session {
	const char *db_path;     /* resolved by main, never NULL */
	const char *config_path; /* the file that was read, NULL = none */
	const struct config *config;
	int verbosity; /* -1 quiet, 0, 1 verbose */
	bool color_out, color_err;
};

enum option_type {
	OPTION_FLAG,
	OPTION_TEXT,
	OPTION_COUNT, /* a whole number ≥ 0 */
	OPTION_LIST,  /* may be given several times */
};

struct option_spec {
	const char *name; /* "include": --include */
	char letter;      /* 'o', or 0 */
	enum option_type type;
	const char *argument; /* "GLOB"; NULL for flags */
	const char *help;     /* one line, without full stop */
	const char *choices;  /* "table json csv": others are refused; NULL = free */
};

/* Parsed options of one command, looked up by name. Asking for a name that is not in the command's
 * table is a bug and asserts. */
struct options;
const char *option_text(const struct options *options, const char *name); /* NULL = not given */
bool option_flag(const struct options *options, const char *name);
bool option_count(const struct options *options, const char *name, size_t *value);
size_t option_list(const struct options *options, const char *name, const char *const **values);

enum command_flags {
	COMMAND_ASK = 1, /* takes the options of all ask commands (-o, --sort, --limit, …) */
};

struct command {
	const char *name;                      /* "scan registry": one or two words */
	const char *group;                     /* "collect", "ask", "show", "help" */
	const char *arguments;                 /* "TARGET..." */
	unsigned min_arguments, max_arguments; /* max 0 = none, UINT_MAX = any */
	enum command_flags flags;
	const char *summary;     /* one line for the list of commands */
	const char *description; /* scdoc text for help and the man page */
	const char *examples;    /* lines of shell; executed by tests */
	const struct option_spec *options;
	size_t option_count;
	/* The exit status, or -1 with err: then main prints it and exits 2 for ERROR_USAGE, else 1.
	 */
	int (*run)(const struct session *session, const struct options *options, int argc,
	        char **argv, struct error *err);
};

extern const struct command commands[];
extern const size_t command_count;
extern const struct option_spec global_options[], ask_options[];
extern const size_t global_option_count, ask_option_count;

#endif
