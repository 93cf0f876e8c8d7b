/*
 * A platform with a typing error is a valid one that nothing is of: the answer is an empty table,
 * and only this note tells it from an empty registry.
 */
#include "analyzer/command/coverage.h"

#include "analyzer/command/say.h"
#include "common/buf.h"

#define NAMED_MAX 8

static const struct platform *
platform_at(const struct snapshot *snapshot, uint32_t i)
{
	return i < snapshot->image_count
	               ? &snapshot->images[i].platform
	               : &snapshot->appearances[i - snapshot->image_count].platform;
}

static bool
is_named(const struct platform *const *named, unsigned count, const struct platform *platform)
{
	for (unsigned i = 0; i < count; i++)
		if (platform_compare(named[i], platform) == 0)
			return true;
	return false;
}

void
coverage_note_platform(const struct snapshot *snapshot, const struct platform *wanted, FILE *out)
{
	const struct platform *named[NAMED_MAX];
	char text[PLATFORM_TEXT_SIZE];
	auto_buf known = { 0 };
	unsigned count = 0;
	bool more = false;

	for (uint32_t i = 0; i < snapshot->image_count + snapshot->appearance_count; i++) {
		const struct platform *platform = platform_at(snapshot, i);
		if (platform_matches(wanted, platform))
			return;
		if (is_named(named, count, platform))
			continue;
		more = count == NAMED_MAX;
		if (more)
			continue;
		named[count++] = platform;
		buf_printf(&known, "%s%s", count > 1 ? ", " : "", platform_format(platform, text));
	}
	if (count > 0)
		say(out, "layershare: note: no image is of the platform %s; images are of %s%s\n",
		        platform_format(wanted, text), buf_text(&known), more ? " and others" : "");
}
