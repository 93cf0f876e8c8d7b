/* The answers, over a report that is built: what the commands print and the tests read. */
#ifndef ANALYZER_COMMAND_VIEW_H
#define ANALYZER_COMMAND_VIEW_H

#include "analyzer/command/answer.h"
#include "analyzer/command/image_view.h"
#include "analyzer/command/member.h"

int view_usage(struct answer *answer, FILE *out, struct error *err) must_check;
int view_images(struct answer *answer, FILE *out, struct error *err) must_check;
int view_nodes(struct answer *answer, FILE *out, struct error *err) must_check;
int view_bases(struct answer *answer, FILE *out, struct error *err) must_check;
/* The images that the names mean. */
int view_explain(struct answer *answer, char *const *names, size_t name_count, FILE *out,
        struct error *err) must_check;
int view_report_json(struct answer *answer, FILE *out, struct error *err) must_check;
int view_report_csv(struct answer *answer, FILE *out, struct error *err) must_check;
int view_report_markdown(struct answer *answer, FILE *out, struct error *err) must_check;

/* Parts of documents, shared with the report. */
json_t *usage_registry_json(const struct report *report, const struct usage_row *row);
json_t *usage_store_json(
        const struct report *report, const struct usage_row *row, const struct layout *layout);
json_t *store_json(const struct report *report, const struct store_row *row);
/* One element for each part and unit. */
void store_put_totals(json_t *disk, const struct store_usage *usage);
const char *memory_basis_name(enum memory_basis basis); /* "estimated" */
/* "memory", as far as it is known. */
void memory_put(json_t *object, const struct memory_row *row, const struct memory_usage *usage);
void memory_put_total(json_t *object, const struct memory_usage *usage);
/* The same of one store, as sentences. */
void memory_say(const struct report *report, uint32_t store, FILE *out);
const char *store_unit_name(enum size_unit unit); /* "tar" */
/* "network" and "memory", of which nothing is known. */
void usage_put_unknown(json_t *object);
/* "network", as far as it is known. */
void network_put(json_t *object, const struct network_row *row);
/* The same of one store, as a sentence. */
void network_say(const struct report *report, uint32_t store, FILE *out);
/* "total", and the other members of usage that are no lists. */
void usage_put_ideal(json_t *document);
void usage_put_total(json_t *document, const struct report *report);
json_t *base_json(const struct report *report, uint32_t base);

/* Why ideal numbers are null. */
extern const char usage_ideal_reason[];

#endif
