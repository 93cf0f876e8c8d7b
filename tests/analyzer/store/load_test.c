/* What comes back: which scan of a source is shown, at which time, and content as it went in. */
#include "tests/analyzer/store/script.h"

#include "analyzer/store/handle.h"

static struct snapshot *
load(struct store *store, int64_t at)
{
	struct load_options options = { .at = at };
	struct error err = { 0 };
	struct snapshot *snapshot = store_load(store, &options, &err);

	assert_string_equal(err.message, "");
	assert_non_null(snapshot);
	return snapshot;
}

static void
dump_source(const struct snapshot *snapshot, uint32_t index, struct buf *out)
{
	static const char *const states[] = { "complete", "partial", "failed", "stale" };
	const struct snap_source *source = &snapshot->sources[index];

	buf_printf(out, "%s%s %s ", index > 0 ? "; " : "", source->name, states[source->state]);
	if (source->scanned_at == RECORD_TIME_UNKNOWN)
		buf_puts(out, "never");
	else
		buf_printf(out, "%d", (int)source->scanned_at);
	for (uint32_t i = 0; i < source->problems; i++)
		buf_putc(out, '!');
	if (source->selection != NULL)
		buf_printf(out, " of %s", source->selection);
	buf_putc(out, ':');
}

/* "r complete 100: app:1=A@100 app:2=B@100; other failed never!:" with the time first seen. */
static void
dump(struct store *store, int64_t at, struct buf *out)
{
	struct snapshot *snapshot = load(store, at);

	for (uint32_t source = 0; source < snapshot->source_count; source++) {
		uint32_t problems = 0;

		dump_source(snapshot, source, out);
		for (uint32_t i = 0; i < snapshot->reference_count; i++) {
			const struct snap_reference *reference = &snapshot->references[i];
			const struct snap_repository *repository =
			        &snapshot->repositories[reference->repository];
			const struct snap_manifest *manifest =
			        &snapshot->manifests[reference->manifest];

			if (repository->source == source)
				buf_printf(out, " %s:%s=%c@%d", repository->name, reference->tag,
				        letter_of(&snapshot->blobs[manifest->blob].digest),
				        (int)reference->since);
		}
		for (uint32_t i = 0; i < snapshot->problem_count; i++)
			problems += snapshot->problems[i].source == source &&
			            !snapshot->problems[i].harmless;
		assert_int_equal(problems, snapshot->sources[source].problems);
	}
	snapshot_free(snapshot);
}

static const struct {
	const char *name;
	const char *scans[4];
	int64_t at;
	const char *expected;
} views[] = {
	{ "nothing", { NULL }, 0, "" },
	{ "complete", { "app:1=A app. END+" }, 0, "r complete 100: app:1=A@100" },
	{ "empty and complete", { "END+" }, 0, "r complete 100:" },
	{ "partial", { "app:1=A !x PART" }, 0, "r partial 100!: app:1=A@100" },
	{ "remarks do not count", { "app:1=A ?x END+" }, 0, "r complete 100: app:1=A@100" },
	{ "failed from the start", { "!down FAIL" }, 0, "r failed never!:" },
	{ "failed later", { "app:1=A app. END+", "!down FAIL" }, 0, "r stale 100!: app:1=A@100" },
	{ "failed after a partial one", { "app:1=A !x PART", "!down FAIL" }, 0,
	        "r stale 100!!: app:1=A@100" },
	{ "failed twice", { "app:1=A app. END+", "!down FAIL", "!down FAIL" }, 0,
	        "r stale 100!: app:1=A@100" },
	{ "works again", { "app:1=A app. END+", "!down FAIL", "app:1=A app. END+" }, 0,
	        "r complete 300: app:1=A@100" },
	{ "a failed scan shows nothing of its own",
	        { "app:1=A app. END+", "app:1=B app:2=B app. FAIL" }, 0,
	        "r stale 100: app:1=A@100" },
	{ "what it saw counts when a later one sees it too",
	        { "app:1=A app. END+", "app:1=B app. FAIL", "app:1=B app. END+" }, 0,
	        "r complete 300: app:1=B@200" },
	{ "interrupted at first", { "app:1=A app:2=B" }, 0,
	        "r partial 100!: app:1=A@100 app:2=B@100" },
	{ "interrupted before anything", { "app." }, 0, "r failed never!:" },
	{ "interrupted later", { "app:1=A app:2=B app. END+", "app:1=C app." }, 0,
	        "r stale 100!: app:1=A@100 app:2=B@100" },
	{ "interrupted, then failed", { "app:1=A", "!down FAIL" }, 0, "r stale 100!: app:1=A@100" },
	{ "interrupted, then complete", { "app:1=A", "app:1=B app. END+" }, 0,
	        "r complete 200: app:1=B@200" },
	{ "one source fails alone",
	        { "app:1=A app. END+", "on:s app:1=B app. END+", "on:s !down FAIL" }, 0,
	        "r complete 100: app:1=A@100; s stale 200!: app:1=B@200" },
	{ "before everything", { "app:1=A app. END+" }, 99, "" },
	{ "at the first", { "app:1=A app. END+", "app:1=B app. END+" }, 100,
	        "r complete 100: app:1=A@100" },
	{ "between", { "app:1=A app. END+", "app:1=B app. END+" }, 199,
	        "r complete 100: app:1=A@100" },
	{ "at the second", { "app:1=A app. END+", "app:1=B app. END+" }, 200,
	        "r complete 200: app:1=B@200" },
	{ "gone later", { "app:1=A app:2=B app. END+", "app:1=A app. END+" }, 150,
	        "r complete 100: app:1=A@100 app:2=B@100" },
	{ "gone by then", { "app:1=A app:2=B app. END+", "app:1=A app. END+" }, 250,
	        "r complete 200: app:1=A@100" },
	{ "gone and back", { "app:1=A app. END+", "app. END+", "app:1=A app. END+" }, 250,
	        "r complete 200:" },
	{ "problem later", { "app:1=A app. END+", "app:1=A !x PART" }, 150,
	        "r complete 100: app:1=A@100" },
	{ "problem solved later", { "app:1=A !x PART", "app:1=A app. END+" }, 150,
	        "r partial 100!: app:1=A@100" },
	{ "failed by then, works now", { "app:1=A app. END+", "!down FAIL", "app:1=A app. END+" },
	        250, "r stale 100!: app:1=A@100" },
	/* A selection after a whole scan. */
	{ "a selection makes nothing younger", { "app:1=A app. END+", "of:app:1 app:1=B END" }, 0,
	        "r complete 100: app:1=B@200" },
	{ "nor stale", { "app:1=A app. END+", "of:typo !typo FAIL" }, 0,
	        "r partial 100!: app:1=A@100" },
	{ "nor complete", { "app:1=A app. web:1? !web:1 PART+", "of:app app:1=A app. END" }, 0,
	        "r partial 100!: app:1=A@100" },
	{ "nor well again", { "app:1=A app. END+", "! FAIL", "of:app app:1=A app. END" }, 0,
	        "r stale 100!: app:1=A@100" },
	{ "before it failed", { "app:1=A app. END+", "of:app app:1=B END", "! FAIL" }, 0,
	        "r stale 100!: app:1=B@200" },
	{ "one that has not ended", { "app:1=A app. END+", "of:app app:1=B" }, 0,
	        "r partial 100!: app:1=A@100" },
	{ "after a whole one that has not ended",
	        { "app:1=A app. END+", "app:1=B", "of:b b:1=A END" }, 0,
	        "r stale 100!: app:1=B@200 b:1=A@300" },
	{ "at a time before it", { "app:1=A app. END+", "of:typo !typo FAIL" }, 150,
	        "r complete 100: app:1=A@100" },
	{ "at the time of the selection", { "of:a a:1=A END", "a:1=A a. b:1=A b. END+" }, 150,
	        "r complete 100 of a: a:1=A@100" },
	/* Selections only. */
	{ "a selection is named", { "of:team/ app:1=A app. END" }, 0,
	        "r complete 100 of team/: app:1=A@100" },
	{ "the newest is named", { "of:a app:1=A app. END", "of:b web:1=B web. END" }, 0,
	        "r complete 200 of b: app:1=A@100 web:1=B@200" },
	{ "the same failed", { "of:a app:1=A app. END", "of:a ! FAIL" }, 0,
	        "r stale 100! of a: app:1=A@100" },
	{ "another one failed", { "of:a app:1=A app. END", "of:typo !typo FAIL" }, 0,
	        "r partial 100! of a: app:1=A@100" },
	{ "none gave data", { "of:a ! FAIL" }, 0, "r failed never!:" },
	{ "a whole one failed first", { "!catalogue FAIL", "of:a app:1=A app. END" }, 0,
	        "r partial 200! of a: app:1=A@200" },
	{ "a whole one failed later", { "of:a app:1=A app. END", "!catalogue FAIL" }, 0,
	        "r stale 100! of a: app:1=A@100" },
	{ "a whole one at last", { "of:a app:1=A app. END", "app:1=A app. END+" }, 0,
	        "r complete 200: app:1=A@100" },
	{ "the first has not ended", { "of:a app:1=A app." }, 0,
	        "r partial 100! of a: app:1=A@100" },
	{ "source not scanned yet", { "app:1=A app. END+", "on:s app:1=B app. END+" }, 150,
	        "r complete 100: app:1=A@100" },
};

static void
test_views(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < countof(views); i++) {
		auto_free char *path = xprintf("%s/%zu.db", fixture->folder, i);
		struct store *store = open_store(path, STORE_WRITE);
		auto_buf written = { 0 }, read = { 0 };

		/* The writer sees it before it is committed, a reader after. */
		play(store, views[i].scans, 4);
		dump(store, views[i].at, &written);
		store_close(store);
		store = open_store(path, STORE_READ);
		dump(store, views[i].at, &read);
		store_close(store);
		if (strcmp(buf_text(&written), views[i].expected) != 0 ||
		        strcmp(buf_text(&read), views[i].expected) != 0)
			fail_msg("%s: expected '%s', got '%s' and '%s'", views[i].name,
			        views[i].expected, buf_text(&written), buf_text(&read));
	}
}

/* Content with everything that a record can have. */

static struct digest
sha512_for(const char *text)
{
	struct digest digest;

	digest_of(&digest, DIGEST_SHA512, text, strlen(text));
	return digest;
}

static void
emit_rich_image(struct store *store, struct record_layer *layers)
{
	struct record record = {
		.kind = RECORD_MANIFEST,
		.manifest = {
		        .digest = sha512_for("rich"),
		        .size_bytes = RECORD_MAX_SIZE_BYTES,
		        .kind = MANIFEST_IMAGE,
		        .media_type = "application/vnd.oci.image.manifest.v1+json",
		        .config = digest_for("config", 'R'),
		        .config_size_bytes = 77,
		        .layers = layers,
		        .layer_count = 3,
		        .base_name = "docker.io/library/debian:bookworm",
		        .base_digest_text = "sha256:not checked",
		},
	};

	layers[0] = (struct record_layer){ sha512_for("layer"), RECORD_MAX_SIZE_BYTES, false };
	layers[1] = (struct record_layer){ digest_for("blob", 1), 0, true };
	layers[2] = layers[0];
	emit(store, &record);
}

static void
emit_rich_index(struct store *store, struct record_child *children)
{
	struct record record = {
		.kind = RECORD_MANIFEST,
		.manifest = {
		        .digest = digest_for("index", 0),
		        .size_bytes = 9,
		        .kind = MANIFEST_INDEX,
		        .media_type = "",
		        .artifact_type = "application/x.test",
		        .children = children,
		        .child_count = 4,
		        .subject = digest_for("manifest", 'S'),
		},
	};

	memset(children, 0, 4 * sizeof(*children));
	children[0].digest = sha512_for("rich");
	children[0].size_bytes = 1;
	platform_set(&children[0].platform, "linux", "arm", "v7");
	children[1].digest = digest_for("absent", 0);
	children[1].size_bytes = 2;
	platform_set(&children[1].platform, "", "amd64", "");
	children[2].digest = digest_for("attestation", 0);
	children[2].size_bytes = 3;
	platform_set(&children[2].platform, "unknown", "unknown", "");
	children[2].attestation = true;
	children[2].attests = children[0].digest;
	children[3].digest = digest_for("nested", 0);
	emit(store, &record);
}

static void
emit_nested_index(struct store *store, const struct record_child *child)
{
	struct record record = {
		.kind = RECORD_MANIFEST,
		.manifest = {
		        .digest = digest_for("nested", 0),
		        .size_bytes = 8,
		        .kind = MANIFEST_INDEX,
		        .media_type = "x",
		        .children = child,
		        .child_count = 1,
		},
	};

	emit(store, &record);
}

static void
emit_referrer(struct store *store, enum manifest_kind kind, const char *name,
        const struct digest *subject)
{
	struct record record = {
		.kind = RECORD_MANIFEST,
		.manifest = {
		        .digest = digest_for(name, 0),
		        .size_bytes = 6,
		        .kind = kind,
		        .media_type = "x",
		        .config = digest_for("empty", 0),
		        .config_size_bytes = 2,
		        .subject = subject != NULL ? *subject : (struct digest){ 0 },
		},
	};

	emit(store, &record);
}

static void
assert_same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		assert_true(a == b);
	else
		assert_string_equal(a, b);
}

static void
assert_known(struct store *store, const struct digest *digest, const struct record_manifest *sent)
{
	struct known known = store_known(store);
	auto_arena arena = { 0 };
	struct error err = { 0 };
	struct record_manifest got;

	assert_int_equal(known.manifest(known.context, digest, &arena, &got, &err), 1);
	assert_true(digest_equal(&got.digest, &sent->digest));
	assert_int_equal(got.kind, sent->kind);
	assert_true(got.size_bytes == sent->size_bytes);
	assert_same_text(got.media_type, sent->media_type);
	assert_same_text(got.artifact_type, sent->artifact_type);
	assert_true(digest_equal(&got.config, &sent->config));
	assert_int_equal(got.config_size_bytes, sent->config_size_bytes);
	assert_true(digest_equal(&got.subject, &sent->subject));
	assert_same_text(got.base_name, sent->base_name);
	assert_same_text(got.base_digest_text, sent->base_digest_text);
	assert_int_equal(got.layer_count, sent->layer_count);
	for (size_t i = 0; i < sent->layer_count; i++) {
		assert_true(digest_equal(&got.layers[i].digest, &sent->layers[i].digest));
		assert_true(got.layers[i].size_bytes == sent->layers[i].size_bytes);
		assert_int_equal(got.layers[i].foreign, sent->layers[i].foreign);
	}
	assert_int_equal(got.child_count, sent->child_count);
	for (size_t i = 0; i < sent->child_count; i++) {
		assert_true(digest_equal(&got.children[i].digest, &sent->children[i].digest));
		assert_int_equal(got.children[i].size_bytes, sent->children[i].size_bytes);
		assert_int_equal(
		        platform_compare(&got.children[i].platform, &sent->children[i].platform),
		        0);
		assert_int_equal(got.children[i].attestation, sent->children[i].attestation);
		assert_true(digest_equal(&got.children[i].attests, &sent->children[i].attests));
	}
}

static int
is_known_config(struct store *store, const struct digest *digest)
{
	struct known known = store_known(store);
	struct error err = { 0 };

	return known.config(known.context, digest, &err);
}

/* The collector asks in the middle of its scan, before anything is committed. */
static void
test_known_uncommitted(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct known known = store_known(store);
	struct digest absent = digest_for("absent", 0), config = digest_for("config", 'A');
	struct digest rich = sha512_for("rich"), index = digest_for("index", 0);
	struct record_layer layers[3];
	struct record_child children[4];
	struct record_manifest sent;
	struct error err = { 0 };
	auto_arena arena = { 0 };

	play_scan(store, "app:1=A", 1);
	emit_rich_image(store, layers);
	emit_rich_index(store, children);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM manifest"), 0);
	assert_int_equal(known.manifest(known.context, &absent, &arena, &sent, &err), 0);
	assert_int_equal(is_known_config(store, &config), 1);
	assert_int_equal(is_known_config(store, &absent), 0);
	assert_known(store, &rich,
	        &(struct record_manifest){
	                .digest = rich,
	                .size_bytes = RECORD_MAX_SIZE_BYTES,
	                .kind = MANIFEST_IMAGE,
	                .media_type = "application/vnd.oci.image.manifest.v1+json",
	                .config = digest_for("config", 'R'),
	                .config_size_bytes = 77,
	                .layers = layers,
	                .layer_count = 3,
	                .base_name = "docker.io/library/debian:bookworm",
	                .base_digest_text = "sha256:not checked",
	        });
	assert_known(store, &index,
	        &(struct record_manifest){
	                .digest = index,
	                .size_bytes = 9,
	                .kind = MANIFEST_INDEX,
	                .media_type = "",
	                .artifact_type = "application/x.test",
	                .children = children,
	                .child_count = 4,
	                .subject = digest_for("manifest", 'S'),
	        });
	assert_int_equal(store_flush(store, &err), 0);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM manifest"), 3);
	store_close(store);

	store = open_store(fixture->path, STORE_READ);
	assert_int_equal(is_known_config(store, &config), 1);
	store_close(store);
}

static const struct snap_manifest *
find_manifest(const struct snapshot *snapshot, const struct digest *digest)
{
	for (uint32_t i = 0; i < snapshot->manifest_count; i++)
		if (digest_equal(&snapshot->blobs[snapshot->manifests[i].blob].digest, digest))
			return &snapshot->manifests[i];
	return NULL;
}

static void
refer(struct store *store, const char *tag, const struct digest *digest)
{
	struct record record = { .kind = RECORD_REFERENCE };

	record.reference.repository = "app";
	record.reference.tag = tag;
	record.reference.digest = *digest;
	emit(store, &record);
}

/* Through an index and a nested one, to referrers, and no further. */
static void
test_held_content(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct digest index = digest_for("index", 0), rich = sha512_for("rich");
	struct digest nested = digest_for("nested", 0), signature = digest_for("signature", 0);
	struct digest second = digest_for("second", 0), lonely = digest_for("lonely", 0);
	struct digest by_nested = digest_for("manifest", 'N'), old = digest_for("manifest", 'O');
	struct digest attestation = digest_for("attestation", 0);
	const struct record_child child = { .digest = by_nested, .size_bytes = 1 };
	struct record_layer layers[3];
	struct record_child children[4];
	const struct snap_manifest *manifest;
	struct snapshot *snapshot;

	play_scan(store, "gone:1=O gone. END+", 1);
	play_scan(store, "", 2);
	refer(store, "multi", &index);
	refer(store, "unread", &lonely);
	emit_rich_image(store, layers);
	emit_rich_index(store, children);
	emit_nested_index(store, &child);
	emit_image(store, 'N');
	emit_referrer(store, MANIFEST_ARTIFACT, "signature", &rich);
	emit_referrer(store, MANIFEST_ARTIFACT, "second", &signature);
	emit_referrer(store, MANIFEST_ARTIFACT, "third", &lonely);
	emit_referrer(store, MANIFEST_ATTESTATION, "attestation", NULL);
	emit_word(store, (char[]){ "END+" }, 200);

	snapshot = load(store, 0);
	assert_int_equal(snapshot->manifest_count, 7);
	assert_int_equal(snapshot->image_count, 2);
	assert_int_equal(snapshot->reference_count, 1);
	assert_non_null(find_manifest(snapshot, &signature));
	assert_non_null(find_manifest(snapshot, &second));
	assert_non_null(find_manifest(snapshot, &nested));
	assert_non_null(find_manifest(snapshot, &by_nested));
	assert_null(find_manifest(snapshot, &old));

	manifest = find_manifest(snapshot, &attestation);
	assert_non_null(manifest);
	assert_int_equal(manifest->kind, MANIFEST_ATTESTATION);
	assert_ptr_equal(&snapshot->manifests[manifest->subject], find_manifest(snapshot, &rich));
	manifest = find_manifest(snapshot, &rich);
	assert_non_null(manifest);
	assert_true(snapshot->blobs[manifest->blob].size_bytes == RECORD_MAX_SIZE_BYTES);
	assert_int_equal(manifest->layer_count, 3);
	assert_int_equal(snapshot->layers[manifest->layers].blob,
	        snapshot->layers[manifest->layers + 2].blob);
	assert_true(snapshot->layers[manifest->layers + 1].foreign);
	assert_string_equal(manifest->base_name, "docker.io/library/debian:bookworm");
	assert_string_equal(manifest->base_digest_text, "sha256:not checked");
	snapshot_free(snapshot);

	/* The image that is gone is there where it was. */
	snapshot = load(store, 150);
	assert_int_equal(snapshot->manifest_count, 1);
	assert_int_equal(snapshot->image_count, 1);
	assert_non_null(find_manifest(snapshot, &old));
	assert_string_equal(snapshot->images[0].platform.architecture, "arm64");
	assert_string_equal(snapshot->images[0].platform.variant, "v7");
	assert_int_equal(snapshot->images[0].created_at, 1234567);
	assert_int_equal(snapshot->images[0].chain_length, 2);
	assert_false(snapshot->images[0].blob_chain);
	snapshot_free(snapshot);
	store_close(store);
}

static void
test_scopes(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	const struct scope_rule rules[] = { { "s", SCOPE_REPOSITORY }, { "r2", SCOPE_NAMESPACE } };
	const struct load_options options = { .at = 1000, .scopes = rules, .scope_count = 2 };
	struct error err = { 0 };
	struct snapshot *snapshot;

	play_scan(store, "END+", 1);
	play_scan(store, "on:s END+", 2);
	snapshot = store_load(store, &options, &err);
	assert_non_null(snapshot);
	assert_true(snapshot->at == 1000);
	assert_int_equal(snapshot->source_count, 2);
	assert_int_equal(snapshot->sources[0].scope, SCOPE_REGISTRY);
	assert_int_equal(snapshot->sources[1].scope, SCOPE_REPOSITORY);
	snapshot_free(snapshot);
	store_close(store);
}

/* A file that somebody else wrote into, or that lost a page: an answer, not a crash. */
static const char *const damages[] = {
	"UPDATE reference SET digest = 900",
	"UPDATE reference SET digest = -1",
	"UPDATE reference SET repository = 900",
	"UPDATE reference SET since = 900",
	"UPDATE repository SET source = 900",
	"UPDATE scan SET source = 900",
	"UPDATE manifest SET config = 900",
	"UPDATE manifest SET layers = x'7f'",
	"UPDATE manifest SET layers = x'ff'",
	"UPDATE manifest SET layers = x'ffffffffffffffffff01'",
	"UPDATE config SET diff_ids = x'ffffffffffffffffffff01'",
	"UPDATE config SET diff_ids = x'00'",
	"UPDATE digest SET id = 8000000000 WHERE id = 1",
	"PRAGMA ignore_check_constraints = ON; UPDATE digest SET bytes = x'00' WHERE id = 1",
};

static void
test_damaged_rows(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < countof(damages); i++) {
		auto_free char *path = xprintf("%s/%zu.db", fixture->folder, i);
		struct load_options options = { 0 };
		struct error err = { 0 };
		struct store *store = open_store(path, STORE_WRITE);

		play_scan(store, "app:1=A app:2=B app. !x END+", 1);
		store_close(store);
		run_sql(path, damages[i]);
		store = open_store(path, STORE_READ);
		if (store_load(store, &options, &err) != NULL ||
		        strstr(err.message, "the file is damaged") == NULL)
			fail_msg("%s: '%s'", damages[i], err.message);
		store_close(store);
	}
}

/* Every page of the file overwritten in turn: refused or loaded, never a crash. */
static void
test_damaged_pages(void **state)
{
	struct fixture *fixture = *state;
	auto_free char *copy = xprintf("%s/copy.db", fixture->folder);
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct store_info info;
	struct error err = { 0 };
	size_t refused = 0, pages;

	play_scan(store, "app:1=A app:2=B app. !x END+", 1);
	assert_int_equal(store_info(store, &info, &err), 0);
	store_close(store);
	pages = (size_t)info.file_bytes / 4096;
	assert_true(pages > 10);
	for (size_t page = 1; page < pages; page++) {
		struct load_options options = { 0 };
		struct snapshot *snapshot = NULL;
		FILE *file;

		copy_file(fixture->path, copy);
		file = fopen(copy, "r+");
		assert_non_null(file);
		assert_int_equal(fseek(file, (long)page * 4096, SEEK_SET), 0);
		for (int i = 0; i < 4096; i++)
			fputc((int)(page * 31 + (size_t)i * 7) & 0xff, file);
		fclose(file);
		err = (struct error){ 0 };
		store = store_open(copy, STORE_READ, &err);
		if (store != NULL)
			snapshot = store_load(store, &options, &err);
		refused += snapshot == NULL;
		if (snapshot == NULL && strstr(err.message, copy) == NULL)
			fail_msg("page %zu: '%s'", page, err.message);
		snapshot_free(snapshot);
		store_close(store);
	}
	assert_true(refused > pages / 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_views),
		store_test(test_known_uncommitted),
		store_test(test_held_content),
		store_test(test_scopes),
		store_test(test_damaged_rows),
		store_test(test_damaged_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
