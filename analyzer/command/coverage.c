#include "analyzer/command/coverage.h"

#include "analyzer/command/member.h"
#include "analyzer/command/say.h"
#include "analyzer/model/report.h"
#include "common/text.h"

#define PROBLEMS_SHOWN 3 /* per source; the report has all */

const char *
coverage_state_name(enum source_state state)
{
	static const char *const names[] = {
		[SOURCE_COMPLETE] = "complete",
		[SOURCE_PARTIAL] = "partial",
		[SOURCE_FAILED] = "failed",
		[SOURCE_STALE] = "stale",
	};

	return names[state];
}

static const char *
kind_name(enum source_kind kind)
{
	switch (kind) {
	case SOURCE_REGISTRY:
		return "registry";
	case SOURCE_LAYOUT:
		return "layout";
	default:
		return "store";
	}
}

json_t *
coverage_source_id(const struct snap_source *source)
{
	auto_buf id = { 0 };

	buf_printf(&id, "%s:%s", kind_name(source->kind), source->name);
	return json_text(buf_text(&id));
}

json_t *
coverage_json(const struct snapshot *snapshot)
{
	json_t *coverage = json_object();

	member_flag(coverage, "complete", coverage_is_complete(snapshot));
	json_t *sources = member_array(coverage, "sources");
	for (uint32_t i = 0; i < snapshot->source_count; i++) {
		const struct snap_source *source = &snapshot->sources[i];
		json_t *row = json_object();

		json_object_set_new(row, "source", coverage_source_id(source));
		member_text(row, "state", coverage_state_name(source->state));
		member_time(row, "scanned_at", source->scanned_at);
		member_number(row, "problems", source->problems);
		member_text(row, "selection", source->selection);
		json_array_append_new(sources, row);
	}
	return coverage;
}

json_t *
coverage_problems_json(const struct snapshot *snapshot)
{
	json_t *problems = json_array();

	for (uint32_t i = 0; i < snapshot->problem_count; i++) {
		const struct snap_problem *problem = &snapshot->problems[i];
		json_t *row = json_object();

		json_object_set_new(
		        row, "source", coverage_source_id(&snapshot->sources[problem->source]));
		member_text(row, "place", problem->place);
		member_text(row, "message", problem->message);
		member_flag(row, "harmless", problem->harmless);
		member_time(row, "since", problem->since);
		json_array_append_new(problems, row);
	}
	return problems;
}

bool
coverage_is_complete(const struct snapshot *snapshot)
{
	return snapshot->source_count > 0 && !report_is_incomplete(snapshot);
}

static void
note_problems(const struct snapshot *snapshot, uint32_t source, FILE *out)
{
	uint32_t shown = 0;

	for (uint32_t i = 0; i < snapshot->problem_count; i++) {
		const struct snap_problem *problem = &snapshot->problems[i];

		if (problem->source != source || problem->harmless)
			continue;
		if (shown++ < PROBLEMS_SHOWN)
			say(out, "  %s%s%s\n", problem->place,
			        problem->place[0] != '\0' ? ": " : "", problem->message);
	}
	if (shown > PROBLEMS_SHOWN)
		say(out, "  and %u more: layershare report -o json has them all\n",
		        shown - PROBLEMS_SHOWN);
}

static void
note_source(const struct snapshot *snapshot, uint32_t index, FILE *out)
{
	static const char *const meanings[] = {
		[SOURCE_COMPLETE] = "what was asked for was read",
		[SOURCE_PARTIAL] = "something could not be read, or was not asked for",
		[SOURCE_FAILED] = "nothing of it could be read",
		[SOURCE_STALE] = "the newest scan failed, these are earlier numbers",
	};
	const struct snap_source *source = &snapshot->sources[index];
	char time[32];

	text_time(source->scanned_at, time);
	say(out, "layershare: note: %s %s is %s%s%s: %s\n", kind_name(source->kind), source->name,
	        coverage_state_name(source->state), time[0] != '\0' ? " as of " : "", time,
	        meanings[source->state]);
	if (source->selection != NULL)
		say(out, "  only: %s\n", source->selection);
	note_problems(snapshot, index, out);
}

void
coverage_note(const struct snapshot *snapshot, FILE *out)
{
	if (snapshot->source_count == 0)
		say(out, "layershare: note: nothing has been scanned yet: "
		         "layershare scan registry HOST\n");
	for (uint32_t i = 0; i < snapshot->source_count; i++) {
		if (snapshot->sources[i].state != SOURCE_COMPLETE ||
		        snapshot->sources[i].selection != NULL)
			note_source(snapshot, i, out);
	}
}
