/* Packed lists: what goes in comes out; what is damaged is said to be. */
#include "tests/analyzer/store/fixture.h"

#include "analyzer/store/packed.h"
#include "common/buf.h"

static const struct {
	uint64_t number;
	size_t length;
} sizes[] = {
	{ 0, 1 },
	{ 1, 1 },
	{ 127, 1 },
	{ 128, 2 },
	{ 16383, 2 },
	{ 16384, 3 },
	{ 2097151, 3 },
	{ UINT32_MAX, 5 },
	{ INT64_MAX, 9 },
	{ UINT64_MAX, 10 },
};

static void
test_there_and_back(void **state)
{
	auto_buf all = { 0 };
	struct packed packed;
	uint64_t number;

	(void)state;
	for (size_t i = 0; i < countof(sizes); i++) {
		size_t before = all.length;

		packed_append(&all, sizes[i].number);
		assert_int_equal(all.length - before, sizes[i].length);
	}
	packed = packed_open(all.data, all.length);
	for (size_t i = 0; i < countof(sizes); i++) {
		assert_true(packed_next(&packed, &number));
		assert_true(number == sizes[i].number);
	}
	assert_false(packed_next(&packed, &number));
	assert_false(packed_next(&packed, &number));
	assert_false(packed.damaged);
	packed = packed_open(NULL, 0);
	assert_false(packed_next(&packed, &number));
	assert_false(packed.damaged);
}

static const struct {
	const char *bytes;
	size_t length;
} damaged[] = {
	{ "\x80", 1 },                                          /* ends within a number */
	{ "\xff\xff\xff", 3 },                                  /* the same */
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10 },     /* 65 bits */
	{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11 }, /* 11 bytes */
	{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11 }, /* the same, a zero */
};

static void
test_damaged(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(damaged); i++) {
		/* From the heap, so that reading behind the end is noticed. */
		auto_free char *bytes = xcalloc(damaged[i].length, 1);
		struct packed packed;
		uint64_t number;

		memcpy(bytes, damaged[i].bytes, damaged[i].length);
		packed = packed_open(bytes, damaged[i].length);
		assert_false(packed_next(&packed, &number));
		assert_true(packed.damaged);
		assert_false(packed_next(&packed, &number));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
