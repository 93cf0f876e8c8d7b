/*
 * Docker's official images of January 2018 as facts for a builder: real digests and sizes of
 * layers. Configs are not in the data and are made up (or left out, then chains are formed over
 * blobs). The file is not part of the repository: see official_path().
 */
#ifndef TESTS_SUPPORT_OFFICIAL_H
#define TESTS_SUPPORT_OFFICIAL_H

#include <stdbool.h>

#include "analyzer/model/snapshot.h"

struct official_options {
	const char *tag; /* only this tag; NULL = all */
	bool without_configs;
};

/* $LAYERSHARE_DATA, or ../shared/data. True if the file is there. */
bool official_path(char *path, unsigned long size);
/* Aborts when the file cannot be read. */
struct snapshot *official_snapshot(const char *path, const struct official_options *options);

#endif
