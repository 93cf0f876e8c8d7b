/*
 * A layout is a registry on disk, with index.json for a catalogue. Everything is read again in
 * every scan: it costs no network, and files can rot.
 *
 *	index.json ─▶ entries, by name ─▶ document.c ─▶ records
 *	                                └── one reference each; a repository after its last one
 */
#include "collector/layout/layout.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/layout/document.h"
#include "collector/layout/entry.h"
#include "collector/registry/json.h"
#include "collector/registry/registry.h"
#include "common/memory.h"
#include "common/text.h"

#define MAX_INDEX_BYTES  (16 << 20)
#define MAX_MARKER_BYTES 4096

/* --- what is there ---------------------------------------------------------------------- */

/* The name of the source. A folder that is gone keeps the name that it had. */
static char *
absolute_path(const char *path)
{
	char *real = realpath(path, NULL);
	auto_free char *here = NULL;
	size_t length = strlen(path);

	if (real != NULL)
		return real;
	while (length > 1 && path[length - 1] == '/')
		length--;
	here = *path == '/' ? NULL : getcwd(NULL, 0);
	return xprintf(
	        "%s%s%.*s", here != NULL ? here : "", here != NULL ? "/" : "", (int)length, path);
}

static int
open_layout(int *folder, const char *path, struct error *err)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return fail_errno(err, "%s", path);
	if (!S_ISDIR(status.st_mode))
		return fail(err, ERROR_FAILED,
		        "%s is a file, not a folder: a docker save or podman save archive is not "
		        "supported yet (skopeo copy docker-archive:FILE oci:FOLDER converts it)",
		        path);
	*folder = beneath_root(path, err);
	return *folder < 0 ? -1 : 0;
}

/* oci-layout: {"imageLayoutVersion":"1.0.0"} */
static int
check_marker(int folder, const char *path, struct error *err)
{
	auto_buf body = { 0 };
	int found = beneath_read(folder, "oci-layout", MAX_MARKER_BYTES, &body, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return fail(err, ERROR_FAILED,
		        "%s is not an OCI layout: no oci-layout file; a docker save archive is not "
		        "supported yet",
		        path);
	json_auto_t *root = json_decode(buf_text(&body), body.length, err);
	const char *version = "";
	if (root == NULL || json_member_text(&version, root, NULL, "imageLayoutVersion", err) < 0)
		return fail_in(err, "oci-layout");
	if (!text_starts_with(version, "1."))
		return fail(err, ERROR_FAILED, "oci-layout: version '%.40s' is not 1.x", version);
	return 0;
}

static json_t *
read_index(int folder, struct error *err)
{
	auto_buf body = { 0 };
	json_t *manifests = NULL;
	int found = beneath_read(folder, "index.json", MAX_INDEX_BYTES, &body, err);

	if (found == 0)
		fail(err, ERROR_FAILED, "index.json: missing, so nothing says what is here");
	if (found != 1)
		return NULL;
	json_auto_t *root = json_decode(buf_text(&body), body.length, err);
	if (root == NULL || json_member_array(&manifests, root, NULL, "manifests", err) < 0) {
		fail_in(err, "index.json");
		return NULL;
	}
	/* Go writes an empty list as null; without the member it is another document. */
	if (manifests == NULL && json_object_get(root, "manifests") == NULL) {
		fail(err, ERROR_FAILED, "index.json: manifests: missing");
		return NULL;
	}
	return manifests != NULL ? json_incref(manifests) : json_array();
}

/* --- entries ---------------------------------------------------------------------------- */

struct layout {
	struct reader reader;
	const char *folder_name; /* the last part of the path */
	struct layout_entry *entries;
	size_t entry_count;
	bool cut; /* not every entry was understood or looked at */
};

static bool
is_stopped(const struct layout *layout)
{
	return layout->reader.context->stop != NULL && *layout->reader.context->stop != 0;
}

static int
emit(const struct layout *layout, const struct record *record, struct error *err)
{
	const struct record_sink *sink = &layout->reader.context->sink;

	return sink->emit(sink->context, record, err);
}

static int
decode_entries(
        struct layout *layout, struct arena *arena, const json_t *manifests, struct error *err)
{
	size_t count = json_array_size(manifests);

	layout->entries = arena_new(arena, struct layout_entry, count);
	for (size_t i = 0; i < count; i++) {
		struct layout_entry *entry = &layout->entries[layout->entry_count];
		struct error why = { 0 };

		if (layout_entry_decode(entry, arena, json_array_get(manifests, i), i,
		            layout->folder_name, &why) == 0) {
			layout->entry_count++;
			continue;
		}
		layout->cut = true;
		if (collect_problem(layout->reader.context, layout->reader.result, err, false,
		            "index.json", "%s", why.message))
			return -1;
	}
	layout_entries_settle(layout->entries, layout->entry_count);
	return 0;
}

/* The reference is known only if its document could be read. */
static int
read_entry(struct layout *layout, const struct layout_entry *entry, struct error *err)
{
	struct record record = {
		.kind = RECORD_REFERENCE,
		.reference = { .repository = entry->repository,
		        .tag = entry->tag,
		        .digest = entry->digest,
		        .state = REFERENCE_READ },
	};
	int read = reader_entry(&layout->reader, entry, err);

	layout->reader.result->progress.tags_done++;
	if (read < 0)
		return -1;
	if (read == 0) {
		record.reference.state = REFERENCE_UNREAD;
		record.reference.digest = (struct digest){ 0 };
	}
	return emit(layout, &record, err);
}

static int
end_repository(struct layout *layout, const char *name, struct error *err)
{
	struct record record = {
		.kind = RECORD_REPOSITORY,
		.repository = { .name = name,
		        .state = layout->cut ? REPOSITORY_PARTIAL : REPOSITORY_COMPLETE },
	};

	layout->reader.result->progress.repositories_done++;
	return emit(layout, &record, err);
}

static int
read_entries(struct layout *layout, struct error *err)
{
	for (size_t i = 0; i < layout->entry_count; i++) {
		const struct layout_entry *entry = &layout->entries[i];
		bool last = i + 1 == layout->entry_count ||
		            strcmp(entry->repository, entry[1].repository) != 0;

		if (is_stopped(layout))
			layout->cut = true;
		else if (read_entry(layout, entry, err))
			return -1;
		if (last && end_repository(layout, entry->repository, err))
			return -1;
	}
	return 0;
}

static void
count_totals(struct layout *layout)
{
	struct progress *progress = &layout->reader.result->progress;

	progress->tags_total = layout->entry_count;
	for (size_t i = 0; i < layout->entry_count; i++)
		progress->repositories_total +=
		        i == 0 || strcmp(layout->entries[i].repository,
		                          layout->entries[i - 1].repository) != 0;
}

/* --- the scan --------------------------------------------------------------------------- */

/* Everything between the scan's record and its end. -1 is the sink's failure; what is wrong with
 * the layout as a whole goes to *why. */
static int
read_layout(struct layout *layout, const char *path, struct error *why, struct error *err)
{
	auto_close int folder = -1;
	auto_arena arena = { 0 };

	if (open_layout(&folder, path, why) || check_marker(folder, path, why))
		return 0;
	json_auto_t *manifests = read_index(folder, why);
	if (manifests == NULL)
		return 0;
	layout->reader.folder = folder;
	if (decode_entries(layout, &arena, manifests, err))
		return -1;
	count_totals(layout);
	if (json_array_size(manifests) == 0)
		return collect_problem(layout->reader.context, layout->reader.result, err, true,
		        "index.json", "names no image: the layout is empty");
	return read_entries(layout, err);
}

static enum scan_state
final_state(const struct layout *layout, const struct error *why)
{
	const struct collect_result *result = layout->reader.result;

	if (why->code != ERROR_NONE || (result->problems > 0 && layout->reader.read_count == 0))
		return SCAN_FAILED;
	return result->problems > 0 || layout->cut ? SCAN_PARTIAL : SCAN_COMPLETE;
}

static int
end_scan(struct layout *layout, const struct error *why, struct error *err)
{
	struct collect_result *result = layout->reader.result;
	struct record record = { .kind = RECORD_SCAN_END };

	if (why->code != ERROR_NONE &&
	        collect_problem(layout->reader.context, result, err, false, "", "%s", why->message))
		return -1;
	result->state = final_state(layout, why);
	record.scan_end.state = result->state;
	record.scan_end.ended_at = time(NULL);
	record.scan_end.catalogue_complete = result->state != SCAN_FAILED && !layout->cut;
	reader_progress(&layout->reader, true);
	return emit(layout, &record, err);
}

static int
collect(struct layout *layout, const char *path, struct error *err)
{
	struct error why = { 0 };
	struct record record = {
		.kind = RECORD_SCAN,
		.scan = { .source_kind = SOURCE_LAYOUT,
		        .source_name = path,
		        .started_at = time(NULL) },
	};

	if (emit(layout, &record, err) || read_layout(layout, path, &why, err))
		return -1;
	return end_scan(layout, &why, err);
}

int
layout_collect(const char *path, const struct collect_context *context,
        struct collect_result *result, struct error *err)
{
	auto_free char *absolute = absolute_path(path);
	struct layout layout = { 0 };

	*result = (struct collect_result){ 0 };
	if (*path == '\0' || !text_is_utf8(absolute, strlen(absolute)))
		return fail(err, ERROR_USAGE, "'%s': a layout's path must be UTF-8", path);
	layout.folder_name = strrchr(absolute, '/') + 1;
	if (*layout.folder_name == '\0')
		layout.folder_name = "layout";
	reader_init(&layout.reader, context, result);
	int status = collect(&layout, absolute, err);
	reader_release(&layout.reader);
	return status;
}
