/* Frames of a gRPC body, whole and in pieces of every size. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/grpc_frames.h"
#include "common/memory.h"

struct taken {
	struct buf text;
	size_t fail_at, count;
};

static int
take(void *context, const uint8_t *message, size_t length, struct error *err)
{
	struct taken *taken = context;

	if (++taken->count == taken->fail_at)
		return fail(err, ERROR_FAILED, "refused");
	buf_printf(&taken->text, "[%zu ", length);
	buf_append(&taken->text, message, length < 20 ? length : 20);
	return buf_puts(&taken->text, "]");
}

#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *bytes;
	size_t length;
	const char *taken;   /* what was handed on, before a failure too */
	const char *message; /* NULL = no failure */
	bool whole;
} cases[] = {
	{ BYTES(""), "", NULL, true },
	{ BYTES("\0\0\0\0\0"), "[0 ]", NULL, true },
	{ BYTES("\0\0\0\0\3abc"), "[3 abc]", NULL, true },
	{ BYTES("\0\0\0\0\1a\0\0\0\0\0\0\0\0\0\2bc"), "[1 a][0 ][2 bc]", NULL, true },
	{ BYTES("\0\0\0\0\3ab"), "", NULL, false },
	{ BYTES("\0\0\0\0\1a\0\0"), "[1 a]", NULL, false },
	{ BYTES("\0"), "", NULL, false },
	{ BYTES("\1\0\0\0\1a"), "", "compressed", false },
	{ BYTES("\0\0\0\0\1a\2\0\0\0\1b"), "[1 a]", "compressed", false },
	{ BYTES("\0\1\0\0\1"), "", "16777217 bytes; 16777216 is the limit", false },
	{ BYTES("\0\377\377\377\377aaaa"), "", "is the limit", false },
	{ BYTES("\0\1\0\0\0aaaa"), "", NULL, false },
};

static void
run(size_t index, size_t piece)
{
	struct grpc_frames frames = { 0 };
	struct taken taken = { 0 };
	struct error err = { 0 };
	int result = 0;

	for (size_t at = 0; at < cases[index].length && result == 0; at += piece) {
		size_t left = cases[index].length - at;

		result = grpc_frames_feed(&frames, cases[index].bytes + at,
		        left < piece ? left : piece, take, &taken, &err);
	}
	assert_string_equal(buf_text(&taken.text), cases[index].taken);
	assert_int_equal(result, cases[index].message == NULL ? 0 : -1);
	if (cases[index].message != NULL)
		assert_non_null(strstr(err.message, cases[index].message));
	else
		assert_int_equal(grpc_frames_is_whole(&frames), cases[index].whole);
	/* Nothing is taken for what was only announced. */
	assert_true(frames.message.capacity < 4096);
	grpc_frames_release(&frames);
	buf_release(&taken.text);
}

static void
test_frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		for (size_t piece = 1; piece <= 20; piece++)
			run(i, piece);
}

static void
test_refused(void **state)
{
	struct grpc_frames frames = { 0 };
	struct taken taken = { .fail_at = 2 };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(grpc_frames_feed(&frames, BYTES("\0\0\0\0\1a\0\0\0\0\1b\0\0\0\0\1c"), take,
	                         &taken, &err),
	        -1);
	assert_string_equal(buf_text(&taken.text), "[1 a]");
	assert_string_equal(err.message, "refused");
	grpc_frames_release(&frames);
	buf_release(&taken.text);
}

static void
test_head(void **state)
{
	uint8_t head[GRPC_FRAME_HEAD];

	(void)state;
	grpc_frame_head(head, 0x01020304);
	assert_memory_equal(head, "\0\1\2\3\4", GRPC_FRAME_HEAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
