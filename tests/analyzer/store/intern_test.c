/* Digests keep their number, in the cache and out of it. */
#include "tests/analyzer/store/script.h"

#include "analyzer/store/handle.h"
#include "analyzer/store/intern.h"

#define DIGESTS (INTERN_CACHE_MAX + 1000)

static void
test_numbers_are_stable(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct intern *intern = intern_new(&store->db);
	auto_free int64_t *ids = xcalloc(DIGESTS, sizeof(*ids));
	struct error err = { 0 };
	int64_t count;

	assert_int_equal(db_run(&store->db, "BEGIN", &err), 0);
	for (int round = 0; round < 3; round++)
		for (uint64_t i = 0; i < DIGESTS; i++) {
			struct digest digest = digest_for("x", i);
			int64_t id;

			assert_int_equal(intern_digest(intern, &digest, &id, &err), 0);
			assert_true(round == 0 || ids[i] == id);
			ids[i] = id;
		}
	assert_int_equal(db_int(&store->db, "SELECT count(*) FROM digest", &count, 0, &err), 0);
	assert_int_equal(count, DIGESTS);
	assert_int_equal(db_run(&store->db, "COMMIT", &err), 0);
	intern_free(intern);
	store_close(store);
}

/* The size of a layer that was first met as something else: a config's digest, a diff ID. */
static void
test_layer_sizes(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = open_store(fixture->path, STORE_WRITE);
	struct digest a = digest_for("x", 1), b = digest_for("x", 2), none = { 0 };
	struct error err = { 0 };
	uint64_t bytes;
	int64_t id, again;

	for (int round = 0; round < 2; round++) {
		struct intern *intern = intern_new(&store->db);

		assert_int_equal(intern_digest(intern, &a, &id, &err), 0);
		assert_int_equal(intern_layer(intern, &a, 10, &again, &bytes, &err), 0);
		assert_int_equal(id, again);
		assert_int_equal(bytes, 10);
		assert_int_equal(intern_layer(intern, &b, 20, &id, &bytes, &err), 0);
		assert_int_equal(bytes, 20);
		assert_int_equal(intern_layer(intern, &b, 21, &again, &bytes, &err), 0);
		assert_int_equal(id, again);
		assert_int_equal(bytes, 20);
		assert_int_equal(intern_digest(intern, &none, &id, &err), -1);
		assert_string_equal(err.message, "a record without its digest");
		intern_free(intern);
	}
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(test_numbers_are_stable),
		store_test(test_layer_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
