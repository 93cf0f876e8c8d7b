/*
 * Commands: one file each, with what it says about itself beside what it does; one table of all
 * (table.c). Help texts, man pages and shell completion are made from the same table, so none of
 * them can be out of date.
 */
#ifndef ANALYZER_COMMAND_COMMAND_H
#define ANALYZER_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "common/options.h"
#include "common/error.h"

#define EXIT_DONE     0
#define EXIT_FAILED   1  /* nothing usable */
#define EXIT_USAGE    2  /* the command line or the configuration */
#define EXIT_PARTIAL  3  /* done, but some sources failed or were cut */
#define EXIT_VIOLATED 10 /* check: the policy is violated */

struct config;

/* What every command gets: the global options, the configuration, how to print. */
struct session {
	const char *db_path;         /* NULL without COMMAND_STORE */
	const char *config_path;     /* the file that is or would be read, NULL = none */
	const struct config *config; /* NULL without COMMAND_CONFIG */
	int verbosity;               /* -1 quiet, 0, 1 verbose */
	unsigned width;              /* of the terminal on stdout, 0 = none, so unlimited */
	bool color_out, color_err;
	bool ascii; /* the locale is not UTF-8 */
};

enum command_flags {
	COMMAND_ASK = 1,    /* takes the options of all ask commands (-o, --sort, --limit, …) */
	COMMAND_CONFIG = 2, /* needs the configuration, so an error in it ends the command */
	COMMAND_STORE = 4,  /* needs to know where the store is */
};

struct command {
	const char *name;                      /* "scan registry": one or two words */
	const char *group;                     /* "collect", "ask", "show", "help" */
	const char *arguments;                 /* "TARGET..." */
	unsigned min_arguments, max_arguments; /* max 0 = none, UINT_MAX = any */
	unsigned flags;                        /* enum command_flags */
	const char *summary;                   /* one line for the list of commands */
	/* Paragraphs for help and the man page, separated by empty lines; *bold*; lines that begin
	 * with two blanks are shown as they are. */
	const char *description;
	const char *examples; /* lines of shell; the tests run them */
	const struct option_spec *options;
	size_t option_count;
	const char *later_options; /* "at ideal": promised by the contract, refused until they work;
	                            * not in the help */
	/* The exit status, or -1 with err: then main prints it and exits 2 for ERROR_USAGE, else 1.
	 */
	int (*run)(const struct session *session, const struct options *options, int argc,
	        char **argv, struct error *err);
};

/* In the order of the help. */
extern const struct command *const commands[];
extern const size_t command_count;
/* Promised by the contract, not in this version yet: they answer 2 and say so. */
extern const char *const later_commands[];
extern const size_t later_command_count;
extern const struct option_spec global_options[], ask_options[];
extern const size_t global_option_count, ask_option_count;

/* The command whose words begin argv, and how many words these are; NULL with an error that
 * suggests another. */
const struct command *command_find(int argc, char *const *argv, int *word_count, struct error *err);
/* "scan": the first of two words of some command. */
bool command_is_family(const char *word);
/* All options that a command takes, its own first. */
struct option_sets command_option_sets(const struct command *command);

/* The whole program: the exit status. */
int command_main(int argc, char **argv);

#endif
