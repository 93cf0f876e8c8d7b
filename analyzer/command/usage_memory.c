/* Memory in usage: pages of the layers under running containers. */
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "common/text.h"

static double
coverage_of(const struct memory_row *row)
{
	return row->file_bytes == 0 ? 1.0 : (double)row->measured_bytes / (double)row->file_bytes;
}

const char *
memory_basis_name(enum memory_basis basis)
{
	return basis == MEMORY_MEASURED    ? "measured"
	       : basis == MEMORY_ESTIMATED ? "estimated"
	                                   : "none";
}

void
memory_put(json_t *object, const struct memory_row *row, const struct memory_usage *usage)
{
	json_t *memory = json_object();

	if (row->basis == MEMORY_NONE) {
		member_null(memory, "logical_bytes");
		member_null(memory, "actual_bytes");
	} else {
		member_number(memory, "logical_bytes", row->logical_bytes);
		member_number(memory, "actual_bytes", row->actual_bytes);
	}
	member_null(memory, "ideal_bytes");
	member_text(memory, "ideal_reason", usage_ideal_reason);
	member_text(memory, "basis", memory_basis_name(row->basis));
	if (row->basis == MEMORY_MEASURED)
		json_object_set_new(memory, "coverage", json_real(coverage_of(row)));
	else
		member_null(memory, "coverage");
	if (row->basis == MEMORY_ESTIMATED)
		json_object_set_new(memory, "resident_share",
		        json_real((double)usage->resident_permille / 1000));
	else
		member_null(memory, "resident_share");
	member_number(memory, "containers", row->containers);
	member_number(memory, "unknown_containers", row->unknown_containers);
	member_number(memory, "chains", row->chains);
	member_number(memory, "unknown_chains", row->unknown_chains);
	member_number(memory, "fresh_chains", row->fresh_chains);
	member_number(memory, "fresh_bytes", row->fresh_bytes);
	json_object_set_new(memory, "per_container", json_boolean(row->per_container));
	json_object_set_new(object, "memory", memory);
}

void
memory_put_total(json_t *object, const struct memory_usage *usage)
{
	memory_put(object, &usage->total, usage);
	member_number(json_object_get(object, "memory"), "unknown_stores", usage->unknown_stores);
}

static void
say_basis(const struct memory_row *row, const struct memory_usage *usage, FILE *out)
{
	if (row->basis == MEMORY_MEASURED)
		say(out, "measured, over %.0f %% of their bytes", coverage_of(row) * 100);
	else
		say(out, "estimated: %.1f %% of the layers", (double)usage->resident_permille / 10);
}

void
memory_say(const struct report *report, uint32_t store, FILE *out)
{
	const struct snapshot *snapshot = report->snapshot;
	const struct memory_row *row = &report->memory->rows[store];
	const char *name = snapshot->sources[snapshot->stores[store].source].name;
	char logical[24], actual[24];

	if (row->basis != MEMORY_NONE && row->containers > 0) {
		say(out,
		        "%s: the layers under %u running containers take %s of memory, of %s if "
		        "nothing were shared (",
		        name, row->containers, text_bytes(row->actual_bytes, actual),
		        text_bytes(row->logical_bytes, logical));
		say_basis(row, report->memory, out);
		say(out, ").\n");
	}
	if (row->per_container && row->containers > 0)
		say(out, "%s: the driver %s gives each container pages of its own.\n", name,
		        snapshot->stores[store].driver);
	if (row->fresh_chains > 0 && row->basis != MEMORY_NONE)
		say(out,
		        "%s: %s of that in %u layers unpacked less than a day before: some of it "
		        "is what the pull left.\n",
		        name, text_bytes(row->fresh_bytes, actual), row->fresh_chains);
	if (row->unknown_containers > 0)
		say(out, "%s: %u running containers of whose memory nothing is known.\n", name,
		        row->unknown_containers);
}
