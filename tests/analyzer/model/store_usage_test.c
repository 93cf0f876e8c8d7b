/*
 * usage of stores, from one line each: "a=10" is a chain of 10 bytes at the bottom, "b<a=5" one on
 * it, "=?" of unknown size; "I:b" an image on chain b with a name, "i:b" one without, "?:" one
 * whose chain is not known; "C:b" a container on b of no known image, "c:I" one of the n-th image.
 */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/builder.h"
#include "analyzer/model/store_usage.h"
#include "common/memory.h"

struct making {
	struct builder *builder;
	uint32_t store;
	struct digest chains[128];
	uint64_t images;
};

static struct digest
digest_for(const char *kind, uint64_t number)
{
	struct digest digest;
	auto_free char *text = xprintf("%s %llu", kind, (unsigned long long)number);

	digest_of(&digest, DIGEST_SHA256, text, strlen(text));
	return digest;
}

static void
make_chain(struct making *making, const char *word)
{
	const char *equals = strchr(word, '=');
	struct digest parent = { 0 }, diff_id = digest_for("diff", (uint64_t)word[0]);
	struct record_chain chain = { .unpacked_at = RECORD_TIME_UNKNOWN };

	if (word[1] == '<')
		parent = making->chains[(unsigned char)word[2]];
	digest_chain(&chain.chain_id, &parent, &diff_id);
	making->chains[(unsigned char)word[0]] = chain.chain_id;
	builder_chain(making->builder, &chain.chain_id, &parent, &diff_id);
	chain.size_bytes = equals[1] == '?' ? BYTES_UNKNOWN : strtoull(equals + 1, NULL, 10);
	builder_store_layer(making->builder, making->store, &chain);
}

static void
make_image(struct making *making, const char *word)
{
	const char *name = "team/app:1";
	struct record_node_image image = {
		.config = digest_for("config", making->images++),
		.chain_unknown = word[0] == '?',
		.names = &name,
		.name_count = word[0] != 'i',
	};

	if (word[0] != '?' && word[2] != '\0')
		image.chain = making->chains[(unsigned char)word[2]];
	builder_store_image(
	        making->builder, making->store, builder_appearance(making->builder, &image));
}

static void
make_container(struct making *making, const char *word)
{
	struct record_container container = { .id = word, .writable_bytes = 3 };

	if (word[0] == 'C')
		container.chain = making->chains[(unsigned char)word[2]];
	else
		container.config = digest_for("config", (uint64_t)(word[2] - '0'));
	builder_container(making->builder, making->store, &container);
}

static struct snapshot *
make(const char *line)
{
	const struct snap_source source = { .kind = SOURCE_STORE, .name = "n/s" };
	const struct record_store store = {
		.node = "n", .driver = "overlay", .sharing = SHARING_CHAINS, .unit = UNIT_TAR
	};
	struct making making = { .builder = builder_new(1) };
	auto_free char *words = xstrdup(line);
	char *rest = words;

	making.store = builder_store(making.builder, builder_source(making.builder, &source),
	        builder_node(making.builder, "n", "{}", BYTES_UNKNOWN), &store);
	for (char *word; (word = strsep(&rest, " ")) != NULL;) {
		if (strchr(word, '=') != NULL)
			make_chain(&making, word);
		else if (word[0] == 'C' || word[0] == 'c')
			make_container(&making, word);
		else if (word[0] != '\0')
			make_image(&making, word);
	}
	return builder_finish(making.builder, NULL);
}

static const struct {
	const char *line;
	uint64_t logical, actual, dangling_logical, dangling_actual;
	uint32_t images, unknown;
} cases[] = {
	{ "", 0, 0, 0, 0, 0, 0 },
	{ "a=10 I:a", 10, 10, 0, 0, 1, 0 },
	{ "a=10 b<a=5 c<a=7 I:b I:c", 32, 22, 0, 0, 2, 0 },
	{ "a=10 b<a=5 I:a I:b", 25, 15, 0, 0, 2, 0 },
	{ "a=10 I:a I:a I:a", 30, 10, 0, 0, 3, 0 },
	/* An image without layers. */
	{ "a=10 I:a I:", 10, 10, 0, 0, 2, 0 },
	/* Dangling: only what no live image needs. */
	{ "a=10 b<a=5 I:a i:b", 10, 10, 15, 5, 2, 0 },
	{ "a=10 b<a=5 i:b", 0, 0, 15, 15, 1, 0 },
	{ "a=10 b<a=5 I:a", 10, 10, 5, 5, 1, 0 },
	{ "a=10 b<a=5 I:b", 15, 15, 0, 0, 1, 0 },
	/* Containers hold. */
	{ "a=10 b<a=5 i:b c:0", 15, 15, 0, 0, 1, 0 },
	{ "a=10 b<a=5 C:b", 15, 15, 0, 0, 0, 0 },
	{ "a=10 b<a=5 I:a C:b", 15, 15, 0, 0, 1, 0 },
	{ "a=10 b<a=5 I:b C:b", 15, 15, 0, 0, 1, 0 },
	/* Unknown is counted. */
	{ "a=? b<a=5 I:b", 5, 5, 0, 0, 1, 1 },
	{ "a=10 ?:", 0, 0, 10, 10, 1, 1 },
	{ "a=10 b<a=? I:a I:b", 20, 10, 0, 0, 2, 1 },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_arena arena = { 0 };
		struct snapshot *snapshot = make(cases[i].line);
		const struct store_usage *usage = store_usage_build(snapshot, NULL, &arena);
		const struct store_row *row = &usage->rows[0];

		assert_int_equal(usage->row_count, 1);
		if (row->unpacked.logical_bytes != cases[i].logical ||
		        row->unpacked.actual_bytes != cases[i].actual ||
		        row->dangling.logical_bytes != cases[i].dangling_logical ||
		        row->dangling.actual_bytes != cases[i].dangling_actual ||
		        row->images != cases[i].images || row->unknown_images != cases[i].unknown)
			fail_msg("'%s': %llu %llu dangling %llu %llu images %u unknown %u",
			        cases[i].line, (unsigned long long)row->unpacked.logical_bytes,
			        (unsigned long long)row->unpacked.actual_bytes,
			        (unsigned long long)row->dangling.logical_bytes,
			        (unsigned long long)row->dangling.actual_bytes, row->images,
			        row->unknown_images);
		assert_int_equal(row->unpacked.chains + row->dangling.chains, row->chains);
		assert_true(row->unpacked.logical_bytes >= row->unpacked.actual_bytes);
		assert_true(row->dangling.logical_bytes >= row->dangling.actual_bytes);
		assert_int_equal(usage->total_count, 1);
		snapshot_free(snapshot);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
