/* Options → the node collector → an inventory, on stdout or in a file. */
#include "collector/agent/agent.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "collector/node/command_line.h"
#include "common/clock.h"
#include "common/draft.h"
#include "common/memory.h"
#include "common/text.h"
#include "schema/inventory/inventory.h"

/* As those of layershare. */
#define EXIT_DONE    0
#define EXIT_FAILED  1
#define EXIT_USAGE   2
#define EXIT_PARTIAL 3

/* A signal handler can be told in no other way. */
static volatile int stop;

struct agent {
	struct options *options;
	struct arena arena;
	struct node_options node;
	struct draft draft; /* of --output */
	struct inventory_writer *writer;
	struct record_sink sink;
	bool quiet;
};

static void
agent_release(struct agent *agent)
{
	options_free(agent->options);
	inventory_writer_free(agent->writer);
	draft_discard(&agent->draft);
	arena_release(&agent->arena);
}

static void
on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void
say(const char *place, const char *text)
{
	auto_buf clean = { 0 };

	text_clean(&clean, place, strlen(place));
	buf_puts(&clean, *place != '\0' ? ": " : "");
	text_clean(&clean, text, strlen(text));
	fprintf(stderr, "layershare-agent: %s\n", buf_text(&clean));
}

static void
trace(void *context, const char *line)
{
	(void)context;
	say("", line);
}

static int
write_stdout(void *context, const char *data, size_t length, struct error *err)
{
	(void)context;
	return fwrite(data, 1, length, stdout) == length ? 0 : fail_errno(err, "write to stdout");
}

static int
write_draft(void *context, const char *data, size_t length, struct error *err)
{
	return draft_write(context, data, length, err);
}

static int
emit(void *context, const struct record *record, struct error *err)
{
	const struct agent *agent = context;

	if (record->kind == RECORD_PROBLEM && !record->problem.harmless && !agent->quiet)
		say(record->problem.place, record->problem.message);
	return agent->sink.emit(agent->sink.context, record, err);
}

static int
begin(struct agent *agent, struct error *err)
{
	const char *path = option_text(agent->options, "output");
	struct inventory_output output = { write_stdout, NULL };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	if (path != NULL && strcmp(path, "-") != 0) {
		if (draft_open(&agent->draft, path, 0600, err) != 0)
			return -1;
		output = (struct inventory_output){ write_draft, &agent->draft };
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	agent->writer = inventory_writer_new(&output, agent->node.node, clock_unix(), err);
	if (agent->writer == NULL)
		return -1;
	agent->sink = inventory_writer_sink(agent->writer);
	return 0;
}

static int
end(struct agent *agent, const struct collect_result *result, struct error *err)
{
	if (inventory_writer_end(agent->writer, result->state, err) != 0)
		return -1;
	if (agent->draft.draft != NULL)
		return draft_commit(&agent->draft, err);
	return fflush(stdout) == 0 ? 0 : fail_errno(err, "write to stdout");
}

static int
status_of(const struct agent *agent, const struct collect_result *result)
{
	if (option_flag(agent->options, "verbose"))
		fprintf(stderr, "layershare-agent: %llu images in %llu stores, %llu problems\n",
		        (unsigned long long)result->progress.images,
		        (unsigned long long)result->progress.stores,
		        (unsigned long long)result->problems);
	return result->state == SCAN_COMPLETE  ? EXIT_DONE
	       : result->state == SCAN_PARTIAL ? EXIT_PARTIAL
	                                       : EXIT_FAILED;
}

static int
collect(struct agent *agent, struct error *err)
{
	struct collect_context context = {
		.sink = { .emit = emit, .context = agent },
		.trace = option_flag(agent->options, "verbose") ? trace : NULL,
		.stop = &stop,
	};
	struct collect_result result = { 0 };

	agent->quiet = option_flag(agent->options, "quiet");
	if (node_options_read(&agent->node, agent->options, &agent->arena, err) != 0 ||
	        begin(agent, err) != 0 || node_collect(&agent->node, &context, &result, err) != 0 ||
	        end(agent, &result, err) != 0)
		return -1;
	return status_of(agent, &result);
}

static int
show(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_DONE : EXIT_FAILED;
}

static int
run(struct agent *agent, int argc, char **argv, struct error *err)
{
	struct option_sets sets = agent_option_sets();
	auto_buf text = { 0 };
	int first;

	agent->options = options_parse(&sets, argc, argv, false, &first, err);
	if (agent->options == NULL)
		return -1;
	if (option_flag(agent->options, "version"))
		return show("layershare-agent " LAYERSHARE_VERSION "\n");
	if (first < argc)
		return fail(err, ERROR_USAGE, "takes no arguments, but got '%s'", argv[first]);
	if (option_flag(agent->options, "help"))
		agent_help(&text);
	else if (option_flag(agent->options, "man"))
		agent_man(&text);
	else if (option_text(agent->options, "completion") != NULL)
		agent_completion(&text, option_text(agent->options, "completion"));
	else
		return collect(agent, err);
	return show(buf_text(&text));
}

int
agent_main(int argc, char **argv)
{
	__attribute__((cleanup(agent_release))) struct agent agent = { 0 };
	struct error err = { 0 };
	int status = run(&agent, argc, argv, &err);

	if (status != -1)
		return status;
	say("", err.message);
	if (err.code != ERROR_USAGE)
		return EXIT_FAILED;
	fputs("'layershare-agent --help' lists the options.\n", stderr);
	return EXIT_USAGE;
}
