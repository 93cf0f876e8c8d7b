/*
 * What a pull transfers, each engine by its rule, told in short stories: "pull a=5,b=7; ask
 * a=5,c=9".
 *
 * An image is its layers NAME[~VARIANT]=BYTES from the bottom: the name gives the diff ID, name and
 * variant the blob. Its config has 100 bytes, its manifest 1000; "@" before it: it is pulled
 * through an index of 3000. "load" unpacks it without blobs or documents (docker load), "other" has
 * the blobs of another namespace, "discard" throws blobs away from here on, "blind" means that
 * blobs could not be read.
 */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/pull.h"
#include "analyzer/model/snapshot.h"
#include "common/arena.h"
#include "common/memory.h"

#define LAYERS_MAX 8

struct story {
	struct arena arena;
	VEC(const char *) names; /* the number of a digest is its place here */
	struct pull_state state;
	struct pull last;
	bool fetched[LAYERS_MAX];
};

static uint32_t
number(struct story *story, const char *kind, const char *name)
{
	char *full = arena_printf(&story->arena, "%s %s", kind, name);

	for (uint32_t i = 0; i < story->names.count; i++)
		if (strcmp(story->names.at[i], full) == 0)
			return i;
	*vec_push(&story->names) = full;
	return (uint32_t)story->names.count - 1;
}

/* "a~2=5" on the chain of the names below. */
static struct pull_layer
read_layer(struct story *story, const char *word, const char **chain)
{
	struct arena *arena = &story->arena;
	const char *equals = strchr(word, '='), *variant = strchr(word, '~');
	const char *blob = arena_strndup(arena, word, (size_t)(equals - word));
	const char *name =
	        arena_strndup(arena, word, (size_t)((variant ? variant : equals) - word));

	*chain = arena_printf(arena, "%s/%s", *chain, name);
	return (struct pull_layer){
		.blob = number(story, "blob", blob),
		.diff_id = number(story, "diff", name),
		.chain = number(story, "chain", *chain),
		.size_bytes = strtoull(equals + 1, NULL, 10),
	};
}

static struct pull_image
read_image(struct story *story, const char *text)
{
	struct arena *arena = &story->arena;
	struct pull_document *documents = arena_new(arena, struct pull_document, 2);
	struct pull_layer *layers = arena_new(arena, struct pull_layer, LAYERS_MAX);
	struct pull_image image = { .documents = documents, .layers = layers, .config_bytes = 100 };
	const char *chain = "", *name = text + (*text == '@');
	char *rest = arena_strdup(arena, name);

	if (name > text)
		documents[image.document_count++] =
		        (struct pull_document){ number(story, "index", name), 3000 };
	documents[image.document_count++] =
	        (struct pull_document){ number(story, "manifest", name), 1000 };
	for (char *word; (word = strsep(&rest, ",")) != NULL;) {
		if (*word == '\0')
			continue;
		assert_true(image.layer_count < LAYERS_MAX);
		layers[image.layer_count++] = read_layer(story, word, &chain);
	}
	pull_mark_repeated(layers, image.layer_count);
	image.config = number(story, "config", chain);
	return image;
}

static void
unpack(struct story *story, const struct pull_image *image)
{
	pull_put(&story->state, image->config, PULL_IMAGE);
	for (uint32_t i = 0; i < image->layer_count; i++) {
		pull_put(&story->state, image->layers[i].chain, PULL_CHAIN);
		pull_put(&story->state, image->layers[i].diff_id, PULL_DIFF_ID);
	}
}

static void
keep_blobs(struct story *story, const struct pull_image *image)
{
	for (uint32_t i = 0; i < image->document_count; i++)
		pull_put(&story->state, image->documents[i].digest, PULL_BLOB);
	pull_put(&story->state, image->config, PULL_BLOB);
	for (uint32_t i = 0; i < image->layer_count; i++)
		pull_put(&story->state, image->layers[i].blob, PULL_BLOB);
}

static void
do_one(struct story *story, const char *deed)
{
	const char *blank = strchr(deed, ' ');
	struct pull_image image = read_image(story, blank ? blank + 1 : "");

	if (strncmp(deed, "pull", 4) == 0)
		story->last = pull_do(&story->state, &image);
	else if (strncmp(deed, "ask", 3) == 0)
		story->last = pull_ask(&story->state, &image, story->fetched);
	else if (strncmp(deed, "load", 4) == 0)
		unpack(story, &image);
	else if (strncmp(deed, "other", 5) == 0)
		keep_blobs(story, &image);
	else if (strcmp(deed, "discard") == 0)
		story->state.discards = true;
	else if (strcmp(deed, "blind") == 0)
		story->state.partly_known = true;
	else
		fail_msg("%s?", deed);
}

static void
tell(struct story *story, enum pull_rule rule, const char *text)
{
	char *rest = arena_strdup(&story->arena, text);

	pull_state_clear(&story->state, rule);
	for (char *deed; (deed = strsep(&rest, ";")) != NULL;)
		do_one(story, deed + strspn(deed, " "));
}

static void
story_release(struct story *story)
{
	vec_release(&story->names);
	pull_state_release(&story->state);
	arena_release(&story->arena);
}

#define D PULL_DOCKER
#define C PULL_CONTAINERD
#define S PULL_STORAGE

static const struct {
	enum pull_rule rule;
	const char *story;
	uint64_t blobs, manifests;
	bool upper_bound;
} cases[] = {
	/* Into an empty store. */
	{ D, "ask a=5,b=7", 112, 1000, false },
	{ C, "ask a=5,b=7", 112, 1000, false },
	{ S, "ask a=5,b=7", 112, 1000, false },
	{ D, "ask @a=5", 105, 4000, false },
	{ D, "ask", 100, 1000, false },
	/* An image that is there. */
	{ D, "pull a=5,b=7; ask a=5,b=7", 0, 0, false },
	{ C, "pull a=5,b=7; ask a=5,b=7", 0, 0, false },
	{ S, "pull a=5,b=7; ask a=5,b=7", 100, 1000, false },
	{ D, "pull @a=5; ask @a=5", 0, 0, false },
	{ S, "pull @a=5; ask @a=5", 100, 4000, false },
	/* The next one on the same base. */
	{ D, "pull a=5,b=7; ask a=5,c=9", 109, 1000, false },
	{ C, "pull a=5,b=7; ask a=5,c=9", 109, 1000, false },
	{ S, "pull a=5,b=7; ask a=5,c=9", 109, 1000, false },
	/* Equal layers above another base: only docker fetches them again. */
	{ D, "pull a=5,b=7; ask x=3,b=7", 110, 1000, false },
	{ C, "pull a=5,b=7; ask x=3,b=7", 103, 1000, false },
	{ S, "pull a=5,b=7; ask x=3,b=7", 103, 1000, false },
	/* containerd without blobs has only chains. */
	{ C, "discard; pull a=5,b=7; ask x=3,b=7", 110, 1000, false },
	{ C, "discard; pull a=5,b=7; ask a=5,c=9", 109, 1000, false },
	/* The same layer, compressed again, under another image. */
	{ D, "pull a=5; ask a~2=6,b=7", 113, 1000, false },
	{ C, "pull a=5; ask a~2=6,b=7", 107, 1000, false },
	{ S, "pull a=5; ask a~2=6,b=7", 113, 1000, true },
	/* The same image, compressed again. */
	{ D, "pull a=5,b=7; ask a~2=6,b~2=8", 0, 1000, false },
	{ C, "pull a=5,b=7; ask a~2=6,b~2=8", 0, 1000, false },
	{ S, "pull a=5,b=7; ask a~2=6,b~2=8", 114, 1000, true },
	/* What containerd skipped by ChainID left no blob behind. */
	{ C, "pull a=5; pull a~2=6,b=7; ask x=1,a~2=6", 107, 1000, false },
	{ C, "pull a=5; pull a~2=6,b=7; ask x=1,a=5", 101, 1000, false },
	/* After docker load nothing is known by its blob. */
	{ D, "load a=5; ask a=5,b=7", 112, 1000, false },
	{ D, "load a=5,b=7; ask a=5,b=7", 0, 1000, false },
	{ C, "load a=5; ask a=5,b=7", 107, 1000, false },
	{ S, "load a=5; ask a=5,b=7", 112, 1000, true },
	/* Blobs of another namespace. */
	{ C, "other a=5,b=7; ask a=5,b=7", 0, 0, false },
	{ C, "other a=5,b=7; ask a=5,c=9", 109, 1000, false },
	/* A hole: the chain above it cannot be there for us. */
	{ D, "pull a=5,b=7; ask a=5,x=1,b=7", 108, 1000, false },
	{ C, "pull a=5,b=7; ask a=5,x=1,b=7", 101, 1000, false },
	/* A layer twice. */
	{ D, "ask a=5,b=7,a=5", 112, 1000, false },
	{ C, "ask a=5,b=7,a=5", 112, 1000, false },
	{ S, "ask a=5,b=7,a=5", 117, 1000, true },
	/* A layer that travels as it is. */
	{ D, "blind; load a=5; ask a=5,b=7", 112, 1000, true },
	{ D, "blind; pull a=5; ask a=5", 0, 0, false },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct story story = { 0 };

		tell(&story, cases[i].rule, cases[i].story);
		if (story.last.blob_bytes != cases[i].blobs ||
		        story.last.manifest_bytes != cases[i].manifests ||
		        story.last.upper_bound != cases[i].upper_bound)
			fail_msg("rule %d '%s': %llu %llu %d", cases[i].rule, cases[i].story,
			        (unsigned long long)story.last.blob_bytes,
			        (unsigned long long)story.last.manifest_bytes,
			        story.last.upper_bound);
		story_release(&story);
	}
}

static void
test_says_which_layers(void **state)
{
	struct story story = { 0 };

	(void)state;
	tell(&story, PULL_CONTAINERD, "pull a=5; ask a=5,b=7,c=1,b=7");
	assert_int_equal(story.last.layers, 2);
	assert_false(story.fetched[0]);
	assert_true(story.fetched[1]);
	assert_true(story.fetched[2]);
	assert_false(story.fetched[3]);
	story_release(&story);
}

static void
test_clearing_forgets(void **state)
{
	struct story story = { 0 };

	(void)state;
	for (enum pull_rule rule = PULL_DOCKER; rule <= PULL_STORAGE; rule++) {
		tell(&story, rule, "pull a=5,b=7; blind; discard");
		tell(&story, rule, "ask a=5,b=7");
		assert_int_equal(story.last.blob_bytes, 112);
		assert_false(story.last.upper_bound);
	}
	story_release(&story);
}

/* A layer of an image whose config is not known. */
static void
test_unknown_diff_ids(void **state)
{
	static const struct pull_document document = { 0, 10 };
	struct pull_layer layer = { .blob = 1, .diff_id = NONE, .chain = NONE, .size_bytes = 5 };
	const struct pull_image image = { &document, 1, 2, 100, &layer, 1 };

	(void)state;
	for (enum pull_rule rule = PULL_DOCKER; rule <= PULL_STORAGE; rule++) {
		auto_pull_state known = { 0 };

		pull_state_clear(&known, rule);
		struct pull pull = pull_ask(&known, &image, NULL);
		assert_int_equal(pull.blob_bytes, 105);
		assert_true(pull.upper_bound);
		pull_put(&known, 1, PULL_BLOB);
		pull = pull_ask(&known, &image, NULL);
		assert_int_equal(pull.blob_bytes, rule == PULL_DOCKER ? 105 : 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_says_which_layers),
		cmocka_unit_test(test_clearing_forgets),
		cmocka_unit_test(test_unknown_diff_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
