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

/* "host/shop/api" of "host/shop/api:1.4". A port's colon is in another component. */
static const char *
name_part(const char *name, struct arena *scratch)
{
	size_t before = (size_t)(last_word(name) - name);

	return arena_printf(scratch, "%.*s", (int)(before + strcspn(name + before, ":@")), name);
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

/* The name itself, without tag and digest, must be near: equal tags say nothing. At most one edit
 * per three letters of the last component, as suggest_word() has it; or the folders are wrong. */
static bool
is_near(const char *typed, const char *without_host, struct arena *scratch)
{
	const char *a = name_part(typed, scratch), *b = name_part(without_host, scratch);
	size_t a_length = strlen(last_word(a)), b_length = strlen(last_word(b));
	size_t longer = a_length > b_length ? a_length : b_length;
	unsigned allowed = (unsigned)(longer + 2) / 3;

	return distance(a, b) <= allowed || distance(last_word(a), last_word(b)) <= allowed;
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
		const char *without_host = full + strlen(snapshot->sources[source].name) + 1;

		if (is_near(name, without_host, &scratch))
			offer(&near, full, judge(name, full, without_host));
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
