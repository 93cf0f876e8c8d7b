/* For tests of layouts: one scan, and its records compared as text. */
#ifndef TESTS_COLLECTOR_LAYOUT_SCAN_H
#define TESTS_COLLECTOR_LAYOUT_SCAN_H

#include "tests/support/unit.h"

#include <string.h>

#include "collector/layout/layout.h"
#include "common/memory.h"
#include "tests/support/layout_maker.h"
#include "tests/support/record_log.h"

#define auto_maker __attribute__((cleanup(maker_release))) struct maker

/* One scan and its records as text; its first line, with the path, is cut off. */
struct scan {
	struct record_log log;
	struct collect_result result;
	struct error err;
	int status;
};

#define auto_scan __attribute__((cleanup(scan_release))) struct scan

static inline void
scan_release(struct scan *scan)
{
	record_log_release(&scan->log);
}

static inline void
scan_path(struct scan *scan, const char *path)
{
	struct collect_context context = { .sink = record_log_sink(&scan->log) };

	scan->status = layout_collect(path, &context, &scan->result, &scan->err);
}

static inline const char *
scan_text(const struct scan *scan)
{
	const char *text = buf_text(&scan->log.text);

	return text + strcspn(text, "\n") + (*text != '\0');
}

/* `pattern` has the name of the folder for '@', and for "$1", "$2" the short digests of `made`. */
static inline char *
expand(const struct maker *maker, const char *pattern, const struct made *made[])
{
	struct buf out = { 0 };

	for (const char *at = pattern; *at != '\0'; at++) {
		if (*at == '@')
			buf_puts(&out, strrchr(maker->path, '/') + 1);
		else if (*at == '$')
			buf_append(&out, made[*++at - '1']->text + 7, 12);
		else
			buf_putc(&out, *at);
	}
	return out.data;
}

static inline void
assert_scan(struct maker *maker, const char *pattern, const struct made *made[])
{
	auto_free char *expected = expand(maker, pattern, made);
	auto_scan scan = { 0 };

	scan_path(&scan, maker->path);
	assert_int_equal(scan.status, 0);
	assert_string_equal(scan_text(&scan), expected);
}

#define MADE(...) ((const struct made *[]){ __VA_ARGS__ })

#endif
