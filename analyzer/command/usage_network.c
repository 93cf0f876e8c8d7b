/* The network in usage: what it takes to fill a store from empty. */
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "common/text.h"

void
network_put(json_t *object, const struct network_row *row)
{
	json_t *network = json_object();

	if (row->images > 0 || row->unknown_images == 0) {
		member_number(network, "logical_bytes", row->logical_bytes);
		member_number(network, "actual_bytes", row->actual_bytes);
	} else {
		member_null(network, "logical_bytes");
		member_null(network, "actual_bytes");
	}
	member_null(network, "ideal_bytes");
	member_text(network, "ideal_reason", usage_ideal_reason);
	member_number(network, "images", row->images);
	member_number(network, "unknown_images", row->unknown_images);
	member_text(network, "exactness", row->upper_bound ? "upper_bound" : "exact");
	json_object_set_new(object, "network", network);
}

void
network_say(const struct report *report, uint32_t store, FILE *out)
{
	const struct snapshot *snapshot = report->snapshot;
	const struct network_row *row = &report->network->rows[store];
	const char *name = snapshot->sources[snapshot->stores[store].source].name;
	char logical[24], actual[24];

	if (row->images > 0)
		say(out,
		        "%s: pulling its images into an empty store transfers %s%s, of %s if "
		        "nothing were shared.\n",
		        name, row->upper_bound ? "at most " : "",
		        text_bytes(row->actual_bytes, actual),
		        text_bytes(row->logical_bytes, logical));
	if (row->unknown_images > 0)
		say(out,
		        "%s: %u images that no known registry has, so what pulling them takes is "
		        "not known.\n",
		        name, row->unknown_images);
}
