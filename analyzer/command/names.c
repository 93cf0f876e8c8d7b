#include "analyzer/command/names.h"

#include <string.h>

#include "common/text.h"

const char *
name_image(const struct report *report, uint32_t image, struct arena *arena)
{
	const uint32_t *references;
	char text[DIGEST_TEXT_SIZE];

	if (report_image_references(report, image, arena, &references) > 0)
		return report_reference_name(report->snapshot, references[0], arena);
	return arena_strdup(
	        arena, digest_format(&report->snapshot->images[image].config_digest, text));
}

const char *
name_base(const struct report *report, uint32_t base, struct arena *arena)
{
	const struct base *row = &report->bases->at[base];
	struct digest chain_id;
	char text[13];

	if (row->owner_count > 0)
		return row->names[0];
	trie_chain_id(report->trie, report->snapshot, row->node, &chain_id);
	return arena_printf(arena, "(unnamed %s)", digest_short(&chain_id, text));
}

const char *
name_shown(const struct report *report, const char *name)
{
	const struct snapshot *snapshot = report->snapshot;
	size_t length;

	if (snapshot->source_count != 1 || !text_starts_with(name, snapshot->sources[0].name))
		return name;
	length = strlen(snapshot->sources[0].name);
	return name[length] == '/' && name[length + 1] != '\0' ? name + length + 1 : name;
}

const char *
name_with_more(const char *name, uint32_t more, struct arena *arena)
{
	return more > 0 ? arena_printf(arena, "%s (+%u more)", name, more) : name;
}

const char *
name_platform(const struct platform *platform, struct arena *arena)
{
	char text[PLATFORM_TEXT_SIZE];

	if (platform->os[0] == '\0' && platform->architecture[0] == '\0')
		return NULL;
	return arena_strdup(arena, platform_format(platform, text));
}
