/*
 * Layers to chains, from one line each: "b<a" is layer b on a with diff ID of its name; "b<a=x"
 * has the diff ID x; "b<a?" none; "b<a!" is incomplete.
 */
#include "tests/support/unit.h"

#include <stdio.h>
#include <string.h>

#include "collector/node/containers_storage/chains.h"
#include "common/buf.h"
#include "common/memory.h"

static void
make_id(char id[ENTRY_ID_SIZE], char letter)
{
	memset(id, letter, ENTRY_ID_LENGTH);
	id[ENTRY_ID_LENGTH] = '\0';
}

static size_t
parse(const char *line, struct layer_entry *entries)
{
	size_t count = 0;

	for (const char *at = line; *at != '\0'; at += *at == ' ') {
		struct layer_entry *entry = &entries[count++];
		char diff = *at;
		bool known = true;

		*entry = (struct layer_entry){ 0 };
		make_id(entry->id, *at++);
		if (*at == '<')
			make_id(entry->parent, at[1]), at += 2;
		for (; *at != '\0' && *at != ' '; at++) {
			if (*at == '=')
				diff = *++at;
			known = known && *at != '?';
			entry->incomplete = entry->incomplete || *at == '!';
		}
		if (known)
			digest_of(&entry->diff_id, DIGEST_SHA256, &diff, 1);
	}
	return count;
}

/* "a b<a=known": in their order. */
static void
describe(const struct chains *chains, struct buf *out)
{
	static const char *const states[] = { "known", "copy", "unknown", "incomplete", "broken" };

	for (size_t i = 0; i < chains->count; i++) {
		const struct chain *chain = &chains->at[i];

		buf_printf(out, "%s%c %s", i > 0 ? ", " : "", chain->layer.id[0],
		        states[chain->state]);
		assert_int_equal(chains_find(chains, chain->layer.id), i);
		assert_int_equal(digest_is_set(&chain->id), chain->state <= CHAIN_COPY);
		if (chain->parent_index != CHAIN_BOTTOM)
			assert_true(chain->parent_index < i);
	}
}

static const struct {
	const char *line, *expected;
} cases[] = {
	{ "", "" },
	{ "a", "a known" },
	{ "c<b b<a a", "a known, b known, c known" },
	{ "b<a c<a a", "a known, b known, c known" },
	/* Children first in the order of IDs. */
	{ "a<z z", "z known, a known" },
	{ "a<z b<z z<y y", "y known, z known, a known, b known" },
	/* The same chain twice: the lower ID counts. */
	{ "a b=a", "a known, b copy" },
	{ "a b<a=x c<a=x d<c", "a known, b known, c copy, d known" },
	{ "a b<a=x c<a=x d<b=y e<c=y", "a known, b known, c copy, d known, e copy" },
	/* One diff ID on another below is another chain. */
	{ "a b c<a=x d<b=x", "a known, b known, c known, d known" },
	{ "a? b<a", "a unknown, b unknown" },
	{ "a b<a! c<b", "a known, b incomplete, c incomplete" },
	{ "b<a", "b broken" },
	{ "b<a c<b", "b broken, c broken" },
	{ "a<b b<a", "b broken, a broken" },
	{ "a<a", "a broken" },
	{ "a<b b<c c<b", "c broken, b broken, a broken" },
	/* The one that came first counts. */
	{ "a b<a a?", "a known, b known" },
	{ "a? a", "a unknown" },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct layer_entry entries[16];
		struct chains chains;
		auto_arena arena = { 0 };
		auto_buf text = { 0 };

		chains_build(&chains, &arena, entries, parse(cases[i].line, entries));
		describe(&chains, &text);
		if (strcmp(buf_text(&text), cases[i].expected) != 0)
			fail_msg("case %zu: '%s' gives '%s'", i, cases[i].line, buf_text(&text));
		chains_release(&chains);
	}
}

/* Known by heart: sha256 of "sha256:… sha256:…". */
static void
test_chain_id(void **state)
{
	struct layer_entry entries[2];
	struct chains chains;
	auto_arena arena = { 0 };
	struct digest expected;
	char first[DIGEST_TEXT_SIZE], second[DIGEST_TEXT_SIZE];

	(void)state;
	chains_build(&chains, &arena, entries, parse("b<a a", entries));
	assert_true(digest_equal(&chains.at[0].id, &entries[1].diff_id));
	auto_free char *text = xprintf("%s %s", digest_format(&entries[1].diff_id, first),
	        digest_format(&entries[0].diff_id, second));
	digest_of(&expected, DIGEST_SHA256, text, strlen(text));
	assert_true(digest_equal(&chains.at[1].id, &expected));
	assert_true(digest_equal(&chains.at[1].parent, &chains.at[0].id));
	chains_release(&chains);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_chain_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
