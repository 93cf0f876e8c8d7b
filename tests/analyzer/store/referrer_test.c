/* How long a document that refers to another one is held: as long as what told of it. */
#include "tests/analyzer/store/fixture.h"
#include "tests/analyzer/store/script.h"

static void
emit_manifest(struct store *store, const struct record_manifest *manifest)
{
	emit(store, &(struct record){ .kind = RECORD_MANIFEST, .manifest = *manifest });
}

static void
emit_signature(struct store *store)
{
	emit_manifest(store, &(struct record_manifest){
	                             .digest = digest_for("signature", 0),
	                             .size_bytes = 6,
	                             .kind = MANIFEST_ARTIFACT,
	                             .media_type = "x",
	                             .config = digest_for("empty", 0),
	                             .config_size_bytes = 2,
	                             .subject = digest_for("manifest", 'A'),
	                     });
}

static void
emit_index(struct store *store)
{
	const struct record_child child = { .digest = digest_for("signature", 0), .size_bytes = 6 };

	emit_manifest(store, &(struct record_manifest){
	                             .digest = digest_for("index", 0),
	                             .size_bytes = 9,
	                             .kind = MANIFEST_INDEX,
	                             .media_type = "x",
	                             .children = &child,
	                             .child_count = 1,
	                     });
}

static void
refer(struct store *store, const char *tag, const char *document)
{
	struct record record = {
		.kind = RECORD_REFERENCE,
		.reference = { .repository = "app", .tag = tag, .digest = digest_for(document, 0) },
	};

	emit(store, &record);
}

static uint32_t
count_manifests(struct store *store)
{
	struct error err = { 0 };
	struct snapshot *snapshot = store_load(store, &(struct load_options){ .at = 0 }, &err);

	assert_string_equal(err.message, "");
	assert_non_null(snapshot);
	uint32_t count = snapshot->manifest_count;
	snapshot_free(snapshot);
	return count;
}

/* The image stays tagged; what named the signature goes. */
static void
test_referrers(void **state)
{
	static const struct {
		const char *what, *named;
		uint32_t before, after;
	} cases[] = {
		{ "the referrers API", NULL, 2, 2 },
		{ "a tag of its own", "signature", 2, 1 },
		{ "the index of a tag", "index", 3, 1 },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		auto_free char *path = xprintf("%s.%zu", fixture->path, i);
		struct store *store = open_store(path, STORE_WRITE);

		play_scan(store, "app:1=A", 1);
		emit_signature(store);
		if (cases[i].named != NULL && strcmp(cases[i].named, "index") == 0)
			emit_index(store);
		if (cases[i].named != NULL)
			refer(store, "sha256-a.sig", cases[i].named);
		emit_word(store, (char[]){ "app." }, 100);
		emit_word(store, (char[]){ "END+" }, 100);
		uint32_t before = count_manifests(store);
		play_scan(store, "app:1=A app. END+", 2);
		uint32_t after = count_manifests(store);
		if (before != cases[i].before || after != cases[i].after)
			fail_msg("told of by %s: %u documents, then %u", cases[i].what, before,
			        after);
		store_close(store);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_referrers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
