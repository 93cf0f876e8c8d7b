/* What a struct store is made of. For the files of this folder. */
#ifndef ANALYZER_STORE_HANDLE_H
#define ANALYZER_STORE_HANDLE_H

#include "analyzer/store/db.h"
#include "analyzer/store/store.h"

struct ingest;

struct store {
	struct db db;
	enum store_mode mode;
	int lock_fd;           /* -1 for readers */
	struct ingest *ingest; /* NULL for readers */
};

#endif
