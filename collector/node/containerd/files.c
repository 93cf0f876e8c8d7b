/* lowerdir=C:B:A of a container that stands on c ─▶ b ─▶ a: the n-th folder is the n-th below. */
#include "collector/node/containerd/files.h"

#include <string.h>

#include "collector/beneath.h"
#include "collector/node/contents.h"
#include "common/memory.h"

#define LOWER     "lowerdir="
#define MAX_LOWER 500 /* overlay's own limit */

const char *
files_beneath(const char *path, const char *root)
{
	size_t length = strlen(root);

	return length > 0 && strncmp(path, root, length) == 0 && path[length] == '/' &&
	                       path[length + 1] != '\0'
	               ? path + length + 1
	               : NULL;
}

size_t
files_lower(const char **folders, size_t max, const char *option, struct arena *arena)
{
	size_t count = 0;

	if (strncmp(option, LOWER, strlen(LOWER)) != 0)
		return 0;
	for (const char *at = option + strlen(LOWER); *at != '\0';) {
		size_t length = strcspn(at, ":");

		/* Overlay's "::" begins layers of data alone: containerd makes none. */
		if (length == 0 || count == max)
			return 0;
		folders[count++] = arena_strndup(arena, at, length);
		at += length + (at[length] == ':');
	}
	return count;
}

static size_t
ask_lower(const char **folders, struct grpc *grpc, const char *snapshotter, const char *name,
        struct arena *arena)
{
	struct error ignored = { 0 };
	const char *const *options;
	size_t count = 0, option_count;

	if (api_mount(&options, &option_count, grpc, snapshotter, name, arena, &ignored) != 0)
		return 0;
	for (size_t i = 0; i < option_count && count == 0; i++)
		count = files_lower(folders, MAX_LOWER, options[i], arena);
	return count;
}

void
files_find(struct snapshot_files *files, struct grpc *grpc, const char *snapshotter,
        const struct snapshots *snapshots, const struct snapshot *own, bool running,
        struct arena *arena)
{
	const struct snapshot *below = snapshots_find(snapshots, own->info->parent);
	const char *lower[MAX_LOWER];
	size_t count;

	if (below == NULL)
		return;
	files->running[below - snapshots->at] |= running;
	/* Asked for once per chain, not once per container. */
	if (files->root == NULL || files->folders[below - snapshots->at] != NULL)
		return;
	count = ask_lower(lower, grpc, snapshotter, own->info->name, arena);
	for (size_t i = 0; i < count && below != NULL; i++) {
		files->folders[below - snapshots->at] = files_beneath(lower[i], files->root);
		below = snapshots_find(snapshots, below->info->parent);
	}
}

static size_t
list_layers(struct contents_layer *layers, const struct snapshot_files *files,
        const struct snapshots *snapshots, int root)
{
	size_t count = 0;

	for (size_t i = 0; i < snapshots->count; i++)
		if (snapshots->at[i].state == SNAPSHOT_CHAIN && files->folders[i] != NULL)
			layers[count++] = (struct contents_layer){
				.chain_id = snapshots->at[i].chain,
				.parent = snapshots->at[i].parent,
				.folder = files->folders[i],
				.root = root,
				.running = files->running[i],
			};
	return count;
}

static size_t
list_images(struct contents_image *images, const struct snapshots *snapshots,
        const struct document_tree *documents)
{
	size_t count = 0;

	for (size_t i = 0; i < documents->images.count; i++) {
		const struct document_image *image = &documents->images.at[i];
		bool all;

		images[count] = image->program;
		images[count].config = image->config;
		images[count].chain_id =
		        snapshots_reach(snapshots, image->diff_ids, image->diff_id_count, &all);
		count += all && image->program.argc > 0;
	}
	return count;
}

int
files_read(const struct snapshot_files *files, struct store_scan *scan, enum driver_sharing sharing,
        const struct snapshots *snapshots, const struct document_tree *documents, struct error *err)
{
	struct error why = { 0 };
	auto_close int root = files->root != NULL ? beneath_root(files->root, &why) : -1;
	auto_arena arena = { 0 };
	struct contents_layer *layers = arena_new(&arena, struct contents_layer, snapshots->count);
	struct contents_image *images =
	        arena_new(&arena, struct contents_image, documents->images.count);
	struct contents contents = { .layers = layers, .images = images, .sharing = sharing };

	contents.layer_count = list_layers(layers, files, snapshots, root);
	contents.image_count = list_images(images, snapshots, documents);
	if (contents.layer_count == 0)
		return 0;
	if (root < 0)
		return store_problem(scan, err, "files of layers",
		        "%s; looking into them needs root or CAP_DAC_READ_SEARCH", why.message);
	return contents_read(scan, &contents, err);
}
