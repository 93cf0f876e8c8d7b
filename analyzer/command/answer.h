/*
 * What all ask and show commands have in common: from the store to a report, from rows to an
 * output, and what an answer says about its own coverage.
 *
 *	answer_open ─▶ report ─▶ rows ─▶ answer_select ─▶ answer_print or answer_put_json ─▶
 *answer_end
 */
#ifndef ANALYZER_COMMAND_ANSWER_H
#define ANALYZER_COMMAND_ANSWER_H

#include <jansson.h>
#include <stdio.h>

#include "analyzer/command/command.h"
#include "analyzer/model/report.h"
#include "analyzer/print/table.h"

enum answer_format { ANSWER_TABLE, ANSWER_JSON, ANSWER_CSV };

/* What was asked; filled from the options, or by a test. */
struct asked {
	enum answer_format format;
	const char *sort; /* NULL = the command's own order */
	const char *const *filters;
	size_t filter_count;
	bool has_limit;
	size_t limit;
	bool require_complete;
	bool quiet;
	bool has_unused; /* images: only those that no node used for so long */
	uint64_t unused_seconds;
	bool has_platform;
	struct platform platform;
	uint32_t resident_permille; /* of the configuration; 0 = the usual */
	struct table_style style;
};

/* Not movable once built: the report points into it. */
struct answer {
	struct asked asked;
	struct arena arena;
	struct snapshot *snapshot;
	struct report *report;
	bool truncated; /* --filter or --limit took rows away */
};

#define auto_answer __attribute__((cleanup(answer_release))) struct answer
#define auto_table  __attribute__((cleanup(table_release))) struct table

/* The options of ask commands, then answer_load(). */
int answer_open(struct answer *answer, const struct session *session, const struct options *options,
        struct error *err) must_check;
/* Reads the store and builds the report, with `platform` as on the command line (NULL = all). */
int answer_load(struct answer *answer, const struct session *session, const char *platform,
        struct error *err) must_check;
/* The report over a snapshot that the answer owns from now on. `marked` as in bases.h. */
void answer_build(struct answer *answer, struct snapshot *snapshot, const char *const *marked,
        size_t marked_count);
void answer_release(struct answer *answer);

/* Filter, sort (as asked, else by `sort` unless that is NULL), limit. Rows that complete a sum are
 * added afterwards. */
int answer_select(
        struct answer *answer, struct table *table, const char *sort, struct error *err) must_check;
/* As a table for people or as CSV. */
void answer_print(const struct answer *answer, const struct table *table, FILE *out);

/* {"schema": "layershare/COMMAND/v1", "platform": …, "coverage": …} */
json_t *answer_json(const struct answer *answer, const char *command);
/* Prints the document and frees it. */
int answer_put_json(
        const struct answer *answer, json_t *document, FILE *out, struct error *err) must_check;

/* Flushes; says on stderr what the answer lacks, unless quiet. The exit status, or -1 when `out`
 * did not take everything. */
int answer_end(const struct answer *answer, FILE *out, struct error *err) must_check;

/* True for an image that the answer is about: reached by a reference, of the platform asked for. */
bool answer_has_image(const struct answer *answer, uint32_t image);

#endif
