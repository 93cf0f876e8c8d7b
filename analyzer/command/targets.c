#include "analyzer/command/targets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "common/text.h"
#include "common/vec.h"

static int
add_one(struct target_list *list, const char *text, struct error *err)
{
	struct target target = { 0 };

	if (target_parse(&target, text, err) != 0)
		return -1;
	*vec_push(list) = target;
	return 0;
}

/* Without the comment and the blanks around it; may be empty. */
static char *
trim(char *line)
{
	line += strspn(line, " \t");
	/* A '#' inside a word is part of the word. */
	for (char *c = line; *c != '\0'; c++) {
		if (*c == '#' && (c == line || c[-1] == ' ' || c[-1] == '\t'))
			*c = '\0';
	}
	size_t length = strlen(line);
	while (length > 0 && strchr(" \t\r\n", line[length - 1]) != NULL)
		line[--length] = '\0';
	return line;
}

static int
add_lines(struct target_list *list, FILE *file, const char *name, struct error *err)
{
	auto_free char *line = NULL;
	size_t capacity = 0, number = 0, before = list->count;
	ssize_t length;

	while ((length = getline(&line, &capacity, file)) >= 0) {
		if (++number > TARGETS_MAX_LINES)
			return fail(err, ERROR_USAGE, "%s: more than %d lines", name,
			        TARGETS_MAX_LINES);
		if (strlen(line) != (size_t)length) {
			fail(err, ERROR_USAGE, "a NUL byte: this is no text");
			return fail_in(err, "%s:%zu", name, number);
		}
		char *text = trim(line);
		if (*text != '\0' && add_one(list, text, err) != 0)
			return fail_in(err, "%s:%zu", name, number);
	}
	if (ferror(file)) {
		fail_errno(err, "%s", name);
		err->code = ERROR_USAGE;
		return -1;
	}
	if (list->count == before)
		return fail(err, ERROR_USAGE, "%s: no target in it", name);
	return 0;
}

int
targets_add(struct target_list *list, const char *argument, struct error *err)
{
	if (*argument != '@')
		return add_one(list, argument, err);
	if (strcmp(argument, "@-") == 0)
		return add_lines(list, stdin, "stdin", err);
	auto_fclose FILE *file = fopen(argument + 1, "re");
	if (file == NULL) {
		fail_errno(err, "%s", argument + 1);
		err->code = ERROR_USAGE;
		return -1;
	}
	return add_lines(list, file, argument + 1, err);
}

/* In the configuration the host may be left out: it stands two lines above. */
static int
add_of_registry(struct target_list *list, const struct config_registry *registry, const char *text,
        struct error *err)
{
	size_t length = strlen(registry->host);
	bool whole = strncmp(text, registry->host, length) == 0 &&
	             (text[length] == '\0' || text[length] == '/');
	auto_free char *target = whole ? xstrdup(text) : xprintf("%s/%s", registry->host, text);

	if (add_one(list, target, err) != 0)
		return fail_in(err, "configuration: targets of %s", registry->host);
	return 0;
}

int
targets_add_config(struct target_list *list, const struct config *config, struct error *err)
{
	for (unsigned i = 0; i < config->registry_count; i++) {
		const struct config_registry *registry = &config->registries[i];
		if (registry->target_count == 0 &&
		        add_of_registry(list, registry, registry->host, err) != 0)
			return -1;
		for (unsigned t = 0; t < registry->target_count; t++) {
			if (add_of_registry(list, registry, registry->targets[t], err) != 0)
				return -1;
		}
	}
	return 0;
}

struct keyed {
	struct target target;
	size_t host, place; /* of the host's first target; of this one */
};

static int
compare(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;

	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

void
targets_group(struct target_list *list)
{
	auto_free struct keyed *keyed = xcalloc(list->count + 1, sizeof(*keyed));
	VEC(size_t) firsts = { 0 }; /* of each host: there are few */

	for (size_t i = 0; i < list->count; i++) {
		size_t host = 0;
		while (host < firsts.count &&
		        strcmp(list->at[firsts.at[host]].host, list->at[i].host) != 0)
			host++;
		if (host == firsts.count)
			*vec_push(&firsts) = i;
		keyed[i] = (struct keyed){ list->at[i], host, i };
	}
	qsort(keyed, list->count, sizeof(*keyed), compare);
	for (size_t i = 0; i < list->count; i++)
		list->at[i] = keyed[i].target;
	vec_release(&firsts);
}

size_t
targets_of_host(const struct target_list *list, size_t first)
{
	size_t end = first;

	while (end < list->count && strcmp(list->at[end].host, list->at[first].host) == 0)
		end++;
	return end - first;
}

void
targets_release(struct target_list *list)
{
	vec_release(list);
}
