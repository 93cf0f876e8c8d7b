/* What each record does to the tables: the rules of schema/record.h, as spans. */
#include "tests/analyzer/store/script.h"

#include "analyzer/store/handle.h"
#include "analyzer/store/ingest.h"

/* "app:1=A 1..3, app:1=B 3.." : every span that ever was, with its scans. */
static void
dump_references(struct store *store, struct buf *out)
{
	struct error err = { 0 };
	struct query query = db_query(&store->db,
	        "SELECT s.name, p.name, r.tag, d.bytes, r.since, coalesce(r.until, '')"
	        " FROM reference r JOIN repository p ON p.id = r.repository"
	        " JOIN source s ON s.id = p.source JOIN digest d ON d.id = r.digest"
	        " ORDER BY s.id, p.name, r.tag, r.since, r.id");

	while (query_next(&query)) {
		const char *tag = query_text(&query, 2);
		struct digest digest;

		assert_true(query_digest(&query, 3, &digest));
		buf_printf(out, "%s%s%s%s%s%s%s%c %s..%s", out->length > 0 ? ", " : "",
		        strcmp(query_text(&query, 0), "r") != 0 ? query_text(&query, 0) : "",
		        strcmp(query_text(&query, 0), "r") != 0 ? "/" : "", query_text(&query, 1),
		        tag[0] != '\0' ? ":" : "@", tag, tag[0] != '\0' ? "=" : "",
		        letter_of(&digest), query_text(&query, 4), query_text(&query, 5));
	}
	assert_int_equal(query_end(&query, &err), 0);
}

static void
dump_problems(struct store *store, struct buf *out)
{
	struct error err = { 0 };
	struct query query = db_query(&store->db,
	        "SELECT place, since, coalesce(until, '') FROM problem ORDER BY place, since");

	while (query_next(&query))
		buf_printf(out, "%s%s %s..%s", out->length > 0 ? ", " : "", query_text(&query, 0),
		        query_text(&query, 1), query_text(&query, 2));
	assert_int_equal(query_end(&query, &err), 0);
}

static const struct {
	const char *name;
	const char *scans[4];
	const char *expected;
} reference_rules[] = {
	{ "new", { "app:1=A app. END+" }, "app:1=A 1.." },
	{ "same again", { "app:1=A app. END+", "app:1=A app. END+" }, "app:1=A 1.." },
	{ "moved", { "app:1=A app. END+", "app:1=B app. END+" }, "app:1=A 1..2, app:1=B 2.." },
	{ "moved and back", { "app:1=A app. END", "app:1=B app. END", "app:1=A app. END" },
	        "app:1=A 1..2, app:1=B 2..3, app:1=A 3.." },
	{ "two tags of one image", { "app:1=A app:2=A app. END" }, "app:1=A 1.., app:2=A 1.." },
	{ "one tag in two repositories", { "app:1=A web:1=A END" }, "app:1=A 1.., web:1=A 1.." },
	{ "tag gone", { "app:1=A app:2=B app. END", "app:1=A app. END" },
	        "app:1=A 1.., app:2=B 1..2" },
	{ "all tags gone", { "app:1=A app:2=B app. END", "app. END" },
	        "app:1=A 1..2, app:2=B 1..2" },
	{ "tag gone and back", { "app:1=A app. END", "app. END", "app:1=A app. END" },
	        "app:1=A 1..2, app:1=A 3.." },
	{ "not said in a partial repository", { "app:1=A app:2=B app. END", "app:1=A app~ END" },
	        "app:1=A 1.., app:2=B 1.." },
	{ "not said, repository never ended", { "app:1=A app:2=B app. END", "app:1=A END" },
	        "app:1=A 1.., app:2=B 1.." },
	{ "unread keeps", { "app:1=A app. END", "app:1? app. PART+" }, "app:1=A 1.." },
	{ "unread of an unknown tag", { "app:1? app. PART+" }, "" },
	{ "unread, then moved", { "app:1=A app. END", "app:1? app. END", "app:1=B app. END" },
	        "app:1=A 1..3, app:1=B 3.." },
	{ "skipped keeps", { "app:1=A app. END+", "app- END+" }, "app:1=A 1.." },
	{ "repository gone", { "app:1=A app. web:1=B web. END+", "web:1=B web. END+" },
	        "app:1=A 1..2, web:1=B 1.." },
	{ "repository gone from a partial scan", { "app:1=A app. END+", "PART+" }, "app:1=A 1..2" },
	{ "catalogue not complete", { "app:1=A app. END+", "web:1=B web. END" },
	        "app:1=A 1.., web:1=B 2.." },
	{ "failed scan concludes nothing", { "app:1=A app. END+", "FAIL+" }, "app:1=A 1.." },
	{ "named by a reference only", { "app:1=A app:2=B END+", "app:1=A END+" },
	        "app:1=A 1.., app:2=B 1.." },
	{ "cut off, then the same", { "app:1=A app. END", "app:1=B app.", "app:1=B app. END+" },
	        "app:1=A 1..2, app:1=B 2.." },
	{ "cut off closes no repository", { "app:1=A app. END+", "web:1=B web." },
	        "app:1=A 1.., web:1=B 2.." },
	{ "forgets what the cut off scan said",
	        { "app:1=A app:2=B app. END", "app:2=B", "app:1=A app. END" },
	        "app:1=A 1.., app:2=B 1..3" },
	{ "said twice, the last word counts", { "app:1=A app:1=B app. END" }, "app:1=B 1.." },
	{ "said twice of an older one", { "app:1=A app. END", "app:1=B app:1=C app. END" },
	        "app:1=A 1..2, app:1=C 2.." },
	{ "said after its repository", { "app:1=A app. END", "app. app:1=A END" },
	        "app:1=A 1..2, app:1=A 2.." },
	{ "by digest, each for itself", { "app@A app@B app. END", "app@B app@C app. END" },
	        "app@A 1..2, app@B 1.., app@C 2.." },
	{ "by digest beside a tag", { "app@A app:1=A app. END", "app:1=B app@A app. END" },
	        "app@A 1.., app:1=A 1..2, app:1=B 2.." },
	{ "sources are separate",
	        { "app:1=A app. END+", "on:other app:1=B app. END+", "on:other END+" },
	        "app:1=A 1.., other/app:1=B 2..3" },
};

static void
test_references(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < countof(reference_rules); i++) {
		auto_free char *path = xprintf("%s/%zu.db", fixture->folder, i);
		struct store *store = open_store(path, STORE_WRITE);
		auto_buf dump = { 0 };

		play(store, reference_rules[i].scans, 4);
		dump_references(store, &dump);
		store_close(store);
		if (strcmp(buf_text(&dump), reference_rules[i].expected) != 0)
			fail_msg("%s: expected '%s', got '%s'", reference_rules[i].name,
			        reference_rules[i].expected, buf_text(&dump));
		assert_sound(path);
	}
}

static const struct {
	const char *name;
	const char *scans[4];
	const char *expected;
} problem_rules[] = {
	{ "new", { "!x PART" }, "x 1.." },
	{ "again", { "!x PART", "!x PART" }, "x 1.." },
	{ "twice in one scan", { "!x !x PART" }, "x 1.." },
	{ "gone", { "!x !y PART+", "!y PART+" }, "x 1..2, y 1.." },
	{ "gone and back", { "!x PART", "END", "!x PART" }, "x 1..2, x 3.." },
	{ "a failed scan adds its own", { "!x PART", "!down FAIL" }, "down 2.., x 1.." },
	{ "and those go when it works again", { "!x PART+", "!down FAIL", "!x PART+" },
	        "down 2..3, x 1.." },
	{ "a cut off scan closes none", { "!x PART", "!y" }, "x 1.., y 2.." },
	{ "sources are separate", { "!x PART", "on:other END+" }, "x 1.." },
	/* Whole scans. */
	{ "nobody looked there", { "app:1=A !app PART", "web. PART" }, "app 1.." },
	{ "all is well", { "!app PART", "app~ END" }, "app 1..2" },
	{ "its repository read completely", { "!app !app:2 PART", "app. !web PART" },
	        "app 1..2, app:2 1..2, web 2.." },
	{ "its repository read in part", { "!app !app:2 PART", "app~ !web PART" },
	        "app 1.., app:2 1.., web 2.." },
	{ "its reference read", { "!app !app:2 !app:3 PART", "app:2=A app:3? app~ !web PART" },
	        "app 1.., app:2 1..2, app:3 1.., web 2.." },
	{ "its repository left the catalogue", { "!app:2 PART", "!web PART+" },
	        "app:2 1..2, web 2.." },
	{ "its repository is skipped", { "!app:2 PART", "app- !web PART+" }, "app:2 1.., web 2.." },
	{ "about the catalogue", { "!catalogue ! PART", "!web PART" },
	        " 1..2, catalogue 1..2, web 2.." },
	{ "failed, knows nothing", { "!app PART", "app. FAIL+" }, "app 1.." },
	/* Selections after a whole scan. */
	{ "a selection elsewhere",
	        { "app:1=A !app:2 !secret ! !catalogue PART+", "of:web web. END" },
	        " 1.., app:2 1.., catalogue 1.., secret 1.." },
	{ "a selection of its repository", { "!app:2 !web:1 PART+", "of:app app. END" },
	        "app:2 1..2, web:1 1.." },
	{ "a selection of its tag", { "!app:1 !app:2 PART+", "of:app:2 app:2=A app~ END" },
	        "app:1 1.., app:2 1..2" },
	{ "a selection of platforms", { "!app:1 PART+", "of:platform app:1=A app. END" },
	        "app:1 1.." },
	{ "a selection that read the catalogue",
	        { "!catalogue !gone:1 PART", "of:team/ app- END+" },
	        "catalogue 1..2, gone:1 1..2" },
	/* Selections among themselves. */
	{ "the same again, all is well", { "of:a !app ! PART", "of:a app~ END" },
	        " 1..2, app 1..2" },
	{ "another one, all is well", { "of:a app:1=A !app ! PART", "of:b web. END" },
	        " 1.., app 1.." },
	{ "the same again, not all is well", { "of:a app:1=A !app ! PART", "of:a !web PART" },
	        " 1..2, app 1.., web 2.." },
	{ "a misspelt one", { "app:1=A app. END+", "of:typo !typo typo~ FAIL", "of:app app. END" },
	        "typo 2..3" },
	{ "a misspelt one, said again", { "of:@ !typo typo~ app. PART", "of:@ !typo typo~ PART" },
	        "typo 1.." },
	{ "a misspelt one that a whole scan met too",
	        { "of:typo !typo FAIL", "!typo typo~ PART", "of:app app. END" }, "typo 1.." },
	{ "a whole scan after it", { "of:typo !typo FAIL", "app. END+" }, "typo 1..2" },
	{ "images are known there", { "app:1=A app. END+", "of:app !app FAIL", "of:web web. END" },
	        "app 2.." },
};

static void
test_problems(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < countof(problem_rules); i++) {
		auto_free char *path = xprintf("%s/%zu.db", fixture->folder, i);
		struct store *store = open_store(path, STORE_WRITE);
		auto_buf dump = { 0 };

		play(store, problem_rules[i].scans, 4);
		dump_problems(store, &dump);
		store_close(store);
		if (strcmp(buf_text(&dump), problem_rules[i].expected) != 0)
			fail_msg("%s: expected '%s', got '%s'", problem_rules[i].name,
			        problem_rules[i].expected, buf_text(&dump));
	}
}

static int64_t
ask(struct store *store, const char *sql)
{
	struct error err = { 0 };
	int64_t value;

	if (db_int(&store->db, sql, &value, -1, &err) != 0)
		fail_msg("%s", err.message);
	return value;
}

static void
start(struct store *store, int64_t at)
{
	struct record record = { .kind = RECORD_SCAN };

	record.scan = (struct record_scan){ SOURCE_REGISTRY, "r", at, NULL, false };
	emit(store, &record);
}

/* An image `letter` whose only layer is a shared one, with the size that it claims. */
static void
emit_claim(struct store *store, char letter, uint64_t size_bytes)
{
	const struct record_layer layers[] = {
		{ .digest = digest_for("blob", 0), .size_bytes = size_bytes },
		{ .digest = digest_for("blob", 0), .size_bytes = size_bytes },
	};
	struct record record = {
		.kind = RECORD_MANIFEST,
		.manifest = {
		        .digest = digest_for("manifest", letter),
		        .size_bytes = 1,
		        .kind = MANIFEST_IMAGE,
		        .media_type = "x",
		        .config = digest_for("config", letter),
		        .layers = layers,
		        .layer_count = 2,
		},
	};

	emit(store, &record);
}

static void
test_layer_size_conflict(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);

	start(store, 100);
	emit_claim(store, 'A', 1000);
	emit_claim(store, 'B', 1001);
	emit_claim(store, 'B', 1001);
	emit_word(store, (char[]){ "app:1?" }, 0);
	emit_word(store, (char[]){ "END" }, 100);
	assert_int_equal(ask(store, "SELECT layer_size FROM digest WHERE layer_size > 0"), 1000);
	assert_int_equal(ask(store, "SELECT count(*) FROM problem"), 1);
	assert_int_equal(ask(store, "SELECT count(*) FROM problem WHERE harmless = 1 AND message"
	                            " LIKE 'layer sha256:%: size 1001 claimed, but 1000 by an"
	                            " earlier manifest%'"),
	        1);
	/* Nothing held B: its problem went with the scan. Held, it stays unsaid. */
	start(store, 200);
	emit_claim(store, 'C', 1002);
	emit_word(store, (char[]){ "app:1=C" }, 0);
	emit_word(store, (char[]){ "END" }, 200);
	play_scan(store, "app:1=C app. END+", 3);
	assert_int_equal(ask(store, "SELECT count(*) FROM problem"), 2);
	assert_int_equal(ask(store, "SELECT count(*) FROM problem WHERE until IS NULL"), 1);
	assert_int_equal(ask(store, "SELECT since FROM problem WHERE until IS NULL"), 2);
	play_scan(store, "app:1=D app. END+", 4);
	assert_int_equal(ask(store, "SELECT count(*) FROM problem WHERE until IS NULL"), 0);
	store_close(store);
}

static void
test_content_once(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);

	play_scan(store, "app:1=A web:1=A app. web. END+", 1);
	play_scan(store, "on:other x:1=A x:2=B x. END+", 2);
	assert_int_equal(ask(store, "SELECT count(*) FROM manifest"), 2);
	assert_int_equal(ask(store, "SELECT count(*) FROM config"), 2);
	assert_int_equal(ask(store, "SELECT count(layer_size) FROM digest"), 3);
	/* 2 manifests, 2 configs, 3 layers, 3 diff IDs */
	assert_int_equal(ask(store, "SELECT count(*) FROM digest"), 10);
	assert_int_equal(ask(store, "SELECT sum(length(json)) FROM config_details"), 2 * 13);
	store_close(store);
}

static void
test_scan_rows(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct record record = { .kind = RECORD_REPOSITORY };
	struct record_sink sink = store_sink(store);
	struct error err = { 0 };

	record.repository.name = "app";
	assert_int_equal(sink.emit(sink.context, &record, &err), -1);
	assert_string_equal(err.message, "a record outside of a scan");

	play_scan(store, "END", 1);
	play_scan(store, "app:1=A", 2);
	play_scan(store, "PART", 3);
	play_scan(store, "FAIL", 4);
	/* A running scan is visible to others at once. */
	start(store, 500);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM scan"), 5);
	store_close(store);
	assert_int_equal(ask_sql(fixture->path, "SELECT group_concat(state, '') FROM scan"), 10230);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM scan WHERE ended_at IS NULL"), 2);
	assert_int_equal(ask_sql(fixture->path, "SELECT sum(ended_at) FROM scan"), 950);
	/* What an interrupted scan had read stays. */
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM manifest"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_references),
		store_test(test_problems),
		store_test(test_layer_size_conflict),
		store_test(test_content_once),
		store_test(test_scan_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
