/* explain for people, and the names that nothing has. */
#ifndef ANALYZER_COMMAND_EXPLAIN_VIEW_H
#define ANALYZER_COMMAND_EXPLAIN_VIEW_H

#include "analyzer/command/image_view.h"
#include "analyzer/model/explain.h"

/* A block for each row of the table, or the table itself if these are many; then the whole set. */
void explain_text(const struct image_view *view, const struct explain *explain, struct table *table,
        FILE *out);
/* A row for each layer of each image in the table. */
void explain_csv(const struct image_view *view, const struct explain *explain,
        const struct table *table, FILE *out);
/* What is known of one of its images. */
const struct explain_image *explain_image_of(const struct explain *explain, uint32_t image);

/* Fails with what is wrong with a name that explain_find() did not find, and names that are near.
 */
int explain_fail_unknown(const struct snapshot *snapshot, const char *name, struct error *err);

#endif
