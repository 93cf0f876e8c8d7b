/*
 * A name with a slash is a path, from the working directory if it is relative; any other is looked
 * for in PATH. Then the first bytes tell, and for ELF the name behind all links: what an
 * interpreter runs is data to it. busybox is what it is called, or what it is told to be.
 */
#include "collector/node/entrypoint.h"

#include <string.h>

#include "collector/node/program.h"
#include "common/memory.h"

#define USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* 1 if it can be run. */
static int
find_at(struct view *view, const struct contents_image *image, const char *folder,
        size_t folder_length, struct view_file *file, struct error *err)
{
	bool absolute = folder_length > 0 && folder[0] == '/';
	auto_free char *path =
	        xprintf("%s/%.*s/%s", absolute || image->folder == NULL ? "" : image->folder,
	                (int)folder_length, folder, image->argv[0]);
	int found = view_find(view, path, file, err);

	if (found != 1)
		return found;
	return S_ISREG(file->status.st_mode) && (file->status.st_mode & 0111) != 0;
}

static int
find_program(struct view *view, const struct contents_image *image, struct view_file *file,
        struct error *err)
{
	const char *path = image->path_variable != NULL ? image->path_variable : USUAL_PATH;

	if (image->argv[0][0] == '/')
		return find_at(view, image, "/", 1, file, err);
	if (strchr(image->argv[0], '/') != NULL)
		return find_at(view, image, "", 0, file, err);
	while (*path != '\0') {
		size_t length = strcspn(path, ":");
		int found = length > 0 ? find_at(view, image, path, length, file, err) : 0;

		if (found != 0)
			return found;
		path += length + (path[length] == ':');
	}
	return 0;
}

static bool
runs_data(const struct contents_image *image, const struct view_file *file)
{
	const char *name = base_name(file->path), *called = base_name(image->argv[0]);

	if (strcmp(name, "busybox") == 0 || strcmp(name, "toybox") == 0) {
		if (strcmp(called, name) == 0 && image->argc > 1)
			called = image->argv[1];
		return program_is_interpreter(called);
	}
	return program_is_interpreter(name);
}

static int
tell_elf(enum entrypoint_kind *kind, struct view *view, const struct view_file *file,
        const struct elf_table *table, struct error *err)
{
	auto_buf bytes = { 0 };

	if (view_read(view, file, table->offset, table->count * table->entry_bytes, &bytes, err) !=
	        0)
		return -1;
	switch (program_has_loader(table, (const unsigned char *)buf_text(&bytes), bytes.length)) {
	case 0:
		*kind = ENTRYPOINT_STATIC;
		break;
	case 1:
		*kind = ENTRYPOINT_DYNAMIC;
		break;
	default:
		*kind = ENTRYPOINT_UNKNOWN;
	}
	return 0;
}

int
entrypoint_read(enum entrypoint_kind *kind, struct view *view, const struct contents_image *image,
        struct error *err)
{
	struct view_file file;
	struct elf_table table;
	auto_buf head = { 0 };
	int found = image->argc > 0 ? find_program(view, image, &file, err) : 0;

	*kind = ENTRYPOINT_UNKNOWN;
	if (found != 1)
		return found;
	if (view_read(view, &file, 0, PROGRAM_HEAD_BYTES, &head, err) != 0)
		return -1;
	switch (program_head((const unsigned char *)buf_text(&head), head.length, &table)) {
	case PROGRAM_SCRIPT:
		*kind = ENTRYPOINT_SCRIPT;
		return 0;
	case PROGRAM_ELF:
		if (!runs_data(image, &file))
			return tell_elf(kind, view, &file, &table, err);
		*kind = ENTRYPOINT_INTERPRETER;
		return 0;
	case PROGRAM_OTHER:
		break;
	}
	return 0;
}
