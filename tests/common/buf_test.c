/* The buffer: contents, the NUL behind them, and the limit to the byte. */
#include "tests/support/unit.h"

#include <string.h>

#include "common/buf.h"
#include "common/memory.h"

static void
test_append(void **state)
{
	auto_buf buf = { 0 };

	(void)state;
	assert_string_equal(buf_text(&buf), "");
	assert_int_equal(buf_append(&buf, NULL, 0), 0);
	assert_non_null(buf.data);
	assert_int_equal(buf_puts(&buf, "abc"), 0);
	assert_int_equal(buf_putc(&buf, '-'), 0);
	assert_int_equal(buf_printf(&buf, "%s%d", "n", 42), 0);
	assert_string_equal(buf_text(&buf), "abc-n42");
	assert_int_equal(buf.length, 7);
	assert_int_equal(buf_append(&buf, "\0x", 2), 0);
	assert_int_equal(buf.length, 9);
	assert_memory_equal(buf.data, "abc-n42\0x\0", 10);
	buf_reset(&buf);
	assert_string_equal(buf_text(&buf), "");
	assert_int_equal(buf.length, 0);
}

static void
test_grow(void **state)
{
	auto_buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(buf_putc(&buf, (char)('a' + i % 26)), 0);
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(buf.data[i], 'a' + i % 26);
	assert_int_equal(buf.data[100000], 0);
}

static void
test_limit(void **state)
{
	for (size_t limit = 1; limit < 200; limit++) {
		auto_buf buf;
		auto_free char *text = xcalloc(1, 300);

		memset(text, 'x', 299);
		buf_init(&buf, limit);
		assert_int_equal(buf_append(&buf, text, limit + 1), -1);
		assert_true(buf.overflowed);
		assert_int_equal(buf.length, 0);
		buf_reset(&buf);
		assert_false(buf.overflowed);
		assert_int_equal(buf_append(&buf, text, limit), 0); /* exactly the limit fits */
		assert_false(buf.overflowed);
		assert_true(buf.capacity <= limit + 1);
		assert_int_equal(buf_putc(&buf, 'y'), -1);
		assert_int_equal(buf_puts(&buf, "y"), -1);
		assert_int_equal(buf_printf(&buf, "%d", 1), -1);
		assert_int_equal(buf_append(&buf, text, SIZE_MAX), -1);
		assert_int_equal(buf_append(&buf, text, 0), 0);
		assert_true(buf.overflowed); /* sticks although an append succeeded */
		assert_int_equal(buf.length, limit);
		assert_null(strchr(buf_text(&buf), 'y'));
	}
	(void)state;
}

static void
test_release(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 3);
	buf_puts(&buf, "abc");
	buf_puts(&buf, "d");
	buf_release(&buf);
	assert_null(buf.data);
	assert_false(buf.overflowed);
	assert_int_equal(buf.limit_bytes, 3);
	assert_int_equal(buf_puts(&buf, "abcd"), -1);
	assert_int_equal(buf_puts(&buf, "abc"), 0);
	buf_release(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
