/*
 * One walk. Each file is measured when it is met, while its folder is open and its inode at hand,
 * until the budget of files is spent. From then on a file counts only if it is larger than the
 * smallest one that was measured, which it replaces: a heap, the smallest on top. In the end the
 * largest files are those that count.
 */
#include "collector/node/resident.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/node/folder_walk.h"
#include "collector/node/page_cache.h"
#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/vec.h"

const struct resident_budget resident_usual_budget = { .files = 200000, .ms = 60000 };

struct file {
	uint64_t size_bytes, resident_bytes;
	uint32_t layer;
};

struct layer_pages {
	bool walked; /* to its end */
	uint64_t file_bytes, measured_bytes, resident_bytes;
};

struct measuring {
	struct store_scan *scan;
	const struct contents *contents;
	const struct resident_budget *budget;
	int64_t until_ms;
	struct layer_pages *pages; /* per layer */
	uint32_t layer;            /* that is being walked */
	VEC(struct file) heap;     /* a parent is never larger than its children */
	struct map inodes;         /* of files with several names */
	size_t refused;
	struct error why; /* the first that kept something from being measured */
};

static void
note(struct measuring *measuring, const struct error *why)
{
	if (measuring->refused++ == 0)
		measuring->why = *why;
}

static bool
is_over(struct measuring *measuring)
{
	return store_scan_is_stopped(measuring->scan) || clock_ms() > measuring->until_ms;
}

/* --- the budget ------------------------------------------------------------------------- */

static void
swap(struct file *a, struct file *b)
{
	struct file other = *a;

	*a = *b;
	*b = other;
}

static void
sift_up(struct file *heap, size_t i)
{
	for (; i > 0 && heap[i].size_bytes < heap[(i - 1) / 2].size_bytes; i = (i - 1) / 2)
		swap(&heap[i], &heap[(i - 1) / 2]);
}

static void
sift_down(struct file *heap, size_t count)
{
	for (size_t i = 0, least = 0;; i = least) {
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < count; child++)
			if (heap[child].size_bytes < heap[least].size_bytes)
				least = child;
		if (least == i)
			return;
		swap(&heap[i], &heap[least]);
	}
}

static bool
is_full(const struct measuring *measuring)
{
	return measuring->heap.count >= measuring->budget->files;
}

/* Takes the place of the smallest one if the budget is spent. */
static void
count_file(struct measuring *measuring, const struct file *file)
{
	struct layer_pages *pages = &measuring->pages[file->layer];

	pages->measured_bytes += file->size_bytes;
	pages->resident_bytes += file->resident_bytes;
	if (is_full(measuring)) {
		struct file *smallest = &measuring->heap.at[0];

		measuring->pages[smallest->layer].measured_bytes -= smallest->size_bytes;
		measuring->pages[smallest->layer].resident_bytes -= smallest->resident_bytes;
		*smallest = *file;
		sift_down(measuring->heap.at, measuring->heap.count);
	} else {
		*vec_push(&measuring->heap) = *file;
		sift_up(measuring->heap.at, measuring->heap.count - 1);
	}
}

/* --- files ------------------------------------------------------------------------------ */

/* False for another name of a file that was met. Adds its size to those of its layer. */
static bool
meet(struct measuring *measuring, const struct stat *status)
{
	const uint64_t inode[2] = { status->st_dev, status->st_ino };

	if (status->st_nlink > 1 && map_add(&measuring->inodes, inode, 1) != MAP_NONE)
		return false;
	measuring->pages[measuring->layer].file_bytes += (uint64_t)status->st_size;
	return true;
}

/* False if it does not count: too small now, known by another name, gone. */
static bool
is_wanted(struct measuring *measuring, const struct folder_entry *entry)
{
	struct stat status;

	return fstatat(entry->folder, entry->name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(status.st_mode) && meet(measuring, &status) &&
	       (!is_full(measuring) || (uint64_t)status.st_size > measuring->heap.at[0].size_bytes);
}

static void
take_file(struct measuring *measuring, const struct folder_entry *entry)
{
	struct file file = { .layer = measuring->layer };
	struct error why = { 0 };
	struct stat status;
	bool met = is_full(measuring); /* then its size decides first */

	if (met && !is_wanted(measuring, entry))
		return;
	int found =
	        page_cache_bytes(entry->folder, entry->name, &status, &file.resident_bytes, &why);
	if (found < 0) {
		fail_in(&why, "%s/%s", measuring->contents->layers[measuring->layer].folder,
		        entry->path);
		note(measuring, &why);
		if (!met)
			(void)is_wanted(measuring, entry);
	}
	if (found != 1 || status.st_size == 0 || (!met && !meet(measuring, &status)))
		return;
	file.size_bytes = (uint64_t)status.st_size;
	count_file(measuring, &file);
}

static int
visit(void *context, const struct folder_entry *entry, struct error *err)
{
	struct measuring *measuring = context;

	if (entry->type == DT_REG)
		take_file(measuring, entry);
	else if (entry->type == DT_DIR && is_over(measuring))
		return fail(err, ERROR_LIMIT, "the time for measuring is over");
	return 0;
}

static void
walk_layer(struct measuring *measuring, uint32_t index)
{
	const struct contents_layer *layer = &measuring->contents->layers[index];
	auto_close int top = -1;
	struct error why = { 0 };
	int found;

	if (layer->folder == NULL || layer->root < 0)
		return;
	measuring->layer = index;
	found = beneath_folder(layer->root, layer->folder, &top, &why);
	if (found == 1 && folder_walk(top, visit, measuring, &why) == 0)
		measuring->pages[index].walked = true;
	else if (why.code != ERROR_NONE)
		note(measuring, &why);
}

/* Only schedulers that know priorities care: it is a courtesy. */
static int
lower_io_priority(void)
{
	enum { THIS_THREAD = 1, IDLE = 3 << 13 };
	long before = syscall(SYS_ioprio_get, THIS_THREAD, 0);

	syscall(SYS_ioprio_set, THIS_THREAD, 0, IDLE);
	return before < 0 ? 0 : (int)before;
}

static void
restore_io_priority(int before)
{
	enum { THIS_THREAD = 1 };

	syscall(SYS_ioprio_set, THIS_THREAD, 0, before);
}

/* --- records ---------------------------------------------------------------------------- */

static void
trace(const struct measuring *measuring, const struct record_resident *resident)
{
	const struct collect_context *context = measuring->scan->context;
	char id[DIGEST_TEXT_SIZE];

	if (context->trace == NULL)
		return;
	auto_free char *line = xprintf("memory: %s: files %llu measured %llu resident %llu",
	        digest_format(&resident->chain_id, id), (unsigned long long)resident->file_bytes,
	        (unsigned long long)resident->measured_bytes,
	        (unsigned long long)resident->resident_bytes);
	context->trace(context->trace_context, line);
}

static int
emit_layers(struct measuring *measuring, struct error *err)
{
	for (size_t i = 0; i < measuring->contents->layer_count; i++) {
		const struct layer_pages *pages = &measuring->pages[i];
		struct record record = {
			.kind = RECORD_RESIDENT,
			.resident = { measuring->contents->layers[i].chain_id, pages->file_bytes,
			        pages->measured_bytes, pages->resident_bytes },
		};

		if (!pages->walked)
			continue;
		trace(measuring, &record.resident);
		if (store_scan_emit(measuring->scan, &record, err) != 0)
			return -1;
	}
	return 0;
}

static int
tell_refusals(struct measuring *measuring, struct error *err)
{
	const char *why = measuring->why.message;
	bool denied = strstr(why, "ermission denied") != NULL ||
	              strstr(why, "peration not permitted") != NULL;

	if (measuring->refused == 0)
		return 0;
	return store_remark(measuring->scan, err, "memory",
	        "%s; of %zu files or layers it is not known what is in memory%s", why,
	        measuring->refused,
	        denied ? ": that needs root, or CAP_DAC_READ_SEARCH and CAP_FOWNER" : "");
}

static int
measure(struct measuring *measuring, const bool *used, struct error *err)
{
	int priority = lower_io_priority();

	for (uint32_t i = 0; i < measuring->contents->layer_count; i++)
		if (used[i] && !store_scan_is_stopped(measuring->scan))
			walk_layer(measuring, i);
	restore_io_priority(priority);
	if ((measuring->heap.count > 0 || measuring->refused == 0) &&
	        emit_layers(measuring, err) != 0)
		return -1;
	return tell_refusals(measuring, err);
}

int
resident_read(struct store_scan *scan, const struct contents *contents, const bool *used,
        const struct resident_budget *budget, struct error *err)
{
	auto_free struct layer_pages *pages = xcalloc(contents->layer_count, sizeof(*pages));
	struct measuring measuring = {
		.scan = scan,
		.contents = contents,
		.budget = budget,
		.until_ms = clock_ms() + budget->ms,
		.pages = pages,
	};
	int status;

	map_init(&measuring.inodes, 2 * sizeof(uint64_t));
	status = measure(&measuring, used, err);
	vec_release(&measuring.heap);
	map_release(&measuring.inodes);
	return status;
}
