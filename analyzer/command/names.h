/* What people call images and bases; in the arena, not yet cleaned. */
#ifndef ANALYZER_COMMAND_NAMES_H
#define ANALYZER_COMMAND_NAMES_H

#include "analyzer/model/report.h"

/* Its first reference, else "sha256:…" of its config. */
const char *name_image(const struct report *report, uint32_t image, struct arena *arena);
/* Its best name, else "(unnamed 5f70bf18a086)" with the start of its chain ID. */
const char *name_base(const struct report *report, uint32_t base, struct arena *arena);
/* What people see of a name: where there is one source only, its name would stand everywhere and
 * say nothing. */
const char *name_shown(const struct report *report, const char *name);
/* "NAME (+2 more)"; the name itself if there is nothing more. */
const char *name_with_more(const char *name, uint32_t more, struct arena *arena);
/* "linux/amd64", NULL when unknown. */
const char *name_platform(const struct platform *platform, struct arena *arena);

#endif
