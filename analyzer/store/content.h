/* Immutable content: what a digest says, written once and never changed. */
#ifndef ANALYZER_STORE_CONTENT_H
#define ANALYZER_STORE_CONTENT_H

#include "analyzer/store/ingest.h"

/* Content that the store has already is left as it is. */
int content_manifest(struct ingest *ingest, const struct record_manifest *manifest,
        struct error *err) must_check;
int content_config(
        struct ingest *ingest, const struct record_config *config, struct error *err) must_check;

/* Platforms as the tables keep them: "linux/arm64/v8", "" if nothing is stated. The two are
 * inverse, which platform_format() and platform_parse() are not for odd ones. */
const char *content_platform_text(const struct platform *platform, char out[PLATFORM_TEXT_SIZE]);
void content_platform(struct platform *platform, const char *text);

#endif
