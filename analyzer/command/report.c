/*
 * report: everything at once, as a page, as one JSON document, as CSV of what each repository pays,
 * or as a few lines for a chat.
 */
#include <string.h>

#include "analyzer/command/ask.h"
#include "analyzer/command/save.h"
#include "analyzer/command/say.h"
#include "analyzer/command/view.h"
#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"
#include "web/page.h"

#define DEFAULT_FILE   "report.html"
#define PAGE_MAX_BYTES ((size_t)256 << 20)

static const struct {
	const char *name;
	enum answer_format format;
	int (*view)(struct answer *answer, FILE *out, struct error *err);
} formats[] = {
	{ "json", ANSWER_JSON, view_report_json },
	{ "csv", ANSWER_CSV, view_report_csv },
	{ "markdown", ANSWER_TABLE, view_report_markdown },
};

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

/* A mistyped format is not meant as the name of a file. */
static int
check_output(const char *output, struct error *err)
{
	for (size_t i = 0; i < countof(formats); i++) {
		if (strcmp(output, formats[i].name) == 0)
			return 0;
	}
	if (strcmp(output, "prometheus") == 0)
		return fail(err, ERROR_USAGE, "-o prometheus is not in this version yet");
	if (strcmp(output, "-") == 0 || ends_with(output, ".html") || ends_with(output, ".htm"))
		return 0;
	return fail(err, ERROR_USAGE,
	        "-o %s: neither json, csv or markdown nor a file whose name ends in .html", output);
}

static int
write_page(const struct answer *answer, const char *path, size_t row_limit, struct error *err)
{
	auto_buf page = { 0 };
	struct page_options options = {
		.generated_at = clock_unix(),
		.version = LAYERSHARE_VERSION,
		.row_limit = row_limit < UINT32_MAX ? (uint32_t)row_limit : UINT32_MAX,
		.platform = answer->asked.has_platform ? &answer->asked.platform : NULL,
	};
	char bytes[24];

	buf_init(&page, PAGE_MAX_BYTES);
	page_render(answer->report, &options, &page);
	if (page.overflowed)
		return fail(err, ERROR_LIMIT,
		        "the page is larger than %zu MiB; --limit takes fewer rows",
		        PAGE_MAX_BYTES >> 20);
	if (strcmp(path, "-") == 0) {
		fwrite(buf_text(&page), 1, page.length, stdout);
		return 0;
	}
	if (save_file(path, buf_text(&page), page.length, err) != 0)
		return -1;
	if (!answer->asked.quiet)
		say(stderr, "wrote %s (%s)\n", path, text_bytes(page.length, bytes));
	return 0;
}

static int
write_report(struct answer *answer, const char *output, size_t row_limit, struct error *err)
{
	for (size_t i = 0; i < countof(formats); i++) {
		if (strcmp(output, formats[i].name) != 0)
			continue;
		answer->asked.format = formats[i].format;
		return formats[i].view(answer, stdout, err);
	}
	return write_page(answer, output, row_limit, err);
}

int
command_report(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	const char *output = option_text(options, "output");
	auto_answer answer = { 0 };
	size_t row_limit = 0;

	(void)argc;
	(void)argv;
	if (output == NULL)
		output = DEFAULT_FILE;
	option_count(options, "limit", &row_limit);
	answer.asked.require_complete = option_flag(options, "require-complete");
	if (check_output(output, err) != 0 ||
	        answer_load(&answer, session, option_text(options, "platform"), err) != 0 ||
	        write_report(&answer, output, row_limit, err) != 0)
		return -1;
	return answer_end(&answer, stdout, err);
}
