/*
 * The configuration file: YAML, mapped by a table (analyzer/config/yaml.h). Unknown keys and wrong
 * types are errors with the file's line and column. schema/layershare.yaml is the documented
 * example and a test.
 */
#ifndef ANALYZER_CONFIG_CONFIG_H
#define ANALYZER_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/model/snapshot.h"
#include "common/error.h"

#define CONFIG_MAX_CONNECTIONS     64 /* per registry */
#define CONFIG_DEFAULT_CONNECTIONS 6

struct config_registry {
	const char *host;
	enum dedup_scope dedup; /* registry (default), namespace, repository */
	bool plain_http;
	unsigned connections;       /* 0 = CONFIG_DEFAULT_CONNECTIONS */
	const char *const *targets; /* what a scan without arguments covers: as on the command
	                               line, or without the host; none = the whole catalogue */
	unsigned target_count;
	const char *const *include;
	unsigned include_count;
	const char *const *exclude;
	unsigned exclude_count;
};

struct config {
	struct arena arena; /* holds everything below */
	struct config_registry *registries;
	unsigned registry_count;
	const char *const *bases; /* globs over host/repo: repositories marked as bases */
	unsigned base_count;
	unsigned resident_permille; /* 0 = MEMORY_RESIDENT_PERMILLE */
};

/* `path` NULL is an empty configuration. Errors are ERROR_USAGE and read "FILE:LINE:COLUMN: cause"
 * or "FILE: cause". */
int config_load(struct config **config, const char *path, struct error *err) must_check;
/* The same from text; `name` stands for the file in messages. */
int config_parse(struct config **config, const char *name, const char *text, size_t length,
        struct error *err) must_check;
void config_free(struct config *config);
/* The entry of a host, or NULL. */
const struct config_registry *config_registry_of(const struct config *config, const char *host);
/* "registry", "namespace", "repository" */
const char *config_dedup_name(enum dedup_scope scope);
/* $XDG_CONFIG_HOME/layershare/config.yaml (or ~/.config), else /etc/layershare/config.yaml: the
 * first that exists, in malloc'ed memory, or NULL. */
char *config_find(void);
/* --db is the caller's; $LAYERSHARE_DB, $XDG_STATE_HOME/layershare/layershare.db (or
 * ~/.local/state), for root without that variable /var/lib/layershare/layershare.db. malloc'ed. */
char *config_db_path(struct error *err);

#endif
