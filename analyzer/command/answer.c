/* From the store to a report, and the end of an answer. Printing is in answer_output.c. */
#include "analyzer/command/answer.h"

#include <errno.h>
#include <string.h>

#include "analyzer/command/coverage.h"
#include "analyzer/command/terminal.h"
#include "analyzer/config/config.h"
#include "analyzer/store/store.h"
#include "common/memory.h"

static enum answer_format
format_of(const char *name)
{
	if (name != NULL && strcmp(name, "json") == 0)
		return ANSWER_JSON;
	if (name != NULL && strcmp(name, "csv") == 0)
		return ANSWER_CSV;
	return ANSWER_TABLE;
}

int
answer_open(struct answer *answer, const struct session *session, const struct options *options,
        struct error *err)
{
	struct asked *asked = &answer->asked;

	asked->format = format_of(option_text(options, "output"));
	asked->sort = option_text(options, "sort");
	asked->filter_count = option_list(options, "filter", &asked->filters);
	asked->has_limit = option_count(options, "limit", &asked->limit);
	asked->require_complete = option_flag(options, "require-complete");
	asked->style.exact_bytes = option_flag(options, "bytes");
	asked->style.no_header = option_flag(options, "no-header");
	return answer_load(answer, session, option_text(options, "platform"), err);
}

static void
close_store(struct store **store)
{
	store_close(*store);
}

static struct snapshot *
load_snapshot(const struct session *session, struct error *err)
{
	const struct config *config = session->config;
	unsigned count = config != NULL ? config->registry_count : 0;
	auto_free struct scope_rule *scopes = xcalloc(count + 1, sizeof(*scopes));
	__attribute__((cleanup(close_store))) struct store *store =
	        store_open(session->db_path, STORE_READ, err);

	if (store == NULL)
		return NULL;
	for (unsigned i = 0; i < count; i++)
		scopes[i] = (struct scope_rule){
			.registry = config->registries[i].host,
			.scope = config->registries[i].dedup,
		};
	struct load_options load = { .scopes = scopes, .scope_count = count };
	return store_load(store, &load, err);
}

int
answer_load(struct answer *answer, const struct session *session, const char *platform,
        struct error *err)
{
	const struct config *config = session->config;
	struct asked *asked = &answer->asked;

	asked->quiet = session->verbosity < 0;
	asked->style.width = terminal_width(stdout);
	asked->style.ascii = !terminal_takes_utf8();
	asked->style.color = session->color_out;
	asked->has_platform = platform != NULL;
	if (platform != NULL && !platform_parse(&asked->platform, platform))
		return fail(err, ERROR_USAGE,
		        "--platform %s: not OS/ARCHITECTURE[/VARIANT], as in linux/amd64",
		        platform);
	struct snapshot *snapshot = load_snapshot(session, err);
	if (snapshot == NULL)
		return -1;
	answer->asked.resident_permille = config != NULL ? config->resident_permille : 0;
	answer_build(answer, snapshot, config != NULL ? config->bases : NULL,
	        config != NULL ? config->base_count : 0);
	return 0;
}

void
answer_build(struct answer *answer, struct snapshot *snapshot, const char *const *marked,
        size_t marked_count)
{
	const struct platform *platform =
	        answer->asked.has_platform ? &answer->asked.platform : NULL;
	struct report_options options = {
		.platform = platform,
		.bases = { .marked = marked, .marked_count = marked_count, .platform = platform },
		.resident_permille = answer->asked.resident_permille,
	};

	answer->snapshot = snapshot;
	answer->report = report_build(snapshot, &options, &answer->arena);
}

void
answer_release(struct answer *answer)
{
	snapshot_free(answer->snapshot);
	arena_release(&answer->arena);
	*answer = (struct answer){ 0 };
}

bool
answer_has_image(const struct answer *answer, uint32_t image)
{
	const struct attribution *attribution = answer->report->attribution;

	return attribution->registry[image].logical_bytes > 0 ||
	       attribution->layout[image].logical_bytes > 0;
}

int
answer_end(const struct answer *answer, FILE *out, struct error *err)
{
	if (fflush(out) != 0 || ferror(out)) {
		if (errno == EPIPE) /* a reader that had enough, as head(1), needs no words */
			return EXIT_FAILED;
		return fail_errno(err, "write the answer");
	}
	if (!answer->asked.quiet)
		coverage_note(answer->snapshot, stderr);
	if (!answer->asked.quiet && answer->asked.has_platform)
		coverage_note_platform(answer->snapshot, &answer->asked.platform, stderr);
	return answer->asked.require_complete && !coverage_is_complete(answer->snapshot)
	               ? EXIT_PARTIAL
	               : EXIT_DONE;
}
