/*
 * Targets of a scan, gathered from the command line, from @FILEs and from the configuration, and
 * grouped by host: one host is one source, scanned once.
 */
#ifndef ANALYZER_COMMAND_TARGETS_H
#define ANALYZER_COMMAND_TARGETS_H

#include "analyzer/config/config.h"
#include "collector/registry/registry.h"
#include "common/error.h"

#define TARGETS_MAX_LINES 1000000 /* of one @FILE */

struct target_list {
	struct target *at;
	size_t count, capacity;
};

/* One argument: a target, or "@FILE" with one target a line ("#" begins a comment; "@-" is stdin).
 * Mistakes in a file read "FILE:LINE: cause". */
int targets_add(struct target_list *list, const char *argument, struct error *err) must_check;
/* All that the configuration names; a registry without targets is its whole catalogue. */
int targets_add_config(
        struct target_list *list, const struct config *config, struct error *err) must_check;
/* Brings targets of one host together, hosts in the order of their first target. */
void targets_group(struct target_list *list);
/* How many targets from `first` on have the host of `first`. */
size_t targets_of_host(const struct target_list *list, size_t first);
void targets_release(struct target_list *list);

#endif
