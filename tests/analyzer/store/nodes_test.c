/* Image stores over time: spans, what a second night costs, what is shown when. */
#include "tests/analyzer/store/script.h"

#include <sys/stat.h>

static void
begin(struct store *store, const char *name, int64_t at, enum size_unit unit)
{
	const struct record_label label = { "pool", "web" };
	const struct record records[] = {
		{ .kind = RECORD_SCAN, .scan = { SOURCE_STORE, name, at } },
		{ .kind = RECORD_NODE, .node = { "n1", &label, 1, 1024 } },
		{ .kind = RECORD_STORE,
		        .store = { .node = "n1",
		                .engine = ENGINE_CONTAINERS_STORAGE,
		                .driver = "overlay",
		                .root = "/srv",
		                .sharing = SHARING_CHAINS,
		                .unit = unit } },
	};

	for (size_t i = 0; i < countof(records); i++)
		emit(store, &records[i]);
}

static void
end(struct store *store, enum scan_state state, bool complete)
{
	struct record record = { .kind = RECORD_SCAN_END, .scan_end = { state, 1, complete } };

	emit(store, &record);
}

/* Layer `number` of a straight chain. */
static struct digest
chain_id(uint64_t number)
{
	struct digest chain = { 0 }, below;

	for (uint64_t i = 0; i <= number; i++) {
		struct digest diff_id = digest_for("diff", i);

		below = chain;
		digest_chain(&chain, &below, &diff_id);
	}
	return chain;
}

static void
say_chain(struct store *store, uint64_t number, uint64_t bytes)
{
	struct record record = {
		.kind = RECORD_CHAIN,
		.chain = { .chain_id = chain_id(number),
		        .diff_id = digest_for("diff", number),
		        .size_bytes = bytes,
		        .unpacked_at = 7 },
	};

	if (number > 0)
		record.chain.parent = chain_id(number - 1);
	emit(store, &record);
}

static void
say_image(struct store *store, uint64_t number, const char *name)
{
	const struct digest manifest = digest_for("manifest", number);
	struct record record = {
		.kind = RECORD_NODE_IMAGE,
		.node_image = { .config = digest_for("config", number),
		        .chain = chain_id(number),
		        .manifests = &manifest,
		        .manifest_count = 1,
		        .names = &name,
		        .name_count = name != NULL },
	};

	emit(store, &record);
}

static void
say_rest(struct store *store, uint64_t writable)
{
	const struct record records[] = {
		{ .kind = RECORD_CONTAINER,
		        .container = { "c1", digest_for("config", 1), chain_id(1), true, writable,
		                BYTES_UNKNOWN, BYTES_UNKNOWN } },
		{ .kind = RECORD_EXTRA, .extra = { "copies", 1, 5, UNIT_TAR } },
		{ .kind = RECORD_STORE_BLOB,
		        .store_blob = { digest_for("blob", 0), digest_for("diff", 0), 50 } },
		{ .kind = RECORD_STORE_BLOB,
		        .store_blob = { .digest = digest_for("blob", 1),
		                .kept_bytes = BYTES_UNKNOWN } },
		{ .kind = RECORD_CHAIN_FACTS,
		        .chain_facts = { chain_id(0), "debian", "12", LIBC_GLIBC } },
		{ .kind = RECORD_IMAGE_FACTS,
		        .image_facts = { digest_for("config", 0), ENTRYPOINT_STATIC } },
		{ .kind = RECORD_RESIDENT, .resident = { chain_id(1), 90, 80, 40 } },
	};

	for (size_t i = 0; i < countof(records); i++)
		emit(store, &records[i]);
}

static void
night(struct store *store, int64_t at, uint64_t images, const char *name)
{
	begin(store, "n1/containers-storage", at, UNIT_TAR);
	for (uint64_t i = 0; i < images; i++)
		say_chain(store, i, 100 + i);
	for (uint64_t i = 0; i < images; i++)
		say_image(store, i, name);
	say_rest(store, 9);
	end(store, SCAN_COMPLETE, true);
}

static struct snapshot *
load_at(struct store *store, int64_t at)
{
	struct load_options options = { .at = at };
	struct error err = { 0 };
	struct snapshot *snapshot = store_load(store, &options, &err);

	if (snapshot == NULL)
		fail_msg("%s", err.message);
	return snapshot;
}

static const struct snap_chain *
find_chain(const struct snapshot *snapshot, uint64_t number)
{
	struct digest id = chain_id(number);

	for (uint32_t i = 0; i < snapshot->chain_id_count; i++)
		if (digest_equal(&snapshot->chains[i].chain_id, &id))
			return &snapshot->chains[i];
	fail_msg("chain %d is missing", (int)number);
	return NULL;
}

static void
check_facts(const struct snapshot *snapshot)
{
	const struct snap_store *store = &snapshot->stores[0];
	const struct digest kept = digest_for("blob", 0), config = digest_for("config", 0);

	assert_int_equal(store->blob_count, 2);
	for (uint32_t i = 0; i < 2; i++) {
		bool is_kept = digest_equal(&store->blobs[i].digest, &kept);

		assert_true(store->blobs[i].kept_bytes == (is_kept ? 50 : BYTES_UNKNOWN));
		assert_true(digest_is_set(&store->blobs[i].diff_id) == is_kept);
	}
	assert_true(digest_compare(&store->blobs[0].digest, &store->blobs[1].digest) < 0);
	assert_string_equal(find_chain(snapshot, 0)->os_id, "debian");
	assert_string_equal(find_chain(snapshot, 0)->os_version, "12");
	assert_int_equal(find_chain(snapshot, 0)->libc, LIBC_GLIBC);
	assert_null(find_chain(snapshot, 1)->os_id);
	assert_int_equal(find_chain(snapshot, 1)->libc, LIBC_UNKNOWN);
	for (uint32_t i = 0; i < snapshot->appearance_count; i++)
		assert_int_equal(snapshot->appearances[i].entrypoint,
		        digest_equal(&snapshot->appearances[i].config_digest, &config)
		                ? ENTRYPOINT_STATIC
		                : ENTRYPOINT_UNKNOWN);
	assert_int_equal(store->resident_count, 1);
	assert_ptr_equal(&snapshot->chains[store->resident[0].chain], find_chain(snapshot, 1));
	assert_int_equal(store->resident[0].file_bytes, 90);
	assert_int_equal(store->resident[0].measured_bytes, 80);
	assert_int_equal(store->resident[0].resident_bytes, 40);
}

static void
test_round_trip(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct snapshot *snapshot;

	night(store, 100, 3, "a/b:1");
	snapshot = load_at(store, 0);
	assert_int_equal(snapshot->node_count, 1);
	assert_string_equal(snapshot->nodes[0].name, "n1");
	assert_string_equal(snapshot->nodes[0].labels_json, "{\"pool\":\"web\"}");
	assert_int_equal(snapshot->nodes[0].memory_bytes, 1024);
	assert_int_equal(snapshot->store_count, 1);
	assert_int_equal(snapshot->chain_id_count, 3);
	const struct snap_store *loaded = &snapshot->stores[0];
	assert_string_equal(snapshot->sources[loaded->source].name, "n1/containers-storage");
	assert_string_equal(loaded->driver, "overlay");
	assert_string_equal(loaded->root, "/srv");
	assert_int_equal(loaded->unit, UNIT_TAR);
	assert_int_equal(loaded->layer_count, 3);
	assert_int_equal(loaded->image_count, 3);
	assert_int_equal(loaded->container_count, 1);
	assert_true(loaded->containers[0].running);
	assert_int_equal(loaded->containers[0].writable_bytes, 9);
	assert_true(loaded->containers[0].mapped_file_bytes == BYTES_UNKNOWN);
	assert_int_equal(loaded->extra_count, 1);
	assert_int_equal(loaded->extras[0].bytes, 5);
	check_facts(snapshot);
	for (uint32_t i = 0; i < 3; i++) {
		const struct snap_appearance *image = &snapshot->appearances[loaded->images[i]];

		assert_string_equal(image->names[0], "a/b:1");
		assert_int_equal(image->manifest_count, 1);
		assert_int_equal(image->image, NONE);
		assert_true(image->chain != NONE);
		assert_int_equal(loaded->layers[i].unpacked_at, 7);
	}
	snapshot_free(snapshot);
	store_close(store);
	assert_sound(fixture->path);
}

static int64_t
rows(const char *path)
{
	return ask_sql(path, "SELECT (SELECT count(*) FROM store_layer) + (SELECT count(*) FROM"
	                     " store_image) + (SELECT count(*) FROM container) + (SELECT count(*)"
	                     " FROM extra) + (SELECT count(*) FROM layer) + (SELECT count(*) FROM"
	                     " appearance) + (SELECT count(*) FROM chain) + (SELECT count(*) FROM"
	                     " digest) + (SELECT count(*) FROM kept_blob) + (SELECT count(*) FROM"
	                     " store_blob) + (SELECT count(*) FROM resident) + (SELECT count(*)"
	                     " FROM chain_facts) + (SELECT count(*) FROM image_facts)");
}

static void
test_unchanged_night(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct stat before, after;
	int64_t count;

	night(store, 100, 500, "a/b:1");
	store_close(store);
	count = rows(fixture->path);
	assert_int_equal(stat(fixture->path, &before), 0);
	store = open_store(fixture->path, STORE_WRITE);
	night(store, 200, 500, "a/b:1");
	store_close(store);
	assert_int_equal(stat(fixture->path, &after), 0);
	assert_int_equal(rows(fixture->path), count);
	assert_true((after.st_size - before.st_size) * 100 < before.st_size);
}

/* The target: at most 16 bytes for one image on one more node. */
static void
test_bytes_per_fact(void **state)
{
	enum { NODES = 200, IMAGES = 50 };
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	int64_t bytes;

	for (int n = 0; n < NODES; n++) {
		char name[64];

		snprintf(name, sizeof(name), "n%d/containers-storage", n);
		begin(store, name, 100 + n, UNIT_TAR);
		say_chain(store, 0, 1);
		for (uint64_t i = 0; i < IMAGES; i++) {
			struct digest chain = chain_id(0);
			struct record record = {
				.kind = RECORD_NODE_IMAGE,
				.node_image = { .config = digest_for("config", i), .chain = chain },
			};

			emit(store, &record);
		}
		end(store, SCAN_COMPLETE, true);
	}
	store_close(store);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM store_image"), NODES * IMAGES);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM appearance"), IMAGES);
	bytes = ask_sql(fixture->path, "SELECT sum(pgsize) FROM dbstat WHERE name = 'store_image'");
	if (bytes > NODES * IMAGES * 16)
		fail_msg("%.2f bytes for each image of a node", (double)bytes / (NODES * IMAGES));
}

static void
test_changes(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct snapshot *snapshot;

	night(store, 100, 3, "a/b:1");
	night(store, 200, 2, "a/b:2"); /* one is gone, the others have another name */
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM store_image"), 5);
	assert_int_equal(
	        ask_sql(fixture->path, "SELECT count(*) FROM store_image WHERE until IS NULL"), 2);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM store_layer"), 3);
	snapshot = load_at(store, 150);
	assert_int_equal(snapshot->stores[0].image_count, 3);
	assert_int_equal(snapshot->stores[0].layer_count, 3);
	assert_string_equal(snapshot->appearances[0].names[0], "a/b:1");
	snapshot_free(snapshot);
	snapshot = load_at(store, 0);
	assert_int_equal(snapshot->stores[0].image_count, 2);
	assert_int_equal(snapshot->stores[0].layer_count, 2);
	assert_int_equal(snapshot->appearance_count, 2);
	assert_string_equal(snapshot->appearances[0].names[0], "a/b:2");
	snapshot_free(snapshot);
	store_close(store);
}

static void
say(struct store *store, struct record record)
{
	emit(store, &record);
}

static void
say_facts(struct store *store, uint64_t blob, const char *os_id, enum entrypoint_kind entrypoint)
{
	say(store,
	        (struct record){ .kind = RECORD_STORE_BLOB,
	                .store_blob = { .digest = digest_for("blob", blob), .kept_bytes = 10 } });
	say(store, (struct record){ .kind = RECORD_CHAIN_FACTS,
	                   .chain_facts = { .chain_id = chain_id(0), .os_id = os_id } });
	say(store, (struct record){ .kind = RECORD_IMAGE_FACTS,
	                   .image_facts = { digest_for("config", 0), entrypoint } });
}

/* Blobs come and go; what files say is not undone by who could not look; of memory only the newest
 * scan that brought data counts, and it says nothing about the nights before. */
static void
test_facts_over_time(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct snapshot *snapshot;

	night(store, 100, 2, "a/b:1");
	begin(store, "n1/containers-storage", 200, UNIT_TAR);
	say_chain(store, 0, 100);
	say_image(store, 0, "a/b:1");
	say_facts(store, 2, NULL, ENTRYPOINT_UNKNOWN);
	end(store, SCAN_COMPLETE, true);
	snapshot = load_at(store, 0);
	assert_int_equal(snapshot->stores[0].blob_count, 1);
	assert_int_equal(snapshot->stores[0].blobs[0].kept_bytes, 10);
	assert_string_equal(find_chain(snapshot, 0)->os_id, "debian");
	assert_int_equal(snapshot->appearances[0].entrypoint, ENTRYPOINT_STATIC);
	assert_int_equal(snapshot->stores[0].resident_count, 0);
	snapshot_free(snapshot);
	snapshot = load_at(store, 150);
	assert_int_equal(snapshot->stores[0].blob_count, 2);
	assert_int_equal(snapshot->stores[0].resident_count, 0);
	snapshot_free(snapshot);

	begin(store, "n1/containers-storage", 300, UNIT_TAR);
	say_chain(store, 0, 100);
	say_facts(store, 2, "ubuntu", ENTRYPOINT_SCRIPT);
	say(store,
	        (struct record){ .kind = RECORD_RESIDENT, .resident = { chain_id(0), 9, 8, 7 } });
	end(store, SCAN_COMPLETE, true);
	begin(store, "n1/containers-storage", 400, UNIT_TAR);
	say(store,
	        (struct record){ .kind = RECORD_RESIDENT, .resident = { chain_id(0), 6, 5, 4 } });
	end(store, SCAN_FAILED, false);
	snapshot = load_at(store, 0);
	assert_string_equal(find_chain(snapshot, 0)->os_id, "ubuntu");
	assert_null(find_chain(snapshot, 0)->os_version);
	assert_int_equal(snapshot->stores[0].resident_count, 1);
	assert_int_equal(snapshot->stores[0].resident[0].resident_bytes, 7);
	snapshot_free(snapshot);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM resident"), 1);
	assert_int_equal(ask_sql(fixture->path, "SELECT count(*) FROM store_blob"), 3);
	store_close(store);
	assert_sound(fixture->path);
}

/* What was not said is gone only if all was said. */
static void
test_partial_and_failed(void **state)
{
	static const struct {
		enum scan_state state;
		bool complete;
		uint32_t images;
		enum source_state source;
	} cases[] = {
		{ SCAN_COMPLETE, true, 0, SOURCE_COMPLETE },
		{ SCAN_PARTIAL, true, 0, SOURCE_PARTIAL },
		{ SCAN_PARTIAL, false, 2, SOURCE_PARTIAL },
		{ SCAN_FAILED, false, 2, SOURCE_STALE },
		{ SCAN_FAILED, true, 2, SOURCE_STALE },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		auto_free char *path = xprintf("%s/%zu.db", fixture->folder, i);
		struct store *store = open_store(path, STORE_WRITE);

		night(store, 100, 2, "a/b:1");
		begin(store, "n1/containers-storage", 200, UNIT_TAR);
		end(store, cases[i].state, cases[i].complete);
		struct snapshot *snapshot = load_at(store, 0);
		assert_int_equal(snapshot->stores[0].image_count, cases[i].images);
		assert_int_equal(snapshot->sources[0].state, cases[i].source);
		snapshot_free(snapshot);
		store_close(store);
	}
}

static void
test_refused(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct record_sink sink = store_sink(store);
	struct error err = { 0 };
	struct record wrong = {
		.kind = RECORD_CHAIN,
		.chain = { .chain_id = chain_id(1), .diff_id = digest_for("diff", 1) },
	};

	begin(store, "n1/containers-storage", 100, UNIT_TAR);
	assert_int_equal(sink.emit(sink.context, &wrong, &err), -1);
	assert_non_null(strstr(err.message, "whose ChainID is wrong"));
	store_close(store);
	store = open_store(fixture->path, STORE_WRITE);
	sink = store_sink(store);
	emit(store, &(struct record){ .kind = RECORD_SCAN, .scan = { SOURCE_STORE, "x", 1 } });
	assert_int_equal(sink.emit(sink.context, &wrong, &err), -1);
	assert_non_null(strstr(err.message, "before the store"));
	store_close(store);
}

static void
say_manifest(struct store *store, uint64_t number, uint64_t layer_bytes)
{
	const struct record_layer layer = { digest_for("blob", 0), layer_bytes, false };
	const struct record record = {
		.kind = RECORD_MANIFEST,
		.manifest = { .digest = digest_for("manifest", number),
		        .size_bytes = 10,
		        .kind = MANIFEST_IMAGE,
		        .media_type = "m",
		        .config = digest_for("config", number),
		        .layers = &layer,
		        .layer_count = 1 },
	};

	emit(store, &record);
}

/* A problem of a document's content lasts as long as the store has the image. */
static void
test_problem_of_content(void **state)
{
	static const struct {
		uint64_t images;
		int problems;
	} nights[] = { { 2, 1 }, { 2, 1 }, { 1, 0 } };
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);

	for (size_t i = 0; i < countof(nights); i++) {
		begin(store, "n1/containers-storage", (int64_t)(100 * (i + 1)), UNIT_TAR);
		for (uint64_t number = 0; number < nights[i].images; number++) {
			say_manifest(store, number, 1000 + number);
			say_chain(store, number, 100);
			say_image(store, number, "a/b:1");
		}
		end(store, SCAN_COMPLETE, true);
		assert_int_equal(
		        ask_sql(fixture->path, "SELECT count(*) FROM problem WHERE until IS NULL"),
		        nights[i].problems);
	}
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_round_trip),
		store_test(test_unchanged_night),
		store_test(test_bytes_per_fact),
		store_test(test_changes),
		store_test(test_facts_over_time),
		store_test(test_partial_and_failed),
		store_test(test_refused),
		store_test(test_problem_of_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
