/*
 * The parts that help texts and man pages are made of, from option tables and paragraphs. A
 * description is paragraphs separated by empty lines; *bold*; lines that begin with two blanks are
 * shown as they are.
 */
#ifndef COMMON_MANUAL_H
#define COMMON_MANUAL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"
#include "common/options.h"

struct manual_style {
	unsigned width; /* wrap here; 0 = 80 */
	bool color;
};

/* For the terminal (manual.c). */
void manual_heading(struct buf *out, const char *text, const struct manual_style *style);
/* One paragraph (up to `length`) wrapped; the first line has begun at column `at`. */
void manual_wrap(struct buf *out, const char *text, size_t length, size_t at, size_t indent,
        const struct manual_style *style);
void manual_description(struct buf *out, const char *text, const struct manual_style *style);
/* "-o, --output FORMAT" */
void manual_option_label(struct buf *out, const struct option_spec *spec);
void manual_options(struct buf *out, const struct option_spec *specs, size_t count,
        const struct manual_style *style);
void manual_examples(struct buf *out, const char *lines);

/* As scdoc source (scdoc.c). */
void scdoc_text(struct buf *out, const char *text);
void scdoc_description(struct buf *out, const char *text);
void scdoc_literal(struct buf *out, const char *text, size_t length);
void scdoc_option(struct buf *out, const struct option_spec *spec);
void scdoc_exit_status(struct buf *out);

#endif
