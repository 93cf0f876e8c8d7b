/* One cell as text, cleaned: the same words in every rendering for people. */
#ifndef ANALYZER_PRINT_CELL_H
#define ANALYZER_PRINT_CELL_H

#include "analyzer/print/table.h"
#include "common/buf.h"

/* For people: "74.0 MB", "1,234", "2.70×", "?" when unknown. */
void cell_format(struct buf *out, const struct cell *cell, enum cell_type type,
        const struct table_style *style);
/* The column's heading. */
void column_heading(struct buf *out, const struct column *column);

#endif
