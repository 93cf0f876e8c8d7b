/* Records become lines and the same records again, whatever they are. */
#include "tests/support/unit.h"

#include <string.h>

#include "common/buf.h"
#include "common/memory.h"
#include "schema/inventory/shape.h"
#include "tests/support/record_equal.h"
#include "tests/support/record_maker.h"

static int
append(void *context, const char *data, size_t length, struct error *err)
{
	(void)err;
	return buf_append(context, data, length);
}

/* The sink that a maker writes to: each record goes through JSON and must come back. */
struct trip {
	size_t records;
	bool kinds[32];
};

static int
there_and_back(void *context, const struct record *record, struct error *err)
{
	struct trip *trip = context;
	json_auto_t *object = inventory_encode(record, err);
	struct record back;
	auto_arena arena = { 0 };

	if (object == NULL)
		fail_msg("%s", err->message);
	auto_free char *text = json_dumps(object, JSON_COMPACT);
	json_auto_t *parsed = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (inventory_decode(&back, parsed, &arena, err) != 1)
		fail_msg("%s: %s", text, err->message);
	if (!record_equal(record, &back))
		fail_msg("another record came back: %s", text);
	trip->records++;
	trip->kinds[record->kind] = true;
	return 0;
}

static void
test_every_record(void **state)
{
	struct trip trip = { 0 };
	struct record_sink sink = { there_and_back, &trip };
	struct error err = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct random random = { seed };

		assert_int_equal(record_maker_store(&random, &sink, "n", 1, 5, &err), 0);
		assert_int_equal(record_maker_registry(&random, &sink, 1, &err), 0);
	}
	for (size_t kind = 0; kind < inventory_shape_count; kind++)
		assert_true(trip.kinds[kind]);
	assert_in_range(trip.records, 1000, 100000);
}

/* Members that no row of the table speaks of would be lost: every byte of a struct belongs to a
 * row, or is padding in front of a word. */
static void
test_tables_cover(void **state)
{
	static const size_t sizes[] = {
		[FIELD_TEXT] = sizeof(char *),
		[FIELD_DIGEST] = sizeof(struct digest),
		[FIELD_BYTES] = 8,
		[FIELD_TIME] = 8,
		[FIELD_FLAG] = 1,
		[FIELD_WORD] = sizeof(enum record_kind),
		[FIELD_PLATFORM] = sizeof(struct platform),
		[FIELD_DOCUMENT] = sizeof(char *),
		[FIELD_DIGESTS] = sizeof(char *),
		[FIELD_TEXTS] = sizeof(char *),
		[FIELD_LABELS] = sizeof(char *),
		[FIELD_LIST] = sizeof(char *),
	};

	(void)state;
	for (size_t kind = 0; kind < inventory_shape_count; kind++) {
		const struct shape *shape = &inventory_shapes[kind];
		bool covered[2048] = { false };
		size_t gap = 0;

		assert_in_range(shape->size, 1, sizeof(covered));
		for (size_t i = 0; i < shape->field_count; i++) {
			const struct field *field = &shape->fields[i];

			memset(covered + field->offset, 1, sizes[field->type]);
			if (field->count_offset != 0)
				memset(covered + field->count_offset, 1, sizeof(size_t));
		}
		for (size_t at = 0; at < shape->size; at++) {
			gap = covered[at] ? 0 : gap + 1;
			if (gap >= 8)
				fail_msg("%s: byte %zu is in no row", shape->name, at);
		}
	}
}

/* A whole inventory: what the reader emits is what the writer was given. */
struct log {
	struct record_sink *inner;
	struct buf lines;
};

static int
log_record(void *context, const struct record *record, struct error *err)
{
	struct log *log = context;
	json_auto_t *object = inventory_encode(record, err);
	auto_free char *text = json_dumps(object, JSON_COMPACT);

	buf_printf(&log->lines, "%s\n", text);
	return log->inner != NULL ? log->inner->emit(log->inner->context, record, err) : 0;
}

static void
test_whole_files(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct random random = { seed };
		struct error err = { 0 };
		auto_buf file = { 0 };
		const struct inventory_output output = { append, &file };
		struct inventory_writer *writer = inventory_writer_new(&output, "n-1", 1000, &err);
		struct record_sink inner = inventory_writer_sink(writer);
		struct log given = { .inner = &inner }, read = { 0 };
		struct record_sink sink = { log_record, &given };
		struct inventory_info info;
		unsigned scans = random_below(&random, 4);

		for (unsigned i = 0; i < scans; i++)
			assert_int_equal(record_maker_store(&random, &sink, "n-1", i, 50, &err), 0);
		assert_int_equal(record_maker_registry(&random, &sink, 1, &err), 0);
		assert_int_equal(inventory_writer_end(writer, SCAN_PARTIAL, &err), 0);
		inventory_writer_free(writer);

		sink.context = &read;
		if (inventory_read(file.data, file.length, NULL, &info, &err) != 0 ||
		        inventory_read(file.data, file.length, &sink, &info, &err) != 0) {
			fail_msg("seed %u: %s", (unsigned)seed, err.message);
		}
		assert_string_equal(buf_text(&given.lines), buf_text(&read.lines));
		assert_string_equal(info.node, "n-1");
		assert_int_equal(info.created_at, 1000);
		assert_int_equal(info.state, SCAN_PARTIAL);
		buf_release(&given.lines);
		buf_release(&read.lines);
	}
}

/* A record that the format cannot hold is a problem in its place. */
static void
test_left_out(void **state)
{
	struct error err = { 0 };
	auto_buf file = { 0 };
	const struct inventory_output output = { append, &file };
	struct inventory_writer *writer = inventory_writer_new(&output, "n", 1000, &err);
	struct record_sink sink = inventory_writer_sink(writer);
	struct random random = { 7 };
	struct inventory_info info;
	auto_free char *long_text = xprintf("%05000d", 0);
	const struct record records[] = {
		{ .kind = RECORD_SCAN, .scan = { SOURCE_STORE, "n/x", 1, NULL, false } },
		{ .kind = RECORD_NODE, .node = { .name = "n" } },
		{ .kind = RECORD_STORE,
		        .store = { "n", ENGINE_CRI, "d", NULL, NULL, SHARING_CHAINS, UNIT_TAR,
		                NULL } },
		{ .kind = RECORD_CONTAINER, .container = { .id = long_text } },
		{ .kind = RECORD_CONTAINER, .container = { .id = "\xff" } },
		{ .kind = RECORD_SCAN_END, .scan_end = { SCAN_COMPLETE, 2, true } },
	};

	(void)state;
	for (size_t i = 0; i < countof(records); i++)
		assert_int_equal(sink.emit(sink.context, &records[i], &err), 0);
	assert_int_equal(record_maker_store(&random, &sink, "n", 2, 9, &err), 0);
	assert_int_equal(inventory_writer_end(writer, SCAN_COMPLETE, &err), 0);
	inventory_writer_free(writer);
	assert_non_null(strstr(file.data,
	        "{\"record\":\"problem\",\"place\":\"\",\"message\":\"left out of the inventory: "
	        "container: id: a text of more than 1024 bytes\"}"));
	assert_non_null(strstr(file.data, "container: id: not UTF-8"));
	assert_non_null(strstr(file.data, "{\"record\":\"scan_end\",\"state\":\"partial\","
	                                  "\"ended_at\":\"1970-01-01T00:00:02Z\"}"));
	assert_int_equal(inventory_read(file.data, file.length, NULL, &info, &err), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_record),
		cmocka_unit_test(test_tables_cover),
		cmocka_unit_test(test_whole_files),
		cmocka_unit_test(test_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
