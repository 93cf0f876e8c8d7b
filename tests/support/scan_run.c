#include "tests/support/unit.h"
#include "tests/support/scan_run.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

void
run_target(struct run *run, const char *text)
{
	struct target *target = &run->targets[run->options.target_count++];

	assert_int_equal(target_parse(target, text, &run->err), 0);
	run->options.targets = run->targets;
	run->options.host = target->host;
}

struct run *
run_begin(void)
{
	struct run *run = xcalloc(1, sizeof(*run));

	map_init(&run->known_configs, sizeof(struct digest));
	return run;
}

void
run_end(struct run *run)
{
	answers_release(&run->answers);
	record_log_release(&run->log);
	map_release(&run->known_configs);
	vec_release(&run->known);
	vec_release(&run->known_references);
	vec_release(&run->known_absent);
	arena_release(&run->memory);
	free(run);
}

static int
knows_every_tag(void *context, const char *repository, const char *name, struct digest *digest,
        struct error *err)
{
	(void)context;
	(void)repository;
	(void)name;
	(void)err;
	digest_of(digest, DIGEST_SHA256, "before", 6);
	return 1;
}

void
run_every_tag_is_known(struct run *run)
{
	run->context.known.reference = knows_every_tag;
}

const char *
run_scan(struct run *run)
{
	struct transport transport = answers_transport(&run->answers);

	if (run->context.sink.emit == NULL)
		run->context.sink = record_log_sink(&run->log);
	buf_reset(&run->log.text);
	if (scan_over(&transport, &run->options, &run->context, &run->result, &run->err) != 0)
		return NULL;
	return buf_text(&run->log.text);
}

size_t
count_of(const char *text, const char *what)
{
	size_t found = 0;

	for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what))
		found++;
	return found;
}

void
assert_says(const char *text, const char *what)
{
	if (text == NULL || strstr(text, what) == NULL)
		fail_msg("nothing says \"%s\":\n%s", what, text ? text : "(failed)");
}

void
assert_silent(const char *text, const char *what)
{
	if (strstr(text, what) != NULL)
		fail_msg("something says \"%s\":\n%s", what, text);
}

void
small_registry(struct run *run)
{
	struct answers *answers = &run->answers;

	answers_add(answers, 200, "{\"repositories\":[\"base\",\"shop/app\"]}",
	        "GET /v2/_catalog?n=1000");
	answers_add(answers, 200, "{\"tags\":[\"1\",\"multi\"]}", "GET /v2/base/tags/list?n=1000");
	answers_add(
	        answers, 200, "{\"tags\":[\"1\",\"latest\"]}", "GET /v2/shop/app/tags/list?n=1000");
	answers_image(answers, "base", "1", "base");
	answers_image(answers, "shop/app", "1", "app");
	answers_image(answers, "shop/app", "latest", "app");
	const char *child = answers_image(answers, "base", NULL, "child");
	answers_document(answers, "base", "multi", OCI_INDEX,
	        arena_printf(&answers->arena, "{\"schemaVersion\":2,\"manifests\":[%s]}",
	                answers_descriptor(answers, OCI_MANIFEST, child, IMAGE_BYTES,
	                        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}")));
}

void
run_untarget(struct run *run)
{
	memset(run->targets, 0, sizeof(run->targets));
	run->options.target_count = 0;
}
