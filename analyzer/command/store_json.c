/* Stores of nodes in JSON: for usage, nodes and the report. */
#include <string.h>

#include "analyzer/command/coverage.h"
#include "analyzer/command/view.h"
#include "collector/node/node.h"

const char *
store_unit_name(enum size_unit unit)
{
	static const char *const names[] = {
		[UNIT_COMPRESSED] = "compressed",
		[UNIT_TAR] = "tar",
		[UNIT_APPARENT] = "apparent",
		[UNIT_ALLOCATED] = "allocated",
	};

	return unit >= UNIT_COMPRESSED && unit <= UNIT_ALLOCATED ? names[unit] : "unknown";
}

static void
put_part(json_t *disk, const char *name, enum size_unit unit, const struct store_part *part)
{
	json_t *object = json_object();

	member_text(object, "part", name);
	member_text(object, "unit", store_unit_name(unit));
	member_text(object, "basis", "measured");
	member_number(object, "logical_bytes", part->logical_bytes);
	member_number(object, "actual_bytes", part->actual_bytes);
	member_null(object, "ideal_bytes");
	member_number(object, "images", part->images);
	member_number(object, "chains", part->chains);
	member_number(object, "unknown_chains", part->unknown_chains);
	json_array_append_new(disk, object);
}

static void
put_parts(json_t *disk, enum size_unit unit, const struct store_part *unpacked,
        const struct store_part *dangling)
{
	put_part(disk, "unpacked", unit, unpacked);
	if (dangling->images > 0 || dangling->chains > 0)
		put_part(disk, "dangling", unit, dangling);
}

/* Of a pool, in the first of its stores. */
static void
put_content(json_t *disk, const struct content_row *row)
{
	json_t *object = json_object();

	member_text(object, "part", "content");
	member_text(object, "unit", "compressed");
	member_text(object, "basis", "measured");
	member_number(object, "logical_bytes", row->logical_bytes);
	member_number(object, "actual_bytes", row->actual_bytes);
	member_null(object, "ideal_bytes");
	member_number(object, "images", row->images);
	member_number(object, "blobs", row->blobs);
	member_number(object, "unused_blobs", row->unused_blobs);
	member_number(object, "unused_bytes", row->unused_bytes);
	json_array_append_new(disk, object);
}

static void
put_extras(json_t *object, const struct snap_store *store)
{
	json_t *extras = member_array(object, "extras");

	for (uint32_t i = 0; i < store->extra_count; i++) {
		const struct snap_extra *extra = &store->extras[i];
		json_t *row = json_object();

		member_text(row, "part", extra->part);
		member_text(row, "unit", store_unit_name(extra->unit));
		member_number(row, "count", extra->count);
		member_number(row, "bytes", extra->bytes);
		json_array_append_new(extras, row);
	}
}

json_t *
store_json(const struct report *report, const struct store_row *row)
{
	const struct snapshot *snapshot = report->snapshot;
	const struct snap_store *store = &snapshot->stores[row->store];
	json_t *object = json_object(), *disk;

	member_text(object, "id", snapshot->sources[store->source].name);
	member_text(object, "node", snapshot->nodes[store->node].name);
	member_text(object, "engine", store_engine_name(store->engine));
	member_text(object, "driver", store->driver);
	member_text(object, "namespace", store->namespace);
	member_text(object, "root", store->root);
	member_number(object, "images", row->images);
	member_number(object, "unknown_images", row->unknown_images);
	member_number(object, "chains", row->chains);
	member_number(object, "containers", row->containers);
	member_number(object, "running", row->running);
	member_number(object, "stopped", row->containers - row->running);
	if (row->unknown_writable > 0)
		member_null(object, "writable_bytes");
	else
		member_number(object, "writable_bytes", row->writable_bytes);
	disk = member_array(object, "disk");
	if (row->modelled)
		put_parts(disk, store->unit, &row->unpacked, &row->dangling);
	if (report->content[row->store].shown)
		put_content(disk, &report->content[row->store]);
	put_extras(object, store);
	memory_put(object, &report->memory->rows[row->store], report->memory);
	network_put(object, &report->network->rows[row->store]);
	return object;
}

void
store_put_totals(json_t *disk, const struct store_usage *usage)
{
	for (uint32_t i = 0; i < usage->total_count; i++)
		put_parts(disk, usage->totals[i].unit, &usage->totals[i].unpacked,
		        &usage->totals[i].dangling);
}
