/* Options by table: parsing, looking up. */
#ifndef COMMON_OPTIONS_H
#define COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

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

/* Several tables as one list of options. */
struct option_sets {
	struct {
		const struct option_spec *specs;
		size_t count;
	} at[3];
	size_t count;
	const char *later; /* "at ideal": refused as not in this version yet; NULL = none */
};

#define option_sets_each(spec, sets)                                                               \
	for (size_t spec##_set = 0; spec##_set < (sets)->count; spec##_set++)                      \
		for (const struct option_spec *spec = (sets)->at[spec##_set].specs;                \
		        spec < (sets)->at[spec##_set].specs + (sets)->at[spec##_set].count;        \
		        spec++)

/* Parsed options, looked up by name. Asking for a name that is in no table is a bug and asserts. */
struct options;

/*
 * Parses argv[1…] (argv[0] is only for messages); options may stand before, between and after
 * arguments, "--" ends them. With `stop_early` the first argument ends them. The rest of argv is
 * permuted behind *first_argument. Errors are ERROR_USAGE. NULL on failure.
 */
struct options *options_parse(const struct option_sets *sets, int argc, char **argv,
        bool stop_early, int *first_argument, struct error *err);
void options_free(struct options *options);

const char *option_text(const struct options *options, const char *name); /* NULL = not given */
bool option_flag(const struct options *options, const char *name);
bool option_count(const struct options *options, const char *name, size_t *value);
size_t option_list(const struct options *options, const char *name, const char *const **values);

#endif
