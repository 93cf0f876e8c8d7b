/* Which rows an answer shows, and how it is written. */
#include "analyzer/command/answer.h"
#include "analyzer/command/coverage.h"
#include "analyzer/command/member.h"

int
answer_select(struct answer *answer, struct table *table, const char *sort, struct error *err)
{
	const struct asked *asked = &answer->asked;
	size_t before = table->row_count;

	for (size_t i = 0; i < asked->filter_count; i++) {
		if (table_filter(table, asked->filters[i], err) != 0)
			return -1;
	}
	if (asked->sort != NULL)
		sort = asked->sort;
	if (sort != NULL && table_sort(table, sort, err) != 0)
		return -1;
	if (asked->has_limit)
		table_limit(table, asked->limit);
	answer->truncated = answer->truncated || table->row_count < before;
	return 0;
}

void
answer_print(const struct answer *answer, const struct table *table, FILE *out)
{
	if (answer->asked.format == ANSWER_CSV)
		table_print_csv(table, answer->asked.style.no_header, out);
	else
		table_print_text(table, &answer->asked.style, out);
}

json_t *
answer_json(const struct answer *answer, const char *command)
{
	static const struct platform all;
	json_t *document = json_object();

	json_object_set_new(document, "schema", json_sprintf("layershare/%s/v1", command));
	member_platform(
	        document, "platform", answer->asked.has_platform ? &answer->asked.platform : &all);
	json_object_set_new(document, "coverage", coverage_json(answer->snapshot));
	return document;
}

int
answer_put_json(const struct answer *answer, json_t *document, FILE *out, struct error *err)
{
	if (answer->truncated)
		member_flag(document, "truncated", true);
	int result = json_dumpf(document, out, JSON_INDENT(2));
	fputc('\n', out);
	if (result != 0 && !ferror(out))
		result = fail(err, ERROR_FAILED, "the answer cannot be put into JSON");
	else
		result = 0; /* answer_end() says it, as for the other formats */
	json_decref(document);
	return result;
}
