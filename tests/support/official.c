/* One line of JSON per (repository, tag, platform), packed with zstd. */
#include "tests/support/official.h"

#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/model/builder.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/vec.h"
#include "tests/support/fleet.h"

extern char **environ;

struct official_index {
	struct digest digest;
	VEC(struct record_child) children;
};

struct loading {
	const struct official_options *options;
	struct builder *builder;
	uint32_t source;
	struct map index_ids;
	VEC(struct official_index) indexes;
};

bool
official_path(char *path, unsigned long size)
{
	const char *folder = getenv("LAYERSHARE_DATA");

	snprintf(path, size, "%s/official-images.jsonl.zst", folder ? folder : "../shared/data");
	return access(path, R_OK) == 0;
}

static const char *
text(const json_t *line, const char *member)
{
	const char *value = json_string_value(json_object_get(line, member));

	return value ? value : "";
}

static void
add_layers(struct loading *loading, const json_t *line, struct record_manifest *manifest)
{
	const json_t *layers = json_object_get(line, "layers");
	size_t count = json_array_size(layers);
	struct platform platform;
	auto_free struct record_layer *copies = xcalloc(count, sizeof(*copies));
	auto_free struct digest *diff_ids = xcalloc(count, sizeof(*diff_ids));

	for (size_t i = 0; i < count; i++) {
		const json_t *layer = json_array_get(layers, i);

		if (!digest_parse(&copies[i].digest, text(layer, "digest")))
			abort();
		copies[i].size_bytes = (uint64_t)json_integer_value(json_object_get(layer, "size"));
		diff_ids[i] = fleet_digest("content of %s", text(layer, "digest"));
	}
	manifest->layers = copies;
	manifest->layer_count = count;
	builder_manifest(loading->builder, manifest);
	if (loading->options->without_configs)
		return;
	platform_parse(&platform, text(line, "platform"));
	builder_config(loading->builder, &(struct record_config){
	                                         .digest = manifest->config,
	                                         .platform = platform,
	                                         .created_at = RECORD_TIME_UNKNOWN,
	                                         .diff_ids = diff_ids,
	                                         .diff_id_count = count,
	                                         .details_json = "{}",
	                                 });
}

static struct official_index *
find_index(struct loading *loading, const char *digest_text)
{
	struct digest digest;

	if (!digest_parse(&digest, digest_text))
		abort();
	uint32_t next = (uint32_t)loading->indexes.count;
	uint32_t known = map_add(&loading->index_ids, &digest, next);
	if (known != MAP_NONE)
		return &loading->indexes.at[known];
	struct official_index *index = vec_push(&loading->indexes);
	index->digest = digest;
	return index;
}

static void
add_child(struct official_index *index, const json_t *line, const struct digest *manifest)
{
	for (size_t i = 0; i < index->children.count; i++) {
		if (digest_equal(&index->children.at[i].digest, manifest))
			return;
	}
	struct record_child *child = vec_push(&index->children);
	child->digest = *manifest;
	platform_parse(&child->platform, text(line, "platform"));
}

static void
add_line(struct loading *loading, const json_t *line)
{
	const char *tag = text(line, "tag");
	struct record_manifest manifest = { .kind = MANIFEST_IMAGE };

	if (loading->options->tag && strcmp(tag, loading->options->tag) != 0)
		return;
	if (!digest_parse(&manifest.config, text(line, "config")))
		abort();
	/* Some manifests' digests are not known. */
	if (!digest_parse(&manifest.digest, text(line, "manifest")))
		manifest.digest = fleet_digest("manifest of %s", text(line, "config"));
	add_layers(loading, line, &manifest);

	struct official_index *index = find_index(loading, text(line, "index"));
	add_child(index, line, &manifest.digest);
	uint32_t repository =
	        builder_repository(loading->builder, loading->source, text(line, "repo"));
	builder_reference(loading->builder, repository, tag, &index->digest, 0);
}

static void
add_indexes(struct loading *loading)
{
	vec_each (struct official_index, index, &loading->indexes) {
		builder_manifest(loading->builder, &(struct record_manifest){
		                                           .digest = index->digest,
		                                           .kind = MANIFEST_INDEX,
		                                           .children = index->children.at,
		                                           .child_count = index->children.count,
		                                   });
		vec_release(&index->children);
	}
	vec_release(&loading->indexes);
	map_release(&loading->index_ids);
}

static pid_t
unpack(const char *path, int *output)
{
	char program[] = "zstd", flags[] = "-dc";
	auto_free char *file = xstrdup(path);
	char *const arguments[] = { program, flags, file, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		abort();
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	if (posix_spawnp(&pid, program, &actions, NULL, arguments, environ) != 0)
		abort();
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*output = ends[0];
	return pid;
}

struct snapshot *
official_snapshot(const char *path, const struct official_options *options)
{
	struct loading loading = { .options = options, .builder = builder_new(0) };
	auto_free char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int input, status;
	pid_t pid = unpack(path, &input);
	FILE *file = fdopen(input, "r");

	loading.source = builder_source(loading.builder,
	        &(struct snap_source){ .kind = SOURCE_REGISTRY, .name = "docker.io" });
	map_init(&loading.index_ids, sizeof(struct digest));
	while (file && (length = getline(&line, &room, file)) > 0) {
		json_auto_t *json = json_loadb(line, (size_t)length, 0, NULL);

		if (!json)
			abort();
		add_line(&loading, json);
	}
	if (!file || fclose(file) != 0 || waitpid(pid, &status, 0) != pid || status != 0)
		abort();
	add_indexes(&loading);
	return builder_finish(loading.builder, NULL);
}
