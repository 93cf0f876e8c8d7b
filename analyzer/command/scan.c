#include "analyzer/command/scan.h"

#include <signal.h>
#include <stdio.h>

#include "analyzer/store/store.h"

/* The one variable of the program: a signal handler can be told in no other way. */
static volatile int stop;

static void
on_signal(int number)
{
	(void)number;
	stop = 1;
}

bool
scan_is_stopped(void)
{
	return stop != 0;
}

int
scan_open(struct scan_run *run, const struct session *session, struct error *err)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	*run = (struct scan_run){ .session = session };
	run->store = store_open(session->db_path, STORE_WRITE, err);
	if (run->store == NULL)
		return -1;
	run->store_sink = store_sink(run->store);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return 0;
}

void
scan_close(struct scan_run *run)
{
	progress_release(&run->view);
	store_close(run->store);
	run->store = NULL;
}

/* Everything goes to the store; problems are shown as well. */
static int
emit(void *context, const struct record *record, struct error *err)
{
	struct scan_run *run = context;

	if (record->kind == RECORD_PROBLEM && !record->problem.harmless)
		progress_problem(&run->view, &record->problem);
	return run->store_sink.emit(run->store_sink.context, record, err);
}

struct collect_context
scan_begin(struct scan_run *run, const char *label)
{
	progress_release(&run->view);
	progress_begin(&run->view, run->session, label);
	return (struct collect_context){
		.sink = { .emit = emit, .context = run },
		.known = store_known(run->store),
		.progress = progress_show,
		.progress_context = &run->view,
		.trace = run->session->verbosity > 0 ? progress_trace : NULL,
		.trace_context = &run->view,
		.stop = &stop,
	};
}

void
scan_end(struct scan_run *run, const struct collect_result *result)
{
	progress_end(&run->view, result);
	switch (result->state) {
	case SCAN_COMPLETE:
		run->complete++;
		break;
	case SCAN_FAILED:
		run->failed++;
		break;
	default:
		run->partial++;
	}
	if (scan_is_stopped())
		fputs("interrupted: what was read is kept, the next scan goes on from there\n",
		        stderr);
}

int
scan_status(const struct scan_run *run)
{
	if (run->complete + run->partial == 0)
		return EXIT_FAILED;
	return run->partial + run->failed > 0 || scan_is_stopped() ? EXIT_PARTIAL : EXIT_DONE;
}
