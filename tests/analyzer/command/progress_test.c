/* What a scan says: while it runs, and at the end. */
#include "tests/support/unit.h"

#include "analyzer/command/progress.h"
#include "common/memory.h"

static void
test_line(void **state)
{
	static const struct {
		struct progress progress;
		int64_t elapsed_ms;
		const char *line;
	} cases[] = {
		{ { 0 }, 0, "r  repositories 0/0  tags 0/0" },
		{ { .repositories_done = 1,
		          .repositories_total = 4,
		          .tags_done = 5,
		          .tags_total = 10 },
		        1000, "r  repositories 1/4  tags 5/10  5.0/s" },
		{ { .repositories_done = 1,
		          .repositories_total = 4,
		          .tags_done = 1000,
		          .tags_total = 4000 },
		        10000, "r  repositories 1/4  tags 1,000/4,000  100/s  30 s left" },
		/* Many repositories: the lists of most are not read yet. */
		{ { .repositories_done = 100,
		          .repositories_total = 1000,
		          .tags_done = 500,
		          .tags_total = 600 },
		        60000, "r  repositories 100/1,000  tags 500/600  8.3/s  9 min 00 s left" },
		{ { .repositories_done = 10,
		          .repositories_total = 1000,
		          .tags_done = 500,
		          .tags_total = 600 },
		        600000, "r  repositories 10/1,000  tags 500/600  0.8/s" },
		{ { .repositories_done = 30,
		          .repositories_total = 1000,
		          .tags_done = 500,
		          .tags_total = 600 },
		        600000, "r  repositories 30/1,000  tags 500/600  0.8/s  5 h 23 min left" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_buf line = { 0 };
		progress_line(&line, "r", &cases[i].progress, cases[i].elapsed_ms);
		assert_string_equal(buf_text(&line), cases[i].line);
	}
}

static void
test_summary(void **state)
{
	static const struct {
		struct collect_result result;
		const char *line;
	} cases[] = {
		{ { .state = SCAN_COMPLETE,
		          .progress = { .images = 1,
		                  .tags_done = 1,
		                  .repositories_done = 1,
		                  .requests = 1,
		                  .received_bytes = 1500 } },
		        "r\xef\xbf\xbd: complete: 1 image, 1 tag in 1 repository; 1 request, 1.5 "
		        "kB "
		        "in 1.2 s" },
		{ { .state = SCAN_PARTIAL,
		          .problems = 2,
		          .progress = { .images = 2000,
		                  .tags_done = 3000,
		                  .repositories_done = 12 } },
		        "r\xef\xbf\xbd: partial: 2,000 images, 3,000 tags in 12 repositories in "
		        "1.2 s; 2 problems" },
		{ { .state = SCAN_FAILED, .problems = 1, .progress = { .requests = 1 } },
		        "r\xef\xbf\xbd: failed: nothing could be read; 1 request, 0 B in 1.2 s; 1 "
		        "problem" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		auto_buf line = { 0 };
		/* A source may be a folder of any name. */
		progress_summary(&line, "r\x1b", &cases[i].result, 1234);
		assert_string_equal(buf_text(&line), cases[i].line);
	}
}

/* Only the first problems are kept: a registry can have a million. */
static void
test_problems(void **state)
{
	static const struct session session = { 0 };
	struct progress_view view;

	(void)state;
	progress_begin(&view, &session, "r");
	for (int i = 0; i < 1000; i++)
		progress_problem(&view, &(struct record_problem){ "a:1", "HTTP\n500", false });
	assert_int_equal(view.problem_count, 1000);
	assert_string_equal(buf_text(&view.problems), "  a:1: HTTP\xef\xbf\xbd"
	                                              "500\n"
	                                              "  a:1: HTTP\xef\xbf\xbd"
	                                              "500\n"
	                                              "  a:1: HTTP\xef\xbf\xbd"
	                                              "500\n"
	                                              "  a:1: HTTP\xef\xbf\xbd"
	                                              "500\n"
	                                              "  a:1: HTTP\xef\xbf\xbd"
	                                              "500\n");
	progress_release(&view);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_problems),
	};
	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
