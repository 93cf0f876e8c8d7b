/* The objects of usage. Null is what this version does not know: never 0. */
#include "analyzer/command/coverage.h"
#include "analyzer/command/view.h"
#include "analyzer/model/bytes.h"

const char usage_ideal_reason[] =
        "not known yet, this version does not track which build of a base is the newest";

static void
put_counts(json_t *object, const struct usage_row *row)
{
	member_number(object, "repositories", row->repositories);
	member_number(object, "tags", row->tags);
	member_number(object, "images", row->images);
	member_number(object, "blobs", row->blobs);
	member_number(object, "other_bytes", row->other_bytes);
	member_number(object, "logical_bytes", row->logical_bytes);
	member_number(object, "actual_bytes", row->actual_bytes);
	member_null(object, "ideal_bytes");
	member_null(object, "ideal_expired_bytes");
	member_text(object, "ideal_reason", usage_ideal_reason);
	member_number(object, "foreign_layers", row->foreign_layers);
	member_number(object, "absent_children", row->absent_children);
}

json_t *
usage_registry_json(const struct report *report, const struct usage_row *row)
{
	json_t *object = json_object();

	member_text(object, "name", report->snapshot->sources[row->source].name);
	put_counts(object, row);
	return object;
}

/* The scan of a layout compares the length of every file with what manifests state. If it could
 * not do so for all, some sizes are only stated. */
static const char *
basis_of(const struct snap_source *source)
{
	return source->state == SOURCE_COMPLETE ? "measured" : "assumed";
}

static json_t *
content_json(const char *basis, uint64_t logical_bytes, uint64_t actual_bytes)
{
	json_t *part = json_object();

	member_text(part, "part", "content");
	member_text(part, "unit", "compressed");
	member_text(part, "basis", basis);
	member_number(part, "logical_bytes", logical_bytes);
	member_number(part, "actual_bytes", actual_bytes);
	member_null(part, "ideal_bytes");
	return part;
}

void
usage_put_unknown(json_t *object)
{
	json_t *network = member_object(object, "network");
	json_t *memory;

	member_null(network, "logical_bytes");
	member_null(network, "actual_bytes");
	member_null(network, "ideal_bytes");
	memory = member_object(object, "memory");
	member_null(memory, "logical_bytes");
	member_null(memory, "actual_bytes");
	member_null(memory, "ideal_bytes");
	member_text(memory, "basis", "none");
	member_null(memory, "coverage");
}

json_t *
usage_store_json(
        const struct report *report, const struct usage_row *row, const struct layout *layout)
{
	const struct snap_source *source = &report->snapshot->sources[row->source];
	json_t *object = json_object();

	json_object_set_new(object, "id", coverage_source_id(source));
	member_null(object, "node");
	member_text(object, "engine", "layout");
	member_null(object, "driver");
	member_null(object, "namespace");
	member_number(object, "images", row->images);
	member_number(object, "unknown_images", 0);
	member_number(object, "chains", layout->chains);
	member_number(object, "containers", 0);
	json_array_append_new(member_array(object, "disk"),
	        content_json(basis_of(source), row->logical_bytes, row->actual_bytes));
	usage_put_unknown(object);
	return object;
}

void
usage_put_ideal(json_t *document)
{
	member_null(document, "ideal_rung");
	member_text(document, "ideal_reason", usage_ideal_reason);
}

void
usage_put_total(json_t *document, const struct report *report)
{
	const struct usage *usage = report->usage;
	json_t *total = member_object(document, "total");
	uint64_t logical_bytes = 0, actual_bytes = 0;
	const char *basis = "measured";
	bool kept = usage->layout_count > 0;

	put_counts(member_object(total, "registry"), &usage->total);
	json_t *disk = member_array(total, "disk");
	for (uint32_t i = 0; i < usage->layout_count; i++) {
		const struct usage_row *row = &usage->layouts[i];

		logical_bytes = bytes_add(logical_bytes, row->logical_bytes);
		actual_bytes = bytes_add(actual_bytes, row->actual_bytes);
		if (report->snapshot->sources[row->source].state != SOURCE_COMPLETE)
			basis = "assumed";
	}
	for (uint32_t i = 0; i < report->snapshot->store_count; i++) {
		const struct content_row *row = &report->content[i];

		logical_bytes = bytes_add(logical_bytes, row->logical_bytes);
		actual_bytes = bytes_add(actual_bytes, row->actual_bytes);
		kept |= row->shown;
	}
	if (kept)
		json_array_append_new(disk, content_json(basis, logical_bytes, actual_bytes));
	store_put_totals(disk, report->stores);
	memory_put_total(total, report->memory);
	network_put(total, &report->network->total);
}
