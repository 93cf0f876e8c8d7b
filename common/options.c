/*
 * getopt_long() over our tables. It permutes and knows the conventions; the tables know the names;
 * what is added here are messages that help: the option as typed, what was meant, what is allowed.
 */
#include "common/options.h"

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/memory.h"
#include "common/suggest.h"

#define FIRST_VALUE 256 /* getopt's value of the first option: above every letter */

struct value {
	const struct option_spec *spec;
	const char **texts; /* of argv; for flags NULL, only counted */
	size_t count;
};

struct options {
	struct value *values;
	size_t count;
	const char *later;
};

static struct options *
options_new(const struct option_sets *sets)
{
	struct options *options = xcalloc(1, sizeof(*options));
	size_t count = 0;

	for (size_t i = 0; i < sets->count; i++)
		count += sets->at[i].count;
	options->later = sets->later != NULL ? sets->later : "";
	options->values = xcalloc(count + 1, sizeof(*options->values));
	option_sets_each(spec, sets) options->values[options->count++].spec = spec;
	return options;
}

void
options_free(struct options *options)
{
	if (options == NULL)
		return;
	for (size_t i = 0; i < options->count; i++)
		free(options->values[i].texts);
	free(options->values);
	free(options);
}

/* Our table in getopt's words. */
static void
describe(const struct options *options, struct option *longs, char *shorts)
{
	for (size_t i = 0; i < options->count; i++) {
		const struct option_spec *spec = options->values[i].spec;
		bool wants = spec->type != OPTION_FLAG;
		longs[i] = (struct option){ spec->name, wants ? required_argument : no_argument,
			NULL, FIRST_VALUE + (int)i };
		if (spec->letter == 0)
			continue;
		*shorts++ = spec->letter;
		if (wants)
			*shorts++ = ':';
	}
	*shorts = '\0';
}

static struct value *
value_of(const struct options *options, int code)
{
	for (size_t i = 0; i < options->count; i++) {
		if (code == FIRST_VALUE + (int)i || code == options->values[i].spec->letter)
			return &options->values[i];
	}
	return NULL;
}

static bool
is_choice(const char *choices, const char *text)
{
	size_t length = strlen(text);

	for (const char *at = choices; *at != '\0'; at += strspn(at, " ")) {
		size_t word = strcspn(at, " ");
		if (word == length && memcmp(at, text, length) == 0)
			return true;
		at += word;
	}
	return false;
}

/* getopt refused something: which, and why. */
static int
refuse(const struct options *options, int answer, char *const *argv, struct error *err)
{
	const struct value *known = optopt == 0 ? NULL : value_of(options, optopt);

	if (answer == ':')
		return fail(err, ERROR_USAGE, "option '--%s' needs %s", known->spec->name,
		        known->spec->argument);
	if (known != NULL)
		return fail(err, ERROR_USAGE, "option '--%s' takes no value", known->spec->name);
	if (optopt != 0)
		return fail(err, ERROR_USAGE, "unknown option '-%c'", optopt);

	/* An unknown or ambiguous long option is the argument just passed. */
	auto_free char *typed = xstrdup(argv[optind - 1]);
	auto_free const char **names = xcalloc(options->count + 1, sizeof(*names));
	typed[strcspn(typed, "=")] = '\0';
	if (is_choice(options->later, typed + 2))
		return fail(err, ERROR_USAGE, "'%s' is not in this version yet", typed);
	for (size_t i = 0; i < options->count; i++)
		names[i] = options->values[i].spec->name;
	const char *near = suggest_word(typed + 2, names, options->count);
	if (near != NULL)
		return fail(
		        err, ERROR_USAGE, "unknown option '%s'; did you mean '--%s'?", typed, near);
	return fail(err, ERROR_USAGE, "unknown option '%s'", typed);
}

static int
take(struct value *value, const char *text, struct error *err)
{
	const struct option_spec *spec = value->spec;

	if (spec->choices != NULL && !is_choice(spec->choices, text))
		return fail(err, ERROR_USAGE, "option '--%s' is '%s'; it can be: %s", spec->name,
		        text, spec->choices);
	if (spec->type == OPTION_COUNT) {
		size_t digits = strspn(text, "0123456789");
		if (digits == 0 || digits > 18 || text[digits] != '\0')
			return fail(err, ERROR_USAGE,
			        "option '--%s' is '%s'; it needs a whole number", spec->name, text);
	}
	if (spec->type != OPTION_FLAG) {
		value->texts = xrealloc(value->texts, value->count + 1, sizeof(*value->texts));
		value->texts[value->count] = text;
	}
	value->count++;
	return 0;
}

struct options *
options_parse(const struct option_sets *sets, int argc, char **argv, bool stop_early,
        int *first_argument, struct error *err)
{
	struct options *options = options_new(sets);
	auto_free struct option *longs = xcalloc(options->count + 1, sizeof(*longs));
	auto_free char *shorts = xcalloc(2 * options->count + 3, 1);
	int answer, result = 0;

	strncpy(shorts, stop_early ? "+:" : ":", 3);
	describe(options, longs, shorts + strlen(shorts));
	optind = 0; /* glibc: start over */
	opterr = 0;
	while (result == 0 && (optopt = 0, true) &&
	        (answer = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		struct value *value = value_of(options, answer);
		result = value == NULL ? refuse(options, answer, argv, err)
		                       : take(value, optarg, err);
	}
	if (result != 0) {
		options_free(options);
		return NULL;
	}
	*first_argument = optind;
	return options;
}

/* Looking up */

static const struct value *
find(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->count; i++) {
		if (strcmp(options->values[i].spec->name, name) == 0)
			return &options->values[i];
	}
	assert(false && "an option that is in the command's table");
	abort();
}

const char *
option_text(const struct options *options, const char *name)
{
	const struct value *value = find(options, name);

	return value->count == 0 ? NULL : value->texts[value->count - 1];
}

bool
option_flag(const struct options *options, const char *name)
{
	return find(options, name)->count > 0;
}

bool
option_count(const struct options *options, const char *name, size_t *value)
{
	const char *text = option_text(options, name);

	if (text == NULL)
		return false;
	*value = strtoul(text, NULL, 10);
	return true;
}

size_t
option_list(const struct options *options, const char *name, const char *const **values)
{
	const struct value *value = find(options, name);

	*values = value->texts;
	return value->count;
}
