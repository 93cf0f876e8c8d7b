#include "analyzer/command/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "analyzer/print/layout.h"
#include "common/text.h"

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned
terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDERR_FILENO))
		return 0;
	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void
progress_begin(struct progress_view *view, const struct session *session, const char *label)
{
	*view = (struct progress_view){ .session = session,
		.label = label,
		.started_ms = now_ms(),
		/* Traced lines and a line that is rewritten do not go together. */
		.width = session->verbosity == 0 ? terminal_width() : 0 };
}

void
progress_release(struct progress_view *view)
{
	buf_release(&view->problems);
}

/*
 * How much is done, 0 to 1. Tags are only known from the lists read so far; where there are many
 * repositories these tell more.
 */
static double
fraction_done(const struct progress *progress)
{
	if (progress->repositories_total > 8)
		return (double)progress->repositories_done / (double)progress->repositories_total;
	if (progress->tags_total == 0)
		return 0;
	return (double)progress->tags_done / (double)progress->tags_total;
}

static void
put_duration(struct buf *out, int64_t seconds)
{
	if (seconds >= 3600)
		buf_printf(out, "%" PRId64 " h %02" PRId64 " min", seconds / 3600,
		        seconds % 3600 / 60);
	else if (seconds >= 60)
		buf_printf(out, "%" PRId64 " min %02" PRId64 " s", seconds / 60, seconds % 60);
	else
		buf_printf(out, "%" PRId64 " s", seconds);
}

void
progress_line(
        struct buf *out, const char *label, const struct progress *progress, int64_t elapsed_ms)
{
	char done[32], total[32];
	double fraction = fraction_done(progress);

	text_clean(out, label, strlen(label));
	if (progress->stores > 0) {
		buf_printf(out, "  images %s", text_count(progress->images, done));
		return;
	}
	buf_printf(out, "  repositories %s/%s", text_count(progress->repositories_done, done),
	        text_count(progress->repositories_total, total));
	buf_printf(out, "  tags %s/%s", text_count(progress->tags_done, done),
	        text_count(progress->tags_total, total));
	if (elapsed_ms < 1000)
		return;
	double rate = (double)progress->tags_done * 1000 / (double)elapsed_ms;
	if (rate < 10)
		buf_printf(out, "  %.1f/s", rate);
	else
		buf_printf(out, "  %s/s", text_count((uint64_t)rate, done));
	if (elapsed_ms < 2000 || fraction < 0.02)
		return;
	buf_puts(out, "  ");
	put_duration(out, (int64_t)((double)elapsed_ms * (1 - fraction) / fraction / 1000));
	buf_puts(out, " left");
}

/* "1 tag", "1,234 tags" */
static void
put_counted(struct buf *out, uint64_t count, const char *one, const char *many)
{
	char text[32];

	buf_printf(out, "%s %s", text_count(count, text), count == 1 ? one : many);
}

void
progress_summary(
        struct buf *out, const char *label, const struct collect_result *result, int64_t elapsed_ms)
{
	static const char *const words[] = { "interrupted", "complete", "partial", "failed" };
	const struct progress *progress = &result->progress;
	char received[24];

	text_clean(out, label, strlen(label));
	buf_printf(out, ": %s: ", words[result->state]);
	if (result->state == SCAN_FAILED) {
		buf_puts(out, "nothing could be read");
	} else {
		put_counted(out, progress->images, "image", "images");
		if (progress->stores > 0) {
			buf_puts(out, " in ");
			put_counted(out, progress->stores, "store", "stores");
		} else {
			buf_puts(out, ", ");
			put_counted(out, progress->tags_done, "tag", "tags");
			buf_puts(out, " in ");
			put_counted(out, progress->repositories_done, "repository", "repositories");
		}
	}
	if (progress->requests > 0) {
		buf_puts(out, "; ");
		put_counted(out, progress->requests, "request", "requests");
		buf_printf(out, ", %s", text_bytes(progress->received_bytes, received));
	}
	buf_printf(
	        out, " in %" PRId64 ".%" PRId64 " s", elapsed_ms / 1000, elapsed_ms % 1000 / 100);
	if (result->problems > 0) {
		buf_puts(out, "; ");
		put_counted(out, result->problems, "problem", "problems");
	}
}

static void
take_away(struct progress_view *view)
{
	if (view->shown)
		fputs("\r\x1b[K", stderr);
	view->shown = false;
}

void
progress_show(void *context, const struct progress *progress)
{
	struct progress_view *view = context;
	auto_buf line = { 0 };
	auto_buf cut = { 0 };

	if (view->width == 0)
		return;
	progress_line(&line, view->label, progress, now_ms() - view->started_ms);
	layout_cut(&cut, buf_text(&line), view->width - 1, view->session->ascii);
	take_away(view);
	fputs(buf_text(&cut), stderr);
	fflush(stderr);
	view->shown = true;
}

void
progress_trace(void *context, const char *line)
{
	struct progress_view *view = context;
	auto_buf clean = { 0 };

	text_clean(&clean, line, strlen(line));
	take_away(view);
	fprintf(stderr, "%s\n", buf_text(&clean));
}

void
progress_problem(struct progress_view *view, const struct record_problem *problem)
{
	if (view->problem_count++ >= PROGRESS_PROBLEMS)
		return;
	buf_puts(&view->problems, "  ");
	text_clean(&view->problems, problem->place, strlen(problem->place));
	buf_puts(&view->problems, *problem->place == '\0' ? "" : ": ");
	text_clean(&view->problems, problem->message, strlen(problem->message));
	buf_putc(&view->problems, '\n');
}

void
progress_end(struct progress_view *view, const struct collect_result *result)
{
	auto_buf line = { 0 };

	take_away(view);
	if (view->session->verbosity < 0 && result->state == SCAN_COMPLETE)
		return;
	progress_summary(&line, view->label, result, now_ms() - view->started_ms);
	fprintf(stderr, "%s\n%s", buf_text(&line), buf_text(&view->problems));
	if (view->problem_count > PROGRESS_PROBLEMS)
		fprintf(stderr, "  and %u more: 'layershare usage -o json' lists them\n",
		        view->problem_count - PROGRESS_PROBLEMS);
}
