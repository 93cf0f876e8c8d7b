/* What an answer says about itself: the note for people, the exit status, an output that is full.
 */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/command/coverage.h"
#include "analyzer/command/say.h"
#include "common/memory.h"
#include "tests/support/answered.h"

static char *
note_of(const struct fleet *fleet)
{
	struct snapshot *snapshot = fleet_snapshot(fleet, 0);
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	coverage_note(snapshot, out);
	fclose(out);
	snapshot_free(snapshot);
	return text;
}

static void
add_problem(struct fleet *fleet, const char *place, const char *message, bool harmless)
{
	*vec_push(&fleet->problems) = (struct fleet_problem){ 0,
		{ .place = place, .message = message, .harmless = harmless }, 1700000000 };
}

static void
test_note(void **state)
{
	struct fleet fleet = { 0 };

	(void)state;
	fleet_image(&fleet, "reg/a:1", "x=1");
	fleet_image(&fleet, "/srv/l/a:1", "x=1");
	auto_free char *complete = note_of(&fleet);
	assert_string_equal(complete, "");

	fleet.sources.at[0].selection = "team/; tags latest";
	auto_free char *selected = note_of(&fleet);
	assert_non_null(strstr(selected, "note: registry reg is complete as of "));
	assert_non_null(strstr(selected, "\n  only: team/; tags latest\n"));
	assert_null(strstr(selected, "/srv/l"));
	fleet.sources.at[0].selection = NULL;

	fleet.sources.at[0].state = SOURCE_PARTIAL;
	add_problem(&fleet, "b:1", "manifest: HTTP 403", false);
	add_problem(&fleet, "", "cat\x1b[2Jalogue", false);
	add_problem(&fleet, "c:1", "schema 1, skipped", true);
	auto_free char *partial = note_of(&fleet);
	assert_non_null(
	        strstr(partial, "note: registry reg is partial as of 2023-11-14T22:13:20Z: "));
	assert_non_null(strstr(partial, "\n  b:1: manifest: HTTP 403\n"));
	assert_non_null(strstr(partial, "\n  cat"));
	assert_null(strchr(partial, '\x1b'));
	assert_null(strstr(partial, "schema 1"));
	assert_null(strstr(partial, "/srv/l"));
	assert_null(strstr(partial, "more"));

	for (int i = 0; i < 5; i++)
		add_problem(&fleet, arena_printf(&fleet.arena, "d:%d", i), "timeout", false);
	auto_free char *many = note_of(&fleet);
	assert_non_null(strstr(many, "\n  and 4 more: "));
	fleet_release(&fleet);
}

static void
test_note_of_states(void **state)
{
	struct fleet fleet = { 0 };

	(void)state;
	auto_free char *nothing = note_of(&fleet);
	assert_non_null(strstr(nothing, "nothing has been scanned yet"));
	fleet_image(&fleet, "reg/a:1", "x=1");
	fleet.sources.at[0].state = SOURCE_STALE;
	auto_free char *stale = note_of(&fleet);
	assert_non_null(strstr(stale, "is stale as of "));
	fleet.sources.at[0].state = SOURCE_FAILED;
	fleet.sources.at[0].scanned_at = RECORD_TIME_UNKNOWN;
	auto_free char *failed = note_of(&fleet);
	assert_non_null(strstr(failed, "registry reg is failed: nothing"));
	fleet_release(&fleet);
}

static void
test_exit_status(void **state)
{
	static const struct {
		enum source_state source;
		bool require_complete;
		int status;
	} cases[] = {
		{ SOURCE_COMPLETE, false, EXIT_DONE },
		{ SOURCE_COMPLETE, true, EXIT_DONE },
		{ SOURCE_PARTIAL, false, EXIT_DONE },
		{ SOURCE_PARTIAL, true, EXIT_PARTIAL },
		{ SOURCE_STALE, true, EXIT_PARTIAL },
		{ SOURCE_FAILED, true, EXIT_PARTIAL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct fleet fleet = { 0 };
		struct error err = { 0 };
		auto_answer answer = { .asked = { .quiet = true } };
		auto_fclose FILE *out = fopen("/dev/null", "w");

		fleet_image(&fleet, "reg/a:1", "x=1");
		fleet.sources.at[0].state = cases[i].source;
		answer.asked.require_complete = cases[i].require_complete;
		answer_build(&answer, fleet_snapshot(&fleet, 0), NULL, 0);
		assert_int_equal(answer_end(&answer, out, &err), cases[i].status);
		fleet_release(&fleet);
	}
}

/* Whatever the format, a full disk is an error. */
static void
test_full(void **state)
{
	static const enum answer_format formats[] = { ANSWER_TABLE, ANSWER_JSON, ANSWER_CSV };

	(void)state;
	for (size_t i = 0; i < countof(formats); i++) {
		struct fleet fleet = { 0 };
		struct error err = { 0 };
		auto_answer answer = { .asked = { .quiet = true, .format = formats[i] } };
		auto_fclose FILE *out = fopen("/dev/full", "w");

		fleet_image(&fleet, "reg/a:1", "x=1");
		answer_build(&answer, fleet_snapshot(&fleet, 0), NULL, 0);
		assert_int_equal(view_images(&answer, out, &err), 0);
		assert_int_equal(answer_end(&answer, out, &err), -1);
		assert_non_null(strstr(err.message, "No space left"));
		fleet_release(&fleet);
	}
}

static void
test_say(void **state)
{
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	say(out, "%s: %d\n\n", "a\nb\x1b", 7);
	say(out, "\n");
	say(out, "%s", "end\n");
	fclose(out);
	assert_string_equal(text, "a\xef\xbf\xbd"
	                          "b\xef\xbf\xbd: 7\n\n\nend\xef\xbf\xbd");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_note_of_states),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
