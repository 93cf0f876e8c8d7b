/*
 * A name that nothing has. Near to it are references that differ by a few letters, compared without
 * the host too, because people leave that out; and those with the same last word.
 */
#include <string.h>

#include "analyzer/command/explain_view.h"
#include "common/buf.h"
#include "common/suggest.h"

#define NEAR_COUNT 3

/* The nearest names, all equally far. */
struct near {
	const char *names[NEAR_COUNT];
	size_t count;
	unsigned distance;
};

static void
offer(struct near *near, const char *name, unsigned distance)
{
	if (distance < near->distance) {
		near->distance = distance;
		near->count = 0;
	}
	if (distance == near->distance && near->count < NEAR_COUNT)
		near->names[near->count++] = name;
}

/* The last component and its tag: "api:1.4" of "host/shop/api:1.4". */
static const char *
last_word(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

/* Edits between two texts of which only the ends may differ much: suggest_distance() compares
 * their beginnings only, so equal ones are left out. */
static unsigned
distance(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return suggest_distance(a, b);
}

static unsigned
judge(const char *typed, const char *name, const char *without_host)
{
	unsigned whole = distance(typed, name);
	unsigned bare = distance(typed, without_host);
	unsigned best = whole < bare ? whole : bare;
	/* Another folder or host, the same image. */
	unsigned end = distance(last_word(typed), last_word(name)) + 2;

	return best < end ? best : end;
}

int
explain_fail_unknown(const struct snapshot *snapshot, const char *name, struct error *err)
{
	auto_arena scratch = { 0 };
	auto_buf list = { 0 };
	struct near near = { .distance = (unsigned)strlen(last_word(name)) / 3 + 2 };

	if (explain_is_ambiguous(snapshot, name))
		return fail(err, ERROR_USAGE,
		        "%s: several images fit; name the registry, or more of the digest", name);
	for (uint32_t i = 0; i < snapshot->reference_count; i++) {
		uint32_t source = snapshot->repositories[snapshot->references[i].repository].source;
		const char *full = report_reference_name(snapshot, i, &scratch);

		offer(&near, full,
		        judge(name, full, full + strlen(snapshot->sources[source].name) + 1));
	}
	if (near.count > 0 && near.distance == 0)
		return fail(err, ERROR_FAILED,
		        "%s: not an image but an artifact, or an index whose images are not there",
		        name);
	for (size_t i = 0; i < near.count; i++)
		buf_printf(&list, "%s%s",
		        i == 0                ? "; did you mean "
		        : i + 1 == near.count ? " or "
		                              : ", ",
		        near.names[i]);
	if (near.count > 0)
		return fail(err, ERROR_FAILED, "%s: no such image%s?", name, buf_text(&list));
	return fail(err, ERROR_FAILED,
	        "%s: no such image; `layershare images` lists those that are known", name);
}
