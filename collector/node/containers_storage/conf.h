/*
 * storage.conf (containers-storage.conf(5)): where the stores are. Pure.
 *
 * The file is TOML. Read is the subset that the file is written in:
 *	[table] and [table.subtable]      words, also quoted
 *	key = "text"  key = 'text'        in "…" \\ \" \t and \uXXXX as TOML has them
 *	key = ["a", "b",]                 over several lines, with comments
 *	key = true, false, 12, {…} …      passed over, because none of these keys is ours
 * Everything else is an error with its line: a misread path would be a store that is not there.
 */
#ifndef COLLECTOR_NODE_CONTAINERS_STORAGE_CONF_H
#define COLLECTOR_NODE_CONTAINERS_STORAGE_CONF_H

#include <stddef.h>

#include "common/arena.h"
#include "common/error.h"

#define STORAGE_CONF_MAX_BYTES (1 << 20)
#define STORAGE_CONF_MAX_ROOTS 64 /* of additionalimagestores */

/* NULL = not stated. In the arena. */
struct storage_conf {
	const char *driver;
	const char *graphroot;
	const char *runroot;
	const char *imagestore;
	const char *rootless_storage_path; /* with $HOME, $USER, $UID as they stand there */
	const char **additional_stores;
	size_t additional_store_count;
};

/* Keys that the text states replace those of *out; so several files can be laid over each other.
 * Messages begin with "line N: ". */
int storage_conf_parse(struct storage_conf *out, struct arena *arena, const char *text,
        size_t length, struct error *err) must_check;

/* $HOME, $USER and $UID (also ${…}) replaced by these values, in the arena. */
const char *storage_conf_expand(
        struct arena *arena, const char *path, const char *home, const char *user, const char *uid);

#endif
