/* What a scan asks for, as text. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/registry/selection.h"
#include "common/memory.h"
#include "common/text.h"
#include "schema/record.h"

#define HOST "127.0.0.1:5000"

static const struct {
	const char *targets[3];
	const char *include, *exclude, *tags;
	bool platform;
	const char *expected; /* NULL = everything */
} cases[] = {
	{ { HOST }, .expected = NULL },
	{ { HOST "/app", HOST }, .expected = NULL },
	{ { HOST "/team/", HOST "/base/os:1" }, .expected = "team/, base/os:1" },
	{ { HOST "/app" }, .tags = "latest", .platform = true,
	        .expected = "app; tags latest; platform linux/arm64" },
	{ { HOST }, .include = "a*", .exclude = "b*", .expected = "include a*; exclude b*" },
	{ { HOST }, .tags = "la\ntest", .expected = "tags la\xef\xbf\xbdtest" },
	{ { HOST "/app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	        .expected = "app@sha256:"
	                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
};

static void
test_text(void **state)
{
	struct platform platform = { "linux", "arm64", "" };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct target targets[3] = { 0 };
		struct registry_options options = {
			.targets = targets,
			.include = &cases[i].include,
			.include_count = cases[i].include != NULL,
			.exclude = &cases[i].exclude,
			.exclude_count = cases[i].exclude != NULL,
			.tags = cases[i].tags,
			.platform = cases[i].platform ? &platform : NULL,
		};
		struct error err = { 0 };
		auto_buf out = { 0 };

		for (; options.target_count < 3 && cases[i].targets[options.target_count];
		        options.target_count++)
			assert_int_equal(target_parse(&targets[options.target_count],
			                         cases[i].targets[options.target_count], &err),
			        0);
		assert_int_equal(selection_write(&out, &options), cases[i].expected != NULL);
		assert_string_equal(
		        buf_text(&out), cases[i].expected != NULL ? cases[i].expected : "");
	}
}

static void
test_long(void **state)
{
	(void)state;
	for (size_t extra = 0; extra < 4; extra++) {
		auto_buf tags = { 0 }, out = { 0 };

		for (size_t i = 0; i < extra; i++)
			buf_putc(&tags, 'x');
		for (size_t i = 0; i < 400; i++)
			buf_puts(&tags, "ä");
		struct registry_options options = { .tags = buf_text(&tags) };
		assert_true(selection_write(&out, &options));
		assert_in_range(out.length, RECORD_MAX_SELECTION - 1, RECORD_MAX_SELECTION);
		assert_true(text_is_utf8(buf_text(&out), out.length));
		assert_string_equal(buf_text(&out) + out.length - strlen("…"), "…");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
