/* From names of snapshots to chains: every state, in every order of the list. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/node/containerd/snapshots.h"
#include "common/memory.h"

/* Diff IDs a, b, c, d: sha256 of their letter. */
static struct digest
diff(char letter)
{
	struct digest digest;

	digest_of(&digest, DIGEST_SHA256, &letter, 1);
	return digest;
}

/* The chain of "abc". */
static struct digest
chain(const char *letters)
{
	struct digest result = { 0 };

	for (; *letters != '\0'; letters++) {
		struct digest below = result, own = diff(*letters);

		digest_chain(&result, &below, &own);
	}
	return result;
}

/* "=abc" is the name of a chain, "=abc-0-65536" of a copy; all else is itself. */
static const char *
name_of(struct arena *arena, const char *text)
{
	char letters[8] = "", digest[DIGEST_TEXT_SIZE];
	size_t length;
	struct digest id;

	if (*text != '=')
		return text;
	length = strcspn(text + 1, "-");
	memcpy(letters, text + 1, length);
	id = chain(letters);
	return arena_printf(arena, "%s%s", digest_format(&id, digest), text + 1 + length);
}

struct expected {
	const char *name, *parent;
	enum api_kind kind;
	enum snapshot_state state;
	const char *chain, *below; /* "abc"; NULL = not set */
	char diff_id;
};

static const struct {
	const char *images[3]; /* diff IDs of configs */
	const char *blobs;     /* diff IDs of labels */
	struct expected snapshots[5];
} cases[] = {
	/* An image, and a container on it. */
	{ { "abc" }, "",
	        { { "=a", "", API_COMMITTED, SNAPSHOT_CHAIN, "a", NULL, 'a' },
	                { "=ab", "=a", API_COMMITTED, SNAPSHOT_CHAIN, "ab", "a", 'b' },
	                { "=abc", "=ab", API_COMMITTED, SNAPSHOT_CHAIN, "abc", "ab", 'c' },
	                { "box", "=abc", API_ACTIVE, SNAPSHOT_OPEN, NULL, "abc", 0 } } },
	/* Equal layers above differing ones. */
	{ { "ac", "bc" }, "",
	        { { "=a", "", API_COMMITTED, SNAPSHOT_CHAIN, "a", NULL, 'a' },
	                { "=ac", "=a", API_COMMITTED, SNAPSHOT_CHAIN, "ac", "a", 'c' },
	                { "=b", "", API_COMMITTED, SNAPSHOT_CHAIN, "b", NULL, 'b' },
	                { "=bc", "=b", API_COMMITTED, SNAPSHOT_CHAIN, "bc", "b", 'c' } } },
	/* Of no image: the bottom is its own diff ID, the rest is tried; d is stated nowhere. */
	{ { "c" }, "b",
	        { { "=a", "", API_COMMITTED, SNAPSHOT_CHAIN, "a", NULL, 'a' },
	                { "=ab", "=a", API_COMMITTED, SNAPSHOT_CHAIN, "ab", "a", 'b' },
	                { "=abc", "=ab", API_COMMITTED, SNAPSHOT_CHAIN, "abc", "ab", 'c' },
	                { "=ad", "=a", API_COMMITTED, SNAPSHOT_UNIDENTIFIED, NULL, "a", 0 },
	                { "=adb", "=ad", API_COMMITTED, SNAPSHOT_UNIDENTIFIED, NULL, "a", 0 } } },
	/* Build cache has other names; a layer of an image cannot stand on it. */
	{ { "ab" }, "",
	        { { "r4nd0m", "", API_COMMITTED, SNAPSHOT_UNIDENTIFIED, NULL, NULL, 0 },
	                { "=ab", "r4nd0m", API_COMMITTED, SNAPSHOT_CONTRADICTED, NULL, NULL,
	                        0 } } },
	/* A parent that is not the chain's, and one that is missing. */
	{ { "ab", "cd" }, "",
	        { { "=c", "", API_COMMITTED, SNAPSHOT_CHAIN, "c", NULL, 'c' },
	                { "=ab", "=c", API_COMMITTED, SNAPSHOT_CONTRADICTED, NULL, "c", 0 },
	                { "=cd", "", API_COMMITTED, SNAPSHOT_CONTRADICTED, NULL, NULL, 0 },
	                { "=abc", "=gone", API_COMMITTED, SNAPSHOT_UNIDENTIFIED, NULL, NULL,
	                        0 } } },
	/* User namespaces: the copy is none of its chain's, a container on it stands on the chain.
	 */
	{ { "ab" }, "",
	        { { "=a", "", API_COMMITTED, SNAPSHOT_CHAIN, "a", NULL, 'a' },
	                { "=ab", "=a", API_COMMITTED, SNAPSHOT_CHAIN, "ab", "a", 'b' },
	                { "=ab-0-65536", "=ab", API_COMMITTED, SNAPSHOT_COPY, NULL, "ab", 0 },
	                { "box", "=ab-0-65536", API_ACTIVE, SNAPSHOT_OPEN, NULL, "ab", 0 },
	                { "look", "=a", API_VIEW, SNAPSHOT_OPEN, NULL, "a", 0 } } },
	/* A circle, and a parent that is itself. */
	{ { NULL }, "b",
	        { { "x", "y", API_COMMITTED, SNAPSHOT_UNIDENTIFIED, NULL, NULL, 0 },
	                { "y", "x", API_COMMITTED, SNAPSHOT_UNIDENTIFIED, NULL, NULL, 0 },
	                { "=ab", "=ab", API_COMMITTED, SNAPSHOT_UNIDENTIFIED, NULL, NULL, 0 } } },
};

static void
learn(struct claims *claims, size_t index)
{
	claims_init(claims);
	for (size_t i = 0; i < 3 && cases[index].images[i] != NULL; i++) {
		struct digest diff_ids[8], expected = chain(cases[index].images[i]), top;
		size_t count = strlen(cases[index].images[i]);

		for (size_t k = 0; k < count; k++)
			diff_ids[k] = diff(cases[index].images[i][k]);
		top = claims_add_image(claims, diff_ids, count);
		assert_true(digest_equal(&top, &expected));
	}
	for (const char *letter = cases[index].blobs; *letter != '\0'; letter++) {
		struct digest diff_id = diff(*letter);

		claims_add_diff_id(claims, &diff_id);
	}
}

static int
compare(const void *left, const void *right)
{
	const struct api_snapshot *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static void
is_chain(const struct digest *digest, const char *letters)
{
	struct digest expected = chain(letters != NULL ? letters : "");

	assert_true(digest_equal(digest, &expected));
}

static void
check(const struct snapshots *snapshots, struct arena *arena, const struct expected *expected)
{
	const struct snapshot *found = snapshots_find(snapshots, name_of(arena, expected->name));

	assert_non_null(found);
	assert_int_equal(found->state, expected->state);
	is_chain(&found->below, expected->below);
	if (expected->state != SNAPSHOT_CHAIN)
		return;
	struct digest diff_id = diff(expected->diff_id);
	is_chain(&found->chain, expected->chain);
	is_chain(&found->parent, expected->below);
	assert_true(digest_equal(&found->diff_id, &diff_id));
	assert_int_equal(map_get(&snapshots->by_chain, &found->chain), found - snapshots->at);
}

static void
run(size_t index)
{
	struct api_snapshots list = { 0 };
	struct snapshots snapshots;
	struct claims claims = { 0 };
	auto_arena arena = { 0 };

	learn(&claims, index);
	for (size_t i = 0; i < 5 && cases[index].snapshots[i].name != NULL; i++) {
		const struct expected *expected = &cases[index].snapshots[i];

		*vec_push(&list) = (struct api_snapshot){
			.name = name_of(&arena, expected->name),
			.parent = name_of(&arena, expected->parent),
			.kind = expected->kind,
		};
	}
	qsort(list.at, list.count, sizeof(*list.at), compare);
	snapshots_identify(&snapshots, &arena, &list, &claims);
	assert_int_equal(snapshots.count, list.count);
	for (size_t i = 0; i < list.count; i++)
		check(&snapshots, &arena, &cases[index].snapshots[i]);
	snapshots_release(&snapshots);
	claims_release(&claims);
	vec_release(&list);
}

static void
test_identify(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		run(i);
}

static void
test_reach(void **state)
{
	static const struct {
		const char *diff_ids, *reached;
		bool all;
	} reaches[] = {
		{ "", NULL, true },
		{ "a", "a", true },
		{ "abc", "abc", true },
		{ "abd", "ab", false },
		{ "ba", NULL, false },
	};
	struct api_snapshots list = { 0 };
	struct snapshots snapshots;
	struct claims claims = { 0 };
	auto_arena arena = { 0 };

	(void)state;
	learn(&claims, 0);
	for (size_t i = 0; i < 3; i++)
		*vec_push(&list) = (struct api_snapshot){
			.name = name_of(&arena, cases[0].snapshots[i].name),
			.parent = name_of(&arena, cases[0].snapshots[i].parent),
			.kind = API_COMMITTED,
		};
	qsort(list.at, list.count, sizeof(*list.at), compare);
	snapshots_identify(&snapshots, &arena, &list, &claims);
	for (size_t i = 0; i < countof(reaches); i++) {
		size_t count = strlen(reaches[i].diff_ids);
		struct digest diff_ids[8], reached;
		bool all;

		for (size_t k = 0; k < count; k++)
			diff_ids[k] = diff(reaches[i].diff_ids[k]);
		reached = snapshots_reach(&snapshots, diff_ids, count, &all);
		is_chain(&reached, reaches[i].reached);
		assert_int_equal(all, reaches[i].all);
	}
	snapshots_release(&snapshots);
	claims_release(&claims);
	vec_release(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identify),
		cmocka_unit_test(test_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
