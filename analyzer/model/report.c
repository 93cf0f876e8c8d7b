/* Puts the answers together; each is made in a file of its own. */
#include "analyzer/model/report.h"

struct report *
report_build(
        const struct snapshot *snapshot, const struct report_options *options, struct arena *arena)
{
	struct report *report = arena_new(arena, struct report, 1);
	struct place_options *place = arena_new(arena, struct place_options, 1);
	struct base_options bases = options->bases;

	/* In the arena, since the places refer to it. */
	if (options->platform)
		place->platform =
		        arena_memdup(arena, options->platform, 1, sizeof(*options->platform));
	if (!bases.platform)
		bases.platform = place->platform;
	report->snapshot = snapshot;
	report->trie = trie_build(snapshot, arena);
	report->names = naming_build(snapshot, arena);
	report->places = places_build(snapshot, place, arena);
	report->usage = usage_build(snapshot, report->places, arena);
	report->stores = store_usage_build(snapshot, place->platform, arena);
	report->content = content_usage_build(snapshot, place->platform, arena);
	report->memory = memory_usage_build(snapshot, options->resident_permille, arena);
	report->network = network_usage_build(snapshot, place->platform, arena);
	report->node_images = node_images_build(snapshot, arena);
	report->attribution = attribution_build(snapshot, report->places, arena);
	report->bases = bases_build(snapshot, report->trie, report->names, &bases, arena);
	return report;
}

const char *
report_reference_name(const struct snapshot *snapshot, uint32_t reference, struct arena *arena)
{
	return naming_reference(snapshot, reference, arena);
}

uint32_t
report_image_references(const struct report *report, uint32_t image, struct arena *arena,
        const uint32_t **references)
{
	(void)arena;
	*references = report->names->references.at + report->names->references.start[image];
	return links_count(&report->names->references, image);
}

bool
report_is_incomplete(const struct snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->source_count; i++) {
		if (snapshot->sources[i].state != SOURCE_COMPLETE)
			return true;
	}
	return false;
}
