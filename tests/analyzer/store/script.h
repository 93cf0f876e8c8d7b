/*
 * Scans as one line of text each, so that rules are tables:
 *
 *	on:HOST     the source of this scan ("r" if not said); goes first
 *	of:TEXT     the selection of this scan, "platform…" leaves platforms out; then
 *	app:1=A     the tag app:1 points at image A (any capital letter)
 *	app@A       the same by digest
 *	app:1?      listed, not resolved
 *	app.        repository complete        app~  partial        app-  skipped
 *	!place      a problem                  ?place  a remark
 *	END PART FAIL     scan_end complete, partial, failed
 *	END+ PART+ FAIL+  the same with a complete catalogue; nothing: the scan is cut off
 *
 * The n-th scan starts at second 100 * n. Image A has layers a0 (shared by all images) and a1.
 */
#ifndef TESTS_ANALYZER_STORE_SCRIPT_H
#define TESTS_ANALYZER_STORE_SCRIPT_H

#include "tests/analyzer/store/fixture.h"

#include "common/buf.h"

UNUSED static void
emit(struct store *store, const struct record *record)
{
	struct record_sink sink = store_sink(store);
	struct error err = { 0 };

	if (sink.emit(sink.context, record, &err) != 0)
		fail_msg("%s", err.message);
}

/* A digest that nobody has to spell: of a few words. */
UNUSED static struct digest
digest_for(const char *kind, uint64_t number)
{
	char text[64];
	struct digest digest;
	int length = snprintf(text, sizeof(text), "%s %llu", kind, (unsigned long long)number);

	digest_of(&digest, DIGEST_SHA256, text, (size_t)length);
	return digest;
}

UNUSED static void
emit_image(struct store *store, char letter)
{
	const struct digest diff_ids[] = { digest_for("diff", 0), digest_for("diff", letter) };
	const struct record_layer layers[] = {
		{ .digest = digest_for("blob", 0), .size_bytes = 1000 },
		{ .digest = digest_for("blob", letter), .size_bytes = 10 },
	};
	struct record config = {
		.kind = RECORD_CONFIG,
		.config = {
		        .digest = digest_for("config", letter),
		        .size_bytes = 300,
		        .platform = { "linux", "arm64", "v7" },
		        .created_at = 1234567,
		        .diff_ids = diff_ids,
		        .diff_id_count = 2,
		        .details_json = "{\"labels\":{}}",
		},
	};
	struct record manifest = {
		.kind = RECORD_MANIFEST,
		.manifest = {
		        .digest = digest_for("manifest", letter),
		        .size_bytes = 500,
		        .kind = MANIFEST_IMAGE,
		        .media_type = "application/vnd.oci.image.manifest.v1+json",
		        .config = config.config.digest,
		        .config_size_bytes = 300,
		        .layers = layers,
		        .layer_count = 2,
		},
	};

	emit(store, &manifest);
	emit(store, &config);
}

static void
emit_reference(struct store *store, char *name, char kind, char *rest)
{
	struct record record = { .kind = RECORD_REFERENCE };
	size_t last = strlen(rest) - 1;

	record.reference.repository = name;
	record.reference.tag = kind == '@' ? "" : rest;
	if (rest[last] == '?') {
		record.reference.state = REFERENCE_UNREAD;
		rest[last] = '\0';
	} else {
		record.reference.digest = digest_for("manifest", rest[last]);
		emit_image(store, rest[last]);
		if (kind == ':')
			rest[last - 1] = '\0';
	}
	emit(store, &record);
}

static void
emit_end(struct store *store, const char *word, int64_t at)
{
	struct record record = { .kind = RECORD_SCAN_END };

	record.scan_end.state = word[0] == 'E'   ? SCAN_COMPLETE
	                        : word[0] == 'P' ? SCAN_PARTIAL
	                                         : SCAN_FAILED;
	record.scan_end.ended_at = at + 50;
	record.scan_end.catalogue_complete = word[strlen(word) - 1] == '+';
	emit(store, &record);
}

static void
emit_word(struct store *store, char *word, int64_t at)
{
	struct record record = { .kind = RECORD_REPOSITORY };
	size_t last = strlen(word) - 1;
	char *mark = strpbrk(word, ":@");
	char kind = mark != NULL ? *mark : '\0';

	if (word[0] == '!' || word[0] == '?') {
		record.kind = RECORD_PROBLEM;
		record.problem = (struct record_problem){ word + 1, "it broke", word[0] == '?' };
		emit(store, &record);
	} else if (word[0] >= 'A' && word[0] <= 'Z') {
		emit_end(store, word, at);
	} else if (mark != NULL) {
		*mark = '\0';
		emit_reference(store, word, kind, mark + 1);
	} else {
		record.repository.state = word[last] == '.'   ? REPOSITORY_COMPLETE
		                          : word[last] == '~' ? REPOSITORY_PARTIAL
		                                              : REPOSITORY_SKIPPED;
		word[last] = '\0';
		record.repository.name = word;
		emit(store, &record);
	}
}

UNUSED static void
play_scan(struct store *store, const char *script, int number)
{
	auto_free char *copy = xstrdup(script);
	struct record scan = { .kind = RECORD_SCAN };
	char *rest = copy;
	char *word = copy;

	scan.scan.source_kind = SOURCE_REGISTRY;
	scan.scan.source_name = "r";
	scan.scan.started_at = number * 100;
	if (strncmp(copy, "on:", 3) == 0) {
		scan.scan.source_name = strsep(&rest, " ") + 3;
		word = rest;
	}
	if (strncmp(word, "of:", 3) == 0) {
		rest = word;
		scan.scan.selection = strsep(&rest, " ") + 3;
		scan.scan.some_platforms = strncmp(scan.scan.selection, "platform", 8) == 0;
		word = rest;
	}
	emit(store, &scan);
	while (word != NULL && (word = strsep(&rest, " ")) != NULL)
		if (word[0] != '\0')
			emit_word(store, word, scan.scan.started_at);
}

/* Scripts until the first NULL, each as one scan. */
UNUSED static void
play(struct store *store, const char *const *scripts, size_t limit)
{
	for (size_t i = 0; i < limit && scripts[i] != NULL; i++)
		play_scan(store, scripts[i], (int)i + 1);
}

UNUSED static char
letter_of(const struct digest *manifest)
{
	for (char letter = 'A'; letter <= 'Z'; letter++) {
		struct digest digest = digest_for("manifest", letter);

		if (digest_equal(&digest, manifest))
			return letter;
	}
	return '?';
}

#endif
