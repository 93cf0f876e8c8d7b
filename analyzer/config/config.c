/* What the file may say: two tables, and the file itself. */
#include "analyzer/config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/config/yaml.h"
#include "common/buf.h"
#include "common/memory.h"
#include "schema/reference.h"

static const char *const dedup_names[] = { "registry", "namespace", "repository", NULL };

#define PLACE(member) .offset = offsetof(struct config_registry, member)
#define LIST(member, count)                                                                        \
	PLACE(member), .count_offset = offsetof(struct config_registry, count),                    \
	               .type = YAML_TEXT_LIST

static const struct yaml_field registry_fields[] = {
	{ .key = "host",
	        .type = YAML_TEXT,
	        PLACE(host),
	        .required = true,
	        .unique = true,
	        .is_valid = reference_is_host,
	        .expects = "a registry's HOST[:PORT] (no scheme, no path)" },
	{ .key = "dedup", .type = YAML_CHOICE, PLACE(dedup), .choices = dedup_names },
	{ .key = "plain_http", .type = YAML_FLAG, PLACE(plain_http) },
	{ .key = "connections",
	        .type = YAML_COUNT,
	        PLACE(connections),
	        .least = 1,
	        .most = CONFIG_MAX_CONNECTIONS },
	{ .key = "targets", LIST(targets, target_count), .expects = "a target" },
	{ .key = "include", LIST(include, include_count), .expects = "a pattern" },
	{ .key = "exclude", LIST(exclude, exclude_count), .expects = "a pattern" },
	{ .key = NULL },
};

static const struct yaml_field config_fields[] = {
	{ .key = "registries",
	        .type = YAML_OBJECTS,
	        .offset = offsetof(struct config, registries),
	        .count_offset = offsetof(struct config, registry_count),
	        .fields = registry_fields,
	        .size = sizeof(struct config_registry) },
	{ .key = "bases",
	        .type = YAML_TEXT_LIST,
	        .offset = offsetof(struct config, bases),
	        .count_offset = offsetof(struct config, base_count),
	        .expects = "a pattern over HOST/REPOSITORY" },
	{ .key = "resident_share_permille",
	        .type = YAML_COUNT,
	        .offset = offsetof(struct config, resident_permille),
	        .least = 1,
	        .most = 1000 },
	{ .key = NULL },
};

int
config_parse(struct config **config, const char *name, const char *text, size_t length,
        struct error *err)
{
	struct config *made = xcalloc(1, sizeof(*made));

	if (yaml_read(made, config_fields, name, text, length, &made->arena, err) != 0) {
		config_free(made);
		return -1;
	}
	*config = made;
	return 0;
}

static int
read_file(struct buf *out, const char *path, struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[4096];
	ssize_t got = 0;

	while (fd >= 0 && (got = read(fd, chunk, sizeof(chunk))) > 0) {
		if (buf_append(out, chunk, (size_t)got) != 0)
			return fail(err, ERROR_USAGE, "%s: larger than %zu bytes", path,
			        out->limit_bytes);
	}
	if (fd >= 0 && got == 0)
		return 0;
	fail_errno(err, "%s", path);
	if (err != NULL)
		err->code = ERROR_USAGE;
	return -1;
}

int
config_load(struct config **config, const char *path, struct error *err)
{
	auto_buf text = { .limit_bytes = YAML_MAX_FILE_BYTES };

	if (path != NULL && read_file(&text, path, err) != 0)
		return -1;
	return config_parse(config, path == NULL ? "" : path, buf_text(&text), text.length, err);
}

void
config_free(struct config *config)
{
	if (config == NULL)
		return;
	arena_release(&config->arena);
	free(config);
}

const struct config_registry *
config_registry_of(const struct config *config, const char *host)
{
	for (unsigned i = 0; i < config->registry_count; i++) {
		if (strcmp(config->registries[i].host, host) == 0)
			return &config->registries[i];
	}
	return NULL;
}

const char *
config_dedup_name(enum dedup_scope scope)
{
	return dedup_names[scope];
}
